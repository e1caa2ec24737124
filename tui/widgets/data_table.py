"""A page of rows: cells are data, so nothing in them is markup or reaches the terminal raw."""

from collections.abc import Sequence
from typing import Any, Final

from rich.cells import cell_len
from rich.text import Text
from textual.widgets import DataTable

from issuance.identity.cleaning import printable

MOST_ROWS: Final = 200
"""A row mounts in 0.12 ms; longer lists come as pages from the register."""


class PageTable(DataTable[Text]):
    """A DataTable of one page; Enter posts `DataTable.RowSelected` with the row's key."""

    def __init__(self, **options: Any) -> None:
        super().__init__(cursor_type="row", zebra_stripes=False, **options)

    def show(self, columns: Sequence[str], rows: Sequence[tuple[str, Sequence[str]]]) -> None:
        """Show a page: the column titles, and for every row its key and its cells.

        A row that was marked stays marked where the page has it too.

        Raises:
            ValueError: when there are more than 200 rows.
        """
        if len(rows) > MOST_ROWS:
            raise ValueError(f"a page has at most {MOST_ROWS} rows, not {len(rows)}")
        marked = self.marked_key
        self.clear(columns=True)
        for at, title in enumerate(columns):
            # Left to itself the table keeps the widths of the page before.
            cells = (printable(text) for text in (title, *(row[at] for _, row in rows)))
            self.add_column(Text(printable(title)), width=max(map(cell_len, cells)))
        for key, cells in rows:
            self.add_row(*(Text(printable(cell), no_wrap=True) for cell in cells), key=key)
        if marked in (keys := [key for key, _ in rows]):
            self.move_cursor(row=keys.index(marked))

    @property
    def room(self) -> int:
        """How many rows fit below the titles."""
        return min(max(self.size.height - 1, 1), MOST_ROWS)

    @property
    def marked_key(self) -> str:
        """The key of the row marked; empty where there is none."""
        keys = [str(each.value) for each in self.rows]
        return keys[self.cursor_row] if self.cursor_row < len(keys) else ""
