"""What a reader of a case's history wants to know of each event, in plain values."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from issuance.engine.operators import operators_of
from issuance.findings import Finding
from issuance.findings.sync import SyncCode
from issuance.queries import HistoryEntry
from issuance.register.model import Entry
from issuance.register.register import Reading
from issuance.stations.signed import SignedText
from issuance.sync.push import Outcome, PushReceipt, StationCommand

_List = TypeAdapter(list[Any])
_Table = TypeAdapter(dict[str, Any])

_FLAGS = frozenset({SyncCode.CAPTURED_BY_FORMER_OPERATOR.value, SyncCode.CLOCK_WRONG.value})
_SHOWN = (
    "number",
    "act",
    "slot",
    "slots",
    "exemption",
    "overrides",
    "codes",
    "items",
    "registered",
    "changed",
    "reason",
    "reasons",
    "cause",
    "revocation_reason",
    "effective",
    "invalid_since",
    "asked_by",
    "identified_by",
    "asker",
    "days",
    "list_number",
    "note",
    "province",
    "amount",
    "serial",
    "purpose",
    "template",
    "document_date",
    "contract_version",
)
"""Fields worth showing, in this order; verifiers, hashes and whole forms are not."""


def told(reading: Reading, entries: Sequence[Entry]) -> tuple[HistoryEntry, ...]:
    """Return events of a case as its history tells them, with people by their names."""
    names = {state.user: state.name for state, _ in operators_of(reading)}
    flags = _flags(reading, entries[0].stream.id) if entries else {}
    return tuple(
        HistoryEntry(
            revision=entry.revision,
            position=entry.seq,
            kind=entry.kind,
            at=entry.at,
            operator=entry.operator,
            operator_name=names.get(entry.operator, entry.operator),
            details=details(entry),
            flags=flags.get(entry.command_id, ()),
        )
        for entry in entries
    )


def _flags(reading: Reading, case: UUID) -> dict[UUID | None, tuple[Finding, ...]]:
    """Return by command what the office said of how a station recorded it."""
    flags: dict[UUID | None, tuple[Finding, ...]] = {}
    for row in reading.station_commands_on(case, Outcome.APPLIED.value):
        answered = SignedText.model_validate_json(row.receipt)
        receipt = PushReceipt.model_validate_json(answered.text)
        if told := tuple(each for each in receipt.findings if each.code in _FLAGS):
            sent = SignedText.model_validate_json(row.sent)
            flags[StationCommand.model_validate_json(sent.text).command.id] = told
    return flags


def details(entry: Entry) -> dict[str, str]:
    """Return the shown fields of an event as text."""
    known = {**entry.public, **(entry.personal or {})}
    return {name: text for name in _SHOWN if (text := _text(known.get(name)))}


def _text(value: Any) -> str:
    match value:
        case None | "" | []:
            return ""
        case list():
            return ", ".join(_text(each) for each in _List.validate_python(value))
        case {"code": code, "reason": reason}:
            return f"{code}: {reason}"
        case {"amount": amount, "currency": currency}:
            return f"{currency} {int(amount) / 100:.2f}"
        case dict():
            pairs = _Table.validate_python(value).items()
            return ", ".join(f"{name}: {each}" for name, each in pairs)
        case _:
            return str(value)
