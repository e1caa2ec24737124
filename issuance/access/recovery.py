"""The recovery key: printed at set-up and kept in a sealed envelope, it opens the data key.

It is 32 random octets in base32 (RFC 4648), as 13 groups of four characters and a check character
each, so that somebody who types it from paper is told which group to look at.
"""

import base64
import binascii
from typing import Final
from uuid import UUID

from issuance.access.sealing import KEY_OCTETS, Sealing
from issuance.findings import Finding, blocks
from issuance.findings.access import AccessCode
from issuance.secret import Secret
from issuance.sources import Randomness

_ALPHABET: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_GROUP: Final = 4
_CHARACTERS: Final = 65


def new_recovery_key(randomness: Randomness) -> bytes:
    """Return a new recovery key of 32 octets."""
    return randomness.octets(KEY_OCTETS)


def recovery_key_text(key: bytes) -> Secret:
    """Write the key for paper: 13 groups of five characters, separated by spaces."""
    encoded = base64.b32encode(key).decode("ascii").rstrip("=")
    groups = (encoded[start : start + _GROUP] for start in range(0, len(encoded), _GROUP))
    return Secret(" ".join(group + _check(group, place) for place, group in enumerate(groups)))


def read_recovery_key(text: Secret) -> bytes | Finding:
    """Read a key from paper; case, spaces and hyphens do not matter."""
    typed = "".join(text.reveal().split()).replace("-", "").upper()
    if len(typed) != _CHARACTERS:
        return blocks(AccessCode.RECOVERY_KEY_LENGTH, length=len(typed), expected=_CHARACTERS)
    encoded = ""
    for place, start in enumerate(range(0, _CHARACTERS, _GROUP + 1)):
        group, check = typed[start : start + _GROUP], typed[start + _GROUP]
        if not set(group) <= set(_ALPHABET) or _check(group, place) != check:
            return blocks(AccessCode.RECOVERY_KEY_GROUP, group=place + 1)
        encoded += group
    try:
        key = base64.b32decode(encoded + "====")
    except binascii.Error:
        key = b""
    # The last group has four bits to spare; with any of them set the text is not one of ours.
    if base64.b32encode(key).decode("ascii").rstrip("=") != encoded:
        return blocks(AccessCode.RECOVERY_KEY_GROUP, group=_CHARACTERS // (_GROUP + 1))
    return key


def seal_recovery_slot(office: UUID, key: bytes, data_key: bytes, randomness: Randomness) -> bytes:
    """Wrap the data key under the recovery key; the result stands in `office.json`."""
    return Sealing(key).seal(data_key, _associated(office), randomness)


def open_recovery_slot(office: UUID, slot: bytes, key: bytes) -> bytes | Finding:
    """Return the data key."""
    data_key = Sealing(key).open(slot, _associated(office))
    return blocks(AccessCode.RECOVERY_KEY_WRONG) if data_key is None else data_key


def _associated(office: UUID) -> bytes:
    return b"ventanilla recovery 1" + office.bytes


def _check(group: str, place: int) -> str:
    """Return the check character of a group at its place.

    Horner's rule over GF(32) with x^5 + x^3 + 1: every single wrong character, every exchange of
    neighbours and every group in another group's place shows.
    """
    check = place
    for character in group:
        check = _double(check) ^ _ALPHABET.index(character)
    return _ALPHABET[_double(check)]


def _double(element: int) -> int:
    doubled = element << 1
    return doubled ^ 0b101001 if doubled & 0b100000 else doubled
