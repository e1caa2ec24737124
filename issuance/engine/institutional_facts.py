"""What decisions about institutions are given beside the state, read in their transaction."""

from collections.abc import Iterator
from uuid import UUID

from issuance.engine.institution_notices import WHOLE_OFFICE
from issuance.engine.institutional_claims import (
    INSTITUTION_NAME,
    INSTITUTION_RUT,
    OFFICIAL_RUN,
    name_value,
    run_value,
)
from issuance.engine.institutional_streams import (
    read_institution,
    read_official,
    read_portable,
    read_ticket,
)
from issuance.engine.office import Office
from issuance.identity.run import read_run
from issuance.institutions.actors import Actor, SeatRole, seat_in
from issuance.institutions.institution_decisions import (
    AskInstitution,
    InstitutionBody,
    InstitutionFacts,
    RenameInstitution,
    ReplaceOperator,
)
from issuance.institutions.institution_stream import InstitutionState, InstitutionStatus
from issuance.institutions.official_decisions import (
    ChangeOfficial,
    GrantCertifier,
    OfficialBody,
    OfficialFacts,
    RegisterOfficial,
)
from issuance.institutions.official_stream import OfficialState
from issuance.institutions.portable_commands import PortableBody, ReissuePortable, RequestPortable
from issuance.institutions.portable_decisions import InForce, PortableFacts
from issuance.institutions.portable_stream import STREAM_KIND, PortableState, PortableStatus
from issuance.register.institution_items import ItemFilter
from issuance.register.paging import LARGEST_PAGE
from issuance.register.register import Reading

WAITING = (PortableStatus.PENDING, PortableStatus.APPROVED, PortableStatus.ISSUED)
"""Where a request stands that its holder does not use yet."""


def institution_facts(
    reading: Reading, office: Office, institution: UUID, body: InstitutionBody
) -> InstitutionFacts:
    """Return what a decision about an institution needs."""
    ticket = None
    if isinstance(body, AskInstitution | ReplaceOperator):
        ticket, _ = read_ticket(reading, body.ticket)
    names = (body.name,) if isinstance(body, AskInstitution | RenameInstitution) else ()
    ruts = (read_run(body.rut).value,) if isinstance(body, AskInstitution) else ()
    return InstitutionFacts(
        institution=institution,
        today=office.today(),
        ticket=ticket,
        name_taken=any(
            reading.claim(INSTITUTION_NAME, name_value(name)) not in {None, institution}
            for name in names
        ),
        rut_taken=any(
            reading.claim(INSTITUTION_RUT, rut) not in {None, institution} for rut in ruts
        ),
        operator_audits=isinstance(body, ReplaceOperator)
        and _audits(reading, office, institution, body.operator.get("run", "")),
    )


def official_facts(
    reading: Reading,
    office: Office,
    official: UUID,
    state: OfficialState | None,
    body: OfficialBody,
) -> OfficialFacts:
    """Return what a decision about an official needs."""
    named = body.institution if isinstance(body, RegisterOfficial) else None
    of = state.institution if state else named
    institution = read_institution(reading, of)[0] if of else None
    ticket, substituted = None, None
    if isinstance(body, GrantCertifier):
        ticket, _ = read_ticket(reading, body.ticket)
        if body.substitutes is not None:
            substituted, _ = read_official(reading, body.substitutes)
    taken = False
    if of is not None and isinstance(body, RegisterOfficial | ChangeOfficial):
        run = read_run(body.person.get("run", "")).value
        holder = reading.claim(OFFICIAL_RUN, run_value(office, of, run))
        taken = holder not in {None, official}
    return OfficialFacts(
        official=official,
        today=office.today(),
        institution_status=institution.status if institution else InstitutionStatus.ENDED,
        run_taken=taken,
        ticket=ticket,
        substituted=substituted,
        new_id=office.sources.identifiers.new(),
        operates=_operates(institution, state),
    )


def _audits(reading: Reading, office: Office, institution: UUID, typed_run: str) -> bool:
    run = read_run(typed_run).value
    official = reading.claim(OFFICIAL_RUN, run_value(office, institution, run))
    state = read_official(reading, official)[0] if official else None
    return state is not None and state.auditor


def _operates(institution: InstitutionState | None, state: OfficialState | None) -> bool:
    operator = institution.operator if institution else None
    person = state.person if state else None
    return operator is not None and person is not None and operator.run == person.run


def portable_facts(
    reading: Reading,
    office: Office,
    certificate: UUID,
    state: PortableState | None,
    body: PortableBody,
    actor: Actor,
) -> PortableFacts | None:
    """Return what a decision about a portable certificate needs; None where nobody has it."""
    replaced = None
    if isinstance(body, ReissuePortable):
        replaced, _ = read_portable(reading, body.replaces)
    about = state or replaced
    if about is not None:
        of, whose, purpose = about.institution, about.official, about.purpose
    elif isinstance(body, RequestPortable):
        of, whose, purpose = body.institution, body.official, body.purpose
    else:
        return None
    institution, official = read_institution(reading, of)[0], read_official(reading, whose)[0]
    if institution is None or official is None or official.institution != of:
        return None
    # What is issued again waits no more.
    before = body.replaces if isinstance(body, ReissuePortable) else certificate
    others = list(_certificates(reading, whose, purpose, but={certificate, before}))
    seat = seat_in(actor, SeatRole.CERTIFIER, of)
    certifier = read_official(reading, seat.official)[0] if seat and seat.official else None
    return PortableFacts(
        now=office.now(),
        today=office.today(),
        institution=institution,
        official=official,
        certifier=certifier,
        replaced=replaced,
        waiting=any(each.status in WAITING for _, each in others),
        in_force=_in_force(others),
    )


def certificates_of(reading: Reading, official: UUID) -> Iterator[tuple[UUID, PortableState, int]]:
    """Yield the requests and certificates of an official, with their revisions."""
    rows = reading.items(
        WHOLE_OFFICE, ItemFilter(STREAM_KIND, official=official), limit=LARGEST_PAGE
    ).rows
    for row in rows:
        state, revision = read_portable(reading, row.id)
        if state is not None:
            yield row.id, state, revision


def institution_of(reading: Reading, institution: UUID | None) -> InstitutionState | None:
    """Return an institution where one is named."""
    return read_institution(reading, institution)[0] if institution else None


def _certificates(
    reading: Reading, official: UUID, purpose: str, *, but: set[UUID]
) -> Iterator[tuple[UUID, PortableState]]:
    for certificate, state, _ in certificates_of(reading, official):
        if certificate not in but and state.purpose == purpose:
            yield certificate, state


def _in_force(others: list[tuple[UUID, PortableState]]) -> InForce | None:
    active = (
        InForce(certificate, each.not_after)
        for certificate, each in others
        if each.status is PortableStatus.ACTIVE and each.not_after is not None
    )
    return next(active, None)
