"""People of institutions: invited, seated, and out the moment their last seat ends."""

from issuance.access.commands import InviteMember, ResetAccess
from issuance.cases.commands.application import OpenCase
from issuance.findings.access import AccessCode
from issuance.findings.engine import EngineCode
from issuance.findings.institutions import InstitutionCode
from issuance.institution_queries import (
    InstitutionQuery,
    OfficialQuery,
    SeatsQuery,
)
from issuance.institutions.institution_decisions import (
    EndInstitution,
    ReplaceOperator,
)
from issuance.institutions.official_decisions import (
    EndOfficial,
)
from issuance.institutions.ticket_stream import OpenTicket, TicketType
from issuance.queries import (
    CountsQuery,
    OperatorsQuery,
    WorklistQuery,
)
from issuance.secret import Secret
from tests.engine.desk import FIRST, codes
from tests.engine.platform import Platform, enrol, person, subjects


def test_an_ended_official_loses_access_and_certificates_at_once(platform: Platform):
    teresa = platform.official("osvaldo", "Teresa")
    session = platform.session("teresa")
    ended = EndOfficial(reason="left_institution")
    platform.done("osvaldo", ended, teresa.official)
    assert codes(platform.engine.ask(SeatsQuery(), session)) == [EngineCode.SESSION_ENDED]
    answer = platform.ask("osvaldo", OfficialQuery(official=teresa.official))
    assert answer.line.status == "ended"
    assert {each.status for each in answer.certificates} == {"revoked", "withdrawn"}
    again = platform.try_log_in("teresa", Secret("teresa-firma-resoluciones"), Secret("123456"))
    assert codes(again) == [AccessCode.LOG_IN_REFUSED]
    platform.clock.pass_time(minutes=5)
    platform.log_in("amalia")
    assert any("Certificado revocado" in each for each in subjects(platform))


def test_the_next_operator_takes_the_seat_of_the_last_one(platform: Platform):
    ministry, session = platform.ministry, platform.session("osvaldo")
    asked = OpenTicket(
        type=TicketType.OPERATOR_CHANGE, institution=ministry, subject="Cambio", text="Se pide"
    )
    ticket = platform.done("osvaldo", asked)
    platform.done("amalia", ReplaceOperator(ticket=ticket, operator=person(5)), ministry)
    assert codes(platform.engine.ask(SeatsQuery(), session)) == [EngineCode.SESSION_ENDED]
    assert platform.ask("amalia", InstitutionQuery(institution=ministry)).operator_user == ""
    invited = InviteMember(user="nueva", institution=ministry, first_password=FIRST)
    assert platform.give("amalia", invited, revision=0).applied
    # The same seat is nobody else's.
    other = InviteMember(user="otra", institution=ministry, first_password=FIRST)
    receipt = platform.give("amalia", other, revision=0)
    assert codes(receipt) == [InstitutionCode.MEMBER_SEATED]


def test_an_ended_institution_ends_everything_in_it(platform: Platform):
    ministry = platform.ministry
    people = ("osvaldo", "mireya", "sergio", "teresa", "hugo")
    sessions = [platform.session(user) for user in people]
    platform.done("amalia", EndInstitution(reason="agreement_ended"), ministry)
    for session in sessions:
        assert codes(platform.engine.ask(SeatsQuery(), session)) == [EngineCode.SESSION_ENDED]
    statuses = {each.status for each in platform.requests("amalia", institution=ministry)}
    assert statuses == {"revoked", "withdrawn"}


def test_a_member_sees_nothing_of_cases_and_people(platform: Platform):
    for query in (CountsQuery(), WorklistQuery(), OperatorsQuery()):
        assert codes(platform.ask("osvaldo", query)) == [InstitutionCode.SEAT_MISSING]
    body = OpenCase(
        policy="cl-firmagob", product="proposito-general-custodia-3y", language="es", values={},
        consent_version="2026.1",
    )  # fmt: skip
    session = platform.session("osvaldo")
    receipt = platform.give("osvaldo", InviteMember(
        user="nadie", institution=platform.ministry, first_password=FIRST), revision=0)  # fmt: skip
    assert codes(receipt) == [InstitutionCode.SEAT_MISSING]
    opening = platform.command(session, body, kind="case")
    assert codes(platform.engine.execute(opening, session)) == [InstitutionCode.SEAT_MISSING]
    assert {each.user for each in platform.ask("amalia", OperatorsQuery()).entries} == {
        "amalia", "aurora", "marcos",
    }  # fmt: skip


def test_an_account_takes_more_seats_of_the_same_person_alone(platform: Platform):
    ministry = platform.ministry
    museum = platform.institution("Museo de Pruebas", 1)
    invited = InviteMember(user="olivia", institution=museum, first_password=FIRST)
    assert platform.give("amalia", invited, revision=0).applied
    enrol(platform, "olivia")
    # She is also an official of hers; somebody else is not her.
    herself = platform.register("olivia", museum, 901, given_names="Olivia")
    somebody = platform.register("olivia", museum, 2)
    for official, expected in ((somebody, [AccessCode.USER_NAME_TAKEN]), (herself, [])):
        seat = InviteMember(
            user="olivia", institution=museum, official=official, first_password=FIRST
        )
        assert codes(platform.give("olivia", seat, revision=0)) == expected
    roles = [each.role for each in platform.ask("olivia", SeatsQuery()).seats]
    assert roles == ["institution_operator", "holder"]
    foreign = InviteMember(
        user="ajena", institution=ministry, official=somebody, first_password=FIRST
    )
    assert codes(platform.give("olivia", foreign, revision=0)) == [InstitutionCode.OUT_OF_REACH]
    # Her registration ends; the operator stays.
    platform.done("olivia", EndOfficial(), herself)
    roles = [each.role for each in platform.ask("olivia", SeatsQuery()).seats]
    assert roles == ["institution_operator"]


def test_a_forgotten_password_is_renewed_by_who_reaches_every_seat(platform: Platform):
    museum = platform.institution("Museo de Pruebas", 1)
    invited = InviteMember(user="olivia", institution=museum, first_password=FIRST)
    assert platform.give("amalia", invited, revision=0).applied
    enrol(platform, "olivia")
    renewal = ResetAccess(user="hugo", first_password=FIRST)
    nobody = ResetAccess(user="nadie", first_password=FIRST)
    for user, body in (("olivia", renewal), ("olivia", nobody), ("hugo", nobody)):
        refused = platform.give(user, body, revision=0)
        assert codes(refused) == [InstitutionCode.OUT_OF_REACH]
    assert codes(platform.give("teresa", renewal)) == [InstitutionCode.OUT_OF_REACH]
    assert platform.give("osvaldo", renewal, revision=0).applied
    enrol(platform, "hugo")
    # The operator's own account is the central administrator's to renew.
    platform.log_in("amalia")
    body = ResetAccess(user="osvaldo", first_password=FIRST)
    assert platform.give("amalia", body, revision=0).applied
