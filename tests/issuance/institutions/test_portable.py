"""A portable certificate from the request to its end."""

from datetime import timedelta
from typing import Any

import pytest

from issuance.certificates.revocation_reasons import RevocationReason
from issuance.institutions import portable_stream
from issuance.institutions.actors import Actor
from issuance.institutions.institution_stream import InstitutionStatus
from issuance.institutions.notices import Told, notices_for
from issuance.institutions.official_stream import (
    CertifierGranted,
    Mandate,
    MandateGround,
    OfficialEnded,
    evolve_official,
)
from issuance.institutions.planning import plan_for_each
from issuance.institutions.portable_commands import (
    ApprovePortable,
    NudgeCertifiers,
    ReissuePortable,
    RejectPortable,
    RequestPortable,
    RevokePortable,
    WithdrawPortable,
)
from issuance.institutions.portable_course import (
    decide_activated,
    decide_expiry,
    decide_issued,
    decide_official_left,
    decide_replaced,
)
from issuance.institutions.portable_decisions import InForce, PortableFacts, decide_portable
from issuance.institutions.portable_stream import (
    PortableEvent,
    PortableRevoked,
    PortableStatus,
    evolve_portable,
)
from issuance.signing.ticket_token import ATTENDED, UNATTENDED
from tests.issuance.institutions.institution_samples import (
    ADMINISTRATOR,
    ANA,
    BEA,
    CARLOS,
    COUNCIL,
    MANDATE,
    MINISTRY,
    NOW,
    OPERATOR,
    POLICY,
    STRANGER,
    TICKET,
    TODAY,
    accepted,
    certifier,
    codes,
    folded,
    holder,
    institution,
    official,
    read_back,
)

END = NOW + timedelta(days=1095)
REQUEST = RequestPortable(institution=MINISTRY, official=ANA, purpose=ATTENDED, phone="9 6123 4567")
APPROVAL = ApprovePortable(document="cedula", number="123.456.789", seen_on=TODAY)


def mandated(institution=MINISTRY, until=None):
    mandate = Mandate(
        id=MANDATE, ground=MandateGround.LAW, substitutes=None, from_day=TODAY, until_day=until
    )
    granted = CertifierGranted(mandate=mandate, law="Ley", resolution=None, ticket=TICKET, by="c")
    return evolve_official(official(institution), granted)


def facts(**changes: Any):
    known = {
        "now": NOW,
        "today": TODAY,
        "institution": institution(),
        "official": official(),
        "certifier": mandated(),
    }
    return PortableFacts(**known | changes)


def decide(state, body, actor: Actor, **changes: Any):
    return decide_portable(state, body, POLICY, actor, facts(**changes))


def after(decision, state=None):
    return folded(evolve_portable, accepted(decision), state)


def pending(**changes: Any):
    return after(decide(None, REQUEST.model_copy(update=changes), holder()))


def issued(**changes: Any):
    approved = pending(**changes)
    approved = after(decide(approved, APPROVAL, certifier()), approved)
    decision = decide_issued(
        approved, institution(), key="ab", serial="1f", not_before=NOW, not_after=END
    )
    return after(decision, approved)


def active():
    state = issued()
    return after(decide_activated(state, "titular"), state)


def test_from_the_request_to_the_first_code():
    state = pending()
    assert (state.status, state.product, state.phone) == (
        "pending", "proposito-general-custodia-3y", "+56961234567",
    )  # fmt: skip
    (approved,) = accepted(decide(state, APPROVAL, certifier()))
    assert (approved.proof.number, approved.own, approved.mandate) == (
        "123.456.789", False, MANDATE,
    )  # fmt: skip
    state = issued()
    assert (state.status, state.generation) == (PortableStatus.ISSUED, "G2")
    assert active().status is PortableStatus.ACTIVE


def test_an_unattended_one_needs_no_code_to_be_active():
    assert issued(purpose=UNATTENDED).status is PortableStatus.ACTIVE


@pytest.mark.parametrize(
    ("purpose", "expected"),
    [("Proposito General", "PURPOSE_UNKNOWN"), ("", "PURPOSE_UNKNOWN")],
)
def test_a_purpose_is_as_the_signing_interface_names_it(purpose, expected):
    body = REQUEST.model_copy(update={"purpose": purpose})
    assert codes(decide(None, body, holder())) == [expected]


def test_nobody_asks_for_another_or_without_what_it_takes():
    assert codes(decide(None, REQUEST, holder(CARLOS))) == ["OUT_OF_REACH"]
    assert codes(decide(None, REQUEST, holder(ANA, COUNCIL))) == ["OUT_OF_REACH"]
    assert codes(decide(None, REQUEST, OPERATOR)) == ["SEAT_MISSING"]
    assert codes(decide(None, REQUEST, holder(), waiting=True)) == ["PORTABLE_OPEN"]
    empty = REQUEST.model_copy(update={"phone": ""})
    assert codes(decide(None, empty, holder())) == ["OFFICIAL_FIELD_MISSING"]
    without = decide(None, REQUEST, holder(), institution=institution(authorities=()))
    assert codes(without) == ["INSTITUTION_AUTHORITY_MISSING"]
    ended = decide(None, REQUEST, holder(), institution=institution(status=InstitutionStatus.ENDED))
    assert codes(ended) == ["INSTITUTION_NOT_POSSIBLE"]
    gone = evolve_official(official(), OfficialEnded(reason="left_institution", by="o"))
    assert codes(decide(None, REQUEST, holder(), official=gone)) == ["OFFICIAL_ENDED"]


@pytest.mark.parametrize(("days", "expected"), [(91, ["PORTABLE_OPEN"]), (90, [])])
def test_the_next_one_is_asked_for_when_the_present_one_nears_its_end(days, expected):
    in_force = InForce(CARLOS, NOW + timedelta(days=days))
    found = decide(None, REQUEST, holder(), in_force=in_force)
    assert codes(found) == expected
    if found.events:
        assert after(found).replaces == CARLOS


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"document": "licence"}, ["IDENTITY_PROOF"]),
        ({"number": " "}, ["IDENTITY_PROOF"]),
        ({"number": "B"}, ["CARD_NUMBER"]),
        ({"number": "12.345.678-5"}, ["CARD_NUMBER"]),
        ({"number": "A-023.456.789"}, []),
        ({"document": "passport", "number": "B"}, ["PASSPORT_NUMBER"]),
        ({"document": "passport", "number": "P1234567"}, []),
        ({"seen_on": TODAY + timedelta(1)}, ["IDENTITY_PROOF_DAY"]),
        ({"seen_on": TODAY - timedelta(31)}, ["IDENTITY_PROOF_DAY"]),
        ({"seen_on": TODAY - timedelta(30)}, []),
    ],
)
def test_the_approval_says_how_identity_was_proved(changes, expected):
    found = decide(pending(), APPROVAL.model_copy(update=changes), certifier())
    assert codes(found) == expected


def test_only_a_certifier_of_the_institution_in_force_decides():
    state, reject = pending(), RejectPortable(reason="not_an_official")
    for body in (APPROVAL, reject):
        assert codes(decide(state, body, OPERATOR)) == ["SEAT_MISSING"]
        assert codes(decide(state, body, ADMINISTRATOR)) == ["SEAT_MISSING"]
        assert codes(decide(state, body, certifier(BEA, COUNCIL))) == ["OUT_OF_REACH"]
        over = mandated(until=TODAY - timedelta(1))
        late = decide(state, body, certifier(), certifier=over)
        assert codes(late) == ["CERTIFIER_NOT_IN_FORCE"]
        other = decide(state, body, certifier(), certifier=mandated(COUNCIL))
        assert codes(other) == ["CERTIFIER_NOT_IN_FORCE"]


def test_a_certifier_certifies_their_own_and_it_is_recorded():
    state = pending()
    (approved,) = accepted(decide(state, APPROVAL, certifier(ANA)))
    assert approved.own
    assert evolve_portable(state, approved).own
    assert POLICY.portable
    rule = POLICY.portable.model_copy(update={"certifier_may_certify_own": False})
    strict = POLICY.model_copy(update={"portable": rule})
    found = decide_portable(state, APPROVAL, strict, certifier(ANA), facts())
    assert codes(found) == ["OWN_CERTIFICATE_REFUSED"]


def test_a_rejection_has_a_reason_and_is_the_end():
    state = pending()
    assert codes(decide(state, RejectPortable(reason="x"), certifier())) == ["UNKNOWN_REASON"]
    bare = RejectPortable(reason="data_differ")
    assert codes(decide(state, bare, certifier())) == ["NOTE_REQUIRED"]
    noted = bare.model_copy(update={"note": "El segundo apellido"})
    (event,) = accepted(decide(state, noted, certifier()))
    assert [(each.template, each.told) for each in notices_for(event)] == [
        ("portable_rejected", Told.HOLDER)
    ]
    rejected = evolve_portable(state, event)
    assert codes(decide(rejected, APPROVAL, certifier())) == ["PORTABLE_NOT_POSSIBLE"]


def test_the_holder_withdraws_while_it_waits():
    state = pending()
    assert codes(decide(state, WithdrawPortable(), holder(CARLOS))) == ["OUT_OF_REACH"]
    gone = after(decide(state, WithdrawPortable(), holder()), state)
    assert gone.status is PortableStatus.WITHDRAWN


def test_a_request_whose_product_the_rules_dropped_is_given_up_and_asked_for_again():
    state = pending()
    dropped = state.model_copy(update={"product": "of-before"})
    found = decide(dropped, APPROVAL, certifier())
    assert [(each.code, each.parameters) for each in found.findings] == [
        ("PORTABLE_PRODUCT_GONE", {"product": "of-before"})
    ]
    given_up = {
        PortableStatus.WITHDRAWN: (WithdrawPortable(), holder()),
        PortableStatus.REJECTED: (RejectPortable(reason="not_an_official"), certifier()),
    }
    approved = after(decide(state, APPROVAL, certifier()), state)
    for status, (body, actor) in given_up.items():
        assert codes(decide(approved, body, actor)) == ["PORTABLE_NOT_POSSIBLE"]
        stuck = approved.model_copy(update={"product": "of-before"})
        assert after(decide(stuck, body, actor), stuck).status is status


@pytest.mark.parametrize(("hours", "expected"), [(23, ["NUDGED_ALREADY"]), (24, [])])
def test_certifiers_are_nudged_now_and_then(hours, expected):
    state = pending()
    (event,) = accepted(decide(state, NudgeCertifiers(), holder()))
    assert [each.told for each in notices_for(event)] == [Told.CERTIFIERS]
    later = NOW + timedelta(hours=hours)
    found = decide(evolve_portable(state, event), NudgeCertifiers(), OPERATOR, now=later)
    assert codes(found) == expected


@pytest.mark.parametrize(
    ("actor", "role"),
    [(holder(), "holder"), (OPERATOR, "institution_operator"), (certifier(), "certifier")],
)
def test_holder_operator_and_certifier_revoke(actor, role):
    (event,) = accepted(decide(active(), RevokePortable(cause="key_compromise"), actor))
    assert (event.role, event.reason) == (role, RevocationReason.KEY_COMPROMISE)
    assert evolve_portable(active(), event).status is PortableStatus.REVOKED


def test_nobody_else_revokes_and_a_cause_is_one_of_the_policys():
    body = RevokePortable(cause="key_compromise")
    assert codes(decide(active(), body, STRANGER)) == ["OUT_OF_REACH"]
    assert codes(decide(active(), body, holder(CARLOS))) == ["OUT_OF_REACH"]
    assert codes(decide(active(), body, ADMINISTRATOR)) == ["SEAT_MISSING"]
    assert codes(decide(pending(), body, holder())) == ["PORTABLE_NOT_POSSIBLE"]
    unknown = RevokePortable(cause="bored")
    assert codes(decide(active(), unknown, holder())) == ["UNKNOWN_REASON"]


def test_a_death_needs_its_day_and_no_day_lies_ahead():
    died = RevokePortable(cause="holder_died")
    undated = decide(active(), died, OPERATOR)
    assert [(each.code, each.field) for each in undated.findings] == [
        ("EFFECTIVE_DATE_NEEDED", "effective")
    ]
    assert undated.events == ()
    tomorrow = died.model_copy(update={"effective": TODAY + timedelta(days=1)})
    refused = decide(active(), tomorrow, OPERATOR)
    assert refused.events == ()
    assert [(each.code, each.field) for each in refused.findings] == [
        ("EFFECTIVE_DATE_LATER", "effective")
    ]
    (event,) = accepted(decide(active(), died.model_copy(update={"effective": TODAY}), OPERATOR))
    assert event.effective == TODAY
    (undated_event,) = accepted(decide(active(), RevokePortable(cause="phone_lost"), OPERATOR))
    assert undated_event.effective is None


def test_a_day_before_the_certificate_is_told_and_taken():
    early = RevokePortable(cause="holder_died", effective=TODAY - timedelta(days=1))
    decision = decide(active(), early, OPERATOR)
    assert [each.code for each in decision.findings] == ["EFFECTIVE_BEFORE_ISSUE"]
    (event,) = decision.events
    assert isinstance(event, PortableRevoked)
    assert event.effective == early.effective


def test_what_an_official_has_ends_with_them():
    left = decide_official_left(active(), POLICY, "left_institution", "operador")
    (event,) = accepted(left)
    assert event.reason is RevocationReason.AFFILIATION_CHANGED
    (died,) = accepted(decide_official_left(active(), POLICY, "holder_died", "operador", TODAY))
    assert died.effective == TODAY
    waiting = after(decide_official_left(pending(), POLICY, "left_post", "operador"), pending())
    assert waiting.status is PortableStatus.WITHDRAWN


def test_a_term_ends_when_it_ends():
    early = decide_expiry(active(), END - timedelta(seconds=1))
    assert codes(early) == ["PORTABLE_NOT_POSSIBLE"]
    assert after(decide_expiry(active(), END), active()).status is PortableStatus.EXPIRED


def test_a_campaign_asks_again_and_the_old_one_ends_when_the_new_one_is_used():
    body = ReissuePortable(replaces=CARLOS, campaign=TICKET)
    found = decide(None, body, OPERATOR, replaced=active())
    again = after(found)
    assert (again.replaces, again.campaign, again.phone) == (CARLOS, TICKET, "+56961234567")
    assert codes(decide(None, body, STRANGER, replaced=active())) == ["OUT_OF_REACH"]
    assert codes(decide(None, body, OPERATOR)) == ["OUT_OF_REACH"]
    assert codes(decide(None, body, OPERATOR, replaced=pending())) == ["PORTABLE_NOT_POSSIBLE"]
    (replaced,) = accepted(decide_replaced(active(), POLICY, ""))
    assert (replaced.cause, replaced.reason) == ("renewed", RevocationReason.SUPERSEDED)


def test_many_at_once_are_one_decision_each_and_the_same_again():
    bodies = {ANA: APPROVAL, BEA: RejectPortable(reason="not_an_official")}
    planned = plan_for_each(TICKET, bodies)
    assert [each.stream.id for each in planned] == [ANA, BEA]
    assert len({each.id for each in planned}) == 2
    assert plan_for_each(TICKET, bodies) == planned
    assert plan_for_each(MINISTRY, bodies)[0].id != planned[0].id


@pytest.mark.parametrize("purged", [False, True])
def test_phone_proof_and_notes_are_personal(purged):
    asked = accepted(decide(None, REQUEST, holder()))[0]
    approved = accepted(decide(pending(), APPROVAL, certifier()))[0]
    assert "61234567" not in str(asked.parts()[0])
    assert "123.456.789" not in str(approved.parts()[0])
    again = [
        read_back(PortableEvent, portable_stream, each, purged=purged) for each in (asked, approved)
    ]
    state = folded(evolve_portable, again)
    assert (state.phone == "") is purged
    assert state.status is PortableStatus.APPROVED
