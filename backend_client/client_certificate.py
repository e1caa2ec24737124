"""What an enrolled station shows itself by in TLS: a key, and the server's certificate for it."""

import ssl
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from issuance.sources import Randomness
from issuance.stations.client_certificate import holds, is_due, key_of


@dataclass(frozen=True, slots=True, repr=False)
class ClientCertificate:
    """A key for TLS with its certificate."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @classmethod
    def read(cls, key: str, certificate: str) -> Self | None:
        """Read what `texts` gave; None where nothing was given, ValueError for something else."""
        if not key:
            return None
        read = load_pem_private_key(key.encode(), None)
        if not isinstance(read, ec.EllipticCurvePrivateKey):
            raise ValueError("a station's key for TLS is of P-256")
        return cls(read, x509.load_pem_x509_certificate(certificate.encode()))

    @classmethod
    def of_answer(cls, key: ec.EllipticCurvePrivateKey, certificate: str) -> Self:
        """Return a key with what the server certified; ValueError where that is another key."""
        read = x509.load_pem_x509_certificate(certificate.encode())
        if read.public_key() != key.public_key():
            raise ValueError("the certificate is for another key")
        return cls(key, read)

    def texts(self) -> tuple[str, str]:
        """Return key and certificate in PEM, to be sealed; the key lies in it in clear."""
        key = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return key.decode("ascii"), self.certificate.public_bytes(Encoding.PEM).decode("ascii")

    def is_due(self, now: datetime) -> bool:
        """Tell whether it is time for the next."""
        return is_due(self.certificate, now)

    def holds(self, now: datetime) -> bool:
        """Tell whether it may be shown."""
        return holds(self.certificate, now)

    def show_in(self, context: ssl.SSLContext, randomness: Randomness) -> None:
        """Let a context show it; raises OSError.

        OpenSSL reads files alone: the key lies in one for a moment, under a password of that time.
        """
        password = randomness.octets(32).hex().encode()
        sealing = BestAvailableEncryption(password)
        key = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, sealing)
        with tempfile.TemporaryDirectory(prefix="ventanilla-") as folder:
            path = Path(folder) / "station.pem"
            path.write_bytes(key + self.certificate.public_bytes(Encoding.PEM))
            context.load_cert_chain(path, password=password)


def new_key(randomness: Randomness) -> ec.EllipticCurvePrivateKey:
    """Make a station's key for TLS."""
    return key_of(randomness.octets(32))


def public_point(key: ec.EllipticCurvePrivateKey) -> str:
    """Return its public key as the server is told it, in hexadecimal."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint).hex()
