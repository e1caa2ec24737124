"""After a restore: takes up what institutions' lists published last say and the backup knows not.

Without it the next lists would lift every revocation made since the backup.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

from cryptography import x509

from issuance.certificates.revocation_list import (
    LARGEST_NUMBER,
    ListContents,
    list_der,
    read_list,
)
from issuance.certificates.revocation_reasons import Revocation, RevocationReason
from issuance.certificates.stream import InheritedRevocation
from issuance.engine.institution_authority import (
    authorities,
    authority_ref,
    certificate_of,
)
from issuance.engine.institutional_streams import continue_stream, portable_ref, read_portable
from issuance.engine.office import Office
from issuance.engine.portable_issuing import key_ended
from issuance.engine.streams import append, read_state
from issuance.findings import Finding, blocks
from issuance.findings.backup import BackupCode
from issuance.findings.revocation import RevocationFinding
from issuance.institutions.portable_course import decide_carried_over
from issuance.register.model import CertificateState, Origin
from issuance.register.register import Reading, Writing
from issuance.signing.authority_stream import (
    InstitutionAuthorityState,
    InstitutionListTakenUp,
    evolve_institution_authority,
)


@dataclass(frozen=True, slots=True)
class InstitutionListed:
    """A list published last, with the authority that signed it and the name of its key."""

    authority_key: str
    issuer: x509.Certificate
    der: bytes
    contents: ListContents


def read_last_institution_list(reading: Reading, content: bytes) -> InstitutionListed | Finding:
    """Read an institution's list; nobody's, or one older than the backup, is refused."""
    der = list_der(content)
    for key, state in authorities(reading):
        issuer = certificate_of(state.certificate)
        listed = read_list(der, issuer)
        if isinstance(listed, Finding):
            continue
        number, known = listed.number or 0, state.list.number if state.list else 0
        if number < known:
            return blocks(BackupCode.RESTORE_LIST_OLDER, number=str(number), known=str(known))
        if number > LARGEST_NUMBER:
            return blocks(BackupCode.RESTORE_LIST_NUMBER, number=str(number))
        return InstitutionListed(key, issuer, der, listed)
    return blocks(RevocationFinding.LIST_OF_ANOTHER_AUTHORITY)


@dataclass(frozen=True, slots=True)
class InstitutionsCarried:
    """How many revocations institutions' lists brought, and of how many none was given."""

    revocations: int
    without_list: int


def take_up_lists(
    writing: Writing, lists: Sequence[InstitutionListed], origin: Origin
) -> InstitutionsCarried | None:
    """Take up what lists of institutions say; None where there are no institutions."""
    keys = {key for key, _ in authorities(writing)}
    if not keys:
        return None
    new = sum(_take_up(writing, each, origin) for each in lists)
    return InstitutionsCarried(new, len(keys - {each.authority_key for each in lists}))


def _take_up(writing: Writing, listed: InstitutionListed, origin: Origin) -> int:
    """Let an authority's next lists go on naming what the last one did; count what is new here."""
    ref = authority_ref(listed.authority_key)
    state, revision = read_state(writing, ref, InstitutionAuthorityState)
    if state is None:
        raise ValueError("a list belongs to an authority")
    known = {int(row.serial) for row in writing.revoked_by(listed.authority_key)}
    new = [each for each in listed.contents.entries if each.serial not in known]
    event = InstitutionListTakenUp(
        number=listed.contents.number or 0,
        this_update=listed.contents.this_update,
        carried=tuple(
            InheritedRevocation(
                serial=f"{each.serial:x}",
                revoked_at=each.revoked_at,
                reason=each.reason.value,
                invalid_since=each.invalid_since,
            )
            for each in new
        ),
    )
    append(writing, ref, revision, [event], origin, evolve_institution_authority(state, event))
    return len(new)


def revocations_taken_up(state: InstitutionAuthorityState) -> list[Revocation]:
    """Return what lists go on naming as the one of before the restore did."""
    return [
        Revocation(
            int(each.serial, 16),
            each.revoked_at,
            RevocationReason(each.reason),
            each.invalid_since,
        )
        for each in state.inherited
    ]


def end_carried_over(office: Office, user: str) -> None:
    """End the certificates that a list of before the restore revokes, and their keys with them."""
    if office.policy.policy.portable is None:
        return
    with office.register.reading() as reading:
        waiting = [
            (row.case_id, each)
            for _, state in authorities(reading)
            for each in revocations_taken_up(state)
            if (row := reading.certificate(str(each.serial))) is not None
            and row.state == CertificateState.ISSUED
        ]
    origin = Origin(office.now(), user, None, office.policy.reference)
    for certificate, listed in waiting:
        office.register.write(partial(_end, office, certificate, listed, origin))


def _end(
    office: Office, certificate: UUID, listed: Revocation, origin: Origin, writing: Writing
) -> None:
    state, revision = read_portable(writing, certificate)
    if state is None:
        raise ValueError("a certificate of a key in custody has a stream")
    zone = ZoneInfo(office.policy.policy.zone)
    effective = listed.invalid_since.astimezone(zone).date() if listed.invalid_since else None
    events = decide_carried_over(state, listed.reason, effective).events
    if events:
        ref = portable_ref(certificate)
        continue_stream(writing, office, ref, state, revision, events, origin)
        known = effective, listed.revoked_at
        key_ended(writing, office, certificate, listed.reason, origin, *known)
