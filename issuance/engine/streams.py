"""Reads and writes streams through the register: state up, events down."""

import threading
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, TypeVar
from uuid import UUID

from issuance.cases.state import CaseState
from issuance.engine.folds import FOLDS
from issuance.events import Event
from issuance.model import Frozen, canonical_fields, join_fields
from issuance.register.model import Entry, Origin, PreparedEvent
from issuance.register.register import Reading, Writing
from issuance.streams import StreamRef

StateT = TypeVar("StateT", bound=Frozen)

_STATES_KEPT: Final = 256


class _Kept(NamedTuple):
    """A state, as it is stored, and the canonical bytes of its fields where they are known."""

    stored: bytes
    state: Frozen
    fields: Mapping[str, bytes]


class _RecentStates:
    """The newest state of streams lately read or stored: a command reads its case several times.

    What another process stored since has other bytes, and is read and validated anew.
    """

    def __init__(self) -> None:
        self._states: dict[StreamRef, _Kept] = {}
        self._lock = threading.Lock()

    def written(self, ref: StreamRef, state: Frozen) -> bytes:
        """Return the canonical bytes of a state; what an event left alone is not written anew."""
        before = self._states.get(ref)
        fields = canonical_fields(state, before and before.state, before.fields if before else {})
        stored = join_fields(fields)
        self._keep(ref, _Kept(stored, state, fields))
        return stored

    def _keep(self, ref: StreamRef, kept: _Kept) -> None:
        with self._lock:
            self._states.pop(ref, None)
            self._states[ref] = kept
            if len(self._states) > _STATES_KEPT:
                del self._states[next(iter(self._states))]

    def read(self, ref: StreamRef, stored: bytes, model: type[StateT]) -> StateT:
        kept = self._states.get(ref)
        if kept and kept.stored == stored and isinstance(kept.state, model):
            return kept.state
        found = model.model_validate_json(stored)
        self._keep(ref, _Kept(stored, found, {}))
        return found


_RECENT: Final = _RecentStates()


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
    return _RECENT.read(ref, state, model), stored.revision


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
    version, stored = FOLDS[ref.kind].version, _RECENT.written(ref, state)
    return writing.append(ref, revision, prepared, origin, stored, version)


def _prepared(event: Event) -> PreparedEvent:
    public, personal = event.parts()
    return PreparedEvent(kind=event.KIND, schema=event.SCHEMA, public=public, personal=personal)
