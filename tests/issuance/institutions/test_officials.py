"""Officials: registered, changed, made certifiers for a while or for good, ended."""

from datetime import timedelta
from typing import Any

import pytest

from issuance.institutions import official_stream
from issuance.institutions.actors import SeatRole
from issuance.institutions.institution_stream import InstitutionStatus
from issuance.institutions.official_decisions import (
    ChangeOfficial,
    EndOfficial,
    GrantCertifier,
    OfficialFacts,
    RegisterOfficial,
    WithdrawCertifier,
    decide_official,
)
from issuance.institutions.official_stream import (
    MandateGround,
    OfficialEvent,
    evolve_official,
    seats_of,
)
from issuance.institutions.ticket_stream import TicketOutcome, TicketType
from tests.issuance.institutions.institution_samples import (
    ADMINISTRATOR,
    ANA,
    BEA,
    COUNCIL,
    MANDATE,
    MINISTRY,
    NOW,
    OPERATOR,
    PAPER,
    POLICY,
    STRANGER,
    TICKET,
    TODAY,
    accepted,
    codes,
    folded,
    holder,
    official,
    person,
    read_back,
    run_of,
    ticket,
    typed,
)

ROLE_TICKET = ticket(TicketType.CERTIFIER_ROLE, official=BEA)
FACTS = OfficialFacts(official=BEA, today=TODAY, ticket=ROLE_TICKET, new_id=MANDATE)
BY_LAW = GrantCertifier(ticket=TICKET, ground=MandateGround.LAW, law="Ley 18.695, art. 20")


def decide(state, body, actor=OPERATOR, **facts: Any):
    changed = {name: facts.get(name, getattr(FACTS, name)) for name in FACTS.__dataclass_fields__}
    return decide_official(state, body, POLICY, actor, OfficialFacts(**changed))


def granted(body=BY_LAW, state=None, **facts: Any):
    state = state or official()
    return folded(evolve_official, accepted(decide(state, body, ADMINISTRATOR, **facts)), state)


def days(first, last):
    return {
        "from_day": TODAY + timedelta(first),
        "until_day": TODAY + timedelta(last) if last is not None else None,
    }


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("12.345.678-5", "12345678-5"),
        ("12345678-5", "12345678-5"),
        ("123456785", "12345678-5"),
        ("07.880.442-4", "7880442-4"),
        ("0007880442-4", "7880442-4"),
        ("RUT 10.000.013-k", "10000013-K"),
        ("15000005–K", "15000005-K"),
        ("15,000,013-0", "15000013-0"),
        ("1-9", "1-9"),
        ("999.999-K", "999999-K"),
        ("rut: 12531909-2", "12531909-2"),
    ],
)
def test_a_run_is_taken_in_every_customary_writing(written, kept):
    body = RegisterOfficial(institution=MINISTRY, person=typed(run=written))
    state = folded(evolve_official, accepted(decide(None, body)))
    assert state.person.run == kept


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"run": "12531909-3"}, "RUN_CHECK_DIGIT", "run"),
        ({"run": "69170600-2"}, "RUN_CHECK_DIGIT", "run"),
        ({"run": "76086A28-5"}, "RUN_FORMAT", "run"),
        ({"run": "12531909"}, "RUN_CHECK_DIGIT", "run"),
        ({"run": " "}, "OFFICIAL_FIELD_MISSING", "run"),
        ({"email": "mnunez@"}, "EMAIL_INCOMPLETE", "email"),
        ({"phone": "+56 9 1"}, "PHONE_INCOMPLETE", "phone"),
        ({"position": "x" * 65}, "TOO_LONG", "position"),
        ({"given_names": "María José de las Mercedes del Carmen de los Ángeles Custodios"},
         "CERTIFICATE_NAME_NEEDED", "certificate_name"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_at_its_field(changes, code, field):
    body = RegisterOfficial(institution=MINISTRY, person=typed(**changes))
    (finding,) = decide(None, body).findings
    assert (finding.code, finding.field) == (code, field)


def test_only_the_institutions_own_operator_registers_and_a_run_once():
    body = RegisterOfficial(institution=MINISTRY, person=typed())
    assert codes(decide(None, body, STRANGER)) == ["OUT_OF_REACH"]
    assert codes(decide(None, body, ADMINISTRATOR)) == ["SEAT_MISSING"]
    assert codes(decide(None, body, holder())) == ["OUT_OF_REACH"]
    assert codes(decide(None, body, run_taken=True)) == ["OFFICIAL_KNOWN"]
    assert codes(decide(official(), body)) == ["OFFICIAL_KNOWN"]
    asleep = decide(None, body, institution_status=InstitutionStatus.ASKED)
    assert codes(asleep) == ["INSTITUTION_NOT_POSSIBLE"]


def test_a_change_says_what_changed():
    body = ChangeOfficial(person=typed(position="Jefa de Gabinete"))
    (event,) = accepted(decide(official(), body))
    assert event.fields == ("position",)
    assert evolve_official(official(), event).person == person(position="Jefa de Gabinete")
    assert codes(decide(official(), ChangeOfficial(person=typed()))) == ["OFFICIAL_UNCHANGED"]
    taken = ChangeOfficial(person=typed(run=run_of(9_000_000)))
    assert codes(decide(official(), taken, run_taken=True)) == ["OFFICIAL_KNOWN"]


def test_an_end_takes_every_seat_at_once():
    state = granted()
    assert {each.role for each in seats_of(BEA, state, TODAY)} == {
        SeatRole.HOLDER,
        SeatRole.CERTIFIER,
    }
    ended = folded(evolve_official, accepted(decide(state, EndOfficial())), state)
    assert seats_of(BEA, ended, TODAY) == ()
    assert codes(decide(ended, EndOfficial())) == ["OFFICIAL_ENDED"]
    assert codes(decide(ended, BY_LAW, ADMINISTRATOR)) == ["OFFICIAL_ENDED"]
    assert codes(decide(state, EndOfficial(reason="tired"))) == ["UNKNOWN_REASON"]
    died = EndOfficial(reason="holder_died")
    assert codes(decide(state, died)) == ["EFFECTIVE_DATE_NEEDED"]
    (event,) = accepted(decide(state, died.model_copy(update={"effective": TODAY})))
    assert event.effective == TODAY


def test_an_operator_cannot_make_a_certifier():
    assert codes(decide(official(), BY_LAW, OPERATOR)) == ["SEAT_MISSING"]


@pytest.mark.parametrize(
    "asking",
    [
        None,
        ticket(TicketType.QUESTION, official=None),
        ticket(TicketType.CERTIFIER_ROLE, official=ANA),
        ticket(TicketType.CERTIFIER_ROLE, COUNCIL, BEA),
    ],
)
def test_the_centre_makes_one_only_as_a_ticket_asks(asking):
    assert codes(decide(official(), BY_LAW, ADMINISTRATOR, ticket=asking)) == ["TICKET_WRONG"]


def test_a_closed_ticket_asks_for_nothing():
    closed = ROLE_TICKET.model_copy(
        update={"waits_for": None, "outcome": TicketOutcome.REFUSED, "closed_at": NOW}
    )
    assert codes(decide(official(), BY_LAW, ADMINISTRATOR, ticket=closed)) == ["TICKET_CLOSED"]


def test_where_no_law_names_one_the_resolution_is_attached():
    designated = GrantCertifier(ticket=TICKET, ground=MandateGround.DESIGNATION)
    assert codes(decide(official(), designated, ADMINISTRATOR)) == ["RESOLUTION_MISSING"]
    unnamed = BY_LAW.model_copy(update={"law": " "})
    assert codes(decide(official(), unnamed, ADMINISTRATOR)) == ["RESOLUTION_MISSING"]
    state = granted(designated.model_copy(update={"resolution": PAPER}))
    assert state.mandate_on(TODAY) is not None


def test_a_substitute_certifies_between_two_days_and_not_after():
    titular = granted()
    body = BY_LAW.model_copy(update={"substitutes": BEA, **days(2, 4)})
    asking = ticket(TicketType.CERTIFIER_ROLE, official=ANA)
    facts = {"official": ANA, "ticket": asking, "substituted": titular}
    state = granted(body, official(run=run_of(9_000_000)), **facts)
    roles = [
        SeatRole.CERTIFIER in {each.role for each in seats_of(ANA, state, TODAY + timedelta(day))}
        for day in range(7)
    ]
    assert roles == [False, False, True, True, True, False, False]
    again = decide(state, body, ADMINISTRATOR, **facts)
    assert codes(again) == ["MANDATE_OVERLAPS"]
    next_time = body.model_copy(update=days(5, 6))
    assert accepted(decide(state, next_time, ADMINISTRATOR, **facts))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        (days(4, 2), "MANDATE_DATES"),
        (days(-4, -2), "MANDATE_DATES"),
        (days(0, None), "MANDATE_DATES"),
        ({"substitutes": ANA, **days(0, 1)}, "SUBSTITUTED_UNKNOWN"),
    ],
)
def test_days_and_whom_of_a_substitution_are_checked(changes, code):
    body = BY_LAW.model_copy(update={"substitutes": BEA, **changes})
    facts = {"official": ANA, "ticket": ticket(TicketType.CERTIFIER_ROLE, official=ANA)}
    found = decide(official(), body, ADMINISTRATOR, substituted=granted(), **facts)
    assert codes(found) == [code]


def test_nobody_stands_in_for_a_certifier_of_elsewhere():
    elsewhere = granted(
        state=official(COUNCIL), ticket=ticket(TicketType.CERTIFIER_ROLE, COUNCIL, BEA)
    )
    body = BY_LAW.model_copy(update={"substitutes": BEA, **days(0, 1)})
    facts = {"official": ANA, "ticket": ticket(TicketType.CERTIFIER_ROLE, official=ANA)}
    for other in (elsewhere, official(), None):
        found = decide(official(), body, ADMINISTRATOR, substituted=other, **facts)
        assert codes(found) == ["SUBSTITUTED_UNKNOWN"]


def test_a_mandate_is_withdrawn_before_its_time():
    state = granted()
    body = WithdrawCertifier(mandate=MANDATE)
    assert codes(decide(state, body, OPERATOR)) == ["SEAT_MISSING"]
    left = folded(evolve_official, accepted(decide(state, body, ADMINISTRATOR)), state)
    assert left.mandate_on(TODAY) is None
    assert codes(decide(left, body, ADMINISTRATOR)) == ["MANDATE_UNKNOWN"]


@pytest.mark.parametrize("purged", [False, True])
def test_a_person_is_the_personal_part(purged):
    body = RegisterOfficial(institution=MINISTRY, person=typed())
    (event,) = accepted(decide(None, body))
    assert "12345678" not in str(event.parts()[0])
    state = evolve_official(None, read_back(OfficialEvent, official_stream, event, purged=purged))
    assert (state.person is None) is purged
