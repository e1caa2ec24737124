"""Answers queries about keys in custody, applications and signatures, within the asker's scope."""

import base64
from uuid import UUID

from issuance.access.roles import Session
from issuance.certificates.keys import certificate_der
from issuance.engine.institutional_streams import read_portable
from issuance.engine.members import actor_of
from issuance.engine.office import Office
from issuance.engine.signature_answers import refused_requests_answer, signature_log_answer
from issuance.engine.signing_keys import signer_of
from issuance.engine.signing_streams import (
    read_application,
    read_key,
    read_permission,
    read_sandbox,
    sandbox_ref,
)
from issuance.engine.time_stamping import time_stamping_answer, try_time_stamping
from issuance.findings import Finding, blocks
from issuance.findings.institutions import InstitutionCode
from issuance.institutions.actors import Scope, scope_of
from issuance.institutions.portable_stream import PortableState
from issuance.register.institution_items import ItemFilter
from issuance.register.paging import LARGEST_PAGE
from issuance.register.register import Reading
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
    RefusedRequestsQuery,
    SandboxAnswer,
    SandboxQuery,
    SignatureLogQuery,
    SigningAnswer,
    SigningKeyAnswer,
    SigningKeyQuery,
    SigningQuery,
    TimeStampingQuery,
    TimeStampTrialQuery,
)
from issuance.signing.sandbox_stream import API_KEY, ENTITY, OTP_SECRET, RUNS, SECRET
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
            return signature_log_answer(reading, query, scope)
        case RefusedRequestsQuery():
            return refused_requests_answer(office, reading, query, scope)
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
