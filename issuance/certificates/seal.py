"""The certificate of a registration office's seal, with which it countersigns contracts."""

from dataclasses import dataclass
from typing import Final

from cryptography import x509

from issuance.certificates.der import COMMON_NAME_LENGTH, frame_of, with_common_name, with_names
from issuance.certificates.keys import PublicKey, certificate_der, hash_for
from issuance.certificates.to_be_signed import (
    ThrowAwayKeys,
    address_extensions,
    authority_key_identifier,
    key_of,
    key_usage_extension,
)
from issuance.certificates.validity import Validity

_LATER: Final = x509.Name([])


@dataclass(frozen=True, slots=True)
class SealTemplate:
    """All that decides a seal's certificate but the signature.

    Its name is the authority's with the office's name as common name. `addresses` say where
    revocation lists, status answers and the issuer are found.
    """

    common_name: str
    public_key: PublicKey
    issuer: x509.Certificate
    serial: int
    validity: Validity
    addresses: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]


def seal_name(office: str, identifier: str) -> str:
    """Return a seal's common name: the office's own where it fits, else its identifier."""
    return office if 1 <= len(office) <= COMMON_NAME_LENGTH else identifier


def seal_to_be_signed(template: SealTemplate, throw_away: ThrowAwayKeys) -> bytes:
    """Return the TBSCertificate of a seal's certificate in DER."""
    issuer_key = key_of(template.issuer)
    identifier = x509.SubjectKeyIdentifier.from_public_key(template.public_key)
    builder = (
        x509.CertificateBuilder()
        .subject_name(_LATER)
        .issuer_name(_LATER)
        .serial_number(template.serial)
        .not_valid_before(template.validity.not_before)
        .not_valid_after(template.validity.not_after)
        .public_key(template.public_key)
        .add_extension(authority_key_identifier(template.issuer), critical=False)
        .add_extension(identifier, critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(key_usage_extension("digitalSignature", "nonRepudiation"), critical=True)
    )
    for extension, critical in address_extensions(*template.addresses):
        builder = builder.add_extension(extension, critical=critical)
    draft = builder.sign(throw_away.like(issuer_key), hash_for(issuer_key))
    issuer_name = frame_of(certificate_der(template.issuer)).subject
    subject = with_common_name(issuer_name, template.common_name)
    return with_names(draft.tbs_certificate_bytes, subject=subject, issuer=issuer_name)
