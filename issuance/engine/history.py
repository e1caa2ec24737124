"""What a reader of a case's history wants to know of each event, in plain values."""

from typing import Any

from pydantic import TypeAdapter

from issuance.register.model import Entry

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
