"""Signs what a holder's own terminal prepared: digests of documents that stay where they are."""

import base64
import binascii
import hashlib
import re
from typing import Final
from uuid import UUID

from issuance.access.roles import Session
from issuance.certificates.token_calls import TokenFailure
from issuance.engine.code_checking import check_code
from issuance.engine.institutional_streams import read_portable
from issuance.engine.members import actor_of
from issuance.engine.office import Office
from issuance.engine.session import session_findings
from issuance.engine.signing_keys import Signer, open_signer, signer_of
from issuance.engine.signing_record import Client, Refused, SigningRecord
from issuance.engine.time_stamping import stamps_of, time_stamper
from issuance.findings import Finding, blocks
from issuance.findings.institutions import InstitutionCode
from issuance.findings.signing import SigningCode
from issuance.institutions.actors import check_reach
from issuance.register.model import Origin
from issuance.register.register import Reading
from issuance.secret import Secret
from issuance.signing.key_decisions import check_in_force
from issuance.signing.queries import DigestItem, DigestsSigned
from issuance.signing.signature_log import LoggedItem
from issuance.signing.ticket_token import UNATTENDED

Findings = tuple[Finding, ...]

ACT: Final = "sign_documents"
INTERFACE: Final = "terminal"
_PDF: Final = "application/pdf"
_HEXADECIMAL: Final = re.compile(r"[0-9a-f]{64}")
_OCTETS: Final = 32


def sign_digests(
    office: Office,
    record: SigningRecord,
    certificate: UUID,
    items: tuple[DigestItem, ...],
    code: Secret | None,
    session: Session,
) -> DigestsSigned | Findings:
    """Sign every digest with one code, or none; recorded durably before it returns."""
    digests = [_digest(each) for each in items]
    if not digests or None in digests:
        return (blocks(SigningCode.DIGEST_UNFIT),)
    with office.register.reading() as reading:
        signer = _signer(office, reading, certificate, session)
    if not isinstance(signer, Signer):
        return signer
    wanted = [each for each in digests if each is not None]
    signed = _signed(office, record, signer, wanted, code, session)
    if isinstance(signed, Finding):
        purpose, run = signer.key.purpose, signer.key.run
        refused = Refused(signed, signer.institution, signer.official, purpose=purpose, run=run)
        record.refused(refused, INTERFACE)
        return (signed,)
    number = record.numbers.take()
    # Where no stamps are set up there are none at all; an empty one is missing.
    missing = [not each for each in signed[1]] or [False] * len(items)
    logged = tuple(_logged(i, unstamped=each) for i, each in zip(items, missing, strict=True))
    record.answered(signer, number, INTERFACE, logged, Client(), None, session.operator)
    signatures, stamps = (tuple(map(_encoded, each)) for each in signed)
    return DigestsSigned(number=number, signatures=signatures, stamps=stamps)


def _signed(
    office: Office,
    record: SigningRecord,
    signer: Signer,
    digests: list[bytes],
    code: Secret | None,
    session: Session,
) -> tuple[list[bytes], list[bytes]] | Finding:
    """Take the code, sign and have the signatures stamped, or say why not."""
    given = _wanted_code(signer, code)
    if isinstance(given, Finding):
        return given
    origin = Origin(office.now(), session.operator, None, office.policy.reference)
    if given is not None:
        refused = check_code(office, record.group.write, signer.id, given, origin)
        if refused is not None:
            return refused
    key = open_signer(office, signer)
    if isinstance(key, Finding):
        return key
    try:
        signatures = [key.sign_digest(each) for each in digests]
    except TokenFailure:
        return blocks(SigningCode.SIGNING_UNAVAILABLE)
    stamps = _stamps(office, signatures)
    return stamps if isinstance(stamps, Finding) else (signatures, stamps)


def _stamps(office: Office, signatures: list[bytes]) -> list[bytes] | Finding:
    """Return the stamps, none where none is set up; an empty one may be missing."""
    stamper = time_stamper(office)
    if stamper is None or isinstance(stamper, Finding):
        return stamper or []
    stamps = stamps_of(stamper, [hashlib.sha256(each).digest() for each in signatures])
    return stamps if isinstance(stamps, Finding) else [each or b"" for each in stamps]


def _encoded(octets: bytes) -> str:
    return base64.b64encode(octets).decode("ascii")


def _signer(
    office: Office, reading: Reading, certificate: UUID, session: Session
) -> Signer | Findings:
    if ended := session_findings(office, session, reading, ACT):
        return ended
    state, _ = read_portable(reading, certificate)
    if state is None:
        return (blocks(InstitutionCode.OUT_OF_REACH),)
    actor = actor_of(office, reading, session)
    policy = office.policy.policy
    if finding := check_reach(policy, ACT, actor, state.institution, state.official):
        return (finding,)
    signer = signer_of(office, reading, certificate)
    if signer is None:
        return (blocks(SigningCode.CERTIFICATE_UNKNOWN),)
    inactive = check_in_force(signer.key, office.now())
    return (inactive,) if inactive else signer


def _wanted_code(signer: Signer, code: Secret | None) -> Secret | Finding | None:
    given = code if code and code.reveal().strip() else None
    if signer.key.purpose == UNATTENDED:
        return blocks(SigningCode.OTP_NOT_WANTED, "code") if given else None
    return given or blocks(SigningCode.OTP_MISSING, "code")


def _digest(item: DigestItem) -> bytes | None:
    try:
        octets = base64.b64decode(item.digest, validate=True)
    except (binascii.Error, ValueError):
        return None
    fits = len(octets) == _OCTETS and _HEXADECIMAL.fullmatch(item.original)
    return octets if fits else None


def _logged(item: DigestItem, *, unstamped: bool) -> LoggedItem:
    return LoggedItem(
        kind=_PDF, name=item.name, size=item.size, original=item.original, unstamped=unstamped
    )
