"""After a restore: takes up what the list published last says and the backup does not know.

Without it the next list would lift every revocation made since the backup.
"""

import base64
from dataclasses import dataclass
from uuid import UUID

from cryptography import x509

from issuance.cases.decisions.carrying_over import carried_over
from issuance.cases.events.activation import IssueAbandoned
from issuance.certificates.revocation_list import (
    LARGEST_NUMBER,
    ListContents,
    list_der,
    read_list,
)
from issuance.certificates.revocation_reasons import Revocation, RevocationReason
from issuance.certificates.stream import InheritedRevocation, revoked_outside
from issuance.engine.authority_state import read_authority
from issuance.engine.settling import append_case
from issuance.engine.streams import read_case
from issuance.findings import Finding, blocks
from issuance.findings.backup import BackupCode
from issuance.policies.model import Policy
from issuance.register.model import CertificateState, Origin
from issuance.register.register import Reading, Writing


@dataclass(frozen=True, slots=True)
class CarriedOver:
    """What a published list brought into a restored register.

    `changed` certificates stand otherwise than the backup knew, of the `unknown` ones it knows
    nothing, and `unlisted` ones are suspended in the backup but not on the list.
    """

    number: int
    changed: int
    unknown: tuple[InheritedRevocation, ...]
    unlisted: int


def read_last_list(reading: Reading, office: UUID, content: bytes) -> ListContents | Finding:
    """Read the list published last; one older than the backup's own, or another's, is refused."""
    state, _ = read_authority(reading, office)
    issuing = x509.load_der_x509_certificate(base64.b64decode(state.issuing))
    listed = read_list(list_der(content), issuing)
    if isinstance(listed, Finding):
        return listed
    number, known = listed.number or 0, state.list_number
    if number < known:
        return blocks(BackupCode.RESTORE_LIST_OLDER, number=str(number), known=str(known))
    if number > LARGEST_NUMBER:
        return blocks(BackupCode.RESTORE_LIST_NUMBER, number=str(number))
    return listed


def carry_over(
    writing: Writing, office: UUID, listed: ListContents, policy: Policy, origin: Origin
) -> CarriedOver:
    """Record in their cases how certificates stand by the list; return what has no case here."""
    state, _ = read_authority(writing, office)
    outside = revoked_outside(state)
    unknown: list[InheritedRevocation] = []
    changed = 0
    for entry in listed.entries:
        known = writing.certificate(str(entry.serial))
        if known is not None and known.state == CertificateState.REVOKED:
            continue
        if known is not None and known.state != CertificateState.ABANDONED:
            changed += _stand(writing, known.case_id, entry, listed.number or 0, policy, origin)
        if known is None or known.certificate is None:
            taken = _inherited(entry)
            if taken != outside.get(taken.serial):
                unknown.append(taken)
    serials = {str(each.serial) for each in listed.entries}
    unlisted = sum(
        each.reason == RevocationReason.CERTIFICATE_HOLD and each.serial not in serials
        for each in writing.standings(state.key)
    )
    return CarriedOver(listed.number or 0, changed, tuple(unknown), unlisted)


def _stand(
    writing: Writing, case: UUID, entry: Revocation, number: int, policy: Policy, origin: Origin
) -> bool:
    """Let a certificate stand as the list says; tell whether that is a change."""
    state, revision = read_case(writing, case)
    if state is None:
        raise ValueError("a certificate belongs to a case")
    events = carried_over(state, entry, number)
    if any(isinstance(event, IssueAbandoned) for event in events):
        writing.record_abandoned(str(entry.serial))
    append_case(writing, policy, case, state, revision, events, origin)
    return bool(events)


def _inherited(entry: Revocation) -> InheritedRevocation:
    return InheritedRevocation(
        serial=f"{entry.serial:x}",
        revoked_at=entry.revoked_at,
        reason=entry.reason.value,
        invalid_since=entry.invalid_since,
    )
