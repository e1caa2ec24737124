"""Backs an office up while people work in it.

The register is copied first, in one read transaction; everything else is copied after it. A file is
kept before an event refers to it, and keys before the event that names them, so what the copied
register speaks of is there.
"""

import errno
import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from issuance.access.durable_file import sync_folder, write_finding
from issuance.access.key_ring import KeyRing, Purpose
from issuance.access.office_file import read_office
from issuance.engine.backup_file import (
    BackupRefused,
    Contents,
    read_recipient,
    write_backup,
)
from issuance.engine.inspection import recovered_keys
from issuance.engine.key_files import key_file_faults
from issuance.engine.office import Sources
from issuance.engine.paths import CHECKPOINT_NAME, checkpoint_path, register_path
from issuance.engine.storage import REGISTER_NAME, read_storage
from issuance.findings import Finding, blocks
from issuance.findings.backup import BackupCode
from issuance.findings.register import RegisterCode
from issuance.model import Count, Frozen, Identifier, Instant, canonical_bytes
from issuance.register.checkpoint import CheckpointSigner
from issuance.register.errors import RegisterFailure, is_full
from issuance.register.model import Head
from issuance.register.published import disagreement, read_published
from issuance.register.register import Register
from issuance.register.snapshot import write_snapshot
from issuance.secret import Secret

FORMAT: Final = 1

_LEFT_OUT: Final = frozenset({"sealed-keys", "camera"})
"""Applicants' keys are kept for a day at most, in a backup they would outlive it; at what a camera
left nobody has looked yet."""


class Manifest(Frozen):
    """What a backup says of itself: whose it is, of when, and where its chain ends."""

    format: Count
    office: Identifier
    taken_at: Instant
    entries: Count
    head: str


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A backup that is whole and durable; `entries` of the register are in it."""

    file: Path
    taken_at: datetime
    entries: int
    length: int


def back_up(
    folder: Path, recovery_key: Secret, recipients: Sequence[str], target: Path, sources: Sources
) -> BackedUp | tuple[Finding, ...]:
    """Write a backup of an office to a new file, or leave nothing and say why."""
    if os.path.lexists(target):
        return (blocks(BackupCode.BACKUP_FILE_EXISTS, file=str(target)),)
    keys = recovered_keys(folder, recovery_key, sources)
    if isinstance(keys, Finding):
        return (keys,)
    try:
        read = [read_recipient(each) for each in recipients]
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".ventanilla-backup-") as work:
            return _write(folder, keys, read, target, Path(work), sources)
    except BackupRefused as refused:
        return (refused.finding,)
    except RegisterFailure as failure:
        return (failure.finding if is_full(folder) else _of_the_copy(failure.finding, target),)
    except OSError as error:
        return (write_finding(error, target),)


def _write(
    folder: Path,
    keys: KeyRing,
    recipients: Sequence[object],
    target: Path,
    work: Path,
    sources: Sources,
) -> BackedUp:
    sign = read_office(folder)
    if isinstance(sign, Finding):
        raise BackupRefused(sign)
    _require_folder(folder)
    now = sources.clock.now()
    head = _copy_register(folder, keys, sign.office, work, sources)
    manifest = Manifest(
        format=FORMAT, office=sign.office, taken_at=now, entries=head.seq, head=head.hash.hex()
    )
    copied = ((name, work / name) for name in (REGISTER_NAME, CHECKPOINT_NAME))
    contents = Contents(canonical_bytes(manifest), (*copied, *_files(folder)), now)
    unfinished = work / "unfinished"
    with os.fdopen(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        write_backup(file, recipients, contents)
        file.flush()
        os.fsync(file.fileno())
        length = file.tell()
    unfinished.replace(target)
    sync_folder(target.parent)
    return BackedUp(target, now, head.seq, length)


def _require_folder(folder: Path) -> None:
    """Refuse an office whose data is not in its folder: a copy of the folder would lack it."""
    storage = read_storage(folder)
    for part, place in (("PostgreSQL", storage.register), ("S3", storage.blobs)):
        if not isinstance(place, Path):
            raise BackupRefused(blocks(BackupCode.BACKUP_OF_SERVER, part=part))


def _copy_register(folder: Path, keys: KeyRing, office: UUID, work: Path, sources: Sources) -> Head:
    """Copy the register with a checkpoint of its own; return where its chain ends.

    A register that contradicts the checkpoint outside is not copied, nor one whose key files are
    not whole: it would in time take the place of good backups.
    """
    key = keys.key(Purpose.REGISTER)
    signer = CheckpointSigner(keys.key(Purpose.CHECKPOINTS), work / CHECKPOINT_NAME)
    # Read first: what it names was committed before the snapshot.
    published = read_published(checkpoint_path(folder), office, signer.public_key)
    write_snapshot(register_path(folder), key, work / REGISTER_NAME)
    register = Register.open(work / REGISTER_NAME, key, office, sources.randomness, signer)
    try:
        register.publish_checkpoint()
        with register.reading() as reading:
            head = reading.head()
            if isinstance(published, Finding):
                missing = published.code == RegisterCode.CHECKPOINT_FILE_MISSING
                against = None if missing else published
            else:
                against = disagreement(published, reading, head.seq)
            damaged = next(key_file_faults(folder, keys, office, reading), None)
    finally:
        register.close()
    if against is not None:
        raise BackupRefused(against)
    if damaged is not None:
        raise BackupRefused(damaged.finding)
    return head


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield the office's files but the register, locks and what is unfinished."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        hidden = any(part.startswith(".") for part in name.parts)
        passing = path.suffix in {".lock", ".part"}
        ours = str(name).startswith((REGISTER_NAME, CHECKPOINT_NAME)) or name.parts[0] in _LEFT_OUT
        if not (hidden or passing or ours) and path.is_file() and not path.is_symlink():
            yield name.as_posix(), path


def _of_the_copy(finding: Finding, target: Path) -> Finding:
    """Tell of a full disk that it is the backup's and not the register's."""
    if finding.code != RegisterCode.REGISTER_DISK_FULL:
        return finding
    return write_finding(OSError(errno.ENOSPC, ""), target)
