"""The one way a certificate is signed: an authority's key over bytes that were checked before."""

from typing import Protocol

from cryptography import x509

from issuance.certificates.der import assemble
from issuance.certificates.keys import PrivateKey, sign, verifies
from issuance.certificates.to_be_signed import key_of


class AuthoritySigner(Protocol):
    """Signs in the name of an authority; where its key lives is its own affair."""

    @property
    def certificate(self) -> x509.Certificate:
        """Return the authority's certificate."""
        ...

    def sign(self, to_be_signed: bytes) -> bytes:
        """Return the signature over these bytes, in the algorithm the certificate's key has."""
        ...


class SoftwareSigner:
    """Signs with a key in this process's memory.

    Raises ValueError when the key is not the certificate's.
    """

    def __init__(self, private_key: PrivateKey, certificate: x509.Certificate) -> None:
        if private_key.public_key() != certificate.public_key():
            raise ValueError("the key is not the certificate's")
        self._private_key = private_key
        self.certificate = certificate

    def sign(self, to_be_signed: bytes) -> bytes:
        """Return the signature over these bytes."""
        return sign(self._private_key, to_be_signed)


def issue(signer: AuthoritySigner, to_be_signed: bytes) -> bytes:
    """Return the certificate in DER; a retry signs the same bytes again.

    Raises ValueError when the bytes are no TBSCertificate or the signature does not verify: a
    faulty signature can give an RSA key away and must not leave this function.
    """
    signature = signer.sign(to_be_signed)
    if not verifies(key_of(signer.certificate), signature, to_be_signed):
        raise ValueError("the signature made does not verify")
    return assemble(to_be_signed, signature)
