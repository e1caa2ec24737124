"""A list of certificates as a file for other programs."""

from collections.abc import Iterable, Mapping
from typing import Final

from backend_client.list_file import ListFormat, list_file
from issuance.model import format_instant
from issuance.queries import CertificateLine

COLUMNS: Final = (
    "serial", "case", "name", "identification", "product", "state", "not_before", "not_after",
    "revoked_at", "reason",
)  # fmt: skip
"""The serial in hexadecimal digits, as other programs show it; moments in UTC (RFC 3339)."""


def certificate_list(lines: Iterable[CertificateLine], form: ListFormat) -> bytes:
    """Return the lines as `list_file` writes them."""
    return list_file(COLUMNS, map(_row, lines), form)


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
