"""Restores an office from a backup, into a folder where nothing is yet.

Everything is done in a folder beside it, which takes its place in the last step. The restored
office goes its own way from there: the chain says so, revocation lists are numbered above all that
may have been published since, and mails that were waiting are not sent a second time by themselves.
"""

import os
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from pydantic import ValidationError

from issuance.access.durable_file import sync_folder, write_finding
from issuance.access.key_ring import KeyRing, Purpose
from issuance.access.office_file import read_office
from issuance.access.office_stream import OfficeRestored, OfficeState, evolve_office
from issuance.certificates.revocation_list import ListContents, list_der
from issuance.engine.backup import FORMAT, Manifest
from issuance.engine.backup_file import BackupRefused, read_backup, read_identities, unreadable
from issuance.engine.carrying_over import CarriedOver, carry_over, read_last_list
from issuance.engine.inspection import recovered_keys, verify_register
from issuance.engine.office import Sources, named_stream
from issuance.engine.paths import (
    checkpoint_signer,
    register_path,
    register_place,
)
from issuance.engine.publishing import begin_list_epoch
from issuance.engine.status_files import StatusFiles
from issuance.engine.storage import REGISTER_NAME
from issuance.engine.streams import append, read_state
from issuance.findings import Finding, blocks
from issuance.findings.backup import BackupCode
from issuance.findings.notices import NoticeCode
from issuance.notices.model import NoticeState
from issuance.policies.loader import load_policy
from issuance.register.checkpoint import Checkpoint, CheckpointSigner
from issuance.register.errors import RegisterFailure
from issuance.register.fault import VerificationReport
from issuance.register.model import Origin
from issuance.register.paging import LARGEST_PAGE
from issuance.register.place import Place
from issuance.register.register import Reading, Register, Writing
from issuance.secret import Secret

_EVER: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Restored:
    """A restored office: when the backup was made, what waited, what verification found in it.

    `carried` is what came from the list published last; None without one.
    """

    folder: Path
    taken_at: datetime
    mails_stopped: int
    report: VerificationReport
    carried: CarriedOver | None = None


def restore(
    file: Path,
    key_file: Path,
    target: Path,
    recovery_key: Callable[[Path], Secret],
    sources: Sources,
    last_list: Path | None = None,
) -> Restored | tuple[Finding, ...]:
    """Restore an office, or leave nothing and say why.

    `recovery_key` is asked with the folder the office lies in for the time being; what it raises
    is the caller's. `last_list` is the file with the revocation list published last, in DER or
    PEM: what it revokes stays revoked.
    """
    try:
        if _is_taken(target):
            return (blocks(BackupCode.RESTORE_TARGET_TAKEN, folder=str(target)),)
        identities = read_identities(key_file)
        published = _read_list(last_list) if last_list else None
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        prefix = f".{target.name}-restoring-"
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=prefix) as place:
            folder = Path(place) / "office"
            folder.mkdir(mode=0o700)
            manifest = _read_manifest(read_backup(file, identities, folder), folder)
            key = recovery_key(folder)
            return _take_up(folder, manifest, key, target, sources, published)
    except (BackupRefused, RegisterFailure) as refused:
        return (refused.finding,)
    except OSError as error:
        return (write_finding(error, target),)


def _read_list(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise unreadable(path, error) from error


def _is_taken(target: Path) -> bool:
    empty = target.is_dir() and not target.is_symlink() and not any(target.iterdir())
    return os.path.lexists(target) and not empty


def _read_manifest(content: bytes, folder: Path) -> Manifest:
    try:
        manifest = Manifest.model_validate_json(content)
    except ValidationError as error:
        finding = blocks(BackupCode.BACKUP_NOT_OF_AN_OFFICE, part="backup.json")
        raise BackupRefused(finding) from error
    if manifest.format != FORMAT:
        finding = blocks(BackupCode.BACKUP_NEWER, version=manifest.format, known=FORMAT)
        raise BackupRefused(finding)
    sign = read_office(folder)
    if isinstance(sign, Finding):
        raise BackupRefused(sign)
    if sign.office != manifest.office:
        raise BackupRefused(blocks(BackupCode.BACKUP_NOT_OF_AN_OFFICE, part="office.json"))
    return manifest


def _take_up(
    folder: Path,
    manifest: Manifest,
    recovery_key: Secret,
    target: Path,
    sources: Sources,
    published: bytes | None,
) -> Restored | tuple[Finding, ...]:
    keys = recovered_keys(folder, recovery_key, sources)
    if isinstance(keys, Finding):
        return (keys,)
    register = _open(folder, register_path(folder), manifest.office, keys, sources)
    try:
        with register.reading() as reading:
            head = reading.head()
            listed = _listed(reading, manifest.office, published)
            founded, _ = read_state(reading, named_stream(manifest.office, "office"), OfficeState)
        if (head.seq, head.hash.hex()) != (manifest.entries, manifest.head):
            return (blocks(BackupCode.BACKUP_NOT_OF_AN_OFFICE, part=REGISTER_NAME),)
        if isinstance(listed, Finding):
            return (listed,)
        report = verify_register(folder, keys, register, sources)
        with register.writing() as writing:
            mails, carried = _begin_again(
                writing, manifest.office, manifest.taken_at, head.seq, sources, listed
            )
    finally:
        register.close()
    if listed is not None and founded is not None:
        _publish_again(folder, founded.policy, published or b"", listed)
    for below in (folder, *(each for each in folder.rglob("*") if each.is_dir())):
        sync_folder(below)
    # An empty folder gives way, anything else stays and is told.
    folder.replace(target)
    sync_folder(target.parent)
    return Restored(target, manifest.taken_at, mails, report, carried)


def _publish_again(folder: Path, policy: str, content: bytes, listed: ListContents) -> None:
    """Let what is served before anybody logs in be no older than the list published last."""
    rule = load_policy(policy).policy.publication
    files = StatusFiles(folder / rule.folder, rule.list_name)
    files.folder.mkdir(mode=0o700, exist_ok=True)
    files.write_list(list_der(content))
    for each in listed.entries:
        files.answers.withdraw_good(each.serial)


def take_up(
    folder: Path, recovery_key: Secret, sources: Sources, last_list: Path | None = None
) -> Restored | tuple[Finding, ...]:
    """Go on with a register that its database server brought back to an earlier moment.

    What `restore` does after a backup; the checkpoint that saw more is put aside, as
    `checkpoint.json.before-` and the number of the last entry there is. Nobody may be serving it.
    """
    keys, sign = recovered_keys(folder, recovery_key, sources), read_office(folder)
    if isinstance(keys, Finding):
        return (keys,)
    if isinstance(sign, Finding):
        return (sign,)
    try:
        published = _read_list(last_list) if last_list else None
        register = _open(folder, register_place(folder), sign.office, keys, sources)
        with closing(register):
            with register.reading() as reading:
                end = reading.checkpoint()
                listed = _listed(reading, sign.office, published)
            if isinstance(listed, Finding):
                return (listed,)
            _begin_from(end, checkpoint_signer(folder, keys))
            report = verify_register(folder, keys, register, sources)
            taken_at = end.at or sign.created_at
            with register.writing() as writing:
                mails, carried = _begin_again(
                    writing, sign.office, taken_at, end.head.seq, sources, listed
                )
            return Restored(folder, taken_at, mails, report, carried)
    except (BackupRefused, RegisterFailure) as refused:
        return (refused.finding,)
    except OSError as error:
        return (write_finding(error, folder),)


def _begin_from(end: Checkpoint, signer: CheckpointSigner) -> None:
    """Let the chain as it is now be what is not to be cut; what was seen before is put aside."""
    path = signer.path
    if path.exists():
        path.rename(path.with_name(f"{path.name}.before-{end.head.seq}"))
    signer.sign(end).to_file(path, settle_name=True)


def _open(folder: Path, place: Place, office: UUID, keys: KeyRing, sources: Sources) -> Register:
    return Register.open(
        place,
        keys.key(Purpose.REGISTER),
        office,
        sources.randomness,
        checkpoint_signer(folder, keys),
    )


def _listed(reading: Reading, office: UUID, content: bytes | None) -> ListContents | Finding | None:
    return None if content is None else read_last_list(reading, office, content)


def _begin_again(
    writing: Writing,
    office: UUID,
    taken_at: datetime,
    entries: int,
    sources: Sources,
    listed: ListContents | None,
) -> tuple[int, CarriedOver | None]:
    """Record the restoring and what follows; return the mails stopped and what was carried over."""
    origin = Origin(sources.clock.now(), "", None, None)
    mails = _stop_mails(writing)
    restored = OfficeRestored(taken_at=taken_at, entries=entries, mails=mails)
    stream = named_stream(office, "office")
    state, revision = read_state(writing, stream, OfficeState)
    founded = evolve_office(state, restored)
    append(writing, stream, revision, [restored], origin, founded)
    carried = None
    if listed is not None:
        policy = load_policy(founded.policy)
        by_policy = replace(origin, policy=policy.reference)
        carried = carry_over(writing, office, listed, policy.policy, by_policy)
    begin_list_epoch(writing, office, origin, listed, carried.unknown if carried else ())
    return mails, carried


def _stop_mails(writing: Writing) -> int:
    """Give up what was waiting when the backup was made: most of it has left since."""
    stopped = 0
    while waiting := writing.due_notices(_EVER, LARGEST_PAGE):
        for row in waiting:
            writing.record_notice_attempt(
                row.id,
                state=NoticeState.DEAD,
                attempts=row.attempts,
                next_attempt_at=row.next_attempt_at,
                last_error=NoticeCode.NOTICE_STOPPED_BY_RESTORE,
            )
            writing.clear_notice_secret(row.id)
        stopped += len(waiting)
    return stopped
