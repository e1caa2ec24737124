"""The applicant's key file (PKCS#12, RFC 7292): private key, certificate and chain."""

# asn1crypto ships no types; what it returns is converted in this module alone.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false

from collections.abc import Sequence
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import PrivateFormat, pkcs12

from issuance.certificates.keys import PrivateKey
from issuance.secret import Secret

_VERSION: Final = "v3"


def is_pkcs12(content: bytes) -> bool:
    """Tell whether a file is a whole key file, as far as that shows without its password.

    Source: RFC 7292, section 4.
    """
    # Only who brings a key file along needs it: the program starts without.
    from asn1crypto.pkcs12 import Pfx

    try:
        return Pfx.load(content)["version"].native == _VERSION
    except ValueError:
        return False


def write_pkcs12(
    key: PrivateKey,
    certificate: x509.Certificate,
    chain: Sequence[x509.Certificate],
    password: Secret,
    friendly_name: str,
    *,
    compatible: bool = False,
) -> bytes:
    """Return a key file encrypted with AES-256 (PBES2) and protected by HMAC with SHA-256.

    `compatible` takes 3DES and SHA-1 instead, for readers older than about 2019; it protects less.
    """
    if compatible:
        cipher, digest = pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC, hashes.SHA1()  # noqa: S303
    else:
        cipher, digest = pkcs12.PBES.PBESv2SHA256AndAES256CBC, hashes.SHA256()
    encryption = (
        PrivateFormat.PKCS12.encryption_builder()
        .key_cert_algorithm(cipher)
        .hmac_hash(digest)
        .build(password.reveal().encode("ascii"))
    )
    return pkcs12.serialize_key_and_certificates(
        friendly_name.encode(), key, certificate, chain, encryption
    )
