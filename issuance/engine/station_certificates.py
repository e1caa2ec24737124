"""The office's own authority of its stations: certificates for TLS, and who may go by them."""

from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import Encoding

from issuance.access.key_ring import KeyRing, Purpose
from issuance.access.office_file import read_office
from issuance.certificates.serials import new_serial
from issuance.engine.inspection import recovered_keys
from issuance.engine.office import Office, Sources
from issuance.engine.stations import erase_order, station_of_epoch
from issuance.findings import Finding
from issuance.secret import Secret
from issuance.stations.client_certificate import CertifiedStation, StationAuthority


def station_authority(office: Office) -> StationAuthority:
    """Return the authority of an open office's stations."""
    return StationAuthority.of(_seed(office.keys), office.id, office.sign.created_at)


def station_authority_file(folder: Path, recovery_key: Secret, sources: Sources) -> bytes | Finding:
    """Return the authority's certificate in PEM, for the proxy; nothing is opened but the keys."""
    sign, keys = read_office(folder), recovered_keys(folder, recovery_key, sources)
    if isinstance(sign, Finding):
        return sign
    if isinstance(keys, Finding):
        return keys
    made = StationAuthority.of(_seed(keys), sign.office, sign.created_at)
    return made.certificate.public_bytes(Encoding.PEM)


def certify_station(
    office: Office, authority: StationAuthority, who: CertifiedStation, key: EllipticCurvePublicKey
) -> x509.Certificate:
    """Return a certificate for a station that may be listened to."""
    serial = new_serial(office.sources.randomness)
    return authority.certify(who, key, serial, office.now())


def standing_of(office: Office, who: CertifiedStation) -> Finding | None:
    """Say why a station with a certificate is not to be listened to any more."""
    with office.register.reading() as reading:
        known = station_of_epoch(reading, who.station, who.epoch)
    return (erase_order(office, who.station) or known) if isinstance(known, Finding) else None


def _seed(keys: KeyRing) -> bytes:
    return keys.key(Purpose.STATION_AUTHORITY)
