"""Lists as spreadsheets save them: their encoding, separator and columns made out."""

import csv
import io
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from issuance.findings import Finding, blocks, informs
from issuance.findings.institutions import InstitutionCode

MOST_OCTETS: Final = 8 * 1024 * 1024
MOST_ROWS: Final = 20_000
_SEPARATORS: Final = ";,\t"


@dataclass(frozen=True, slots=True)
class ListRow:
    """A row as it stands; `number` is that of a spreadsheet, the first row being 1."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListText:
    """The rows below the header, and which cell is what; `columns` maps names to places."""

    columns: Mapping[str, int]
    rows: tuple[ListRow, ...]
    width: int
    findings: tuple[Finding, ...] = ()


def read_list(content: bytes, names: Mapping[str, str]) -> ListText | Finding:
    """Read a list whose first row names its columns.

    UTF-8, UTF-16 with its mark, and Windows-1252 (which holds Latin-1's letters); separated by
    semicolons, commas or tabs. Empty rows are passed over.

    Args:
        content: the file.
        names: every way to write a column's name, in `plain_name` form, and what it is.
    """
    if len(content) > MOST_OCTETS:
        return blocks(InstitutionCode.LIST_TOO_LARGE, limit=MOST_ROWS)
    text = _decoded(content)
    if text is None or "\0" in text:
        return blocks(InstitutionCode.LIST_NOT_TEXT)
    try:
        rows = _rows(text, names)
    except csv.Error:
        return blocks(InstitutionCode.LIST_NOT_TEXT)
    if not rows:
        return blocks(InstitutionCode.LIST_NOT_TEXT)
    if len(rows) > MOST_ROWS + 1:
        return blocks(InstitutionCode.LIST_TOO_LARGE, limit=MOST_ROWS)
    header, *below = rows
    return _with_columns(header, tuple(below), names)


def plain_name(text: str) -> str:
    """Return a column's name in small letters without accents, spaces and signs."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in decomposed if each.isalnum())


def _decoded(content: bytes) -> str | None:
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1252", "latin-1"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _rows(text: str, names: Mapping[str, str]) -> list[ListRow]:
    first = text.lstrip("\r\n").partition("\n")[0]
    known = {each: _known(first, each, names) for each in _SEPARATORS}
    separator = max(_SEPARATORS, key=lambda each: (known[each], first.count(each)))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    return [
        ListRow(number, tuple(cells))
        for number, cells in enumerate(reader, start=1)
        if any(cell.strip() for cell in cells)
    ]


def _known(header: str, separator: str, names: Mapping[str, str]) -> int:
    return sum(plain_name(cell) in names for cell in header.split(separator))


def _with_columns(header: ListRow, rows: tuple[ListRow, ...], names: Mapping[str, str]) -> ListText:
    columns: dict[str, int] = {}
    findings: list[Finding] = []
    for place, cell in enumerate(header.cells):
        name = names.get(plain_name(cell))
        if name is None:
            if cell.strip():
                shown = cell.strip()[:60]
                findings.append(informs(InstitutionCode.LIST_COLUMN_IGNORED, name=shown))
        elif name in columns:
            findings.append(blocks(InstitutionCode.LIST_COLUMN_TWICE, name, name=name))
        else:
            columns[name] = place
    return ListText(columns, rows, len(header.cells), tuple(findings))
