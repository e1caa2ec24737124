"""Reads at once what commands are held against: receipts, streams, claims, what was sent before."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    LargeBinary,
    Select,
    String,
    Uuid,
    bindparam,
    cast,
    func,
    literal_column,
    null,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.types import TypeEngine

from issuance.register.entries import EntryReading
from issuance.register.model import StoredReceipt, StoredStream
from issuance.register.receipts import ReceiptReading
from issuance.register.statements import Question
from issuance.register.tables import claims, receipts, station_commands, streams
from issuance.streams import StreamRef

_COLUMNS: Final[dict[str, type[TypeEngine[Any]]]] = {
    "kind": String,
    "id": Uuid,
    "number": BigInteger,
    "content": LargeBinary,
    "fold_version": Integer,
    "hash": LargeBinary,
    "text": String,
}


def _part(what: str, **told: ColumnElement[Any]) -> Select[Any]:
    """Select some of the common columns; the others are empty."""
    columns: list[ColumnElement[Any]] = [literal_column(f"'{what}'", String).label("what")]
    for name, kind in _COLUMNS.items():
        column: ColumnElement[Any] = cast(told.get(name, null()), kind)
        columns.append(column.label(name))
    return select(*columns)


_OF_OFFICE = _part(
    "stream",
    kind=streams.c.kind,
    id=streams.c.id,
    number=streams.c.revision,
    content=streams.c.state,
    fold_version=streams.c.fold_version,
).where(streams.c.office == bindparam("this_office"))
_STREAMS = _OF_OFFICE.where(
    tuple_(streams.c.kind, streams.c.id).in_(bindparam("these", expanding=True)),
)
_OF_SENDER = _part(
    "receipt",
    id=receipts.c.command_id,
    content=receipts.c.body,
    hash=receipts.c.command_hash,
).where(
    receipts.c.office == bindparam("this_office"),
    receipts.c.sender == bindparam("this_sender"),
)
_RECEIPTS = _OF_SENDER.where(
    receipts.c.command_id.in_(bindparam("commands", expanding=True)),
)
_CLAIMS = _part("claim", kind=claims.c.kind, text=claims.c.value, id=claims.c.holder).where(
    claims.c.office == bindparam("this_office"),
    tuple_(claims.c.kind, claims.c.value).in_(bindparam("claimed", expanding=True)),
)
_SENT = station_commands.c
_OF_EPOCH = (
    _SENT.office == bindparam("this_office"),
    _SENT.station == bindparam("this_sender"),
    _SENT.epoch == bindparam("this_epoch"),
)
_NEWEST_SENT = _part("newest", number=_SENT.seq, text=_SENT.hash).where(
    *_OF_EPOCH, _SENT.seq == select(func.max(_SENT.seq)).where(*_OF_EPOCH).scalar_subquery()
)
_UNSETTLED = (
    _part("unsettled", id=_SENT.stream_id, number=func.min(_SENT.seq))
    .where(*_OF_EPOCH, _SENT.outcome.in_(bindparam("unsettled", expanding=True)))
    .group_by(_SENT.stream_id)
)
_OF_A_PUSH = union_all(_STREAMS, _RECEIPTS, _CLAIMS, _NEWEST_SENT, _UNSETTLED)


@lru_cache(maxsize=16)
def _of_a_command(number: int) -> Question:
    """Return what reads so many streams, and a receipt; lists would be written out every time."""
    each = (
        _OF_OFFICE.where(
            streams.c.kind == bindparam(f"kind_{place}"), streams.c.id == bindparam(f"id_{place}")
        )
        for place in range(number)
    )
    receipt = _OF_SENDER.where(receipts.c.command_id == bindparam("this_command"))
    return Question(union_all(*each, receipt))


@dataclass
class SentBefore:
    """What a station sent in an epoch before, as far as the next commands depend on it.

    `newest` is number and hash of its newest command, `unsettled` by stream its first command that
    has one of the outcomes asked for, `receipts` those its commands have already.
    """

    newest: tuple[int, str] | None = None
    unsettled: dict[UUID, int] = field(default_factory=dict[UUID, int])
    receipts: dict[UUID, StoredReceipt] = field(default_factory=dict[UUID, StoredReceipt])


class Foresight(EntryReading, ReceiptReading):
    """Looks ahead, so that a command does not ask for one row after the other."""

    def foresee(
        self, refs: Collection[StreamRef], sender: UUID, command: UUID
    ) -> StoredReceipt | None:
        """Return the receipt a command has; the streams are known now, also as not begun."""
        self._seen |= dict.fromkeys(refs)
        asked: dict[str, Any] = {
            "this_office": self._office, "this_sender": sender, "this_command": command,
        }  # fmt: skip
        for place, ref in enumerate(refs):
            asked[f"kind_{place}"], asked[f"id_{place}"] = ref.kind, ref.id
        found = SentBefore()
        for row in _of_a_command(len(refs)).answers(self._connection, asked):
            self._take_in(row, found)
        return found.receipts.get(command)

    def foresee_push(
        self,
        refs: Collection[StreamRef],
        claimed: Collection[tuple[str, str]],
        station: UUID,
        epoch: UUID,
        commands: Collection[UUID],
        unsettled: Collection[str],
    ) -> SentBefore:
        """Return what a station sent before; `unsettled` are the outcomes to be settled.

        Streams, and who holds what is `claimed`, are known now.
        """
        self._foreseen |= dict.fromkeys(claimed)
        found = SentBefore()
        self._seen |= dict.fromkeys(refs)
        asked = {
            "this_office": self._office,
            "these": [(ref.kind, ref.id) for ref in refs],
            "this_sender": station,
            "commands": list(commands),
            "this_epoch": epoch,
            "unsettled": list(unsettled),
            "claimed": list(claimed),
        }
        for row in self._connection.execute(_OF_A_PUSH, asked):
            self._take_in(row, found)
        return found

    def _take_in(self, row: Sequence[Any], found: SentBefore) -> None:
        what, kind, identifier, number, content, fold_version, digest, text = row
        match what:
            case "receipt":
                found.receipts[identifier] = StoredReceipt(digest, content)
            case "claim":
                self._foreseen[kind, text] = identifier
            case "newest":
                found.newest = number, text
            case "unsettled":
                found.unsettled[identifier] = number
            case _:
                ref = StreamRef(kind=kind, id=identifier)
                self._seen[ref] = StoredStream(ref, number, content, fold_version)
