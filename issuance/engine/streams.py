"""Reads and writes streams through the register: state up, events down."""

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from issuance.cases.state import CaseState
from issuance.engine.folds import FOLDS
from issuance.events import Event
from issuance.model import Frozen, canonical_bytes
from issuance.register.model import Entry, Origin, PreparedEvent
from issuance.register.register import Reading, Writing
from issuance.streams import StreamRef

StateT = TypeVar("StateT", bound=Frozen)


def read_state(reading: Reading, ref: StreamRef, model: type[StateT]) -> tuple[StateT | None, int]:
    """Return a stream's state and revision; None and 0 where it has not begun."""
    stored = reading.stream(ref)
    if stored is None:
        return None, 0
    fold = FOLDS[ref.kind]
    if stored.state is None or stored.fold_version != fold.version:
        state = fold.replay(every_entry(reading, ref))
    else:
        state = stored.state
    return model.model_validate_json(state), stored.revision


def read_case(reading: Reading, case: UUID) -> tuple[CaseState | None, int]:
    """Return a case and its revision."""
    return read_state(reading, StreamRef(kind="case", id=case), CaseState)


def every_entry(reading: Reading, ref: StreamRef) -> list[Entry]:
    """Return all entries of a stream in their order."""
    found: list[Entry] = []
    while page := reading.events(ref, after_revision=len(found)):
        found += page
    return found


def append(
    writing: Writing,
    ref: StreamRef,
    revision: int,
    events: Sequence[Event],
    origin: Origin,
    state: Frozen,
) -> list[Entry]:
    """Append events and store the state they lead to; raises `RevisionConflict`."""
    prepared = [_prepared(event) for event in events]
    version = FOLDS[ref.kind].version
    return writing.append(ref, revision, prepared, origin, canonical_bytes(state), version)


def _prepared(event: Event) -> PreparedEvent:
    public, personal = event.parts()
    return PreparedEvent(kind=event.KIND, schema=event.SCHEMA, public=public, personal=personal)
