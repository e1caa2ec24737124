"""Full revocation lists (CRL, RFC 5280, 5): what is revoked or suspended, signed and dated.

A certificate whose suspension was lifted is simply no longer on the next list.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from issuance.certificates.der import frame_of, name_rows
from issuance.certificates.keys import certificate_der, hash_for, verifies
from issuance.certificates.revocation_reasons import Revocation, RevocationReason
from issuance.certificates.signer import AuthoritySigner
from issuance.certificates.status_der import assemble_list, list_issuer, with_list_issuer
from issuance.certificates.to_be_signed import ThrowAwayKeys, authority_key_identifier, key_of
from issuance.certificates.validity import Validity
from issuance.findings import Finding, blocks
from issuance.findings.revocation import RevocationFinding

_EPOCH: Final = 1 << 32
_LISTS_A_SECOND: Final = 1 << 20
LARGEST_NUMBER: Final = 1 << 52
"""Above this no list is taken up: the numbers of all to come must fit into canonical JSON."""
_LATER: Final = x509.Name([])
_REASONS: Final = {
    reason: x509.Extension(
        x509.CRLReason.oid, critical=False, value=x509.CRLReason(x509.ReasonFlags(reason.value))
    )
    for reason in RevocationReason
    # RFC 5280, 5.3.1: the reason is left out rather than called unspecified.
    if reason is not RevocationReason.UNSPECIFIED
}
_LIST_EXTENSIONS: Final = (x509.CRLNumber, x509.AuthorityKeyIdentifier)
_ENTRY_EXTENSIONS: Final = (x509.CRLReason, x509.InvalidityDate)


@dataclass(frozen=True, slots=True)
class ListPlan:
    """All that decides a revocation list but the signature.

    The window's moments are thisUpdate and nextUpdate. `number` grows with every list.
    """

    issuer: x509.Certificate
    number: int
    window: Validity
    entries: Sequence[Revocation]


@dataclass(frozen=True, slots=True)
class ListContents:
    """What a revocation list says; `number` and `next_update` are None where it has none."""

    number: int | None
    this_update: datetime
    next_update: datetime | None
    entries: tuple[Revocation, ...]


def number_in_new_epoch(highest_known: int, now: datetime) -> int:
    """Return a list number above any that may have been published since a backup was made.

    An epoch has room for 2^32 lists, so the next epoch begins above all of the lost one's. One
    backup can be restored twice: the clock tells those epochs apart, as long as nobody makes a
    million lists a second. Numbers stay below 2^53 until the year 2242.
    """
    return max((highest_known // _EPOCH + 1) * _EPOCH, int(now.timestamp()) * _LISTS_A_SECOND)


def list_to_be_signed(plan: ListPlan, throw_away: ThrowAwayKeys) -> bytes:
    """Return the TBSCertList in DER.

    Raises ValueError when a serial stands twice or an entry is dated after the list.
    """
    if len({each.serial for each in plan.entries}) != len(plan.entries):
        raise ValueError("a serial stands twice")
    if any(_second(each.revoked_at) > plan.window.not_before for each in plan.entries):
        raise ValueError("an entry is dated after the list")
    # `add_revoked_certificate` copies all entries for each one added.
    builder = x509.CertificateRevocationListBuilder(
        issuer_name=_LATER, revoked_certificates=[_entry(each) for each in plan.entries]
    )
    issuer_key = key_of(plan.issuer)
    draft = (
        builder.last_update(plan.window.not_before)
        .next_update(plan.window.not_after)
        .add_extension(authority_key_identifier(plan.issuer), critical=False)
        .add_extension(x509.CRLNumber(plan.number), critical=False)
        .sign(throw_away.like(issuer_key), hash_for(issuer_key))
    )
    issuer = frame_of(certificate_der(plan.issuer)).subject
    return with_list_issuer(draft.tbs_certlist_bytes, issuer)


def sign_list(signer: AuthoritySigner, to_be_signed: bytes) -> bytes:
    """Return the revocation list in DER.

    Raises ValueError when the bytes are no TBSCertList or the signature made does not verify.
    """
    signature = signer.sign(to_be_signed)
    if not verifies(key_of(signer.certificate), signature, to_be_signed):
        raise ValueError("the signature made does not verify")
    return assemble_list(to_be_signed, signature)


def list_der(content: bytes) -> bytes:
    """Return a revocation list in DER, given so or in PEM; nothing for damaged PEM."""
    if b"-----BEGIN" not in content:
        return content
    try:
        return x509.load_pem_x509_crl(content).public_bytes(Encoding.DER)
    except (ValueError, x509.InvalidVersion):
        return b""


def read_list(content: bytes, issuer: x509.Certificate) -> ListContents | Finding:
    """Read a full revocation list in DER, ours or another program's, of this authority."""
    try:
        found = x509.load_der_x509_crl(content)
        named = _same_name(list_issuer(content), frame_of(certificate_der(issuer)).subject)
        if not named or not found.is_signature_valid(key_of(issuer)):
            return blocks(RevocationFinding.LIST_OF_ANOTHER_AUTHORITY)
        revoked = list(found)
        if not _tells_all(found.extensions, _LIST_EXTENSIONS) or not all(
            _tells_all(each.extensions, _ENTRY_EXTENSIONS) for each in revoked
        ):
            return blocks(RevocationFinding.LIST_NOT_FULL)
        return ListContents(
            number=_number(found.extensions),
            this_update=found.last_update_utc,
            next_update=found.next_update_utc,
            entries=tuple(_revocation(each) for each in revoked),
        )
    except (ValueError, x509.InvalidVersion, x509.DuplicateExtension):
        return blocks(RevocationFinding.LIST_UNREADABLE)


def _same_name(one: bytes, other: bytes) -> bool:
    # Another program may write the same text as another string type.
    rows, others = name_rows(one), name_rows(other)
    return [(row.oid, row.value) for row in rows] == [(row.oid, row.value) for row in others]


def _entry(revocation: Revocation) -> x509.RevokedCertificate:
    extensions: list[x509.Extension[x509.ExtensionType]] = []
    if revocation.reason in _REASONS:
        extensions.append(_REASONS[revocation.reason])
    if revocation.invalid_since:
        value = x509.InvalidityDate(_second(revocation.invalid_since))
        extensions.append(x509.Extension(value.oid, critical=False, value=value))
    return x509.RevokedCertificateBuilder(
        revocation.serial, _second(revocation.revoked_at), extensions
    ).build()


def _revocation(entry: x509.RevokedCertificate) -> Revocation:
    values = [each.value for each in entry.extensions]
    reasons = [each.reason.value for each in values if isinstance(each, x509.CRLReason)]
    since = [each.invalidity_date_utc for each in values if isinstance(each, x509.InvalidityDate)]
    return Revocation(
        serial=entry.serial_number,
        revoked_at=entry.revocation_date_utc,
        reason=RevocationReason(reasons[0]) if reasons else RevocationReason.UNSPECIFIED,
        invalid_since=since[0] if since else None,
    )


def _number(extensions: x509.Extensions) -> int | None:
    numbers = (each.value for each in extensions if isinstance(each.value, x509.CRLNumber))
    return next((each.crl_number for each in numbers), None)


def _tells_all(extensions: x509.Extensions, known: tuple[type[x509.ExtensionType], ...]) -> bool:
    # An extension that is critical and not known here may mean anything (RFC 5280, 5.2); lists of
    # changes, of a part, or for other issuers are marked by critical ones.
    return all(isinstance(each.value, known) or not each.critical for each in extensions)


def _second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)
