"""A signature log as a file for other programs: a line for every document."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from backend_client.list_file import ListFormat, list_file
from issuance.model import format_instant
from issuance.signing.queries import SignatureLine
from issuance.signing.signature_log import LoggedItem

COLUMNS: Final = (
    "number", "at", "institution", "interface", "application", "application_name", "purpose",
    "run", "address", "document", "kind", "octets", "sha256", "signed_sha256", "refusal",
    "unstamped",
)  # fmt: skip
"""The moment in UTC (RFC 3339), `application` is its key, hashes are hexadecimal, `refusal` is a
finding's code; `unstamped` is `yes` where a PDF should have had a time stamp and got none."""


def signature_log_file(lines: Iterable[SignatureLine], form: ListFormat) -> bytes:
    """Return the documents of the lines as `list_file` writes them."""
    return list_file(COLUMNS, (row for line in lines for row in _rows(line)), form)


def _rows(line: SignatureLine) -> Iterator[Mapping[str, str]]:
    request = (
        str(line.number),
        format_instant(line.at),
        line.entity,
        line.interface,
        line.application,
        line.application_name,
        line.purpose,
        line.run,
        line.address,
    )
    for item in line.items:
        yield dict(zip(COLUMNS, (*request, *_document(item)), strict=True))


def _document(item: LoggedItem) -> tuple[str, ...]:
    unstamped = "yes" if item.unstamped else ""
    hashes = (item.original, item.signed)
    return (item.name, item.kind, str(item.size), *hashes, item.refusal, unstamped)
