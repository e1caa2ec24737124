"""`office.json`: the little about an office that lies outside its encryption.

Only the standard library is imported here: the log-in screen reads this file before anything
heavier is loaded.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from issuance.access.durable_file import errno_name, exclusive, replace_file, write_finding
from issuance.access.office import (
    UNKNOWN_USER,
    USER_NAME,
    AttemptCounter,
    KeyDerivationParameters,
    KeySlot,
    OfficeFile,
)
from issuance.access.strict_json import (
    Fields,
    UnexpectedJsonError,
    base64_text,
    format_version,
    parse,
)
from issuance.findings import Finding, blocks
from issuance.findings.access import AccessCode

FORMAT: Final = 1
FILE_NAME: Final = "office.json"

_LARGEST_FILE: Final = 1 << 20
_MOST_SLOTS: Final = 1_000
_MOST_ATTEMPTS: Final = 1_000_000


def read_office(folder: Path) -> OfficeFile | Finding:
    """Read the office of a folder, or say why there is none to open."""
    try:
        with (folder / FILE_NAME).open("rb") as file:
            octets = file.read(_LARGEST_FILE + 1)
    except (FileNotFoundError, NotADirectoryError):
        return blocks(AccessCode.OFFICE_MISSING)
    except OSError as error:
        return blocks(AccessCode.OFFICE_UNREADABLE, reason=errno_name(error))
    try:
        return _office(parse(octets, _LARGEST_FILE))
    except _NewerFormatError as newer:
        return blocks(AccessCode.OFFICE_NEWER, version=newer.version, known=FORMAT)
    except UnexpectedJsonError as damage:
        return blocks(AccessCode.OFFICE_DAMAGED, part=damage.part)


def create_office(folder: Path, office: OfficeFile) -> Finding | None:
    """Write a new office into an existing folder; never over another office."""
    path = folder / FILE_NAME
    try:
        with exclusive(path):
            if path.exists():
                return blocks(AccessCode.OFFICE_EXISTS)
            return _write(path, office)
    except OSError as error:
        return write_finding(error, path)


def update_office(folder: Path, change: Callable[[OfficeFile], OfficeFile]) -> OfficeFile | Finding:
    """Change the office as it now is on the disk, held against every other process."""
    path = folder / FILE_NAME
    try:
        with exclusive(path):
            office = read_office(folder)
            if isinstance(office, Finding):
                return office
            changed = change(office)
            return _write(path, changed) or changed
    except OSError as error:
        return write_finding(error, path)


def _write(path: Path, office: OfficeFile) -> Finding | None:
    octets = _octets(office)
    try:
        # What cannot be read back must not replace what can.
        _office(parse(octets, _LARGEST_FILE))
    except UnexpectedJsonError as unfit:
        return blocks(AccessCode.OFFICE_FIELD_INVALID, part=unfit.part)
    replace_file(path, octets)
    return None


class _NewerFormatError(Exception):
    def __init__(self, version: int) -> None:
        super().__init__(version)
        self.version = version


def _octets(office: OfficeFile) -> bytes:
    data: dict[str, Any] = {
        "format": FORMAT,
        "office": str(office.office),
        "name": office.name,
        "province": office.province,
        "language": office.language,
        "theme": office.theme,
        "demonstration": office.demonstration,
        "created_at": office.created_at.isoformat(),
        "slots": [
            {
                "user": slot.user,
                "salt": base64_text(slot.salt),
                "time_cost": slot.parameters.time_cost,
                "memory_kib": slot.parameters.memory_kib,
                "lanes": slot.parameters.lanes,
                "sealed": base64_text(slot.sealed),
            }
            for slot in office.slots
        ],
        "recovery_slot": office.recovery_slot and base64_text(office.recovery_slot),
        "attempts": [
            {
                "user": user or None,
                "count": min(counter.count, _MOST_ATTEMPTS),
                "not_before": counter.not_before.isoformat(),
            }
            for user, counter in office.attempts.items()
        ],
    }
    return json.dumps(data, indent=1, ensure_ascii=False).encode() + b"\n"


_NAMES: Final = (
    "format",
    "office",
    "name",
    "province",
    "language",
    "theme",
    "demonstration",
    "created_at",
    "slots",
    "recovery_slot",
    "attempts",
)


def _office(value: object) -> OfficeFile:
    version = format_version(value)
    if version is not None and version > FORMAT:
        raise _NewerFormatError(version)
    fields = Fields(value, _NAMES)
    fields.whole("format", FORMAT, FORMAT)
    slots = tuple(
        _slot(item, f"slots[{index}]")
        for index, item in enumerate(fields.items("slots", _MOST_SLOTS))
    )
    users = {slot.user for slot in slots}
    if len(users) != len(slots):
        raise UnexpectedJsonError("slots")
    attempts = dict(
        _attempts(item, users, f"attempts[{index}]")
        for index, item in enumerate(fields.items("attempts", _MOST_SLOTS + 1))
    )
    return OfficeFile(
        office=_identifier(fields),
        name=fields.text("name", 200),
        province=fields.text_or_empty("province", 100),
        language=fields.text("language", 20),
        theme=fields.text("theme", 50),
        demonstration=fields.truth("demonstration"),
        created_at=fields.moment("created_at"),
        slots=slots,
        recovery_slot=(
            None
            if fields.raw("recovery_slot") is None
            else fields.octets("recovery_slot", 28, 1_000)
        ),
        attempts=attempts,
    )


def _identifier(fields: Fields) -> UUID:
    try:
        return UUID(fields.text("office", 36))
    except ValueError:
        raise UnexpectedJsonError("office") from None


def _slot(value: object, part: str) -> KeySlot:
    fields = Fields(value, ("user", "salt", "time_cost", "memory_kib", "lanes", "sealed"), part)
    user = fields.text("user", 31)
    if not USER_NAME.fullmatch(user):
        raise UnexpectedJsonError(fields.part("user"))
    bounds = KeyDerivationParameters
    time_cost = fields.whole("time_cost", 1, bounds.MOST_PASSES)
    lanes = fields.whole("lanes", 1, bounds.MOST_LANES)
    memory_kib = fields.whole("memory_kib", 8 * lanes, bounds.MOST_MEMORY_KIB)
    return KeySlot(
        user=user,
        salt=fields.octets("salt", 16, 64),
        parameters=KeyDerivationParameters(time_cost, memory_kib, lanes),
        sealed=fields.octets("sealed", 28, 4_000),
    )


def _attempts(value: object, users: set[str], part: str) -> tuple[str, AttemptCounter]:
    fields = Fields(value, ("user", "count", "not_before"), part)
    user = fields.text_or_none("user", 31)
    if user is not None and user not in users:
        raise UnexpectedJsonError(fields.part("user"))
    count = fields.whole("count", 1, _MOST_ATTEMPTS)
    return user or UNKNOWN_USER, AttemptCounter(count, fields.moment("not_before"))
