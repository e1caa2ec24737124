"""The applicant's key from making to handing over; every stop on the way can be resumed.

The order is what matters (architecture, "private keys of applicants"): the key is sealed durably
under the applicant's password before the request leaves, the contract is signed while the key is
open, the file is saved and read back before the case is called delivered, and the sealed key is
destroyed only then.
"""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

from cryptography import x509

from backend_client.at_the_station.key_pool import KeyPool
from backend_client.at_the_station.saving import SavedFile, save_pkcs12
from backend_client.at_the_station.sealed_keys import SealedKeyStore
from backend_client.backend import Delivered
from backend_client.engine_door import Findings
from issuance.cases.commands.activation import RecordDelivery, RequestCertificate
from issuance.certificates.keys import PrivateKey
from issuance.certificates.passwords import check_password
from issuance.certificates.pkcs12 import write_pkcs12
from issuance.certificates.profile import ResolvedProfile
from issuance.certificates.read_back import ReadBack, read_back
from issuance.certificates.request import make_request
from issuance.commands import Body, Receipt
from issuance.findings import Finding, blocks
from issuance.findings.certificates import CertificateFinding
from issuance.policies.activation_rules import PasswordRule
from issuance.queries import CaseAnswer, CertificateAnswer
from issuance.secret import Secret
from issuance.sources import Clock

_LARGEST_KEY_FILE: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class CaseDoor:
    """The engine as an activation needs it; every call waits for its answer."""

    execute: Callable[[Body, UUID, int], Receipt]
    case: Callable[[UUID], CaseAnswer | Findings]
    certificate: Callable[[UUID], CertificateAnswer | Findings]
    resolved: Callable[[UUID], ResolvedProfile | Findings]
    sign_contract: Callable[[UUID, PrivateKey], Findings]


@dataclass(frozen=True, slots=True)
class Wish:
    """What the applicant chose: password, place, kind of key, and how old the reader may be."""

    password: Secret
    target: Path
    algorithm: str
    compatible: bool
    friendly_name: str
    hints: tuple[str, ...]
    rule: PasswordRule


def activate(
    case: UUID, wish: Wish, door: CaseDoor, pool: KeyPool, sealed: SealedKeyStore, clock: Clock
) -> Delivered | Findings:
    """Lead a case from an accepted activation code to a file in the applicant's hands.

    Called again after any crash or refusal, with the same password, it goes on where it stopped.
    """
    known = door.case(case)
    if not isinstance(known, CaseAnswer):
        return known
    key = _key(case, known, wish, pool, sealed)
    if isinstance(key, tuple):
        return key
    if known.state.activation.certificate is None:
        request = base64.b64encode(make_request(key)).decode("ascii")
        receipt = door.execute(RequestCertificate(request=request), case, known.revision)
        if not receipt.applied:
            return receipt.findings
    return _hand_over(case, key, wish, door, sealed, clock)


def _key(
    case: UUID, known: CaseAnswer, wish: Wish, pool: KeyPool, sealed: SealedKeyStore
) -> PrivateKey | Findings:
    """Return the key the certificate waits for, or a new one sealed under the password."""
    if known.state.activation.certificate is not None:
        waiting = sealed.open(case, wish.password)
        return (waiting,) if isinstance(waiting, Finding) else waiting
    findings = check_password(
        wish.password, wish.rule.minimum_length, wish.rule.minimum_strength, wish.hints
    )
    if findings:
        return tuple(findings)
    # A key of an earlier try has no certificate, or had one that was revoked: it serves no more.
    sealed.destroy(case)
    key = pool.take(wish.algorithm)
    refused = sealed.seal(case, key, wish.password)
    return (refused,) if refused else key


def _hand_over(
    case: UUID,
    key: PrivateKey,
    wish: Wish,
    door: CaseDoor,
    sealed: SealedKeyStore,
    clock: Clock,
) -> Delivered | Findings:
    issued = door.certificate(case)
    resolved = door.resolved(case)
    if isinstance(issued, tuple):
        return issued
    if isinstance(resolved, tuple):
        return resolved
    certificate, *chain = map(_load, (issued.certificate, *issued.chain))
    if certificate.public_key() != key.public_key():
        return (blocks(CertificateFinding.KEY_FILE_WRONG_KEY),)

    # While the key is open. What stands in the way does not keep the applicant from the key file:
    # the contract can be signed later with that.
    unsigned = door.sign_contract(case, key)

    def examine(content: bytes) -> ReadBack:
        now = clock.now()
        return read_back(content, wish.password, resolved, key.public_key(), chain, now)

    content = _saved_before(wish.target, examine) or write_pkcs12(
        key, certificate, chain, wish.password, wish.friendly_name, compatible=wish.compatible
    )
    saved = save_pkcs12(content, wish.target)
    if not isinstance(saved, SavedFile):
        return (saved,)
    result = examine(content)
    if result.findings:
        return result.findings
    digest = hashlib.sha256(content).hexdigest()
    delivery = RecordDelivery(serial=issued.serial, file_sha256=digest, checks=checks_of(result))
    known = door.case(case)
    if not isinstance(known, CaseAnswer):
        return known
    receipt = door.execute(delivery, case, known.revision)
    if not receipt.applied:
        return receipt.findings
    sealed.destroy(case)
    return Delivered(
        path=saved.path,
        may_be_removed_now=saved.may_be_removed_now,
        serial=issued.serial,
        checks=checks_of(result),
        certificate=issued.description,
        findings=unsigned,
    )


def _saved_before(target: Path, examine: Callable[[bytes], ReadBack]) -> bytes | None:
    """Return what a try that was cut short has saved already, if it is all right."""
    if not target.is_file() or target.stat().st_size > _LARGEST_KEY_FILE:
        return None
    content = target.read_bytes()
    return None if examine(content).findings else content


def checks_of(result: ReadBack) -> tuple[str, ...]:
    """Name the checks a key file passed."""
    passed = {
        "opens": result.opens,
        "one_signing_certificate": result.one_signing_certificate,
        "key_matches": result.key_matches,
        "signs": result.signs,
        "profile_as_meant": result.profile_as_meant,
        "chain_trusted": result.chain_trusted,
    }
    return tuple(name for name, right in passed.items() if right)


def _load(text: str) -> x509.Certificate:
    return x509.load_der_x509_certificate(base64.b64decode(text))
