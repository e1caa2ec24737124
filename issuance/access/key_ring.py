"""The keys of an office, each for one purpose, derived from its one data key."""

from collections.abc import Mapping
from enum import StrEnum
from uuid import UUID

from issuance.access.sealing import KEY_OCTETS, Sealing
from issuance.sources import Randomness


class Purpose(StrEnum):
    """What a derived key is for. The label goes into the derivation: never change one."""

    REGISTER = "register"
    """Encrypts the register's database."""
    BLOBS = "blobs"
    """Encrypts the files kept as evidence."""
    BLOB_NAMES = "blob_names"
    """HMAC that names a file without telling its content."""
    CODES = "codes"
    """HMAC of the short codes sent to applicants."""
    CHECKPOINTS = "checkpoints"
    """Seed of the Ed25519 key that signs the register's checkpoints."""
    NOTICES = "notices"
    """Seals the secrets that wait in outgoing mail."""
    STATION = "station"
    """Encrypts the station's own store."""
    PERSONS = "persons"
    """HMAC that turns an identity document into the id of a person's stream."""
    RESPONDER = "responder"
    """Seals the key that signs status answers."""
    MAILBOX = "mailbox"
    """Seals the mails that a demonstration keeps instead of sending them."""
    RECEIPTS = "receipts"
    """Seed of the Ed25519 key that signs what a server tells its stations."""
    STATION_AUTHORITY = "station_authority"
    """Seed of the key that certifies stations for TLS."""
    WORK = "work"
    """The X25519 key that opens the files in which stations' unsent work is carried (age)."""
    UPLOADS = "uploads"
    """Seals the pieces of files that are still arriving at a server."""
    CUSTODY = "custody"
    """Seals the keys that seal what is in custody, and the PIN of the token that may keep it."""
    ACTIVATION = "activation"
    """HMAC of the leave to sign certain hashes that a signing client carries with it."""
    PROVIDER = "provider"
    """Seals the identity provider's settings, and HMAC of what a log-in there is bound by."""
    TIME_STAMPS = "time_stamps"
    """Seals the settings of the time-stamp authority and its password."""


class KeyRing:
    """Derives a key of 32 octets for each purpose with HKDF-SHA-256 (RFC 5869).

    The data key is random, so HKDF needs no salt; the purpose is its `info`. `given` are keys of
    somebody else's that are not derived: a station makes the same person's id as its server.
    """

    __slots__ = ("_data_key", "_given", "_randomness")

    def __init__(
        self, data_key: bytes, randomness: Randomness, given: Mapping[Purpose, bytes] | None = None
    ) -> None:
        if len(data_key) != KEY_OCTETS:
            raise ValueError("a data key has 32 octets")
        self._data_key = data_key
        self._given = dict(given or {})
        self._randomness = randomness

    def key(self, purpose: Purpose) -> bytes:
        """Return the key for one purpose."""
        if purpose in self._given:
            return self._given[purpose]
        return _derived(self._data_key, f"ventanilla office key 1: {purpose.value}".encode())

    def station_key(self, station: UUID, version: int = 0) -> bytes:
        """Return the key of the store of a station elsewhere, which a server tells its people.

        Each version is a key of its own: who knows one knows nothing of another.
        """
        later = version.to_bytes(8) if version else b""
        return _derived(self.key(Purpose.STATION), b"ventanilla station 1" + station.bytes + later)

    def seal(self, purpose: Purpose, plaintext: bytes, associated: bytes) -> bytes:
        """Encrypt under the key of a purpose."""
        return Sealing(self.key(purpose)).seal(plaintext, associated, self._randomness)

    def open(self, purpose: Purpose, sealed: bytes, associated: bytes) -> bytes | None:
        """Decrypt; None when the octets or what they are for were changed."""
        return Sealing(self.key(purpose)).open(sealed, associated)


def _derived(key: bytes, info: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), KEY_OCTETS, salt=None, info=info).derive(key)
