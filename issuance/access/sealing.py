"""Authenticated encryption of small things: AES-256-GCM (NIST SP 800-38D)."""

from typing import Final

from issuance.sources import Randomness

KEY_OCTETS: Final = 32
_NONCE_OCTETS: Final = 12
_TAG_OCTETS: Final = 16


class Sealing:
    """Seals octets under one key of 32 octets.

    The associated data says what the octets are for; it is not kept, and opening needs it again.
    """

    __slots__ = ("_key",)

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_OCTETS:
            raise ValueError("AES-256-GCM needs a key of 32 octets")
        self._key = key

    def seal(self, plaintext: bytes, associated: bytes, randomness: Randomness) -> bytes:
        """Return nonce (12 octets), ciphertext and tag (16 octets) in one piece."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = randomness.octets(_NONCE_OCTETS)
        return nonce + AESGCM(self._key).encrypt(nonce, plaintext, associated)

    def open(self, sealed: bytes, associated: bytes) -> bytes | None:
        """Return the plaintext; None for another key, other associated data or changed octets."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        if len(sealed) < _NONCE_OCTETS + _TAG_OCTETS:
            return None
        nonce, ciphertext = sealed[:_NONCE_OCTETS], sealed[_NONCE_OCTETS:]
        try:
            return AESGCM(self._key).decrypt(nonce, ciphertext, associated)
        except InvalidTag:
            return None
