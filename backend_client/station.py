"""The station's own small store: settings, and drafts of work that no command carries yet.

Every call reads or replaces one small file (5-15 ms a write): call it in a thread.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar, cast
from uuid import UUID

from tinydb import TinyDB, where
from tinydb.queries import QueryInstance
from tinydb.table import Table

from backend_client.station_storage import EncryptedStorage
from issuance.access.durable_file import exclusive, write_finding
from issuance.findings import Finding, warns
from issuance.findings.access import AccessCode
from issuance.sources import Clock, Randomness

Setting = str | int | bool
Outcome = TypeVar("Outcome")


@dataclass(frozen=True, slots=True)
class DraftKey:
    """Whose draft it is: a step's of a case, or an operator's as long as there is no case."""

    case_id: UUID | None
    step: str
    operator: str | None

    def __post_init__(self) -> None:
        """Raise `ValueError` unless there is either a case or an operator."""
        if (self.case_id is None) == (self.operator is None):
            raise ValueError("a draft belongs either to a case or to an operator")

    @classmethod
    def of_case(cls, case_id: UUID, step: str) -> "DraftKey":
        """Name the draft of a case's step, whoever works on it."""
        return cls(case_id, step, None)

    @classmethod
    def of_operator(cls, operator: str, step: str) -> "DraftKey":
        """Name the draft of an operator who has no case yet."""
        return cls(None, step, operator)


@dataclass(frozen=True, slots=True)
class SavedDraft:
    """A draft as stored. `since` is when `holder` began or took over; values are not shown."""

    key: DraftKey
    values: Mapping[str, str]
    holder: str
    since: datetime
    saved_at: datetime

    def __repr__(self) -> str:
        return f"SavedDraft({self.key!r}, holder={self.holder!r}, saved_at={self.saved_at})"


@dataclass(frozen=True, slots=True)
class DraftHeldBy:
    """Somebody else works on this draft; `Station.take_over` is the way in."""

    operator: str
    since: datetime


class Station:
    """Settings and drafts in one encrypted file; safe with several threads and processes."""

    def __init__(self, path: Path, key: bytes, clock: Clock, randomness: Randomness) -> None:
        """Use the store at `path`, whose folder exists; `key` has 32 octets."""
        self._path = path
        self._key = key
        self._clock = clock
        self._randomness = randomness

    def findings(self) -> tuple[Finding, ...]:
        """Tell of damaged stores that were set aside and still lie beside this one."""
        self.setting("")
        set_aside = sorted(self._path.parent.glob(f"{self._path.name}.damaged-*"))
        return tuple(warns(AccessCode.STATION_SET_ASIDE, file=path.name) for path in set_aside)

    def setting(self, name: str) -> Setting | None:
        """Return a setting, or None when it was never put."""
        found = self._all("settings", where("name") == name)
        return cast("Setting", found[0]["value"]) if found else None

    def put_setting(self, name: str, value: Setting) -> Finding | None:
        """Store a setting; a finding says why it could not be stored."""

        def put(database: TinyDB) -> None:
            _put(_rows(database, "settings"), where("name") == name, {"name": name, "value": value})

        return self._change(put)

    def save_draft(
        self, key: DraftKey, values: Mapping[str, str], by: str
    ) -> SavedDraft | DraftHeldBy | Finding:
        """Store the whole of a draft, unless somebody else holds it."""

        def save(database: TinyDB) -> SavedDraft | DraftHeldBy:
            former = _find(database, key)
            if former is not None and former.holder != by:
                return DraftHeldBy(former.holder, former.since)
            now = self._clock.now()
            since = now if former is None else former.since
            return _store(database, SavedDraft(key, dict(values), by, since, now))

        return self._change(save)

    def take_over(self, key: DraftKey, by: str) -> SavedDraft | Finding | None:
        """Make somebody else the holder of a case's draft; None when there is none any more."""
        if key.case_id is None and key.operator != by:
            raise ValueError("a draft without a case stays with its operator")

        def take(database: TinyDB) -> SavedDraft | None:
            former = _find(database, key)
            if former is None or former.holder == by:
                return former
            taken = SavedDraft(key, former.values, by, self._clock.now(), former.saved_at)
            return _store(database, taken)

        return self._change(take)

    def drop_draft(self, key: DraftKey) -> Finding | None:
        """Remove a draft, because its step was accepted or the operator discarded it."""

        def drop(database: TinyDB) -> None:
            if _find(database, key) is not None:
                _rows(database, "drafts").remove(_is(key))

        return self._change(drop)

    def load_draft(self, key: DraftKey) -> SavedDraft | None:
        """Return a draft, whoever holds it."""
        found = self._all("drafts", _is(key))
        return _draft(found[0]) if found else None

    def drafts_of(self, operator: str) -> tuple[SavedDraft, ...]:
        """Return the drafts an operator holds, the latest saved first."""
        drafts = [_draft(found) for found in self._all("drafts", where("holder") == operator)]
        return tuple(sorted(drafts, key=lambda draft: draft.saved_at, reverse=True))

    def _database(self) -> TinyDB:
        # Opened anew for every call: TinyDB remembers document numbers that another process
        # may have given meanwhile.
        return TinyDB(
            self._path, self._key, self._clock, self._randomness, storage=EncryptedStorage
        )

    def _all(self, table: str, condition: QueryInstance) -> list[dict[str, Any]]:
        return _search(_rows(self._database(), table), condition)

    def _change(self, change: Callable[[TinyDB], Outcome]) -> Outcome | Finding:
        try:
            with exclusive(self._path):
                return change(self._database())
        except OSError as error:
            return write_finding(error, self._path)


def _rows(database: TinyDB, table: str) -> Table:
    return database.table(table)  # pyright: ignore[reportUnknownMemberType] -- TinyDB's **kwargs


def _search(rows: Table, condition: QueryInstance) -> list[dict[str, Any]]:
    return cast("list[dict[str, Any]]", rows.search(condition))


def _put(rows: Table, condition: QueryInstance, document: Mapping[str, Any]) -> None:
    # Not `upsert`: it would replace the file twice.
    if rows.search(condition):
        rows.update(document, condition)  # pyright: ignore[reportUnknownMemberType]
    else:
        rows.insert(document)  # pyright: ignore[reportUnknownMemberType]


def _find(database: TinyDB, key: DraftKey) -> SavedDraft | None:
    found = _search(_rows(database, "drafts"), _is(key))
    return _draft(found[0]) if found else None


def _store(database: TinyDB, draft: SavedDraft) -> SavedDraft:
    document = {
        "case_id": draft.key.case_id and str(draft.key.case_id),
        "step": draft.key.step,
        "operator": draft.key.operator,
        "values": dict(draft.values),
        "holder": draft.holder,
        "since": draft.since.isoformat(),
        "saved_at": draft.saved_at.isoformat(),
    }
    _put(_rows(database, "drafts"), _is(draft.key), document)
    return draft


def _draft(document: Mapping[str, Any]) -> SavedDraft:
    case_id = document["case_id"]
    return SavedDraft(
        DraftKey(case_id and UUID(case_id), document["step"], document["operator"]),
        document["values"],
        document["holder"],
        datetime.fromisoformat(document["since"]),
        datetime.fromisoformat(document["saved_at"]),
    )


def _is(key: DraftKey) -> QueryInstance:
    case_id = key.case_id and str(key.case_id)
    return (
        (where("case_id") == case_id)
        & (where("step") == key.step)
        & (where("operator") == key.operator)
    )
