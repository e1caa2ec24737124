"""The file with the keys that seal what is in custody, beside the register.

Each lies under a key made from the office's data key, so that neither the register nor a copy of
this file opens anything alone. A new one gets the next version; older ones still open.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

from pydantic import ValidationError

from issuance.access.durable_file import exclusive, replace_file
from issuance.access.key_ring import KeyRing, Purpose
from issuance.certificates.sealing import KEY_LENGTH, Octets
from issuance.certificates.token_calls import TokenAddress
from issuance.findings import Finding, blocks
from issuance.findings.signing import SigningCode
from issuance.model import Frozen, canonical_bytes
from issuance.secret import Secret
from issuance.signing.custody import KeyEncryptionKeys
from issuance.sources import Randomness

FILE_NAME: Final = "custody.json"
_FIRST: Final = 1


class CustodyToken(Frozen):
    """The token in which new keys are made, with its sealed PIN."""

    address: TokenAddress
    pin: Octets


class CustodyFile(Frozen):
    """Key-encryption keys by their versions, sealed; `current` seals what comes new."""

    version: Literal[1] = 1
    current: int
    keys: Mapping[str, Octets]
    token: CustodyToken | None = None


def create_custody(folder: Path, ring: KeyRing, randomness: Randomness) -> None:
    """Write the file of a new office with a first key; raises OSError."""
    first = _sealed_key(ring, _FIRST, randomness)
    _write(folder, CustodyFile(current=_FIRST, keys={str(_FIRST): first}))


def read_custody(folder: Path) -> CustodyFile | Finding:
    """Read the file; nothing in it is opened."""
    try:
        return CustodyFile.model_validate_json((folder / FILE_NAME).read_bytes())
    except (OSError, ValidationError):
        return blocks(SigningCode.CUSTODY_FILE_UNREADABLE, file=FILE_NAME)


def renew_custody(folder: Path, ring: KeyRing, randomness: Randomness) -> int | Finding:
    """Add a key that seals what comes new; return its version. Raises OSError."""
    with exclusive(folder / FILE_NAME):
        known = read_custody(folder)
        if isinstance(known, Finding):
            return known
        version = known.current + 1
        keys = {**known.keys, str(version): _sealed_key(ring, version, randomness)}
        _replace(folder, known.model_copy(update={"current": version, "keys": keys}))
        return version


def keep_in_token(
    folder: Path, ring: KeyRing, address: TokenAddress, pin: Secret
) -> Finding | None:
    """Let new keys be made in a token, and stay there. Raises OSError."""
    with exclusive(folder / FILE_NAME):
        known = read_custody(folder)
        if isinstance(known, Finding):
            return known
        sealed = ring.seal(Purpose.CUSTODY, pin.reveal().encode(), _pin_label(address))
        token = CustodyToken(address=address, pin=sealed)
        _replace(folder, known.model_copy(update={"token": token}))
        return None


def open_keys(ring: KeyRing, file: CustodyFile) -> KeyEncryptionKeys | Finding:
    """Open the keys of the file."""
    opened = {
        int(version): ring.open(Purpose.CUSTODY, sealed, _key_label(int(version)))
        for version, sealed in file.keys.items()
    }
    keys = {version: key for version, key in opened.items() if key is not None}
    if len(keys) < len(opened) or file.current not in keys:
        return blocks(SigningCode.CUSTODY_FILE_UNREADABLE, file=FILE_NAME)
    return KeyEncryptionKeys(file.current, keys)


def open_pin(ring: KeyRing, token: CustodyToken) -> Secret | Finding:
    """Open the PIN of the token."""
    octets = ring.open(Purpose.CUSTODY, token.pin, _pin_label(token.address))
    if octets is None:
        return blocks(SigningCode.CUSTODY_FILE_UNREADABLE, file=FILE_NAME)
    return Secret(octets.decode())


def _sealed_key(ring: KeyRing, version: int, randomness: Randomness) -> bytes:
    return ring.seal(Purpose.CUSTODY, randomness.octets(KEY_LENGTH), _key_label(version))


def _write(folder: Path, file: CustodyFile) -> None:
    with exclusive(folder / FILE_NAME):
        _replace(folder, file)


def _replace(folder: Path, file: CustodyFile) -> None:
    replace_file(folder / FILE_NAME, canonical_bytes(file))


def _key_label(version: int) -> bytes:
    return f"key-encryption key {version}".encode()


def _pin_label(address: TokenAddress) -> bytes:
    return b"custody token's PIN:" + canonical_bytes(address)
