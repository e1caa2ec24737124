"""Restores an office from a backup, into a folder where nothing is yet.

Everything is done in a folder beside it, which takes its place in the last step. The restored
office goes its own way from there: the chain says so, revocation lists are numbered above all that
may have been published since, and mails that were waiting are not sent a second time by themselves.
"""

import os
import tempfile
from collections.abc import Callable, Sequence
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
from issuance.engine.institution_carrying_over import (
    InstitutionListed,
    InstitutionsCarried,
    read_last_institution_list,
    take_up_lists,
)
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
from issuance.findings.revocation import RevocationFinding
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
class _Own:
    """The office's own list published last."""

    der: bytes
    contents: ListContents


@dataclass(frozen=True, slots=True)
class _Lists:
    """The lists published last."""

    own: _Own | None = None
    institutions: tuple[InstitutionListed, ...] = ()


@dataclass(frozen=True, slots=True)
class Begun:
    """What a restored register began with: the mails stopped, and what lists brought.

    `carried` is what came from the list published last; None without one. `institutions` tells the
    same of institutions' lists; None where there are no institutions.
    """

    mails_stopped: int
    carried: CarriedOver | None = None
    institutions: InstitutionsCarried | None = None


@dataclass(frozen=True, slots=True)
class Restored:
    """A restored office: of when the backup is, what verification found, and what was begun."""

    folder: Path
    taken_at: datetime
    report: VerificationReport
    begun: Begun


def restore(
    file: Path,
    key_file: Path,
    target: Path,
    recovery_key: Callable[[Path], Secret],
    sources: Sources,
    last_lists: Sequence[Path] = (),
) -> Restored | tuple[Finding, ...]:
    """Restore an office, or leave nothing and say why.

    `recovery_key` is asked with the folder the office lies in for the time being; what it raises
    is the caller's. `last_lists` are the files with the revocation lists published last, in DER or
    PEM, the office's and its institutions': what they revoke stays revoked.
    """
    try:
        if _is_taken(target):
            return (blocks(BackupCode.RESTORE_TARGET_TAKEN, folder=str(target)),)
        identities = read_identities(key_file)
        published = [_read_list(path) for path in last_lists]
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
    published: Sequence[bytes],
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
            begun = _begin_again(
                writing, manifest.office, manifest.taken_at, head.seq, sources, listed
            )
    finally:
        register.close()
    if founded is not None:
        _publish_again(folder, founded.policy, listed)
    for below in (folder, *(each for each in folder.rglob("*") if each.is_dir())):
        sync_folder(below)
    # An empty folder gives way, anything else stays and is told.
    folder.replace(target)
    sync_folder(target.parent)
    return Restored(target, manifest.taken_at, report, begun)


def _publish_again(folder: Path, policy: str, listed: _Lists) -> None:
    """Let what is served before anybody logs in be no older than the list published last."""
    rule = load_policy(policy).policy.publication
    published = folder / rule.folder
    lists = {f"{each.authority_key}.crl": each.der for each in listed.institutions}
    lists |= {rule.list_name: listed.own.der} if listed.own else {}
    for name, der in lists.items():
        published.mkdir(mode=0o700, exist_ok=True)
        StatusFiles(published, name).write_list(der)
    files = StatusFiles(published, rule.list_name)
    for each in listed.own.contents.entries if listed.own else ():
        files.answers.withdraw_good(each.serial)
    for institution in listed.institutions:
        for each in institution.contents.entries:
            files.answers_of(institution.issuer).withdraw_good(each.serial)


def take_up(
    folder: Path, recovery_key: Secret, sources: Sources, last_lists: Sequence[Path] = ()
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
        published = [_read_list(path) for path in last_lists]
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
                begun = _begin_again(writing, sign.office, taken_at, end.head.seq, sources, listed)
            return Restored(folder, taken_at, report, begun)
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


def _listed(reading: Reading, office: UUID, contents: Sequence[bytes]) -> _Lists | Finding:
    """Tell the office's own list from those of its institutions; of one authority the newest."""
    found = _Lists()
    for content in contents:
        listed = read_last_list(reading, office, content)
        if isinstance(listed, ListContents):
            own = found.own
            if own is None or (listed.number or 0) > (own.contents.number or 0):
                found = replace(found, own=_Own(list_der(content), listed))
            continue
        institutions = read_last_institution_list(reading, content)
        if isinstance(institutions, Finding):
            another = RevocationFinding.LIST_OF_ANOTHER_AUTHORITY
            return institutions if listed.code == another else listed
        found = replace(found, institutions=(*found.institutions, institutions))
    # Of two of one authority the newer is taken up last.
    in_order = sorted(found.institutions, key=lambda each: each.contents.number or 0)
    return replace(found, institutions=tuple(in_order))


def _begin_again(
    writing: Writing,
    office: UUID,
    taken_at: datetime,
    entries: int,
    sources: Sources,
    listed: _Lists,
) -> Begun:
    """Record the restoring and what follows."""
    origin = Origin(sources.clock.now(), "", None, None)
    mails = _stop_mails(writing)
    restored = OfficeRestored(taken_at=taken_at, entries=entries, mails=mails)
    stream = named_stream(office, "office")
    state, revision = read_state(writing, stream, OfficeState)
    founded = evolve_office(state, restored)
    append(writing, stream, revision, [restored], origin, founded)
    carried, own = None, listed.own and listed.own.contents
    if own is not None:
        policy = load_policy(founded.policy)
        by_policy = replace(origin, policy=policy.reference)
        carried = carry_over(writing, office, own, policy.policy, by_policy)
    begin_list_epoch(writing, office, origin, own, carried.unknown if carried else ())
    return Begun(mails, carried, take_up_lists(writing, listed.institutions, origin))


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
