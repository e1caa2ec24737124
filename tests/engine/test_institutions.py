"""Institutions, their people and certificates through the engine's doors."""

import base64
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography import x509

from issuance.access.commands import InviteMember
from issuance.certificates.keys import verifies
from issuance.certificates.to_be_signed import key_of
from issuance.engine import institution_authority
from issuance.engine.institutional import settle_institutional
from issuance.findings.cases import CaseFinding
from issuance.findings.certificates import CertificateFinding
from issuance.findings.institutions import InstitutionCode
from issuance.findings.signing import SigningCode
from issuance.institution_queries import (
    InstitutionHistoryQuery,
    InstitutionQuery,
    PortableQuery,
    SeatsQuery,
    TicketQuery,
    TicketsQuery,
)
from issuance.institutions.institution_decisions import (
    ApproveInstitution,
    AskInstitution,
    RefuseInstitution,
    RenameInstitution,
)
from issuance.institutions.institution_stream import Agreement
from issuance.institutions.official_decisions import (
    ChangeOfficial,
    EndOfficial,
    GrantCertifier,
    RegisterOfficial,
)
from issuance.institutions.official_stream import MandateGround
from issuance.institutions.portable_commands import (
    ApprovePortable,
    NudgeCertifiers,
    RejectPortable,
    RequestPortable,
    RevokePortable,
)
from issuance.institutions.ticket_stream import (
    AnswerTicket,
    CloseTicket,
    OpenTicket,
    TicketOutcome,
    TicketType,
)
from issuance.queries import MailboxQuery
from issuance.signing.ticket_token import ATTENDED, UNATTENDED
from tests.engine.desk import FIRST, codes
from tests.engine.platform import CONTACT, Platform, enrol, person, subjects
from tests.issuance.institutions.institution_samples import run_of

PHONE = "+56 9 6123 4567"


def proved(platform: Platform, number: str = "A023456789") -> ApprovePortable:
    today = platform.engine.office.today()
    return ApprovePortable(document="cedula", number=number, seen_on=today)


def test_from_an_unknown_ministry_to_the_first_officials_certificate(platform: Platform):
    asked = OpenTicket(
        type=TicketType.ENABLE_INSTITUTION, subject="Habilitar", text="Se pide", contact=CONTACT
    )
    ticket = platform.done("marcos", asked)
    agreement = Agreement(
        number="7/2026", signed_on=platform.engine.office.today(), file=platform.paper()
    )
    asking = AskInstitution(
        name="Servicio de Museos", rut=run_of(61_700_001), ministry="Ministerio de las Culturas",
        ticket=ticket, agreement=agreement, administrative_act=platform.paper(),
        operator=person(1, given_names="Olga"),
    )  # fmt: skip
    museum = platform.done("marcos", asking)
    platform.done("amalia", ApproveInstitution(), museum)
    page = platform.ask("amalia", InstitutionQuery(institution=museum))
    assert page.line.has_authority
    assert platform.ask("marcos", TicketQuery(ticket=ticket)).state.outcome == "granted"

    invited = InviteMember(user="olgam", institution=museum, first_password=FIRST)
    assert platform.give("amalia", invited, revision=0).applied
    enrol(platform, "olgam")
    (seat,) = platform.ask("olgam", SeatsQuery()).seats
    assert (seat.role, seat.institution) == ("institution_operator", museum)

    secretary = platform.register("olgam", museum, 2, given_names="Marta")
    curator = platform.register("olgam", museum, 3, given_names="Carla")
    wanted = OpenTicket(
        type=TicketType.CERTIFIER_ROLE, institution=museum, official=secretary,
        subject="Ministra de fe", text="Según la ley",
    )  # fmt: skip
    role = platform.done("olgam", wanted)
    granted = GrantCertifier(ticket=role, ground=MandateGround.LAW, law="Ley 1, art. 2")
    assert codes(platform.give("olgam", granted, secretary)) == [InstitutionCode.SEAT_MISSING]
    platform.done("amalia", granted, secretary)
    for user, official in (("martas", secretary), ("carlac", curator)):
        member = InviteMember(
            user=user, institution=museum, official=official, first_password=FIRST
        )
        assert platform.give("olgam", member, revision=0).applied
        enrol(platform, user)

    request = RequestPortable(institution=museum, official=curator, purpose=ATTENDED, phone=PHONE)
    certificate = platform.done("carlac", request)
    (waiting,) = platform.requests("martas", statuses=("pending",))
    assert (waiting.certificate, waiting.official_name) == (certificate, "Carla Ejemplo D Prueba")
    platform.done("martas", proved(platform), certificate)
    answer = platform.ask("carlac", PortableQuery(certificate=certificate))
    assert (answer.line.status, answer.line.own, answer.line.otp) == ("issued", True, "none")
    chain = [
        x509.load_der_x509_certificate(base64.b64decode(each))
        for each in (answer.certificate, *answer.chain)
    ]
    for issued, issuer in zip(chain, (*chain[1:], chain[-1]), strict=True):
        assert verifies(key_of(issuer), issued.signature, issued.tbs_certificate_bytes)
    assert "Servicio de Museos" in chain[1].subject.rfc4514_string()
    told = subjects(platform)
    for words in (
        "Servicio de Museos está habilitada",
        "Usted es ministro de fe",
        "Firma electrónica: Servicio de Museos le registró",
        "Certificado aprobado",
    ):
        assert any(words in each for each in told), (words, told)
    lines = platform.ask("olgam", InstitutionHistoryQuery(institution=museum)).entries
    kinds = [each.kind for each in lines]
    assert kinds[-1] == "institution_asked"
    assert {"official_registered", "portable_issued", "ticket_closed"} <= set(kinds)


def test_an_approval_says_why_its_certificate_must_wait(platform: Platform):
    waiting = platform.requests("mireya", statuses=("pending",))[0].certificate
    custody = platform.engine.office.folder / "custody.json"
    away = custody.rename(custody.with_name("away"))
    platform.engine.office.custody.close()
    receipt = platform.give("mireya", proved(platform), waiting)
    assert receipt.applied
    assert codes(receipt) == [SigningCode.CUSTODY_FILE_UNREADABLE]
    away.rename(custody)
    platform.engine.run_due(platform.session("amalia"))
    answer = platform.ask("mireya", PortableQuery(certificate=waiting))
    assert answer.line.status in ("issued", "active")


def test_a_substitute_certifies_until_the_last_day_and_not_after(platform: Platform):
    (waiting,) = platform.requests("sergio", statuses=("pending",), text="Hugo")
    mandate = platform.official("osvaldo", "Sergio").mandate
    assert mandate is not None
    platform.clock.pass_time(days=14)
    roles = [each.role for each in platform.ask("sergio", SeatsQuery()).seats]
    assert roles == ["holder", "certifier"]
    platform.clock.pass_time(days=1)
    roles = [each.role for each in platform.ask("sergio", SeatsQuery()).seats]
    assert roles == ["holder"]
    receipt = platform.give("sergio", proved(platform), waiting.certificate, 1)
    assert codes(receipt) == [InstitutionCode.OUT_OF_REACH]
    assert platform.requests("sergio", statuses=("pending",), text="Hugo") == ()


def test_who_asks_for_an_institution_does_not_approve_it(platform: Platform):
    asked = OpenTicket(
        type=TicketType.ENABLE_INSTITUTION, subject="Habilitar", text="Se pide", contact=CONTACT
    )
    ticket = platform.done("amalia", asked)
    agreement = Agreement(
        number="1", signed_on=platform.engine.office.today(), file=platform.paper()
    )
    asking = AskInstitution(
        name="Servicio de Aduanas Menores", rut=run_of(61_700_002), ministry="Hacienda",
        ticket=ticket, agreement=agreement, administrative_act=platform.paper(),
        operator=person(1),
    )  # fmt: skip
    customs = platform.done("amalia", asking)
    refused = platform.give("amalia", ApproveInstitution(), customs)
    assert codes(refused) == [CaseFinding.SECOND_PERSON_NEEDED]
    platform.done("aurora", RefuseInstitution(reason="duplicate_institution"), customs)
    assert "Servicio de Aduanas Menores no fue habilitada" in subjects(platform)
    assert platform.ask("amalia", TicketQuery(ticket=ticket)).state.outcome == "refused"
    # Its name and RUT are free again.
    ticket = platform.done("marcos", asked)
    platform.done("marcos", asking.model_copy(update={"ticket": ticket}))


def test_an_unfit_authority_is_not_signed_and_a_fit_one_is_made_later(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
):
    waiting = platform.asked_institution("Servicio de Faros", 77)
    write = institution_authority.issuing_authority_to_be_signed
    with monkeypatch.context() as broken:
        broken.setattr(
            institution_authority,
            "issuing_authority_to_be_signed",
            lambda template: write(replace(template, serial=1)),
        )
        approved = platform.give("amalia", ApproveInstitution(), waiting)
    assert approved.applied
    assert codes(approved) == [CertificateFinding.SERIAL_UNFIT]
    page = InstitutionQuery(institution=waiting)
    assert not platform.ask("amalia", page).line.has_authority
    platform.engine.run_due(platform.session("amalia"))
    assert platform.ask("amalia", page).line.has_authority


def test_a_run_is_registered_once_in_an_institution_and_names_are_one_institutions(
    platform: Platform,
):
    ministry = platform.ministry
    first = platform.register("osvaldo", ministry, 7)
    twice = platform.give("osvaldo", RegisterOfficial(institution=ministry, person=person(7)))
    assert codes(twice) == [InstitutionCode.OFFICIAL_KNOWN]
    other = platform.register("osvaldo", ministry, 8)
    changed = ChangeOfficial(person=person(7, position="Jefa"))
    assert codes(platform.give("osvaldo", changed, other)) == [InstitutionCode.OFFICIAL_KNOWN]
    platform.done("osvaldo", changed, first)
    platform.done("osvaldo", EndOfficial(), first)
    platform.register("osvaldo", ministry, 7)
    ticket = platform.done(
        "marcos",
        OpenTicket(
            type=TicketType.ENABLE_INSTITUTION, subject="H", text="Se pide", contact=CONTACT
        ),
    )
    agreement = Agreement(
        number="1", signed_on=platform.engine.office.today(), file=platform.paper()
    )
    asking = AskInstitution(
        name="MINISTERIO DE EJEMPLOS Y DEMOSTRACIONES", rut=run_of(61_999_001), ministry="M",
        ticket=ticket, agreement=agreement, administrative_act=platform.paper(),
        operator=person(1),
    )  # fmt: skip
    known = platform.give("marcos", asking)
    assert [each.field for each in known.findings] == ["name", "rut"]
    platform.done("amalia", RenameInstitution(name="Ministerio Nuevo"), ministry)
    known = platform.give("marcos", asking)
    assert [each.field for each in known.findings] == ["rut"]


def test_the_same_command_has_one_effect_and_a_stale_one_none(platform: Platform):
    (waiting,) = platform.requests("mireya", statuses=("pending",), text="Hugo")
    stale = platform.give("mireya", proved(platform), waiting.certificate, 0)
    assert stale.outcome == "conflict"
    rejection = RejectPortable(reason="identity_not_proven")
    first = platform.give("mireya", rejection, waiting.certificate)
    assert first.applied
    session = platform.session("mireya")
    command = platform.command(session, rejection, waiting.certificate, 1, "portable_certificate")
    refused = platform.engine.execute(command, session)
    assert codes(refused) == [InstitutionCode.PORTABLE_NOT_POSSIBLE]
    assert platform.engine.execute(command, session) == refused


def test_tickets_wait_for_the_other_side_and_each_change_is_mailed(platform: Platform):
    asked = OpenTicket(
        type=TicketType.TECHNICAL, institution=platform.ministry, subject="No abre", text="Nada"
    )
    ticket = platform.done("osvaldo", asked)
    (line,) = platform.ask("marcos", TicketsQuery(statuses=("centre",))).entries
    assert (line.ticket, line.opened_by) == (ticket, "Osvaldo Operador")
    before = len(subjects(platform))
    platform.done("marcos", AnswerTicket(text="¿Qué dice?"), ticket)
    platform.done("osvaldo", AnswerTicket(text="Nada"), ticket)
    platform.done("marcos", CloseTicket(outcome=TicketOutcome.ANSWERED, text="Reinicie"), ticket)
    told = subjects(platform)[before:]
    assert len(told) == 3
    assert all(line.number in each for each in told)
    answer = platform.ask("osvaldo", TicketQuery(ticket=ticket))
    assert [each.text for each in answer.messages] == ["Nada", "¿Qué dice?", "Nada", "Reinicie"]
    teresa = platform.official("osvaldo", "Teresa")
    foreign = OpenTicket(
        type=TicketType.CERTIFIER_ROLE, institution=platform.institution("Otra", 2),
        official=teresa.official, subject="Rol", text="Se pide",
    )  # fmt: skip
    assert codes(platform.give("marcos", foreign)) == [InstitutionCode.OFFICIAL_ELSEWHERE]


def test_who_asks_for_an_institution_is_mailed_every_change_with_the_answer(platform: Platform):
    def mails() -> list[str]:
        platform.engine.deliver_mail()
        every = platform.ask("amalia", MailboxQuery()).messages[::-1]
        return [mail.body for mail in every if mail.to == "jefa@museos.example"]

    asked = OpenTicket(type=TicketType.ENABLE_INSTITUTION, subject="Museos", text="Se pide")
    refused = platform.give("marcos", asked)
    assert codes(refused) == [InstitutionCode.TICKET_CONTACT_MISSING]
    asked = asked.model_copy(update={"contact": "jefa@museos.example"})
    ticket = platform.done("marcos", asked)
    platform.done("marcos", AnswerTicket(text="Falta el convenio."), ticket)
    first, second = mails()
    assert "Se pide" in first
    assert "Falta el convenio." in second
    asking = AskInstitution(
        name="Servicio de Museos Menores", rut=run_of(61_700_002), ministry="Culturas",
        ticket=ticket, administrative_act=platform.paper(),
        agreement=Agreement(
            number="8", signed_on=platform.engine.office.today(), file=platform.paper()
        ),
        operator=person(5),
    )  # fmt: skip
    museum = platform.done("marcos", asking)
    reasons = platform.engine.office.policy.policy.reasons.cancel
    platform.done("amalia", RefuseInstitution(reason=reasons[0], note="El acto venció."), museum)
    (_, _, last) = mails()
    assert "El acto venció." in last


def test_certifiers_are_nudged_by_mail_and_not_too_often(platform: Platform):
    (waiting,) = platform.requests("hugo", own=True)
    before = len(subjects(platform))
    platform.done("hugo", NudgeCertifiers(), waiting.certificate)
    told = subjects(platform)[before:]
    # The certifier and her substitute.
    assert told == ["Solicitudes de certificado que esperan: 4"] * 2
    again = platform.give("hugo", NudgeCertifiers(), waiting.certificate)
    assert codes(again) == [InstitutionCode.NUDGED_ALREADY]


def test_one_request_at_a_time_for_a_purpose_and_the_holder_revokes(platform: Platform):
    teresa = platform.official("osvaldo", "Teresa")
    body = RequestPortable(
        institution=teresa.institution, official=teresa.official, purpose=UNATTENDED, phone=PHONE
    )
    assert codes(platform.give("teresa", body)) == [InstitutionCode.PORTABLE_OPEN]
    hugos = platform.give("hugo", body)
    assert codes(hugos) == [InstitutionCode.OUT_OF_REACH]
    (issued,) = platform.requests("teresa", statuses=("issued",))
    answer = platform.ask("teresa", PortableQuery(certificate=issued.certificate))
    assert answer.acts == ("revoke_portable",)
    platform.done("teresa", RevokePortable(cause="holder_request"), issued.certificate)
    (line,) = platform.requests("teresa", statuses=("revoked",))
    assert line.certificate == issued.certificate


def test_terms_end_with_time_and_holders_are_told_before(platform: Platform):
    (waiting,) = platform.requests("mireya", statuses=("pending",), text="Teresa")
    platform.done("mireya", proved(platform), waiting.certificate)
    (active,) = platform.requests("teresa", statuses=("active",))
    assert active.not_after is not None
    subjects(platform)
    service = platform.session("amalia")
    platform.clock.moment = active.not_after - timedelta(days=80)
    assert platform.engine.run_due(service).events["portable_expiring_told"] == 1
    assert "portable_expiring_told" not in platform.engine.run_due(service).events
    platform.clock.moment = active.not_after + timedelta(seconds=1)
    assert platform.engine.run_due(service).events["portable_expired"] == 2
    assert platform.requests("teresa", statuses=("active", "issued")) == ()
    told = [each for each in subjects(platform) if "vence el" in each]
    assert len(told) == 1


@pytest.mark.parametrize("user", ["osvaldo", "hugo"])
def test_what_is_approved_but_not_made_is_made_by_the_next_round(platform: Platform, user: str):
    """Whoever is there when the round comes: a certificate needs nobody's own key."""
    (waiting,) = platform.requests("mireya", statuses=("pending",), text="Hugo")
    session, body = platform.session("mireya"), proved(platform)
    command = platform.command(session, body, waiting.certificate, kind="portable_certificate")
    assert settle_institutional(platform.engine.office, command, body, session).applied
    (line,) = platform.requests("hugo", own=True)
    assert line.status == "approved"
    platform.engine.run_due(platform.session(user))
    (line,) = platform.requests("hugo", own=True)
    assert line.status == "issued"


def test_a_member_reads_their_own_mails_of_the_demonstration(platform: Platform) -> None:
    every = subjects(platform)
    shown = platform.ask("teresa", MailboxQuery()).messages
    operator = platform.ask("osvaldo", MailboxQuery()).messages
    assert {mail.to for mail in shown} == {"teresa.titular@ministerio.example"}
    assert {mail.to for mail in operator} == {"osvaldo.operador@ministerio.example"}
    assert len(shown) + len(operator) < len(every)
