"""Private keys at rest: AES-256-GCM, under a key made from a passphrase or under a given key."""

import unicodedata
from typing import Annotated, Final, Literal, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from pydantic import BeforeValidator, Field, PlainSerializer, model_validator

from issuance.model import Frozen
from issuance.secret import Secret
from issuance.sources import Randomness

KEY_LENGTH: Final = 32
_NONCE_LENGTH: Final = 12
_SALT_LENGTH: Final = 16


def _octets_from_hexadecimal(value: object) -> object:
    return bytes.fromhex(value) if isinstance(value, str) else value


def _hexadecimal(value: bytes) -> str:
    return value.hex()


Octets = Annotated[bytes, BeforeValidator(_octets_from_hexadecimal), PlainSerializer(_hexadecimal)]
"""Bytes, serialised as hexadecimal digits."""


class PassphraseParameters(Frozen):
    """The cost of argon2id (RFC 9106); bounded, so that no file can ask for all memory or time."""

    memory_kib: int = Field(default=64 * 1024, ge=8, le=1024 * 1024)
    iterations: int = Field(default=3, ge=1, le=16)
    lanes: Literal[1, 2, 4] = 1

    @model_validator(mode="after")
    def _room_for_every_lane(self) -> Self:
        if self.memory_kib < 8 * self.lanes:
            raise ValueError("argon2id needs 8 KiB for each lane")
        return self


class Sealed(Frozen):
    """A secret that only its key opens; it also fails to open beside another label."""

    nonce: Octets
    ciphertext: Octets


class PassphraseSealed(Frozen):
    """A secret that only its passphrase opens."""

    salt: Octets
    parameters: PassphraseParameters
    sealed: Sealed


def seal(key: bytes, secret: bytes, label: str, randomness: Randomness) -> Sealed:
    """Seal a secret under a key of 32 octets, bound to what it is (the label)."""
    nonce = randomness.octets(_NONCE_LENGTH)
    return Sealed(nonce=nonce, ciphertext=AESGCM(key).encrypt(nonce, secret, label.encode()))


def unseal(key: bytes, sealed: Sealed, label: str) -> bytes | None:
    """Open a seal; None when key or label is another one, or the seal is damaged."""
    try:
        return AESGCM(key).decrypt(sealed.nonce, sealed.ciphertext, label.encode())
    except (InvalidTag, ValueError):
        return None


def seal_with_passphrase(
    passphrase: Secret,
    secret: bytes,
    label: str,
    parameters: PassphraseParameters,
    randomness: Randomness,
) -> PassphraseSealed:
    """Seal a secret under a passphrase; takes the time the parameters say."""
    salt = randomness.octets(_SALT_LENGTH)
    key = _key_from(passphrase, salt, parameters)
    sealed = seal(key, secret, label, randomness)
    return PassphraseSealed(salt=salt, parameters=parameters, sealed=sealed)


def unseal_with_passphrase(
    passphrase: Secret, sealed: PassphraseSealed, label: str
) -> bytes | None:
    """Open a seal; None when passphrase or label is another one, or the seal is damaged."""
    try:
        key = _key_from(passphrase, sealed.salt, sealed.parameters)
    except ValueError:
        return None
    return unseal(key, sealed.sealed, label)


def _key_from(passphrase: Secret, salt: bytes, parameters: PassphraseParameters) -> bytes:
    # Keyboards write the same accented letter in one or in two characters.
    text = unicodedata.normalize("NFC", passphrase.reveal())
    return Argon2id(
        salt=salt,
        length=KEY_LENGTH,
        iterations=parameters.iterations,
        lanes=parameters.lanes,
        memory_cost=parameters.memory_kib,
    ).derive(text.encode("utf-8", "surrogatepass"))
