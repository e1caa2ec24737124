"""Opens an office's register for looking only: verification and export, by the recovery key."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from issuance.access.key_ring import KeyRing, Purpose
from issuance.access.office_file import read_office
from issuance.access.recovery import open_recovery_slot, read_recovery_key
from issuance.engine.folds import FOLDS
from issuance.engine.key_files import key_file_faults
from issuance.engine.office import Sources
from issuance.engine.office_check import OfficeCheck
from issuance.engine.paths import blob_store, checkpoint_path, checkpoint_signer, register_place
from issuance.findings import Finding, blocks, informs
from issuance.findings.access import AccessCode
from issuance.findings.register import RegisterCode
from issuance.model import format_instant
from issuance.policies.loader import load_policy, policy_names
from issuance.register.errors import RegisterUnavailable, RegisterUnreadable
from issuance.register.fault import Fault, VerificationReport
from issuance.register.published import read_published
from issuance.register.reading import Reading
from issuance.register.register import Register
from issuance.register.verification import verify
from issuance.secret import Secret
from issuance.streams import StreamRef

_WHOLE: Final = frozenset(
    {
        RegisterCode.REGISTER_BUSY,
        RegisterCode.REGISTER_DISK_FULL,
        RegisterCode.REGISTER_NEWER,
        RegisterCode.REGISTER_NOT_WRITABLE,
        RegisterCode.REGISTER_UNREACHABLE,
    }
)
"""What keeps a register from opening that needs no backup for it."""


def inspect_office(
    folder: Path, recovery_key: Secret, sources: Sources
) -> VerificationReport | tuple[Finding, ...]:
    """Verify an office's register, or say why it does not open and what is known of it."""
    keys = recovered_keys(folder, recovery_key, sources)
    if isinstance(keys, Finding):
        return (keys,)
    with opened_register(folder, keys, sources) as register:
        if isinstance(register, Register):
            return verify_register(folder, keys, register, sources)
        if register.code in _WHOLE:
            return (register,)
        return (register, _last_checkpoint(folder, keys))


def _last_checkpoint(folder: Path, keys: KeyRing) -> Finding:
    """Return what was last signed about a register that does not open."""
    sign = read_office(folder)
    if isinstance(sign, Finding):
        return sign
    public_key = checkpoint_signer(folder, keys).public_key
    published = read_published(checkpoint_path(folder), sign.office, public_key)
    if isinstance(published, Finding):
        return published
    at = format_instant(published.at) if published.at else ""
    return informs(RegisterCode.LAST_CHECKPOINT, seq=published.head.seq, at=at)


def verify_register(
    folder: Path, keys: KeyRing, register: Register, sources: Sources
) -> VerificationReport:
    """Verify an open register, and what lies beside it, against its events and checkpoints."""
    public_key = checkpoint_signer(folder, keys).public_key
    loaded = {name: load_policy(name) for name in policy_names()}
    installed = {name: (each.policy.version, each.digest) for name, each in loaded.items()}
    check = OfficeCheck(blob_store(folder, keys, sources.randomness), installed)

    def more(reading: Reading, suspicious: set[StreamRef]) -> Iterator[Fault]:
        yield from check.faults(reading, suspicious)
        yield from key_file_faults(folder, keys, register.office, reading)

    return verify(register, checkpoint_path(folder), public_key, FOLDS, more=more)


def recovered_keys(folder: Path, recovery_key: Secret, sources: Sources) -> KeyRing | Finding:
    """Return the office's keys through its recovery slot."""
    sign = read_office(folder)
    if isinstance(sign, Finding):
        return sign
    key = read_recovery_key(recovery_key)
    if isinstance(key, Finding):
        return key
    if sign.recovery_slot is None:
        return blocks(AccessCode.RECOVERY_KEY_WRONG)
    data_key = open_recovery_slot(sign.office, sign.recovery_slot, key)
    return data_key if isinstance(data_key, Finding) else KeyRing(data_key, sources.randomness)


@contextmanager
def opened_register(folder: Path, keys: KeyRing, sources: Sources) -> Generator[Register | Finding]:
    """Open the register without a signer, so that looking leaves no checkpoint behind."""
    sign = read_office(folder)
    if isinstance(sign, Finding):
        yield sign
        return
    try:
        register = Register.open(
            register_place(folder), keys.key(Purpose.REGISTER), sign.office, sources.randomness
        )
    except (RegisterUnreadable, RegisterUnavailable) as failure:
        yield failure.finding
        return
    try:
        yield register
    finally:
        register.close()
