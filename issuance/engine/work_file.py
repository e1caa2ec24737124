"""The file of a station's unsent work: a tar archive in age (https://age-encryption.org/v1).

It is encrypted to the server of the station's office. What is in it needs no other signature: every
command bears its station's and names the one before, and says the digest of its files.
"""

import io
import tarfile
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import pyrage  # pyright: ignore[reportMissingTypeStubs]
from pydantic import TypeAdapter, ValidationError

from issuance.access.key_ring import KeyRing, Purpose
from issuance.engine.backup_file import read_recipient
from issuance.evidence.blob import BlobRef
from issuance.findings import Finding, blocks
from issuance.findings.sync import SyncCode
from issuance.stations.signed import SignedText

# The library brings no types.
_AGE: Final[Any] = pyrage

_COMMANDS: Final = "commands.json"
_SignedTexts: Final = TypeAdapter(tuple[SignedText, ...])

_ALPHABET: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_PREFIX: Final = "age-secret-key-"


def recipient_of(keys: KeyRing) -> str:
    """Return the public key that unsent work is encrypted to."""
    return str(_identity(keys).to_public())


def write_work(
    recipient: str,
    commands: Sequence[SignedText],
    files: Iterable[BlobRef],
    read: Callable[[BlobRef], bytes],
    at: datetime,
) -> bytes:
    """Return the encrypted file; raises `BackupRefused` where the recipient is none."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        _add(tar, _COMMANDS, _SignedTexts.dump_json(tuple(commands)), at)
        for blob in files:
            _add(tar, blob.sha256, read(blob), at)
    encrypted: bytes = _AGE.encrypt(archive.getvalue(), [read_recipient(recipient)])
    return encrypted


def read_work(
    keys: KeyRing, content: bytes
) -> tuple[tuple[SignedText, ...], dict[str, bytes]] | Finding:
    """Return the commands, and the files by their digests; nothing of it is believed yet."""
    try:
        archive: bytes = _AGE.decrypt(content, [_identity(keys)])
        with tarfile.open(fileobj=io.BytesIO(archive), mode="r:") as tar:
            files = {each.name: tar.extractfile(each) for each in tar if each.isreg()}
            octets = {name: file.read() for name, file in files.items() if file}
        return _SignedTexts.validate_json(octets.pop(_COMMANDS, b"")), octets
    except _AGE.DecryptError:
        return blocks(SyncCode.WORK_FOR_ANOTHER_SERVER)
    except (tarfile.TarError, ValidationError, EOFError):
        return blocks(SyncCode.WORK_UNREADABLE)


def _add(tar: tarfile.TarFile, name: str, content: bytes, at: datetime) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = len(content), 0o600, int(at.timestamp())
    tar.addfile(entry, io.BytesIO(content))


def _identity(keys: KeyRing) -> Any:
    """Return the identity that opens such files, made of one of the office's keys."""
    return _AGE.x25519.Identity.from_str(_bech32(_PREFIX, keys.key(Purpose.WORK)).upper())


def _bech32(prefix: str, octets: bytes) -> str:
    """Write octets in Bech32 (BIP 173), as age writes its keys."""
    bits = int.from_bytes(octets) << (-8 * len(octets) % 5)
    count = (8 * len(octets) + 4) // 5
    data = [bits >> 5 * place & 31 for place in reversed(range(count))]
    expanded = [ord(each) >> 5 for each in prefix] + [0] + [ord(each) & 31 for each in prefix]
    check = _polymod([*expanded, *data, *bytes(6)]) ^ 1
    data += [check >> 5 * place & 31 for place in reversed(range(6))]
    return f"{prefix}1{''.join(_ALPHABET[each] for each in data)}"


def _polymod(values: Sequence[int]) -> int:
    generator = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for place, term in enumerate(generator):
            check ^= term if top >> place & 1 else 0
    return check
