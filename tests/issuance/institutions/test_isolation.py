"""Nobody sees or does anything in an institution they have no seat in."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from issuance.institutions.actors import CENTRAL, Actor, Seat, SeatRole, check_reach, scope_of
from issuance.institutions.campaign_stream import CampaignFilter, CampaignState
from issuance.institutions.campaigns import (
    CampaignBody,
    CloseCampaign,
    OpenCampaign,
    PauseCampaign,
    decide_campaign,
)
from issuance.institutions.institution_decisions import (
    ApproveInstitution,
    EndInstitution,
    InstitutionFacts,
    RenameInstitution,
    decide_institution,
)
from issuance.institutions.official_decisions import (
    ChangeOfficial,
    EndOfficial,
    OfficialFacts,
    RegisterOfficial,
    WithdrawCertifier,
    decide_official,
)
from issuance.institutions.portable_commands import (
    ApprovePortable,
    NudgeCertifiers,
    ReissuePortable,
    RejectPortable,
    RequestPortable,
    RevokePortable,
    WithdrawPortable,
)
from issuance.institutions.portable_decisions import PortableFacts, decide_portable
from issuance.institutions.portable_stream import PortableState, PortableStatus
from issuance.institutions.ticket_stream import (
    AnswerTicket,
    CloseTicket,
    OpenTicket,
    ReopenTicket,
    TicketOutcome,
    TicketType,
    decide_ticket,
)
from issuance.signing.ticket_token import ATTENDED
from tests.examples import examples
from tests.issuance.institutions.institution_samples import (
    ANA,
    MANDATE,
    NOW,
    POLICY,
    TICKET,
    TODAY,
    codes,
    institution,
    official,
    ticket,
    typed,
)

INSTITUTIONS = [UUID(int=number) for number in (1, 2, 3)]
OFFICIALS = [UUID(int=number) for number in (11, 12, 13)]


def _seat(role: SeatRole, where: UUID, who: UUID) -> Seat:
    if role in CENTRAL:
        return Seat(role=role)
    return Seat(role=role, institution=where, official=who)


seats = st.builds(
    _seat, st.sampled_from(SeatRole), st.sampled_from(INSTITUTIONS), st.sampled_from(OFFICIALS)
)
actors = st.builds(Actor, user=st.just("alguien"), seats=st.lists(seats, max_size=4).map(tuple))
places = st.sampled_from(INSTITUTIONS)
people = st.sampled_from(OFFICIALS)


@given(actor=actors, where=places, who=st.none() | people)
def test_a_scope_is_the_seats_and_nothing_more(actor, where, who):
    central = any(each.role in CENTRAL for each in actor.seats)
    here = [each for each in actor.seats if each.institution == where]
    whole = any(each.role is not SeatRole.HOLDER for each in here)
    own = who is not None and any(each.official == who for each in here)
    assert scope_of(actor).sees(where, who) is (central or whole or own)


@given(actor=actors, where=places, who=st.none() | people, act=st.sampled_from([*POLICY.roles]))
def test_what_may_be_done_may_be_seen_and_is_a_seats_there(actor, where, who, act):
    finding = check_reach(POLICY, act, actor, where, who)
    if not scope_of(actor).sees(where, who):
        assert finding
        assert finding.code == "OUT_OF_REACH"
    elif finding is None:
        roles = POLICY.roles[act]
        assert any(
            each.role in roles and (each.role in CENTRAL or each.institution == where)
            for each in actor.seats
        )
    else:
        assert finding.code == "SEAT_MISSING"


def _everything(where: UUID, actor: Actor):
    """Yield a decision for every command on something that is of `where`, and of Ana there."""
    for body in (
        RenameInstitution(name="Otro"), ApproveInstitution(), EndInstitution(reason="other"),
    ):  # fmt: skip
        facts = InstitutionFacts(where, TODAY)
        yield body, decide_institution(institution(), body, POLICY, actor, facts)
    for body in (
        ChangeOfficial(person=typed(position="Otra")), EndOfficial(),
        WithdrawCertifier(mandate=MANDATE),
    ):  # fmt: skip
        facts = OfficialFacts(official=ANA, today=TODAY)
        yield body, decide_official(official(where), body, POLICY, actor, facts)
    register = RegisterOfficial(institution=where, person=typed())
    facts = OfficialFacts(official=ANA, today=TODAY)
    yield register, decide_official(None, register, POLICY, actor, facts)
    known = ticket(TicketType.QUESTION, where)
    for body in (
        AnswerTicket(text="x"), CloseTicket(outcome=TicketOutcome.ANSWERED), ReopenTicket(text="x"),
    ):  # fmt: skip
        yield body, decide_ticket(known, body, POLICY, actor, NOW)
    opening = OpenTicket(type=TicketType.QUESTION, institution=where, subject="x", text="x")
    yield opening, decide_ticket(None, opening, POLICY, actor, NOW)
    yield from _certificates(where, actor)
    yield from _campaigns(where, actor)


def _certificates(where: UUID, actor: Actor):
    state = PortableState(
        institution=where, official=ANA, purpose=ATTENDED, product="p", phone="+56961234567",
        status=PortableStatus.PENDING, requested_at=NOW,
    )  # fmt: skip
    active = state.model_copy(update={"status": PortableStatus.ACTIVE})
    facts = PortableFacts(
        now=NOW, today=TODAY, institution=institution(), official=official(where), replaced=active
    )
    request = RequestPortable(institution=where, official=ANA, purpose=ATTENDED, phone="961234567")
    for known, body in (
        (state, WithdrawPortable()),
        (state, NudgeCertifiers()),
        (state, ApprovePortable(document="cedula", number="1", seen_on=TODAY)),
        (state, RejectPortable(reason="not_an_official")),
        (active, RevokePortable(cause="key_compromise")),
        (None, request),
        (None, ReissuePortable(replaces=ANA, campaign=TICKET)),
    ):
        yield body, decide_portable(known, body, POLICY, actor, facts)


def _campaigns(where: UUID, actor: Actor):
    chosen = CampaignFilter(institutions=(where,), ends_by=NOW + timedelta(days=1))
    running = CampaignState(institution=where, name="x", ground="", filter=chosen)
    bodies: list[tuple[CampaignState | None, CampaignBody]] = [
        (None, OpenCampaign(name="x", filter=chosen)),
        (running, PauseCampaign()),
        (running, CloseCampaign()),
    ]
    for known, body in bodies:
        yield body, decide_campaign(known, body, POLICY, actor, NOW)


@given(actor=actors, where=places)
@settings(max_examples=examples(15), deadline=None)
def test_every_command_on_another_institution_answers_as_if_it_were_not_there(actor, where):
    """What is refused says nothing of it: no status, no name, only that it is out of reach."""
    for body, decision in _everything(where, actor):
        owned = None if body.kind in _THE_INSTITUTIONS_OWN else ANA
        if not scope_of(actor).sees(where, owned):
            assert not decision.events
            assert codes(decision) == ["OUT_OF_REACH"]
            assert not any(each.parameters for each in decision.findings)
        elif decision.events:
            assert _has_role_there(actor, where, body.kind)


_THE_INSTITUTIONS_OWN = {
    "rename_institution", "approve_institution", "end_institution", "open_ticket", "answer_ticket",
    "close_ticket", "reopen_ticket", "open_campaign", "pause_campaign", "close_campaign",
}  # fmt: skip


def _has_role_there(actor: Actor, where: UUID, act: str) -> bool:
    return any(
        each.role in POLICY.roles[act] and each.institution in {where, None} for each in actor.seats
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"role": SeatRole.OPERATOR},
        {"role": SeatRole.CENTRAL_STAFF, "institution": INSTITUTIONS[0]},
        {"role": SeatRole.HOLDER, "institution": INSTITUTIONS[0]},
        {"role": SeatRole.CERTIFIER, "institution": INSTITUTIONS[0]},
    ],
)
def test_a_seat_is_where_it_belongs(fields):
    with pytest.raises(ValidationError):
        Seat(**fields)
