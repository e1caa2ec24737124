"""The file of a backup: a tar archive in the age format (https://age-encryption.org/v1).

It is encrypted to X25519 recipients and authenticated from its first byte to its last. Both formats
are open: `age -d -i KEYFILE FILE | tar -x` reads it without Ventanilla.
"""

import os
import re
import tarfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

import pyrage  # pyright: ignore[reportMissingTypeStubs]

from issuance.access.durable_file import errno_name
from issuance.findings import Finding, blocks
from issuance.findings.backup import BackupCode
from issuance.secret import Secret

# The library brings no types.
_AGE: Final[Any] = pyrage

_PIECE: Final = 1 << 16
_MANIFEST_LIMIT: Final = 1 << 16
_NAME: Final = re.compile(r"[\w-][\w.-]*(/[\w-][\w.-]*)*", re.ASCII)
"""Names that lead nowhere but below the folder: no part begins with a dot."""

MANIFEST: Final = "backup.json"
"""The first file of the archive says what the others are."""


class BackupRefused(Exception):  # noqa: N818 -- what happened, told with its finding
    """A backup cannot be made or read; `finding` says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.code)
        self.finding = finding


@dataclass(frozen=True, slots=True)
class Contents:
    """What goes into a backup: the manifest's bytes, and files by their names in the archive."""

    manifest: bytes
    files: Iterable[tuple[str, Path]]
    at: datetime


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A recipient's public key, for making backups, and the identity that opens them."""

    recipient: str
    identity: Secret


def make_key_pair() -> KeyPair:
    """Make a pair from the system's randomness; the identity is kept nowhere."""
    identity = _AGE.x25519.Identity.generate()
    return KeyPair(str(identity.to_public()), Secret(str(identity)))


def read_recipient(text: str) -> Any:
    """Read a recipient's public key; raises `BackupRefused`."""
    try:
        return _AGE.x25519.Recipient.from_str(text.strip())
    except _AGE.RecipientError as error:
        shown = text.strip()[:80]
        # Whoever gives the secret key by mistake must not find it on the screen and in a log.
        if shown.upper().startswith("AGE-SECRET-KEY"):
            shown = "AGE-SECRET-KEY-…"
        code = BackupCode.BACKUP_RECIPIENT_MALFORMED
        raise BackupRefused(blocks(code, recipient=shown)) from error


def read_identities(file: Path) -> Sequence[Any]:
    """Read the identities of a key file, as age writes it; raises `BackupRefused`."""
    try:
        lines = [line.strip() for line in file.read_text("utf-8").splitlines()]
        found = [
            _AGE.x25519.Identity.from_str(line)
            for line in lines
            if line and not line.startswith("#")
        ]
    except OSError as error:
        raise unreadable(file, error) from error
    except (UnicodeDecodeError, _AGE.IdentityError):
        found = []
    if not found:
        raise BackupRefused(blocks(BackupCode.BACKUP_IDENTITY_MALFORMED, file=file.name))
    return found


def write_backup(target: BinaryIO, recipients: Sequence[Any], contents: Contents) -> None:
    """Write a backup; raises OSError when the target cannot be written, `BackupRefused`."""
    failures: list[Exception] = []
    source = _Source(_archive(contents), failures)
    try:
        _AGE.encrypt_io(source, _Target(target.write, failures), list(recipients))
    except _AGE.EncryptError as error:
        # The library keeps only the text of what went wrong beneath it.
        raise (failures[0] if failures else error) from None


def read_backup(file: Path, identities: Sequence[Any], folder: Path) -> bytes:
    """Put a backup's files into an empty folder, durably; return the manifest.

    Nothing in the folder may be used when this raises OSError (the folder cannot be written) or
    `BackupRefused`: a file altered at its end shows only there.
    """
    read_end, write_end = os.pipe()
    with ThreadPoolExecutor(1) as threads, os.fdopen(read_end, "rb") as stream:
        decrypting = threads.submit(_decrypt, file, identities, write_end)
        manifest: bytes | None = None
        part = ""
        try:
            manifest = _extract(stream, folder)
        except (tarfile.TarError, ValueError) as error:
            part = str(error)
        except OSError:
            # The other thread must not wait for a reader.
            stream.close()
            raise
        while stream.read(_PIECE):
            pass
        _require_whole(decrypting, file)
    if manifest is None:
        raise BackupRefused(blocks(BackupCode.BACKUP_NOT_OF_AN_OFFICE, part=part))
    return manifest


def _decrypt(file: Path, identities: Sequence[Any], write_end: int) -> None:
    failures: list[Exception] = []
    with os.fdopen(write_end, "wb", buffering=0) as pipe:
        try:
            with file.open("rb") as encrypted:
                source = _Source(iter(lambda: encrypted.read(_PIECE), b""), failures)
                _AGE.decrypt_io(source, _Target(pipe.write, failures), list(identities))
        except Exception as error:
            if failures:
                raise failures[0] from error
            raise


def _require_whole(decrypting: "Future[None]", file: Path) -> None:
    """Raise `BackupRefused` unless everything was authentic up to the last byte."""
    error = decrypting.exception()
    if error is None:
        return
    if isinstance(error, OSError) and error.errno is not None:
        raise unreadable(file, error) from error
    wrong_key = isinstance(error, _AGE.DecryptError) and "matching keys" in str(error)
    code = BackupCode.BACKUP_KEY_WRONG if wrong_key else BackupCode.BACKUP_DAMAGED
    if not wrong_key and not isinstance(error, OSError | _AGE.DecryptError):
        raise error
    raise BackupRefused(blocks(code)) from error


def unreadable(file: Path, error: OSError) -> BackupRefused:
    """Return what tells that a file given for a backup or restore cannot be read, and why."""
    finding = blocks(BackupCode.BACKUP_UNREADABLE, file=str(file), reason=errno_name(error))
    return BackupRefused(finding)


def _archive(contents: Contents) -> Iterator[bytes]:
    """Yield the archive piece by piece; a file that was removed meanwhile is left out."""
    yield _header(MANIFEST, len(contents.manifest), contents.at)
    yield _padded(contents.manifest, len(contents.manifest))
    for name, path in contents.files:
        try:
            file = path.open("rb")
        except FileNotFoundError:
            continue
        except OSError as error:
            raise _source_refused(name, error) from error
        with file:
            size = os.fstat(file.fileno()).st_size
            yield _header(name, size, contents.at)
            yield from _pieces(name, file, size)
    yield bytes(2 * tarfile.BLOCKSIZE)


def _header(name: str, size: int, at: datetime) -> bytes:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = size, 0o600, int(at.timestamp())
    return entry.tobuf(tarfile.PAX_FORMAT)


def _pieces(name: str, file: BinaryIO, size: int) -> Iterator[bytes]:
    left = size
    while left:
        try:
            piece = file.read(min(left, _PIECE))
        except OSError as error:
            raise _source_refused(name, error) from error
        if not piece:
            raise BackupRefused(
                blocks(BackupCode.BACKUP_SOURCE_UNREADABLE, file=name, reason="SHORTER")
            )
        left -= len(piece)
        yield piece
    yield _padded(b"", size)


def _padded(content: bytes, size: int) -> bytes:
    return content + bytes(-size % tarfile.BLOCKSIZE)


def _source_refused(name: str, error: OSError) -> BackupRefused:
    reason = errno_name(error)
    return BackupRefused(blocks(BackupCode.BACKUP_SOURCE_UNREADABLE, file=name, reason=reason))


def _extract(stream: BinaryIO, folder: Path) -> bytes:
    """Write the archive's files below a folder; raises ValueError naming what does not belong."""
    with tarfile.open(fileobj=stream, mode="r|") as archive:
        first = archive.next()
        manifest = archive.extractfile(first) if first and first.name == MANIFEST else None
        if first is None or manifest is None or first.size > _MANIFEST_LIMIT:
            raise ValueError(MANIFEST)
        content = manifest.read()
        for entry in iter(archive.next, None):
            plain = entry.type in (tarfile.REGTYPE, tarfile.AREGTYPE) and not entry.issparse()
            source = archive.extractfile(entry) if plain else None
            if source is None or not _NAME.fullmatch(entry.name):
                raise ValueError(ascii(entry.name)[:80])
            _write(folder / entry.name, source)
    return content


def _write(path: Path, source: Any) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists():
        raise ValueError(path.name)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        while piece := source.read(_PIECE):
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())


class _Source:
    """What the library reads from: hands on pieces as they come, and keeps what went wrong."""

    def __init__(self, pieces: Iterator[bytes], failures: list[Exception]) -> None:
        self._pieces = pieces
        self._failures = failures
        self._rest = b""

    def read(self, size: int = -1) -> bytes:
        """Return at most so many octets; none at the end."""
        try:
            while not self._rest:
                self._rest = next(self._pieces)
        except StopIteration:
            return b""
        except Exception as error:
            self._failures.append(error)
            raise
        end = len(self._rest) if size < 0 else size
        piece, self._rest = self._rest[:end], self._rest[end:]
        return piece


class _Target:
    """What the library writes to, and what went wrong there."""

    def __init__(self, write: Callable[[bytes], Any], failures: list[Exception]) -> None:
        self._write = write
        self._failures = failures

    def write(self, piece: bytes) -> int:
        """Write all of a piece."""
        try:
            done: int = self._write(piece)
        except Exception as error:
            self._failures.append(error)
            raise
        return done

    def flush(self) -> None:
        """Do nothing: the caller makes the file durable."""
