"""The certificates stations show themselves by in TLS, and the office's own authority of them.

The authority's key is made from the office's data key, and everything in its certificate from that
key and the day the office was founded: nothing is kept of it, and every process makes the same one.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

DAYS: Final = 90
RENEWED_BEFORE: Final = timedelta(days=30)
_BEFORE: Final = timedelta(minutes=5)
"""As far as the clocks of station and server may differ."""
MOST_CHARACTERS: Final = 4000
"""Of a certificate in PEM; those that are made here have about 900."""
_CURVE: Final = ec.SECP256R1()
_ORDER: Final = int("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16)
"""Of P-256 (SP 800-186, 3.2.1.3)."""
_WIDE: Final = 40
"""64 bits more than the order has: the remainder is as good as uniform (FIPS 186-5, A.2.1)."""
_NO_END: Final = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
"""No well-defined end (RFC 5280, 4.1.2.5)."""
_COMMON_NAME: Final = "Ventanilla stations"


@dataclass(frozen=True, slots=True)
class CertifiedStation:
    """What a certificate says: which station, and which of its incarnations."""

    station: UUID
    epoch: UUID


@dataclass(frozen=True, slots=True, repr=False)
class StationAuthority:
    """The authority of one office's stations."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @classmethod
    def of(cls, seed: bytes, office: UUID, founded_at: datetime) -> "StationAuthority":
        """Make it from its seed of 32 octets."""
        key = key_of(seed)
        name = _name((NameOID.COMMON_NAME, _COMMON_NAME), (NameOID.ORGANIZATION_NAME, str(office)))
        identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(int.from_bytes(identifier.digest[:16]) | 1)
            .not_valid_before(founded_at - _BEFORE)
            .not_valid_after(_NO_END)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(signs_certificates=True), critical=True)
            .add_extension(identifier, critical=False)
        )
        made = builder.sign(key, SHA256(), ecdsa_deterministic=True)
        return cls(key, made)

    def certify(
        self,
        who: CertifiedStation,
        public_key: ec.EllipticCurvePublicKey,
        serial: int,
        at: datetime,
    ) -> x509.Certificate:
        """Return a station's certificate for its key, which holds from this moment."""
        name = _name(
            (NameOID.COMMON_NAME, str(who.station)), (NameOID.SERIAL_NUMBER, str(who.epoch))
        )
        own = x509.SubjectKeyIdentifier.from_public_key(self.key.public_key())
        issuer = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own)
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self.certificate.subject)
            .public_key(public_key)
            .serial_number(serial)
            .not_valid_before(at - _BEFORE)
            .not_valid_after(at + timedelta(days=DAYS))
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs_certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
            .add_extension(issuer, critical=False)
            .sign(self.key, SHA256())
        )

    def station_of(self, certificate: x509.Certificate) -> CertifiedStation | None:
        """Tell whose certificate this is; None for one that is not of this authority.

        Whether it holds at this moment is for who checked it in the handshake.
        """
        try:
            certificate.verify_directly_issued_by(self.certificate)
            [station] = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
            [epoch] = certificate.subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)
            return CertifiedStation(UUID(str(station.value)), UUID(str(epoch.value)))
        except (ValueError, TypeError, InvalidSignature):
            return None


def key_of(seed: bytes) -> ec.EllipticCurvePrivateKey:
    """Return the P-256 key that belongs to a secret of 32 octets."""
    wide = HKDF(SHA256(), _WIDE, salt=None, info=b"ventanilla P-256 key 1").derive(seed)
    return ec.derive_private_key(int.from_bytes(wide) % (_ORDER - 1) + 1, _CURVE)


def public_key_of(point: bytes) -> ec.EllipticCurvePublicKey | None:
    """Return the P-256 key of an uncompressed point (SEC 1, 2.3.4); None where it is none."""
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, point)
    except ValueError:
        return None


def is_due(certificate: x509.Certificate, at: datetime) -> bool:
    """Tell whether a certificate has to be renewed: it ends soon, or does not hold yet."""
    ends = certificate.not_valid_after_utc - RENEWED_BEFORE
    return not certificate.not_valid_before_utc <= at < ends


def holds(certificate: x509.Certificate, at: datetime) -> bool:
    """Tell whether a certificate may be shown at this moment."""
    return certificate.not_valid_before_utc <= at < certificate.not_valid_after_utc


def _name(*attributes: tuple[x509.ObjectIdentifier, str]) -> x509.Name:
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in attributes])


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
