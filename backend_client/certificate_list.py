"""A list of certificates as a file for other programs: CSV (RFC 4180) or JSON (RFC 8259)."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from typing import Final, Literal

from issuance.model import format_instant
from issuance.queries import CertificateLine

ListFormat = Literal["csv", "json"]

COLUMNS: Final = (
    "serial", "case", "name", "identification", "product", "state", "not_before", "not_after",
    "revoked_at", "reason",
)  # fmt: skip
"""The serial in hexadecimal digits, as other programs show it; moments in UTC (RFC 3339)."""

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def certificate_list(lines: Iterable[CertificateLine], form: ListFormat) -> bytes:
    """Return the lines in UTF-8, a CSV with a byte order mark, which spreadsheets want."""
    rows = [_row(line) for line in lines]
    if form == "json":
        return (json.dumps(rows, ensure_ascii=False, indent=1) + "\n").encode("utf-8")
    written = io.StringIO(newline="")
    table = csv.writer(written)
    table.writerow(COLUMNS)
    table.writerows(map(_inert, row.values()) for row in rows)
    return written.getvalue().encode("utf-8-sig")


def _row(line: CertificateLine) -> Mapping[str, str]:
    values = (
        f"{int(line.serial):x}",
        line.number,
        line.name,
        line.identification,
        line.product,
        line.state,
        format_instant(line.not_before),
        format_instant(line.not_after),
        format_instant(line.revoked_at) if line.revoked_at else "",
        line.reason,
    )
    return dict(zip(COLUMNS, values, strict=True))


def _inert(text: str) -> str:
    """Return text that a spreadsheet does not take for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
