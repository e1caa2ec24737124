"""What a reader of a case's history wants to know of each event, in plain values."""

from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter

from issuance.engine.operators import operators_of
from issuance.queries import HistoryEntry
from issuance.register.model import Entry
from issuance.register.register import Reading

_List = TypeAdapter(list[Any])
_Table = TypeAdapter(dict[str, Any])

_SHOWN = (
    "number",
    "act",
    "slot",
    "slots",
    "exemption",
    "overrides",
    "codes",
    "items",
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
    return tuple(
        HistoryEntry(
            revision=entry.revision,
            position=entry.seq,
            kind=entry.kind,
            at=entry.at,
            operator=entry.operator,
            operator_name=names.get(entry.operator, entry.operator),
            details=details(entry),
        )
        for entry in entries
    )


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
