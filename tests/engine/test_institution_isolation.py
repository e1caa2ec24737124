"""Nothing of one institution is ever told to another: by query, by receipt, or by how they differ.

Whoever asks for what is theirs not, and for what never was, is told the same.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from issuance.access.commands import InviteMember
from issuance.access.operators import MemberSeated, OperatorAdded, OperatorState, evolve
from issuance.access.roles import Role
from issuance.commands import Body, Receipt
from issuance.engine.members import keep_seats
from issuance.engine.office import named_stream
from issuance.engine.streams import append
from issuance.evidence.blob import BlobRef
from issuance.findings.institutions import InstitutionCode
from issuance.institution_queries import (
    CampaignQuery,
    CampaignsQuery,
    ImportsQuery,
    InstitutionCountsQuery,
    InstitutionHistoryQuery,
    InstitutionQuery,
    InstitutionsQuery,
    OfficialQuery,
    OfficialsListQuery,
    OfficialsQuery,
    PortableQuery,
    PortablesQuery,
    SeatsQuery,
    TicketQuery,
    TicketsQuery,
)
from issuance.institutions.campaign_stream import CampaignFilter
from issuance.institutions.campaigns import CloseCampaign, OpenCampaign, PauseCampaign
from issuance.institutions.import_stream import BeginImport, ContinueImport
from issuance.institutions.institution_decisions import ReplaceOperator
from issuance.institutions.official_decisions import (
    ChangeOfficial,
    DismissAuditor,
    EndOfficial,
    GrantCertifier,
    NameAuditor,
    RegisterOfficial,
)
from issuance.institutions.official_stream import MandateGround
from issuance.institutions.portable_commands import (
    NudgeCertifiers,
    RejectPortable,
    RequestPortable,
    RevokePortable,
    WithdrawPortable,
)
from issuance.institutions.ticket_stream import AnswerTicket, OpenTicket, TicketType
from issuance.model import plain
from issuance.register.model import Origin
from issuance.register.register import Writing
from issuance.secret import Secret
from issuance.signing.application_stream import Grant
from issuance.signing.commands import AllowNewOtp, OfferOtp, RegisterApplication
from issuance.signing.ticket_token import ATTENDED
from tests.engine.conftest import FoundedOffice
from tests.engine.platform import Platform, person
from tests.examples import examples

PHONE = "+56 9 6123 4567"
NOBODY = UUID(int=99)
FIRST = Secret("primera-clave-de-prueba")
CODES = Secret("JBSWY3DPEHPK3PXP" * 2)
PLACES = ("Norte", "Sur")
SEATS = ("operator", "certifier", "holder", "auditor", "other")
NAMES = {"Norte": "Norteina", "Sur": "Surena"}
WORDS = ("", *NAMES, *NAMES.values(), "p1", "4500", "Anexo", "Ejemplo", "Prueba")


class World:
    """Two institutions alike, whose things all carry their institution's word."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.things: dict[str, dict[str, UUID]] = {}
        self.files: dict[str, BlobRef] = {}
        self.known: dict[str, set[str]] = {}
        for number, place in enumerate(PLACES):
            self.build(place, number)

    def build(self, place: str, number: int) -> None:
        platform, made = self.platform, {}
        institution = platform.institution(f"Servicio {place}", 10 + number)
        made["institution"] = institution
        self.seat(f"operator.{place}".lower(), institution, None)
        operator = f"operator.{place}".lower()
        word, people = {"given_names": NAMES[place]}, range(100 * number, 100 * number + 4)
        for seat, at in zip(SEATS[1:], people, strict=True):
            official = platform.register(operator, institution, at, **word)
            made[seat] = official
            if seat != "other":
                self.seat(f"{seat}.{place}".lower(), institution, official)
        self.mandate(made["certifier"])
        platform.done("amalia", NameAuditor(), made["auditor"])
        for seat in ("holder", "certifier"):
            request = RequestPortable(
                institution=institution, official=made[seat], purpose=ATTENDED, phone=PHONE
            )
            made[f"portable.{seat}"] = platform.done(f"{seat}.{place}".lower(), request)
        made["ticket"] = platform.done(operator, OpenTicket(
            type=TicketType.QUESTION, institution=institution, subject=f"Anexo {place}",
            text="Se pregunta"))  # fmt: skip
        made["campaign"] = platform.done(
            operator,
            OpenCampaign(name=f"Anexo {place}", filter=CampaignFilter(institutions=(institution,))),
        )
        content = f"RUN;Nombres;Primer apellido;Correo;Cargo\n1-9;{place};X;x@y.example;Z\n"
        kept = platform.engine.keep(content.encode(), "text/csv")
        assert isinstance(kept, BlobRef)
        self.files[place] = kept
        begun = BeginImport(institution=institution, file=kept)
        made["import"] = platform.done(operator, begun)
        self.things[place] = made
        personal = {person(each)[name] for each in people for name in ("run", "email")}
        names = {f"Servicio {place}", NAMES[place], f"Anexo {place}"}
        self.known[place] = {*names, *personal, *(str(each) for each in made.values())}

    def seat(self, user: str, institution: UUID, official: UUID | None) -> None:
        """Give somebody an account; whose it is matters to nobody here."""
        office = self.platform.engine.office
        stream = named_stream(office.id, "operator", user)
        events = (
            OperatorAdded(user=user, name=user, roles=(Role.MEMBER,), by="amalia"),
            MemberSeated(institution=institution, official=official, by="amalia"),
        )

        def begin(writing: Writing) -> None:
            state: OperatorState | None = None
            for event in events:
                state = evolve(state, event)
            assert state is not None
            origin = Origin(office.now(), "amalia", None, office.policy.reference)
            append(writing, stream, 0, events, origin, state)
            keep_seats(writing, stream, state)

        office.register.write(begin)

    def mandate(self, official: UUID) -> None:
        platform, place = self.platform, official
        asked = OpenTicket(
            type=TicketType.CERTIFIER_ROLE, institution=self.institution_of(place),
            official=official, subject="Anexo", text="Se pide",
        )  # fmt: skip
        ticket = platform.done("marcos", asked)
        body = GrantCertifier(ticket=ticket, ground=MandateGround.LAW, law="Ley 1")
        platform.done("amalia", body, official)

    def institution_of(self, official: UUID) -> UUID:
        return self.platform.ask("amalia", OfficialQuery(official=official)).line.institution


@pytest.fixture(scope="module")
def world(furnished: FoundedOffice, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder: Path = tmp_path_factory.mktemp("world") / "office"
    shutil.copytree(furnished.folder, folder)
    with Platform(FoundedOffice(folder, furnished.recovery_key)).open() as platform:
        yield World(platform)


def queries(world: World, place: str, other: UUID | None, text: str) -> list[Any]:
    """Return every query, about a place's things or, with `other`, about what never was."""
    made = world.things[place]

    def named(name: str) -> UUID:
        return uuid5(other, name) if other else made[name]

    institution = named("institution")
    return [
        SeatsQuery(), InstitutionCountsQuery(), InstitutionsQuery(text=text),
        InstitutionQuery(institution=institution), OfficialsQuery(text=text),
        OfficialsQuery(institution=institution), OfficialQuery(official=named("holder")),
        OfficialQuery(official=named("certifier")), TicketsQuery(text=text),
        TicketsQuery(institution=institution), TicketQuery(ticket=named("ticket")),
        PortablesQuery(text=text), PortablesQuery(institution=institution),
        PortablesQuery(official=named("holder")), PortablesQuery(own=True, text=text),
        PortablesQuery(campaign=named("campaign")),
        PortableQuery(certificate=named("portable.holder")),
        PortableQuery(certificate=named("portable.certifier")), CampaignsQuery(),
        CampaignsQuery(institution=institution), CampaignQuery(campaign=named("campaign")),
        InstitutionHistoryQuery(institution=institution),
        OfficialsListQuery(institution=institution, file=world.files[place]),
        ImportsQuery(institution=institution), ImportsQuery(),
    ]  # fmt: skip


def acts(world: World, place: str, other: UUID | None) -> list[tuple[Body, UUID | None, str]]:
    """Return commands about a place's things, or about what never was."""
    made = world.things[place]

    def named(name: str) -> UUID:
        return uuid5(other, name) if other else made[name]

    institution, official = named("institution"), named("other")
    request, ticket = named("portable.holder"), named("ticket")
    register = RegisterOfficial(institution=institution, person=person(77))
    asking = RequestPortable(
        institution=institution, official=official, purpose=ATTENDED, phone=PHONE
    )
    question = OpenTicket(
        type=TicketType.QUESTION, institution=institution, subject="S", text="Se pide"
    )
    campaign = OpenCampaign(name="C", filter=CampaignFilter(institutions=(institution,)))
    invited = InviteMember(
        user="alguien", institution=institution, official=official, first_password=FIRST
    )
    importing = BeginImport(institution=institution, file=world.files[place])
    application = RegisterApplication(
        institution=institution, name="Y", key="sistema-y", secret=Secret("0" * 32),
        grants=(Grant(purpose=ATTENDED, run="1"),),
    )  # fmt: skip
    kind = "portable_certificate"
    return [
        (register, None, "official"), (ChangeOfficial(person=person(77)), official, "official"),
        (EndOfficial(), official, "official"), (asking, None, kind),
        (WithdrawPortable(), request, kind), (NudgeCertifiers(), request, kind),
        (RejectPortable(reason="identity_not_proven"), request, kind),
        (RevokePortable(cause="holder_request"), request, kind),
        (question, None, "ticket"), (AnswerTicket(text="Hola"), ticket, "ticket"),
        (campaign, None, "campaign"), (PauseCampaign(), named("campaign"), "campaign"),
        (CloseCampaign(), named("campaign"), "campaign"), (invited, None, "operator"),
        (importing, None, "officials_import"),
        (ContinueImport(), named("import"), "officials_import"),
        (application, None, "application"), (OfferOtp(secret=CODES), request, "signing_key"),
        (AllowNewOtp(identified="A1"), request, "signing_key"),
    ]  # fmt: skip


ASKERS = st.tuples(st.sampled_from(SEATS[:4]), st.permutations(PLACES))
FEW = settings(
    max_examples=examples(8),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def told(answer: Any) -> Any:
    """Return all that an answer says."""
    if isinstance(answer, tuple):
        return [(each.code, each.field, dict(each.parameters)) for each in answer]
    return plain(answer)


def test_no_answer_tells_of_another_institution(world: World):
    @FEW
    @given(ASKERS, st.sampled_from(WORDS))
    def holds(asker: tuple[str, list[str]], text: str) -> None:
        seat, (own, other) = asker
        user = f"{seat}.{own}".lower()
        theirs = [world.platform.ask(user, each) for each in queries(world, other, None, text)]
        never = [world.platform.ask(user, each) for each in queries(world, other, NOBODY, text)]
        assert list(map(told, theirs)) == list(map(told, never))
        everything = [
            *theirs,
            *(world.platform.ask(user, each) for each in queries(world, own, None, text)),
        ]
        said = "".join(str(told(each)) for each in everything)
        assert not [each for each in world.known[other] if each in said]
        # The own things are there: a wall that hides everything proves nothing.
        assert f"Servicio {own}" in said

    holds()


def test_no_receipt_tells_of_another_institution(world: World):
    @FEW
    @given(ASKERS)
    def holds(asker: tuple[str, list[str]]) -> None:
        seat, (own, other) = asker
        theirs = [answered(world, f"{seat}.{own}".lower(), *each)
                  for each in acts(world, other, None)]  # fmt: skip
        never = [answered(world, f"{seat}.{own}".lower(), *each)
                 for each in acts(world, other, NOBODY)]  # fmt: skip
        assert theirs == never
        assert all(each[0] == "rejected" for each in theirs)

    before = told(world.platform.ask("amalia", OfficialsQuery(text="Prueba")))
    holds()
    assert told(world.platform.ask("amalia", OfficialsQuery(text="Prueba"))) == before


def test_an_auditor_reads_everything_of_the_institution_and_changes_nothing(world: World):
    auditor, operator = "auditor.norte", "operator.norte"
    asked = [
        each for each in queries(world, "Norte", None, "")
        if not isinstance(each, SeatsQuery | OfficialsListQuery)
        and not (isinstance(each, PortablesQuery) and each.own)
    ]  # fmt: skip
    for each in asked:
        audited, operated = (told(world.platform.ask(user, each)) for user in (auditor, operator))
        # What one may do differs, what there is does not.
        assert {**audited, "acts": ()} == {**operated, "acts": ()}, each
    for act in acts(world, "Norte", None):
        if isinstance(act[0], RequestPortable | RevokePortable | WithdrawPortable):
            continue
        outcome, findings, *_ = answered(world, auditor, *act)
        assert (outcome, findings) == ("rejected", [("SEAT_MISSING", None, {})]), act


def test_the_centre_alone_names_auditors_and_nobody_audits_the_own_work(world: World):
    platform, made = world.platform, world.things["Norte"]

    def codes(user: str, body: Body, official: str) -> list[str]:
        return [each.code for each in platform.give(user, body, made[official]).findings]

    assert codes("operator.norte", NameAuditor(), "other") == ["SEAT_MISSING"]
    assert codes("auditor.norte", NameAuditor(), "other") == ["SEAT_MISSING"]
    assert codes("operator.sur", NameAuditor(), "other") == ["OUT_OF_REACH"]
    assert codes("amalia", NameAuditor(), "certifier") == ["AUDITOR_NOT_INDEPENDENT"]
    assert codes("amalia", NameAuditor(), "auditor") == ["AUDITOR_UNCHANGED"]
    assert codes("amalia", NameAuditor(), "other") == []
    asked = OpenTicket(
        type=TicketType.CERTIFIER_ROLE, institution=made["institution"],
        official=made["other"], subject="Anexo", text="Se pide",
    )  # fmt: skip
    granted = GrantCertifier(
        ticket=platform.done("marcos", asked), ground=MandateGround.LAW, law="Ley 1"
    )
    assert codes("amalia", granted, "other") == ["AUDITOR_NOT_INDEPENDENT"]
    change = OpenTicket(
        type=TicketType.OPERATOR_CHANGE, institution=made["institution"],
        subject="Anexo", text="Se pide",
    )  # fmt: skip
    ticket = platform.done("operator.norte", change)
    operator = ReplaceOperator(ticket=ticket, operator=person(SEATS.index("auditor") - 1))
    assert codes("amalia", operator, "institution") == ["AUDITOR_NOT_INDEPENDENT"]
    assert codes("operator.norte", DismissAuditor(), "other") == ["SEAT_MISSING"]
    assert codes("amalia", DismissAuditor(), "other") == []
    assert codes("amalia", DismissAuditor(), "other") == ["AUDITOR_UNCHANGED"]


def answered(world: World, user: str, body: Body, stream: UUID | None, kind: str) -> Any:
    """Give a command and return all that its receipt says of what it was about."""
    session = world.platform.session(user)
    command = world.platform.command(session, body, stream, 3, kind)
    receipt: Receipt = world.platform.engine.execute(command, session)
    known = {InstitutionCode.OUT_OF_REACH, InstitutionCode.SEAT_MISSING}
    assert {each.code for each in receipt.findings} <= known
    return receipt.outcome, told(receipt.findings), receipt.revision, receipt.result
