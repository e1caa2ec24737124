"""A list as a file for other programs: CSV (RFC 4180) or JSON (RFC 8259)."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal

ListFormat = Literal["csv", "json"]

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def list_file(columns: Sequence[str], rows: Iterable[Mapping[str, str]], form: ListFormat) -> bytes:
    """Return the rows in UTF-8, a CSV with a byte order mark, which spreadsheets want."""
    if form == "json":
        return (json.dumps(list(rows), ensure_ascii=False, indent=1) + "\n").encode("utf-8")
    written = io.StringIO(newline="")
    table = csv.writer(written)
    table.writerow(columns)
    table.writerows(map(_inert, row.values()) for row in rows)
    return written.getvalue().encode("utf-8-sig")


def _inert(text: str) -> str:
    """Return text that a spreadsheet does not take for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
