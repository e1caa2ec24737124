"""A certificate's contents, read back from its bytes for people and for checks."""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple, TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import AuthorityInformationAccessOID

from issuance.certificates.der import NameRow, decode_string, frame_of, name_rows
from issuance.certificates.keys import algorithm_of, certificate_der, is_public_key
from issuance.model import Frozen, Instant

_KEY_USAGES: Final = {
    "digitalSignature": "digital_signature",
    "nonRepudiation": "content_commitment",
    "keyEncipherment": "key_encipherment",
    "dataEncipherment": "data_encipherment",
    "keyAgreement": "key_agreement",
    "keyCertSign": "key_cert_sign",
    "cRLSign": "crl_sign",
}

_Kind = TypeVar("_Kind", bound=x509.ExtensionType)


class NamedValue(Frozen):
    """A subject attribute or other name.

    `encoding` is `utf8`, `printable`, `ia5`, or empty where the value is of another type and
    shown as the hexadecimal digits of its encoding.
    """

    oid: str
    value: str
    encoding: str


class CertificateDescription(Frozen):
    """What a certificate says.

    `policies` are dotted identifiers, `key_usage` names of RFC 5280, `serial` and `fingerprint`
    (SHA-256) lower-case hexadecimal digits, `key` for example `rsa-2048`.
    """

    subject: tuple[NamedValue, ...]
    issuer: tuple[NamedValue, ...]
    other_names: tuple[NamedValue, ...]
    policies: tuple[str, ...]
    key_usage: tuple[str, ...]
    extended_key_usage: tuple[str, ...]
    is_authority: bool
    not_before: Instant
    not_after: Instant
    serial: str
    key: str
    signature_algorithm: str
    fingerprint: str
    crl_urls: tuple[str, ...]
    ocsp_urls: tuple[str, ...]
    aia_urls: tuple[str, ...]
    cps_urls: tuple[str, ...]
    issuer_other_names: tuple[NamedValue, ...] = ()


def describe(certificate: bytes) -> CertificateDescription:
    """Describe a certificate in DER, ours or another's.

    Raises ValueError when the bytes are no certificate that can be read.
    """
    return describe_certificate(load_certificate(certificate))


def load_certificate(der: bytes) -> x509.Certificate:
    """Load a certificate whose every part can be read; raises ValueError otherwise."""
    try:
        certificate = x509.load_der_x509_certificate(der)
        _ = certificate.extensions, certificate.public_key()
        frame = frame_of(der)
        _ = name_rows(frame.subject), name_rows(frame.issuer)
    except (
        x509.DuplicateExtension,
        x509.InvalidVersion,
        x509.UnsupportedGeneralNameType,
        UnsupportedAlgorithm,
    ) as error:
        raise ValueError("a part of the certificate cannot be read") from error
    return certificate


def describe_certificate(certificate: x509.Certificate) -> CertificateDescription:
    """Describe a certificate that `load_certificate` returned."""
    found, key = contents_of(certificate), certificate.public_key()
    frame = frame_of(certificate_der(certificate))
    return CertificateDescription(
        subject=_named(found.subject),
        issuer=_named(name_rows(frame.issuer)),
        other_names=_named(found.other_names),
        policies=found.policies,
        key_usage=found.key_usage,
        extended_key_usage=found.extended_key_usage,
        is_authority=found.is_authority,
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        serial=f"{frame.serial:x}",
        key=algorithm_of(key) if is_public_key(key) else type(key).__name__,
        signature_algorithm=certificate.signature_algorithm_oid.dotted_string,
        fingerprint=certificate.fingerprint(hashes.SHA256()).hex(),
        crl_urls=found.crl_urls,
        ocsp_urls=found.ocsp_urls,
        aia_urls=found.aia_urls,
        cps_urls=found.cps_urls,
        issuer_other_names=_named(found.issuer_other_names),
    )


class CertificateContents(NamedTuple):
    """What a profile decides of a certificate, as it was read; see `CertificateDescription`."""

    subject: tuple[NameRow, ...]
    other_names: tuple[NameRow, ...]
    issuer_other_names: tuple[NameRow, ...]
    policies: tuple[str, ...]
    key_usage: tuple[str, ...]
    extended_key_usage: tuple[str, ...]
    is_authority: bool
    crl_urls: tuple[str, ...]
    ocsp_urls: tuple[str, ...]
    aia_urls: tuple[str, ...]
    cps_urls: tuple[str, ...]


def contents_of(certificate: x509.Certificate) -> CertificateContents:
    """Return what a certificate says that `load_certificate` returned."""
    values: dict[type[object], object] = {
        type(each.value): each.value for each in certificate.extensions
    }
    constraints = _extension(values, x509.BasicConstraints)
    usage = _extension(values, x509.KeyUsage)
    policies = list(_extension(values, x509.CertificatePolicies) or ())
    access = list(_extension(values, x509.AuthorityInformationAccess) or ())
    return CertificateContents(
        subject=name_rows(frame_of(certificate_der(certificate)).subject),
        other_names=_other_names(_extension(values, x509.SubjectAlternativeName)),
        issuer_other_names=_other_names(_extension(values, x509.IssuerAlternativeName)),
        policies=tuple(each.policy_identifier.dotted_string for each in policies),
        key_usage=tuple(
            name for name, attribute in _KEY_USAGES.items() if usage and getattr(usage, attribute)
        ),
        extended_key_usage=tuple(
            each.dotted_string for each in _extension(values, x509.ExtendedKeyUsage) or ()
        ),
        is_authority=constraints is not None and constraints.ca,
        crl_urls=_crl_urls(_extension(values, x509.CRLDistributionPoints)),
        ocsp_urls=_access_urls(access, AuthorityInformationAccessOID.OCSP),
        aia_urls=_access_urls(access, AuthorityInformationAccessOID.CA_ISSUERS),
        cps_urls=tuple(
            qualifier
            for each in policies
            for qualifier in each.policy_qualifiers or ()
            if isinstance(qualifier, str)
        ),
    )


def _extension(values: Mapping[type[object], object], kind: type[_Kind]) -> _Kind | None:
    value = values.get(kind)
    return value if isinstance(value, kind) else None


def _named(rows: Iterable[NameRow]) -> tuple[NamedValue, ...]:
    return tuple(NamedValue(oid=row.oid, value=row.value, encoding=row.encoding) for row in rows)


def _other_names(
    names: x509.SubjectAlternativeName | x509.IssuerAlternativeName | None,
) -> tuple[NameRow, ...]:
    return tuple(
        NameRow(name.type_id.dotted_string, *(decode_string(name.value) or (name.value.hex(), "")))
        for name in names or ()
        if isinstance(name, x509.OtherName)
    )


def _crl_urls(points: x509.CRLDistributionPoints | None) -> tuple[str, ...]:
    return tuple(
        name.value
        for point in points or ()
        for name in point.full_name or ()
        if isinstance(name, x509.UniformResourceIdentifier)
    )


def _access_urls(
    access: Iterable[x509.AccessDescription], method: x509.ObjectIdentifier
) -> tuple[str, ...]:
    return tuple(
        each.access_location.value
        for each in access
        if each.access_method == method
        and isinstance(each.access_location, x509.UniformResourceIdentifier)
    )
