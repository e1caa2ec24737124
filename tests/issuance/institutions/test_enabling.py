"""An institution asks, the centre decides; tickets say who waits for whom."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from issuance.events import catalogue, read_event
from issuance.institutions import institution_stream, ticket_stream
from issuance.institutions.institution_decisions import (
    ApproveInstitution,
    AskInstitution,
    EndInstitution,
    InstitutionFacts,
    RefuseInstitution,
    RenameInstitution,
    ReplaceOperator,
    decide_institution,
    decide_issuing_authority,
)
from issuance.institutions.institution_stream import (
    Agreement,
    InstitutionEvent,
    InstitutionStatus,
    evolve_institution,
)
from issuance.institutions.names import CERTIFICATE_LENGTH, authority_common_name
from issuance.institutions.notices import Told, notices_for
from issuance.institutions.ticket_stream import (
    AnswerTicket,
    CloseTicket,
    OpenTicket,
    ReopenTicket,
    Side,
    TicketEvent,
    TicketOutcome,
    TicketType,
    decide_ticket,
    evolve_ticket,
)
from tests.issuance.institutions.institution_samples import (
    ADMINISTRATOR,
    ANA,
    DESK,
    ENERGY,
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
    institution,
    person,
    read_back,
    ticket,
    typed,
)

ASKING = ticket(TicketType.ENABLE_INSTITUTION, None)
FACTS = InstitutionFacts(MINISTRY, TODAY, ASKING)
LONG = "Subsecretaría de Desarrollo Regional y Administrativo de los Territorios Especiales"


def ask(**changes: Any):
    asked = AskInstitution(
        name=ENERGY,
        rut="61.979.830-9",
        ministry=ENERGY,
        ticket=TICKET,
        agreement=Agreement(number="12/2025", signed_on=TODAY, file=PAPER),
        administrative_act=PAPER,
        operator=typed(),
    )
    return asked.model_copy(update=changes)


def decide(state, body, actor=ADMINISTRATOR, facts=FACTS):
    return decide_institution(state, body, POLICY, actor, facts)


def test_an_institution_is_enabled_by_somebody_else_than_who_filed_it():
    asked = evolve_institution(None, *accepted(decide(None, ask(), DESK)))
    assert (asked.status, asked.rut, asked.operator) == ("asked", "61979830-9", person())
    own = decide(None, ask(), ADMINISTRATOR)
    mine = evolve_institution(None, *accepted(own))
    assert codes(decide(mine, ApproveInstitution(), ADMINISTRATOR)) == ["SECOND_PERSON_NEEDED"]
    assert codes(decide(asked, ApproveInstitution(), DESK)) == ["SEAT_MISSING"]
    (approved,) = accepted(decide(asked, ApproveInstitution()))
    assert evolve_institution(asked, approved).status is InstitutionStatus.ACTIVE
    assert [each.told for each in notices_for(approved)] == [Told.OPERATOR]


@pytest.mark.parametrize(
    ("changes", "facts", "expected"),
    [
        ({"agreement": None}, {}, "AGREEMENT_MISSING"),
        (
            {"agreement": Agreement(number="1", signed_on=TODAY + timedelta(1), file=PAPER)},
            {},
            "AGREEMENT_MISSING",
        ),
        ({"ministry": " "}, {}, "AGREEMENT_MISSING"),
        ({"administrative_act": None}, {}, "ACT_MISSING"),
        ({"rut": "61979830-8"}, {}, "RUN_CHECK_DIGIT"),
        ({"rut": ""}, {}, "OFFICIAL_FIELD_MISSING"),
        ({}, {"rut_taken": True}, "INSTITUTION_KNOWN"),
        ({}, {"name_taken": True}, "INSTITUTION_KNOWN"),
        ({"operator": typed(email="")}, {}, "OFFICIAL_FIELD_MISSING"),
        ({}, {"ticket": None}, "TICKET_WRONG"),
        ({}, {"ticket": ticket(TicketType.QUESTION, None)}, "TICKET_WRONG"),
        ({"name": LONG}, {}, "SHORT_NAME_NEEDED"),
        ({"name": LONG, "short_name": LONG}, {}, "SHORT_NAME_TOO_LONG"),
        ({"name": "  "}, {}, "INSTITUTION_NAME"),
    ],
)
def test_what_is_missing_is_named(changes, facts, expected):
    found = decide(None, ask(**changes), DESK, InstitutionFacts(**_facts(facts)))
    assert codes(found) == [expected]


def _facts(changes):
    return {"institution": MINISTRY, "today": TODAY, "ticket": ASKING, **changes}


def test_an_operator_enables_nothing_and_sees_no_other_institution():
    assert codes(decide(None, ask(), OPERATOR)) == ["SEAT_MISSING"]
    rename = RenameInstitution(name="Otro nombre")
    assert codes(decide(institution(), rename, STRANGER)) == ["OUT_OF_REACH"]
    assert codes(decide(institution(), rename, OPERATOR)) == ["SEAT_MISSING"]


def test_refused_and_ended_need_a_reason_and_are_the_end():
    asked = evolve_institution(None, *accepted(decide(None, ask(), DESK)))
    assert codes(decide(asked, RefuseInstitution(reason="because"))) == ["UNKNOWN_REASON"]
    assert codes(decide(asked, RefuseInstitution(reason="other"))) == ["NOTE_REQUIRED"]
    refusal = accepted(decide(asked, RefuseInstitution(reason="act_insufficient")))
    refused = folded(evolve_institution, refusal, asked)
    assert codes(decide(refused, ApproveInstitution())) == ["INSTITUTION_NOT_POSSIBLE"]
    ending = accepted(decide(institution(), EndInstitution(reason="institution_dissolved")))
    ended = folded(evolve_institution, ending, institution())
    assert (ended.status, ended.operator) == (InstitutionStatus.ENDED, None)
    assert codes(decide(ended, RenameInstitution(name="X"))) == ["INSTITUTION_NOT_POSSIBLE"]


def test_a_name_is_one_institutions_alone():
    body = RenameInstitution(name="  Ministerio  de Minería ")
    renamed = folded(evolve_institution, accepted(decide(institution(), body)), institution())
    assert renamed.name == "Ministerio de Minería"
    facts = InstitutionFacts(MINISTRY, TODAY, name_taken=True)
    assert codes(decide(institution(), body, facts=facts)) == ["INSTITUTION_KNOWN"]


def test_another_operator_comes_by_a_ticket_of_the_institution():
    facts = InstitutionFacts(MINISTRY, TODAY, ticket(TicketType.OPERATOR_CHANGE))
    body = ReplaceOperator(ticket=TICKET, operator=typed(run="7.880.442-4"))
    replaced = folded(
        evolve_institution, accepted(decide(institution(), body, facts=facts)), institution()
    )
    assert replaced.operator.run == "7880442-4"
    assert codes(decide(institution(), body)) == ["TICKET_WRONG"]
    auditing = replace(facts, operator_audits=True)
    assert codes(decide(institution(), body, facts=auditing)) == ["AUDITOR_NOT_INDEPENDENT"]


def test_the_newest_authority_issues():
    state = institution()
    made = decide_issuing_authority(
        state, POLICY, ADMINISTRATOR, MINISTRY,
        generation="G3", authority_key="01", certificate="", not_after=NOW,
    )  # fmt: skip
    later = folded(evolve_institution, accepted(made), state)
    assert [each.generation for each in later.authorities] == ["G2", "G3"]
    assert later.authority.generation == "G3"


@pytest.mark.parametrize("purged", [False, True])
def test_what_is_recorded_is_read_back_without_its_personal_part(purged):
    (asked,) = accepted(decide(None, ask(), DESK))
    assert set(asked.parts()[1]) == {"agreement", "administrative_act", "operator"}
    again = read_back(InstitutionEvent, institution_stream, asked, purged=purged)
    state = evolve_institution(None, again)
    assert (state.operator is None) is purged
    assert state.name == ENERGY


@pytest.mark.parametrize(
    ("name", "short", "expected"),
    [
        (ENERGY, "", "FIRMA ELECTRÓNICA AVANZADA – Ministerio de Energía–G2"),
        (LONG, "SUBDERE", "FIRMA ELECTRÓNICA AVANZADA – SUBDERE–G2"),
        (LONG, LONG[:CERTIFICATE_LENGTH], LONG[:CERTIFICATE_LENGTH]),
    ],
)
def test_an_authoritys_common_name_fits_and_is_never_cut(name, short, expected):
    assert authority_common_name(name, short, "G2") == expected
    assert len(expected) <= CERTIFICATE_LENGTH


def opened(actor=OPERATOR, **changes: Any):
    body = OpenTicket(type=TicketType.QUESTION, institution=MINISTRY, subject="OTP", text="¿Cómo?")
    decision = decide_ticket(None, body.model_copy(update=changes), POLICY, actor, NOW)
    return evolve_ticket(None, *accepted(decision))


def test_a_ticket_says_who_waits_for_whom():
    state = opened()
    assert state.waits_for is Side.CENTRE
    answer = accepted(decide_ticket(state, AnswerTicket(text="Así"), POLICY, DESK, NOW))
    assert [each.told for each in notices_for(answer[0])] == [Told.OPERATOR, Told.REQUESTER]
    state = folded(evolve_ticket, answer, state)
    assert state.waits_for is Side.INSTITUTION
    back = accepted(decide_ticket(state, AnswerTicket(text="No"), POLICY, OPERATOR, NOW))
    assert [each.told for each in notices_for(back[0])] == [Told.HELP_DESK, Told.REQUESTER]
    state = folded(evolve_ticket, back, state)
    assert (state.waits_for, state.answers) == (Side.CENTRE, 2)
    close = CloseTicket(outcome=TicketOutcome.ANSWERED)
    assert codes(decide_ticket(state, close, POLICY, OPERATOR, NOW)) == ["SEAT_MISSING"]
    state = folded(evolve_ticket, accepted(decide_ticket(state, close, POLICY, DESK, NOW)), state)
    assert state.waits_for is None
    closed = decide_ticket(state, AnswerTicket(text="?"), POLICY, OPERATOR, NOW)
    assert codes(closed) == ["TICKET_CLOSED"]


@pytest.mark.parametrize(("days", "expected"), [(30, []), (31, ["TICKET_REOPEN_LATE"])])
def test_a_closed_ticket_opens_again_for_a_while(days, expected):
    state = opened()
    close = CloseTicket(outcome=TicketOutcome.REFUSED)
    state = folded(evolve_ticket, accepted(decide_ticket(state, close, POLICY, DESK, NOW)), state)
    later = NOW + timedelta(days=days)
    found = decide_ticket(state, ReopenTicket(text="Falta"), POLICY, OPERATOR, later)
    assert codes(found) == expected
    if found.events:
        assert folded(evolve_ticket, found.events, state).waits_for is Side.CENTRE


def test_a_ticket_is_out_of_reach_of_others_and_says_something():
    state = opened()
    found = decide_ticket(state, AnswerTicket(text="x"), POLICY, STRANGER, NOW)
    assert codes(found) == ["OUT_OF_REACH"]
    assert codes(decide_ticket(state, AnswerTicket(text=" "), POLICY, DESK, NOW)) == [
        "TICKET_TEXT_MISSING"
    ]
    body = OpenTicket(
        type=TicketType.CERTIFIER_ROLE, institution=MINISTRY, subject="Cambio", text="Se pide"
    )
    assert codes(decide_ticket(None, body, POLICY, OPERATOR, NOW)) == ["TICKET_OFFICIAL_MISSING"]
    named = body.model_copy(update={"official": ANA})
    assert accepted(decide_ticket(None, named, POLICY, OPERATOR, NOW))
    reopen = decide_ticket(state, ReopenTicket(text="x"), POLICY, OPERATOR, NOW)
    assert codes(reopen) == ["TICKET_OPEN"]


def test_who_asks_without_an_account_says_where_to_answer():
    body = OpenTicket(type=TicketType.ENABLE_INSTITUTION, subject="Museos", text="Se pide")

    def decided(contact: str, institution: UUID | None = None):
        named = body.model_copy(update={"contact": contact, "institution": institution})
        return decide_ticket(None, named, POLICY, DESK, NOW)

    assert codes(decided(" ")) == ["TICKET_CONTACT_MISSING"]
    assert [each.field for each in decided("jefa@").findings] == ["contact"]
    (event,) = accepted(decided("Jefa@museos.example"))
    assert evolve_ticket(None, event).contact == "Jefa@museos.example"
    assert accepted(decided("jefa@museos.example", MINISTRY))[0].contact == ""
    assert "museos" not in str(event.parts()[0])
    purged = read_back(TicketEvent, ticket_stream, event, purged=True)
    assert purged.contact == ""


def test_a_ticket_opened_before_addresses_were_asked_for_reads_on():
    (event,) = accepted(decide_ticket(None, OpenTicket(
        type=TicketType.QUESTION, institution=MINISTRY, subject="OTP", text="¿Cómo?"
    ), POLICY, OPERATOR, NOW))  # fmt: skip
    public, personal = event.parts()
    before = {name: value for name, value in personal.items() if name != "contact"}
    known = catalogue(TicketEvent, ticket_stream)
    assert read_event(known, event.KIND, event.SCHEMA, public, before) == event


def test_words_and_files_of_a_ticket_are_personal():
    body = OpenTicket(
        type=TicketType.QUESTION, institution=MINISTRY, subject="OTP", text="Ana perdió",
        attachments=(PAPER,),
    )  # fmt: skip
    (event,) = accepted(decide_ticket(None, body, POLICY, OPERATOR, NOW))
    assert "Ana" not in str(event.parts()[0])
    gone = evolve_ticket(None, read_back(TicketEvent, ticket_stream, event, purged=True))
    assert (gone.subject, gone.waits_for) == ("", Side.CENTRE)
