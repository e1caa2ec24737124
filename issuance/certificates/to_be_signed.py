"""The exact bytes a certification authority signs for a holder (TBSCertificate, RFC 5280, 4.1)."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509.oid import AuthorityInformationAccessOID

from issuance.certificates.der import (
    assemble,
    encode_algorithm,
    encode_certificate_body,
    encode_name,
    encode_string,
    frame_of,
)
from issuance.certificates.keys import (
    PrivateKey,
    PublicKey,
    algorithm_of,
    certificate_der,
    is_public_key,
    public_key_der,
    sign,
    signature_algorithm,
)
from issuance.certificates.profile import (
    ResolvedProfile,
    ResolvedValue,
)
from issuance.certificates.validity import Validity

_KEPT: Final = 32
"""Of how many authorities and profiles the parts that all their certificates share are kept."""


@dataclass(frozen=True, slots=True)
class CertificateTemplate:
    """All that decides a holder's certificate but the signature."""

    resolved: ResolvedProfile
    public_key: PublicKey
    issuer: x509.Certificate
    serial: int
    validity: Validity


class ThrowAwayKeys:
    """Keys that sign only drafts, one for each kind of authority key, made when first needed.

    Who checks a draft needs a signature to read it at all; the authority's own key must not sign
    before the draft has been checked and recorded.
    """

    def __init__(self, make: Callable[[str], PrivateKey]) -> None:
        self._make = make
        self._keys: dict[str, PrivateKey] = {}
        self._signatures: dict[str, bytes] = {}
        self._lock = Lock()

    def like(self, key: PublicKey) -> PrivateKey:
        """Return a key whose signatures have the algorithm of this one's."""
        algorithm = algorithm_of(key)
        # The size of an RSA key does not show in the algorithm; the smallest is quickest.
        algorithm = "rsa-2048" if algorithm.startswith("rsa-") else algorithm
        with self._lock:
            if algorithm not in self._keys:
                self._keys[algorithm] = self._make(algorithm)
            return self._keys[algorithm]

    def signature_like(self, key: PublicKey) -> bytes:
        """Return something with the form of a signature by this key, over no certificate."""
        algorithm = algorithm_of(key)
        if algorithm not in self._signatures:
            self._signatures[algorithm] = sign(self.like(key), b"draft")
        return self._signatures[algorithm]


def build_to_be_signed(template: CertificateTemplate) -> bytes:
    """Return the TBSCertificate of a holder's certificate in DER."""
    issuer, public_key = template.issuer, template.public_key
    return encode_to_be_signed(
        subject=encode_name(template.resolved.subject),
        public_key=public_key,
        issuer=subject_of(issuer),
        issuer_key=key_of(issuer),
        serial=template.serial,
        validity=template.validity,
        extensions=(
            (authority_key_identifier(issuer), False),
            (x509.SubjectKeyIdentifier.from_public_key(public_key), False),
            (x509.BasicConstraints(ca=False, path_length=None), True),
            *_profile_extensions(template.resolved),
        ),
    )


def encode_to_be_signed(
    *,
    subject: bytes,
    public_key: PublicKey,
    issuer: bytes,
    issuer_key: PublicKey,
    serial: int,
    validity: Validity,
    extensions: Iterable[tuple[x509.ExtensionType, bool]],
) -> bytes:
    """Return a TBSCertificate in DER; names are DER, extensions come with whether critical.

    `cryptography` signs what it encodes at once, counts the 64 characters of a common name in
    octets, which refuses long names with accents, and would encode the issuer's name anew.
    """
    return encode_certificate_body(
        serial=serial,
        algorithm=signature_identifier(issuer_key),
        issuer=issuer,
        validity=(validity.not_before, validity.not_after),
        subject=subject,
        public_key=public_key_der(public_key),
        extensions=(
            (each.oid.dotted_string, critical, each.public_bytes()) for each, critical in extensions
        ),
    )


def draft_certificate(
    to_be_signed: bytes, issuer: x509.Certificate, throw_away: ThrowAwayKeys
) -> bytes:
    """Return a certificate a linter can read, worth nothing: its signature is of nothing.

    Raises ValueError when the bytes are no TBSCertificate.
    """
    return assemble(to_be_signed, throw_away.signature_like(key_of(issuer)))


def signature_identifier(key: PublicKey) -> bytes:
    """Return how a signature by this key names itself (RFC 4055, 5; RFC 5758, 3.2)."""
    return encode_algorithm(
        signature_algorithm(key).dotted_string, null=isinstance(key, RSAPublicKey)
    )


@lru_cache(maxsize=_KEPT)
def subject_of(certificate: x509.Certificate) -> bytes:
    """Return the name of an authority as it is encoded."""
    return frame_of(certificate_der(certificate)).subject


@lru_cache(maxsize=_KEPT)
def key_of(certificate: x509.Certificate) -> PublicKey:
    """Return the public key of an authority; raises ValueError if it is of no usable kind."""
    key = certificate.public_key()
    if not is_public_key(key):
        raise ValueError("an authority's key is RSA or on an elliptic curve")
    return key


@lru_cache(maxsize=_KEPT)
def authority_key_identifier(issuer: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    """Return the identifier that points at this issuer's key."""
    try:
        named = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    except x509.ExtensionNotFound:
        return x509.AuthorityKeyIdentifier.from_issuer_public_key(key_of(issuer))
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(named)


@lru_cache(maxsize=_KEPT)
def key_usage_extension(*usages: str) -> x509.KeyUsage:
    """Return the extension with exactly these bits, by their names in RFC 5280, 4.2.1.3."""
    return x509.KeyUsage(
        digital_signature="digitalSignature" in usages,
        content_commitment="nonRepudiation" in usages,
        key_encipherment="keyEncipherment" in usages,
        data_encipherment="dataEncipherment" in usages,
        key_agreement="keyAgreement" in usages,
        key_cert_sign="keyCertSign" in usages,
        crl_sign="cRLSign" in usages,
        encipher_only=False,
        decipher_only=False,
    )


@lru_cache(maxsize=_KEPT)
def address_extensions(
    crl_urls: tuple[str, ...], ocsp_urls: tuple[str, ...], aia_urls: tuple[str, ...]
) -> tuple[tuple[x509.ExtensionType, bool], ...]:
    """Return the extensions that say where revocation lists, answers and the issuer are found."""
    found: list[tuple[x509.ExtensionType, bool]] = []
    if crl_urls:
        points = (
            x509.DistributionPoint([x509.UniformResourceIdentifier(url)], None, None, None)
            for url in crl_urls
        )
        found.append((x509.CRLDistributionPoints(points), False))
    access = [
        *((AuthorityInformationAccessOID.OCSP, url) for url in ocsp_urls),
        *((AuthorityInformationAccessOID.CA_ISSUERS, url) for url in aia_urls),
    ]
    if access:
        descriptions = (
            x509.AccessDescription(method, x509.UniformResourceIdentifier(url))
            for method, url in access
        )
        found.append((x509.AuthorityInformationAccess(descriptions), False))
    return tuple(found)


def _profile_extensions(
    resolved: ResolvedProfile,
) -> Iterator[tuple[x509.ExtensionType, bool]]:
    profile = resolved.profile
    yield key_usage_extension(*profile.key_usage), True
    if profile.extended_key_usage:
        yield (
            x509.ExtendedKeyUsage(map(x509.ObjectIdentifier, profile.extended_key_usage)),
            False,
        )
    yield _policies(profile.policy_oids, profile.cps_url), False
    emails = [x509.RFC822Name(each.value) for each in resolved.emails]
    if resolved.other_names or emails:
        yield x509.SubjectAlternativeName([*other_names(resolved.other_names), *emails]), False
    if resolved.issuer_other_names:
        yield x509.IssuerAlternativeName(other_names(resolved.issuer_other_names)), False
    yield from address_extensions(profile.crl_urls, profile.ocsp_urls, profile.aia_urls)


def other_names(values: Iterable[ResolvedValue]) -> list[x509.OtherName]:
    """Return values as names of a kind of their own (RFC 5280, 4.2.1.6)."""
    return [
        x509.OtherName(x509.ObjectIdentifier(each.oid), encode_string(each.value, each.encoding))
        for each in values
    ]


@lru_cache(maxsize=_KEPT)
def _policies(oids: tuple[str, ...], cps_url: str | None) -> x509.CertificatePolicies:
    qualifiers = [cps_url] if cps_url else None
    return x509.CertificatePolicies(
        x509.PolicyInformation(x509.ObjectIdentifier(oid), qualifiers) for oid in oids
    )
