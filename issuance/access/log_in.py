"""The door of an office: a user and a password open a key slot, wrong ones cost time.

A log-in is this first half, then the one-time code against the register (`operators`), then
`log_in_completed`. The attempt is counted before the password is tried and forgotten only when the
whole log-in is complete: neither a killed process nor a known password gives free guesses.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from issuance.access.attempts import AttemptCause, after_attempt, seconds_to_wait
from issuance.access.key_slots import DEFAULT_PARAMETERS, SlotContents, dummy_open, open_slot
from issuance.access.office import UNKNOWN_USER, OfficeFile
from issuance.access.office_file import update_office
from issuance.access.spool import Spool, SpooledAttempt
from issuance.findings import Finding, blocks
from issuance.findings.access import AccessCode
from issuance.secret import Secret


@dataclass(frozen=True, slots=True)
class OpenedSlot:
    """A slot that the right password opened."""

    office: OfficeFile
    user: str
    contents: SlotContents


def open_with_password(
    folder: Path, user: str, password: Secret, now: datetime
) -> OpenedSlot | Finding:
    """Try a password; refusals are spooled. Takes as long for an unknown user as for a known."""
    counted = _counted(folder, user, now)
    if isinstance(counted, Finding):
        return counted
    office, seconds = counted
    contents = _try_password(office, user, password)
    if contents is not None and not seconds:
        return OpenedSlot(office, user, contents)
    return _refuse(folder, office, user, seconds, now)


def count_stranger(folder: Path, now: datetime) -> Finding | None:
    """Count the attempt of somebody without a name, as of a mistyped one; say if it is too soon.

    `log_in_completed` with `UNKNOWN_USER` forgets it.
    """
    counted = _counted(folder, UNKNOWN_USER, now)
    if isinstance(counted, Finding):
        return counted
    office, seconds = counted
    return _refuse(folder, office, UNKNOWN_USER, seconds, now) if seconds else None


def log_in_completed(folder: Path, user: str) -> OfficeFile | Finding:
    """Forget the user's attempts, and with them those of mistyped names."""
    return update_office(folder, lambda office: office.without_attempts(user, UNKNOWN_USER))


def check_own_password(
    folder: Path, user: str, password: Secret, now: datetime
) -> SlotContents | Finding:
    """Try the password of somebody who is logged in; attempts count as in a log-in."""
    opened = open_with_password(folder, user, password, now)
    if isinstance(opened, Finding):
        return opened
    completed = log_in_completed(folder, user)
    return completed if isinstance(completed, Finding) else opened.contents


def _counted(folder: Path, user: str, now: datetime) -> tuple[OfficeFile, int] | Finding:
    """Count an attempt, unless it comes too soon: then return the seconds to wait."""
    seconds = 0

    def count(office: OfficeFile) -> OfficeFile:
        nonlocal seconds
        counter = office.attempts_of(user)
        seconds = seconds_to_wait(counter, now)
        return office if seconds else office.with_attempts(user, after_attempt(counter, now))

    office = update_office(folder, count)
    return office if isinstance(office, Finding) else (office, seconds)


def _try_password(office: OfficeFile, user: str, password: Secret) -> SlotContents | None:
    slot = office.slot_of(user)
    if slot is not None:
        return open_slot(office.office, slot, password)
    usual = office.slots[0].parameters if office.slots else DEFAULT_PARAMETERS
    dummy_open(usual, password)
    return None


def _refuse(folder: Path, office: OfficeFile, user: str, seconds: int, now: datetime) -> Finding:
    known = user if office.slot_of(user) else None
    if seconds:
        cause = AttemptCause.TOO_SOON
        refusal = blocks(AccessCode.LOG_IN_TOO_SOON, seconds=seconds)
    else:
        cause = AttemptCause.WRONG_PASSWORD if known else AttemptCause.UNKNOWN_USER
        refusal = blocks(AccessCode.LOG_IN_REFUSED)
    return Spool(folder).append(SpooledAttempt(now, known, cause)) or refusal
