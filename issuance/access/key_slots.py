"""Key slots: a password opens the office's data key, and with it the user's TOTP secret."""

import base64
import json
import unicodedata
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from issuance.access.office import KeyDerivationParameters, KeySlot
from issuance.access.sealing import KEY_OCTETS, Sealing
from issuance.secret import Secret
from issuance.sources import Randomness

DEFAULT_PARAMETERS: Final = KeyDerivationParameters()
_SALT_OCTETS: Final = 16
_CONTENTS_OCTETS: Final = 512


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class SlotContents:
    """What a slot holds; `authority_slot_key` only for people who may use the CA key."""

    data_key: bytes
    totp_secret: Secret
    authority_slot_key: bytes | None = None


def seal_slot(
    office: UUID,
    user: str,
    password: Secret,
    contents: SlotContents,
    parameters: KeyDerivationParameters,
    randomness: Randomness,
) -> KeySlot:
    """Seal a slot with argon2id (RFC 9106) of the password and AES-256-GCM.

    Office and user are authenticated with it: a slot moved to another name does not open.
    """
    salt = randomness.octets(_SALT_OCTETS)
    sealing = Sealing(_derive(password, salt, parameters))
    sealed = sealing.seal(_encode(contents), _associated(office, user), randomness)
    return KeySlot(user, salt, parameters, sealed)


def open_slot(office: UUID, slot: KeySlot, password: Secret) -> SlotContents | None:
    """Open a slot; None for a wrong password or a slot that was changed. Takes 0.1 s or more."""
    sealing = Sealing(_derive(password, slot.salt, slot.parameters))
    plaintext = sealing.open(slot.sealed, _associated(office, slot.user))
    return None if plaintext is None else _decode(plaintext)


def dummy_open(parameters: KeyDerivationParameters, password: Secret) -> None:
    """Spend what `open_slot` spends, so that time does not tell an unknown user from a known."""
    _derive(password, bytes(_SALT_OCTETS), parameters)


def _derive(password: Secret, salt: bytes, parameters: KeyDerivationParameters) -> bytes:
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    # Keyboards differ in how they compose ñ or é (RFC 8265 section 4.2 asks for NFC); a terminal
    # may deliver lone surrogates, which are a wrong password and no reason to stop.
    text = unicodedata.normalize("NFC", password.reveal())
    return Argon2id(
        salt=salt,
        length=KEY_OCTETS,
        iterations=parameters.time_cost,
        lanes=parameters.lanes,
        memory_cost=parameters.memory_kib,
    ).derive(text.encode("utf-8", "surrogatepass"))


def _associated(office: UUID, user: str) -> bytes:
    return b"ventanilla slot 1" + office.bytes + user.encode()


def _encode(contents: SlotContents) -> bytes:
    authority = contents.authority_slot_key
    text = json.dumps(
        {
            "data_key": base64.b64encode(contents.data_key).decode("ascii"),
            "totp_secret": contents.totp_secret.reveal(),
            "authority_slot_key": authority and base64.b64encode(authority).decode("ascii"),
        }
    )
    # One length for all: it must not tell from outside who may use the CA key.
    return text.encode().ljust(_CONTENTS_OCTETS)


def _decode(plaintext: bytes) -> SlotContents:
    values = json.loads(plaintext)
    authority = values["authority_slot_key"]
    return SlotContents(
        data_key=base64.b64decode(values["data_key"]),
        totp_secret=Secret(values["totp_secret"]),
        authority_slot_key=authority and base64.b64decode(authority),
    )
