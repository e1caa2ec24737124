"""Certificates of what an authority runs itself: its status responder, an office's seal."""

from collections.abc import Iterable
from dataclasses import dataclass

from cryptography import x509

from issuance.certificates.der import frame_of, with_common_name
from issuance.certificates.keys import PublicKey, certificate_der
from issuance.certificates.to_be_signed import (
    authority_key_identifier,
    encode_to_be_signed,
    key_of,
    key_usage_extension,
)
from issuance.certificates.validity import Validity


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
) -> bytes:
    """Return the TBSCertificate in DER; `extensions` come with whether they are critical.

    Raises ValueError for a common name of another length than 1 to 64 characters.
    """
    issuer = frame_of(certificate_der(template.issuer)).subject
    return encode_to_be_signed(
        subject=with_common_name(issuer, template.common_name),
        public_key=template.public_key,
        issuer=issuer,
        issuer_key=key_of(template.issuer),
        serial=template.serial,
        validity=template.validity,
        extensions=(
            (authority_key_identifier(template.issuer), False),
            (x509.SubjectKeyIdentifier.from_public_key(template.public_key), False),
            (x509.BasicConstraints(ca=False, path_length=None), True),
            (key_usage_extension(*usages), True),
            *extensions,
        ),
    )
