"""Finds the certificate that signs for somebody, with its key and the chain above it."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from uuid import UUID

from cryptography import x509

from issuance.engine.institution_authority import certificate_of, chain_above, read_authority
from issuance.engine.institutional_streams import read_institution, read_portable
from issuance.engine.office import Office
from issuance.engine.portable_issuing import CLAIM, claim_of
from issuance.engine.sandbox import sandbox_certificate, sandbox_institution
from issuance.engine.signing_streams import read_key, read_sandbox
from issuance.findings import Finding, blocks
from issuance.findings.signing import SigningCode
from issuance.findings.tokens import TokenFinding
from issuance.institutions.institution_stream import InstitutionStatus
from issuance.register.register import Reading
from issuance.signing.custody import CustodyKey
from issuance.signing.key_stream import SigningKeyState
from issuance.signing.sandbox_stream import ENTITY, RUNS

_TOKEN_CODES: Final = frozenset(each.value for each in TokenFinding)


@dataclass(frozen=True, slots=True)
class Signer:
    """A certificate whose key is in custody, and whose it is; the sandbox's are no official's.

    `chain` leads from its issuer to the root.
    """

    id: UUID
    institution: UUID
    official: UUID | None
    key: SigningKeyState
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]

    @property
    def name(self) -> str:
        """Return the name on the certificate."""
        names = self.certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
        return str(names[0].value) if names else ""


def entity_of(office: Office, reading: Reading, institution: UUID) -> str | None:
    """Return an institution's name as tokens must have it; None where nobody signs for it now."""
    if institution == sandbox_institution(office.id):
        sandbox, _ = read_sandbox(reading, office.id)
        return ENTITY if sandbox is not None and sandbox.on else None
    state, _ = read_institution(reading, institution)
    active = state is not None and state.status is InstitutionStatus.ACTIVE
    return state.name if state is not None and active else None


def find_signer(
    office: Office, reading: Reading, institution: UUID, purpose: str, run: str
) -> Signer | None:
    """Return the certificate of an institution, purpose and RUN; None where there is none."""
    if institution == sandbox_institution(office.id):
        known = RUNS.get(purpose) == run
        return _of_sandbox(office, reading, purpose) if known else None
    certificate = reading.claim(CLAIM, claim_of(institution, purpose, run))
    return signer_of(office, reading, certificate) if certificate else None


def signer_of(office: Office, reading: Reading, certificate: UUID) -> Signer | None:
    """Return a portable certificate as a signer; None as long as it was not issued."""
    key, _ = read_key(reading, certificate)
    if key is None or not key.certificate:
        return None
    institution, official, authority = _owned(reading, certificate, key.authority_key)
    return Signer(
        id=certificate,
        institution=institution,
        official=official,
        key=key,
        certificate=_certificate(key.certificate),
        chain=chain_above(office, _certificate(authority)),
    )


def open_signer(office: Office, signer: Signer) -> CustodyKey | Finding:
    """Return the key of a signer; a token that is away makes signing unavailable."""
    if signer.key.kept is None:
        return blocks(SigningCode.CERTIFICATE_INACTIVE)
    opened = office.custody.open(signer.key.kept, signer.certificate)
    if isinstance(opened, Finding) and opened.code in _TOKEN_CODES:
        return blocks(SigningCode.SIGNING_UNAVAILABLE)
    return opened


def _of_sandbox(office: Office, reading: Reading, purpose: str) -> Signer | None:
    certificate = sandbox_certificate(office.id, purpose)
    key, _ = read_key(reading, certificate)
    sandbox, _ = read_sandbox(reading, office.id)
    if key is None or sandbox is None:
        return None
    return Signer(
        id=certificate,
        institution=sandbox_institution(office.id),
        official=None,
        key=key,
        certificate=_certificate(key.certificate),
        chain=(_certificate(sandbox.root),),
    )


_OWNED: Final[dict[UUID, tuple[UUID, UUID, str]]] = {}
"""Whose certificates are, and their authorities' certificates: neither ever changes."""
_MOST_OWNED: Final = 4096


def _owned(reading: Reading, certificate: UUID, authority_key: str) -> tuple[UUID, UUID, str]:
    """Return the institution, the official and the authority's certificate (DER in base64)."""
    if found := _OWNED.get(certificate):
        return found
    state, _ = read_portable(reading, certificate)
    authority = read_authority(reading, authority_key)
    if state is None or authority is None:
        raise ValueError("a certificate has an owner and an authority")
    if len(_OWNED) >= _MOST_OWNED:
        _OWNED.clear()
    _OWNED[certificate] = found = (state.institution, state.official, authority.certificate)
    return found


@lru_cache(maxsize=1024)
def _certificate(text: str) -> x509.Certificate:
    """Read a certificate once; every request needs the same few."""
    return certificate_of(text)
