"""The certificate of a registration office's seal, with which it countersigns contracts."""

from issuance.certificates.der import COMMON_NAME_LENGTH
from issuance.certificates.service_certificate import ServiceTemplate, service_to_be_signed
from issuance.certificates.to_be_signed import address_extensions

Addresses = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]
"""Where revocation lists, status answers and the issuer are found."""


def seal_name(office: str, identifier: str) -> str:
    """Return a seal's common name: the office's own where it fits, else its identifier."""
    return office if 1 <= len(office) <= COMMON_NAME_LENGTH else identifier


def seal_to_be_signed(template: ServiceTemplate, addresses: Addresses) -> bytes:
    """Return the TBSCertificate of a seal's certificate in DER."""
    usages = ("digitalSignature", "nonRepudiation")
    return service_to_be_signed(template, usages, address_extensions(*addresses))
