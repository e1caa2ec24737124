"""Certificates of what an authority runs itself: its status responder, an office's seal."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from cryptography import x509

from issuance.certificates.der import frame_of, with_common_name, with_names
from issuance.certificates.keys import PublicKey, certificate_der, hash_for
from issuance.certificates.to_be_signed import (
    ThrowAwayKeys,
    authority_key_identifier,
    key_of,
    key_usage_extension,
)
from issuance.certificates.validity import Validity

_LATER: Final = x509.Name([])


@dataclass(frozen=True, slots=True)
class ServiceTemplate:
    """What decides such a certificate, but the signature and what it may be used for.

    Its name is the authority's with another common name of at most 64 characters.
    """

    common_name: str
    public_key: PublicKey
    issuer: x509.Certificate
    serial: int
    validity: Validity


def service_to_be_signed(
    template: ServiceTemplate,
    usages: Iterable[str],
    extensions: Iterable[tuple[x509.ExtensionType, bool]],
    throw_away: ThrowAwayKeys,
) -> bytes:
    """Return the TBSCertificate in DER; `extensions` come with whether they are critical.

    Raises ValueError for a common name of another length than 1 to 64 characters.
    """
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
        .add_extension(key_usage_extension(*usages), critical=True)
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    draft = builder.sign(throw_away.like(issuer_key), hash_for(issuer_key))
    issuer_name = frame_of(certificate_der(template.issuer)).subject
    subject = with_common_name(issuer_name, template.common_name)
    return with_names(draft.tbs_certificate_bytes, subject=subject, issuer=issuer_name)
