"""Reads JSON that may be damaged or hostile: exact names, exact types, bounded sizes.

Only the standard library is imported here, so Pydantic cannot do this.
"""

import base64
import json
from collections.abc import Collection
from datetime import UTC, datetime
from typing import cast


class UnexpectedJsonError(ValueError):
    """The JSON is not of the expected form; `part` says where, `slots[2].salt` for instance."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


def parse(octets: bytes, largest: int) -> object:
    """Parse JSON in UTF-8.

    Raises:
        UnexpectedJsonError: it is larger than `largest` octets, not JSON, or nested too deeply.
    """
    if len(octets) > largest:
        raise UnexpectedJsonError("size")
    try:
        return json.loads(octets.decode())
    except (ValueError, RecursionError):
        raise UnexpectedJsonError("JSON") from None


class Fields:
    """One JSON object with a known set of names; every reader raises `UnexpectedJsonError`."""

    def __init__(self, value: object, names: Collection[str], part: str = "") -> None:
        if not isinstance(value, dict):
            raise UnexpectedJsonError(part or "JSON")
        self._values = cast("dict[str, object]", value)
        self._part = part
        for name in self._values.keys() ^ set(names):
            raise UnexpectedJsonError(self.part(name))

    def part(self, name: str) -> str:
        """Say where a field lies in the whole."""
        return f"{self._part}.{name}" if self._part else name

    def _refuse(self, name: str) -> UnexpectedJsonError:
        return UnexpectedJsonError(self.part(name))

    def text(self, name: str, longest: int) -> str:
        """Read printable text of at least one character."""
        value = self._values[name]
        if isinstance(value, str) and 0 < len(value) <= longest and value.isprintable():
            return value
        raise self._refuse(name)

    def text_or_empty(self, name: str, longest: int) -> str:
        """Read printable text that may be missing: then it is empty."""
        return "" if self._values[name] == "" else self.text(name, longest)

    def text_or_none(self, name: str, longest: int) -> str | None:
        """Read printable text or null."""
        return None if self._values[name] is None else self.text(name, longest)

    def whole(self, name: str, lowest: int, highest: int) -> int:
        """Read an integer between two bounds, both included."""
        value = self._values[name]
        if type(value) is int and lowest <= value <= highest:
            return value
        raise self._refuse(name)

    def truth(self, name: str) -> bool:
        """Read true or false."""
        value = self._values[name]
        if isinstance(value, bool):
            return value
        raise self._refuse(name)

    def octets(self, name: str, shortest: int, longest: int) -> bytes:
        """Read base64 of a number of octets between two bounds, both included."""
        text = self.text(name, 2 * longest)
        try:
            octets = base64.b64decode(text, validate=True)
        except ValueError:
            raise self._refuse(name) from None
        if shortest <= len(octets) <= longest:
            return octets
        raise self._refuse(name)

    def moment(self, name: str) -> datetime:
        """Read an ISO 8601 moment with its zone, as UTC."""
        text = self.text(name, 40)
        try:
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is not None:
                return moment.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
        raise self._refuse(name)

    def items(self, name: str, most: int) -> list[object]:
        """Read a list of at most so many items."""
        value = self._values[name]
        if isinstance(value, list) and len(cast("list[object]", value)) <= most:
            return cast("list[object]", value)
        raise self._refuse(name)

    def raw(self, name: str) -> object:
        """Return the value unread."""
        return self._values[name]


def format_version(value: object) -> int | None:
    """Return the whole number under `format`, whatever else is there; None when there is none."""
    if not isinstance(value, dict):
        return None
    version = cast("dict[str, object]", value).get("format")
    return version if type(version) is int else None


def base64_text(octets: bytes) -> str:
    """Write octets as `Fields.octets` reads them."""
    return base64.b64encode(octets).decode("ascii")
