"""Taking over an existing issuing authority: its key, its chain, and all it did so far.

One authority key belongs to one register: two would lift each other's revocations. So a key comes
only with the list of everything it issued and its newest revocation list.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtensionOID

from issuance.certificates.authority_token import IssuingToken
from issuance.certificates.chain import check_authorities, is_issued_by, subject_of
from issuance.certificates.keys import (
    KEY_ALGORITHMS,
    PrivateKey,
    algorithm_of,
    is_private_key,
)
from issuance.certificates.revocation_list import (
    LARGEST_NUMBER,
    ListContents,
    list_der,
    read_list,
)
from issuance.findings import Finding, blocks
from issuance.findings.authority_import import AuthorityImportFinding
from issuance.model import format_instant
from issuance.secret import Secret

_TEST_MARKS: Final = ("TEST", "PRUEBA", "DEMO")
_KEPT_TO: Final = {
    ExtensionOID.BASIC_CONSTRAINTS,
    ExtensionOID.KEY_USAGE,
    ExtensionOID.CERTIFICATE_POLICIES,
    ExtensionOID.POLICY_CONSTRAINTS,
    ExtensionOID.INHIBIT_ANY_POLICY,
}
"""Critical extensions an authority may have; of policies it is for each reader to say which."""
_ANY_POLICY: Final = "2.5.29.32.0"
_LONGEST_CHAIN: Final = 8
_CHAIN_FILE: Final = "chain.pem"
_ISSUED_FILE: Final = "index.txt / issued.pem"
_INDEX_COLUMNS: Final = 6


@dataclass(frozen=True, slots=True)
class AuthorityFiles:
    """What the old system gave: `key` is PEM or PKCS#12, opened by `passphrase`, or in a token.

    `chain` has certificates in PEM or one in DER, in any order, and may be empty beside a whole
    PKCS#12. `issued` is a bundle of certificates in PEM or the database of `openssl ca`
    (`index.txt`), `revocation_list` DER or PEM.
    """

    key: bytes = field(repr=False)
    passphrase: Secret
    chain: bytes
    issued: bytes
    revocation_list: bytes


@dataclass(frozen=True, slots=True)
class IssuedBefore:
    """A certificate the authority issued before it came here."""

    serial: int
    not_after: datetime


@dataclass(frozen=True, slots=True)
class ImportedAuthority:
    """An issuing authority with its key in clear: seal it at once.

    `chain` leads from the issuing authority to its root, both included.
    """

    chain: tuple[x509.Certificate, ...]
    issued: tuple[IssuedBefore, ...]
    revoked: ListContents
    issuing_key: PrivateKey = field(repr=False)

    @property
    def issuing_certificate(self) -> x509.Certificate:
        """Return the certificate of the authority that issues."""
        return self.chain[0]

    @property
    def root_certificate(self) -> x509.Certificate:
        """Return the certificate everything is trusted by."""
        return self.chain[-1]


def read_authority(
    files: AuthorityFiles,
    now: datetime,
    *,
    demonstration: bool,
    token: IssuingToken | None = None,
    authorities_below: int = 0,
    policies: Sequence[Collection[str]] = (),
) -> ImportedAuthority | list[Finding]:
    """Read and check an authority, or say everything that keeps it from being taken over.

    With a token the key is found there, and `files` have none. `authorities_below` are to stand
    between it and a holder; `policies` are the OIDs that each kind of certificate is to name.
    """
    opened = _open_token(token, files.chain) if token else _open(files)
    if isinstance(opened, Finding):
        return [opened]
    if opened is None:
        return [blocks(AuthorityImportFinding.IMPORT_KEY_NOT_OPENED)]
    key, certificates = opened
    algorithm = algorithm_of(key.public_key())
    if algorithm not in KEY_ALGORITHMS:
        allowed = ", ".join(KEY_ALGORITHMS)
        finding = AuthorityImportFinding.IMPORT_KEY_KIND
        return [blocks(finding, algorithm=algorithm, allowed=allowed)]
    if files.chain.strip():
        given = _certificates(files.chain)
        if given is None:
            return [blocks(AuthorityImportFinding.IMPORT_FILE_UNREADABLE, file=_CHAIN_FILE)]
        certificates += given
    own = [each for each in certificates if _is_of(each, key)]
    if not own:
        return [blocks(AuthorityImportFinding.IMPORT_CERTIFICATE_MISSING)]
    # The same key may be certified again; the certificate that lasts longest is the one in use.
    chain = _chain(max(own, key=lambda each: each.not_valid_after_utc), certificates)
    if isinstance(chain, Finding):
        return [chain]
    found = _authority_findings(
        chain, now, authorities_below, policies, demonstration=demonstration
    )
    if findings := [*found]:
        return findings
    return _with_history(files, key, chain, now)


def _with_history(
    files: AuthorityFiles, key: PrivateKey, chain: tuple[x509.Certificate, ...], now: datetime
) -> ImportedAuthority | list[Finding]:
    """Add what the authority issued and revoked, the one checked against the other."""
    revoked = read_list(list_der(files.revocation_list), chain[0])
    if isinstance(revoked, Finding):
        return [revoked]
    if revoked.next_update is None or revoked.next_update < now:
        ended = format_instant(revoked.next_update or revoked.this_update)
        return [blocks(AuthorityImportFinding.IMPORT_LIST_OUTDATED, ended=ended)]
    if (revoked.number or 0) > LARGEST_NUMBER:
        number = str(revoked.number)
        return [blocks(AuthorityImportFinding.IMPORT_LIST_NUMBER, number=number)]
    issued = _issued(files.issued, chain[0])
    if isinstance(issued, Finding):
        return [issued]
    known: set[int] = set()
    for each in issued:
        if each.serial in known:
            return [blocks(AuthorityImportFinding.IMPORT_SERIAL_TWICE, serial=f"{each.serial:x}")]
        known.add(each.serial)
    if unknown := [each.serial for each in revoked.entries if each.serial not in known]:
        finding = AuthorityImportFinding.IMPORT_REVOKED_NOT_ISSUED
        return [blocks(finding, serial=f"{unknown[0]:x}", count=len(unknown))]
    return ImportedAuthority(chain, issued, revoked, key)


def _open(files: AuthorityFiles) -> tuple[PrivateKey, list[x509.Certificate]] | None:
    password = files.passphrase.reveal().encode() or None
    certificates: list[x509.Certificate] = []
    try:
        if b"-----BEGIN" in files.key:
            key = serialization.load_pem_private_key(files.key, password)
            certificates = _certificates(files.key) or []
        else:
            store = pkcs12.load_pkcs12(files.key, password)
            key = store.key
            inside = [*([store.cert] if store.cert else []), *store.additional_certs]
            certificates = [each.certificate for each in inside]
    except (ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion):
        return None
    return (key, certificates) if is_private_key(key) else None


def _open_token(
    token: IssuingToken, chain: bytes
) -> tuple[PrivateKey, list[x509.Certificate]] | Finding:
    certificates = _certificates(chain)
    if certificates is None:
        return blocks(AuthorityImportFinding.IMPORT_FILE_UNREADABLE, file=_CHAIN_FILE)
    key = token.find(certificates)
    return key if isinstance(key, Finding) else (key, [])


def _is_of(certificate: x509.Certificate, key: PrivateKey) -> bool:
    try:
        return certificate.public_key() == key.public_key()
    except (ValueError, UnsupportedAlgorithm):  # another authority's, of an unknown kind
        return False


def _certificates(content: bytes) -> list[x509.Certificate] | None:
    """Return the certificates of a PEM bundle or one in DER; None when there are none."""
    try:
        if b"-----BEGIN" in content:
            return x509.load_pem_x509_certificates(content)
        return [x509.load_der_x509_certificate(content)]
    except (ValueError, x509.InvalidVersion):
        return None


def _chain(
    issuing: x509.Certificate, certificates: Sequence[x509.Certificate]
) -> tuple[x509.Certificate, ...] | Finding:
    chain = [issuing]
    while not is_issued_by(chain[-1], chain[-1]) and len(chain) < _LONGEST_CHAIN:
        issuer = next((each for each in certificates if is_issued_by(chain[-1], each)), None)
        if issuer is None or issuer in chain:
            return blocks(AuthorityImportFinding.IMPORT_CHAIN_ENDS, subject=subject_of(chain[-1]))
        chain.append(issuer)
    return tuple(chain)


def _authority_findings(
    chain: Sequence[x509.Certificate],
    now: datetime,
    authorities_below: int,
    policies: Sequence[Collection[str]],
    *,
    demonstration: bool,
) -> Iterator[Finding]:
    issuing = chain[0]
    if not _signs_certificates_and_lists(issuing):
        subject = subject_of(issuing)
        yield blocks(AuthorityImportFinding.IMPORT_NOT_AUTHORITY, subject=subject)
    elif findings := check_authorities(chain, now):
        yield from findings
    else:
        for each in check_authorities(chain, now, authorities_below):
            subject = each.parameters["subject"]
            yield blocks(AuthorityImportFinding.IMPORT_NO_ROOM, subject=subject)
        yield from _restrictions(chain)
        yield from _policy_restrictions(chain, policies)
    if demonstration and not any(mark in subject_of(issuing).upper() for mark in _TEST_MARKS):
        yield blocks(AuthorityImportFinding.IMPORT_NOT_A_TEST, subject=subject_of(issuing))


def _restrictions(chain: Sequence[x509.Certificate]) -> Iterator[Finding]:
    # Readers refuse all below an authority that is restricted in a way they do not know, or in one
    # that a certificate does not keep to (RFC 5280, 4.2).
    for each in chain:
        for extension in each.extensions:
            if _restricts(extension):
                oid, subject = extension.oid.dotted_string, subject_of(each)
                yield blocks(AuthorityImportFinding.IMPORT_RESTRICTED, subject=subject, oid=oid)


def _restricts(extension: x509.Extension[x509.ExtensionType]) -> bool:
    # Readers keep holders to a name constraint even where it is not marked (RFC 5280, 6.1.4 g).
    if isinstance(extension.value, x509.NameConstraints):
        return True
    return extension.critical and extension.oid not in _KEPT_TO


def _policy_restrictions(
    chain: Sequence[x509.Certificate], policies: Sequence[Collection[str]]
) -> Iterator[Finding]:
    """Find who does not allow the policies of what is issued, where the chain asks for one."""
    below_root = chain[:-1]
    if not any(_asks_for_a_policy(each) for each in below_root):
        return
    for each in below_root:
        allowed = _allowed_policies(each)
        if _ANY_POLICY not in allowed and any(allowed.isdisjoint(named) for named in policies):
            oid, subject = ExtensionOID.POLICY_CONSTRAINTS.dotted_string, subject_of(each)
            yield blocks(AuthorityImportFinding.IMPORT_RESTRICTED, subject=subject, oid=oid)


def _asks_for_a_policy(authority: x509.Certificate) -> bool:
    asked = [e.value for e in authority.extensions if isinstance(e.value, x509.PolicyConstraints)]
    return any(each.require_explicit_policy is not None for each in asked)


def _allowed_policies(authority: x509.Certificate) -> set[str]:
    named = [e.value for e in authority.extensions if isinstance(e.value, x509.CertificatePolicies)]
    return {each.policy_identifier.dotted_string for policies in named for each in policies}


def _signs_certificates_and_lists(issuing: x509.Certificate) -> bool:
    try:
        constraints = issuing.extensions.get_extension_for_class(x509.BasicConstraints).value
        usage = issuing.extensions.get_extension_for_class(x509.KeyUsage).value
    except (
        x509.ExtensionNotFound,
        x509.DuplicateExtension,
        x509.UnsupportedGeneralNameType,
        ValueError,
    ):
        return False
    return constraints.ca and usage.key_cert_sign and usage.crl_sign


def _issued(content: bytes, issuing: x509.Certificate) -> tuple[IssuedBefore, ...] | Finding:
    """Read what was issued; an empty file says that nothing was."""
    if not content.strip():
        return ()
    certificates = _certificates(content) if b"-----BEGIN" in content[:4096] else None
    if certificates is None:
        return _indexed(content)
    for each in certificates:
        if not is_issued_by(each, issuing):
            serial = f"{each.serial_number:x}"
            return blocks(AuthorityImportFinding.IMPORT_ISSUED_BY_ANOTHER, serial=serial)
    return tuple(
        IssuedBefore(each.serial_number, each.not_valid_after_utc) for each in certificates
    )


def _indexed(content: bytes) -> tuple[IssuedBefore, ...] | Finding:
    """Read `index.txt` of `openssl ca`: state, end, revocation, serial, file, subject by tabs."""
    try:
        lines: Iterable[str] = content.decode("utf-8").splitlines()
        return tuple(_index_line(line) for line in lines if line.strip())
    except ValueError:  # of the text, a number or a date
        return blocks(AuthorityImportFinding.IMPORT_FILE_UNREADABLE, file=_ISSUED_FILE)


def _index_line(line: str) -> IssuedBefore:
    columns = line.split("\t")
    if len(columns) != _INDEX_COLUMNS or columns[0] not in {"V", "R", "E"}:
        raise ValueError("not a line of the database of openssl")
    end = columns[1]
    layout = "%Y%m%d%H%M%SZ" if len(end) == len("YYYYmmddHHMMSSZ") else "%y%m%d%H%M%SZ"
    return IssuedBefore(int(columns[3], 16), datetime.strptime(end, layout).replace(tzinfo=UTC))
