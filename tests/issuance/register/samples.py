"""An office with a register, and cheap synthetic events for it."""

import json
import os
import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from issuance.model import canonical_bytes
from issuance.register.checkpoint import CheckpointSigner
from issuance.register.connection import connect
from issuance.register.fault import VerificationReport
from issuance.register.model import CaseMarks, Entry, KnownCase, Origin, PreparedEvent, WorklistRow
from issuance.register.place import Place, Postgresql
from issuance.register.reading import Writing
from issuance.register.register import Register
from issuance.register.verification import Fold, verify
from issuance.streams import StreamRef
from tests.postgresql import query

OFFICE = UUID(int=7)
KEY = bytes(range(32))
SEED = bytes(range(32, 64))
START = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
NAME = "Zoila Quishpe Ñacato"


class SystemRandomness:
    """The operating system's randomness."""

    def octets(self, count: int) -> bytes:
        return os.urandom(count)

    def digits(self, count: int) -> str:
        return "".join(str(octet % 10) for octet in os.urandom(count))


@dataclass(frozen=True, slots=True)
class OfficeFolder:
    """Where an office's checkpoint lies, and its register unless that is on a server."""

    folder: Path
    server: Postgresql | None = None
    office: UUID = OFFICE

    @property
    def database(self) -> Path:
        return self.folder / "register.db"

    @property
    def place(self) -> Place:
        return self.server or self.database

    @property
    def checkpoint(self) -> Path:
        return self.folder / "checkpoint.json"

    @property
    def signer(self) -> CheckpointSigner:
        return CheckpointSigner(SEED, self.checkpoint)

    def create(self) -> Register:
        return Register.create(self.place, KEY, self.office, SystemRandomness(), self.signer)

    def open(self) -> Register:
        return Register.open(self.place, KEY, self.office, SystemRandomness(), self.signer)

    def copy(self, to: Path) -> "OfficeFolder":
        shutil.copytree(self.folder, to)
        return OfficeFolder(to)

    def verify(self, register: Register) -> VerificationReport:
        return verify(register, self.checkpoint, self.signer.public_key, FOLDS)

    def verify_closed(self) -> VerificationReport:
        register = self.open()
        try:
            return self.verify(register)
        finally:
            register.close()

    def tamper(self, *statements: str) -> None:
        """Change the database as somebody would who has the key, and no signing key."""
        if self.server is not None:
            for statement in statements:
                query(self.server, re.sub(r"X'(\w+)'", r"'\\x\1'", statement))
            return
        connection = connect(self.database, KEY)
        connection.execute("PRAGMA foreign_keys = OFF")
        for statement in statements:
            connection.execute(statement)
        connection.close()


def stream(number: int, kind: str = "case") -> StreamRef:
    return StreamRef(kind=kind, id=UUID(int=number))


def origin(minutes: int = 0, command: int | None = None) -> Origin:
    command_id = None if command is None else UUID(int=command)
    return Origin(START + timedelta(minutes=minutes), "ana", command_id, "ec-icert 1")


def event(number: int, personal: bool = True) -> PreparedEvent:
    return PreparedEvent("noted", 1, {"number": number}, {"name": NAME} if personal else {})


def replay(entries: Iterable[Entry]) -> bytes:
    return canonical_bytes({"numbers": [entry.public.get("number") for entry in entries]})


FOLDS = {"case": Fold(1, replay)}


def note(writing: Writing, number: int, on: StreamRef, personal: bool = True) -> Entry:
    """Append one event, keeping the state in step."""
    stored = writing.stream(on)
    numbers: list[Any] = [] if stored is None else json.loads(stored.state or b"")["numbers"]
    revision = 0 if stored is None else stored.revision
    state = canonical_bytes({"numbers": [*numbers, number]})
    noted = event(number, personal)
    return writing.append(on, revision, [noted], origin(number), state, 1)[0]


def fill(register: Register, count: int, streams: int = 5) -> None:
    """Append `count` events to a few streams, a commit each."""
    for number in range(count):
        with register.writing() as writing:
            note(writing, number, stream(number % streams))


def worklist_row(number: int, **changes: Any) -> WorklistRow:
    values: dict[str, Any] = {
        "case_id": UUID(int=number),
        "number": f"ICERT-2026-{number:06d}",
        "person_name": NAME,
        "identification": f"{number:010d}",
        "email": f"persona{number}@example.ec",
        "product": "natural-pkcs12-2",
        "queue": "ready",
        "captured_by": "ana",
        "in_work_by": None,
        "updated_at": START + timedelta(minutes=number),
        "step": "photo",
        "policy": "ec-icert",
    }
    return WorklistRow(**values | changes)


def index(writing: Writing, row: WorklistRow, known: WorklistRow | None = None) -> None:
    writing.index_case(row, terms(row), known and stood(known), terms(known) if known else ())


def stood(row: WorklistRow) -> KnownCase:
    marks = CaseMarks(*(getattr(row, name) for name in CaseMarks._fields))
    return KnownCase(marks, row.queue == "closed")


def terms(row: WorklistRow) -> list[str]:
    return [row.number, row.person_name, row.identification, row.email]
