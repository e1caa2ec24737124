"""Answers queries about keys in custody, applications and signatures, within the asker's scope."""

import base64
from uuid import UUID

from issuance.access.roles import Session
from issuance.certificates.keys import certificate_der
from issuance.engine.institutional_streams import read_institution, read_portable
from issuance.engine.members import actor_of
from issuance.engine.office import Office
from issuance.engine.sandbox import sandbox_institution
from issuance.engine.signing_keys import signer_of
from issuance.engine.signing_record import FINDING
from issuance.engine.signing_streams import (
    APPLICATION_CLAIM,
    read_application,
    read_key,
    read_permission,
    read_sandbox,
    sandbox_ref,
)
from issuance.engine.time_stamping import time_stamping_answer, try_time_stamping
from issuance.events import read_event
from issuance.findings import Finding, blocks
from issuance.findings.institutions import InstitutionCode
from issuance.institutions.actors import Scope, scope_of
from issuance.institutions.portable_stream import PortableState
from issuance.register.institution_items import ItemFilter
from issuance.register.model import Entry
from issuance.register.paging import LARGEST_PAGE
from issuance.register.register import Reading
from issuance.register.signatures import RefusedRow, SignatureFilter, SignatureRow
from issuance.register.signatures import SignatureKey as RegisterKey
from issuance.signing.application_stream import APPLICATION_KIND, ApplicationState
from issuance.signing.key_stream import SigningKeyState
from issuance.signing.queries import (
    ApplicationLine,
    ApplicationsAnswer,
    ApplicationsQuery,
    CodesState,
    PermissionLine,
    PermissionsAnswer,
    PermissionsQuery,
    RefusedRequest,
    RefusedRequestsAnswer,
    RefusedRequestsQuery,
    SandboxAnswer,
    SandboxQuery,
    SignatureKey,
    SignatureLine,
    SignatureLogAnswer,
    SignatureLogQuery,
    SigningAnswer,
    SigningKeyAnswer,
    SigningKeyQuery,
    SigningQuery,
    TimeStampingQuery,
    TimeStampTrialQuery,
)
from issuance.signing.sandbox_stream import API_KEY, ENTITY, OTP_SECRET, RUNS, SECRET
from issuance.signing.signature_log import RequestSigned
from issuance.signing.ticket_token import ATTENDED

Findings = tuple[Finding, ...]

_UNSEEN = (blocks(InstitutionCode.OUT_OF_REACH),)


def signing_answer(
    office: Office, reading: Reading, query: SigningQuery, session: Session
) -> SigningAnswer | Findings:
    """Answer a query, or say that what it names does not exist for who asks."""
    scope = scope_of(actor_of(office, reading, session))
    match query:
        case SigningKeyQuery():
            return _key(office, reading, query, scope)
        case ApplicationsQuery():
            return _applications(reading, query, scope)
        case PermissionsQuery():
            return _permissions(reading, query, scope)
        case SignatureLogQuery():
            return _log(reading, query, scope)
        case RefusedRequestsQuery():
            return _refused(office, reading, query, scope)
        case SandboxQuery():
            return _sandbox(office, reading, scope)
        case TimeStampingQuery():
            return time_stamping_answer(office, session)
        case TimeStampTrialQuery():
            return try_time_stamping(office, session)


def _owner(reading: Reading, certificate: UUID, scope: Scope) -> PortableState | None:
    """Return a certificate that the scope sees."""
    state, _ = read_portable(reading, certificate)
    seen = state is not None and scope.sees(state.institution, state.official)
    return state if seen else None


def _key(
    office: Office, reading: Reading, query: SigningKeyQuery, scope: Scope
) -> SigningKeyAnswer | Findings:
    owner = _owner(reading, query.certificate, scope)
    if owner is None:
        return _UNSEEN
    key, revision = read_key(reading, query.certificate)
    signer = signer_of(office, reading, query.certificate)
    return SigningKeyAnswer(
        revision=revision,
        purpose=owner.purpose,
        name=signer.name if signer else "",
        codes=_codes(owner, key),
        locked_until=key.locked_until if key else None,
        certificate=key.certificate if key else "",
        chain=tuple(
            base64.b64encode(certificate_der(each)).decode("ascii") for each in signer.chain
        )
        if signer
        else (),
    )


def _codes(owner: PortableState, key: SigningKeyState | None) -> CodesState:
    if owner.purpose != ATTENDED:
        return "not_wanted"
    if key is None:
        return "none"
    if key.otp is not None:
        return "set_up"
    return "offered" if key.offered is not None else "none"


def _applications(
    reading: Reading, query: ApplicationsQuery, scope: Scope
) -> ApplicationsAnswer | Findings:
    if not scope.sees(query.institution):
        return _UNSEEN
    wanted = ItemFilter(APPLICATION_KIND, institution=query.institution)
    shown = reading.items_by_id(scope, wanted, query.after, query.limit)
    lines = [_application(reading, each) for each in shown]
    # A full page may be the last one: then the next is empty.
    following = shown[-1] if len(shown) == query.limit else None
    return ApplicationsAnswer(entries=tuple(lines), next=following)


def _application(reading: Reading, application: UUID) -> ApplicationLine:
    state, revision = read_application(reading, application)
    if state is None:
        raise ValueError("a line belongs to a stream")
    return ApplicationLine(
        application=application,
        revision=revision,
        name=state.name,
        key=state.key,
        entity=state.entity,
        grants=state.grants,
        ended=state.ended,
        secrets=tuple(each.until for each in state.secrets),
    )


def _permissions(
    reading: Reading, query: PermissionsQuery, scope: Scope
) -> PermissionsAnswer | Findings:
    owner = _owner(reading, query.certificate, scope)
    if owner is None:
        return _UNSEEN
    key, _ = read_key(reading, query.certificate)
    run = key.run if key else ""
    everything = Scope(everything=True, institutions=frozenset(), officials=frozenset())
    wanted = ItemFilter(APPLICATION_KIND, institution=owner.institution)
    found: list[PermissionLine] = []
    after: UUID | None = None
    while page := reading.items_by_id(everything, wanted, after, LARGEST_PAGE):
        after = page[-1]
        for application in page:
            state, _ = read_application(reading, application)
            permission, revision = read_permission(reading, query.certificate, application)
            enabled = permission is not None and permission.enabled
            if state and (enabled or _asks_for(state, owner.purpose, run)):
                found.append(
                    PermissionLine(
                        application=application,
                        revision=revision,
                        name=state.name,
                        key=state.key,
                        enabled=enabled,
                    )
                )
    return PermissionsAnswer(entries=tuple(found))


def _asks_for(state: ApplicationState, purpose: str, run: str) -> bool:
    return not state.ended and (purpose, run) in state.pairs


def _log(reading: Reading, query: SignatureLogQuery, scope: Scope) -> SignatureLogAnswer:
    application = None
    if query.application:
        application = reading.claim(APPLICATION_CLAIM, query.application)
        if application is None:
            return SignatureLogAnswer(entries=(), next=None)
    results = {"signed": ("signed",), "failed": ("failed", "partly"), None: ()}
    wanted = SignatureFilter(
        institution=query.institution,
        certificate=query.certificate,
        application=application,
        run=query.run,
        results=results[query.result],
        since=query.since,
        until=query.until,
    )
    after = RegisterKey(query.after.at, query.after.number) if query.after else None
    rows, following = reading.signature_page(scope, wanted, after, query.limit)
    entries = {each.seq: each for each in reading.entries_at([row.seq for row in rows])}
    return SignatureLogAnswer(
        entries=tuple(_line(row, entries[row.seq]) for row in rows),
        next=SignatureKey(at=following.at, number=following.number) if following else None,
    )


def _line(row: SignatureRow, entry: Entry) -> SignatureLine:
    known = {RequestSigned.KIND: RequestSigned}
    event = read_event(known, entry.kind, entry.schema, entry.public, entry.personal)
    return SignatureLine(
        number=row.number,
        certificate=row.certificate,
        at=row.at,
        interface=event.interface,
        entity=event.entity,
        application=event.application,
        purpose=event.purpose,
        run=event.run,
        items=event.items,
        signed=event.signed,
        failed=event.failed,
        address=event.address,
    )


def _refused(
    office: Office, reading: Reading, query: RefusedRequestsQuery, scope: Scope
) -> RefusedRequestsAnswer:
    application = None
    if query.application:
        application = reading.claim(APPLICATION_CLAIM, query.application)
        if application is None:
            return RefusedRequestsAnswer(entries=())
    rows = reading.refused_page(scope, query.institution, application, query.limit)
    return RefusedRequestsAnswer(entries=tuple(_refusal(office, reading, row) for row in rows))


def _refusal(office: Office, reading: Reading, row: RefusedRow) -> RefusedRequest:
    state = read_application(reading, row.application)[0] if row.application else None
    return RefusedRequest(
        at=row.at,
        interface=row.interface,
        whose=_name(office, reading, row.institution) if row.institution else "",
        application=state.key if state else "",
        run=row.run,
        purpose=row.purpose,
        finding=FINDING.validate_json(row.finding),
    )


def _name(office: Office, reading: Reading, institution: UUID) -> str:
    if institution == sandbox_institution(office.id):
        return ENTITY
    state, _ = read_institution(reading, institution)
    return state.name if state else ""


def _sandbox(office: Office, reading: Reading, scope: Scope) -> SandboxAnswer | Findings:
    if not scope.everything:
        return _UNSEEN
    state, revision = read_sandbox(reading, office.id)
    on = state is not None and state.on
    return SandboxAnswer(
        on=on,
        id=sandbox_ref(office.id).id,
        revision=revision,
        entity=ENTITY,
        key=API_KEY,
        secret=SECRET.reveal(),
        runs=RUNS,
        codes=OTP_SECRET.reveal(),
    )
