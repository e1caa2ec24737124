"""The applicant's key file (PKCS#12, RFC 7292): private key, certificate and chain."""

from collections.abc import Sequence
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import PrivateFormat, pkcs12

from issuance.certificates.keys import PrivateKey
from issuance.secret import Secret

_SEQUENCE: Final = 0x30
_LONG: Final = 0x80
_SHORTEST: Final = 2
_VERSION_3: Final = bytes.fromhex("020103")


def is_pkcs12(content: bytes) -> bool:
    """Tell whether a file begins as a key file does, and is as long as it says (RFC 7292, 4).

    Without a password nothing more can be told of it.
    """
    if len(content) < _SHORTEST or content[0] != _SEQUENCE:
        return False
    octets = content[1] & ~_LONG if content[1] > _LONG else 0
    start = 2 + octets
    # A length that is not told (BER) ends somewhere.
    length = content[1] if content[1] < _LONG else int.from_bytes(content[2:start])
    return content[start:].startswith(_VERSION_3) and len(content) >= start + length


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
