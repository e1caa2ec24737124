"""Text of a fixed width in the cells of a terminal."""

from typing import Final

from rich.cells import cell_len, set_cell_size

ELLIPSIS: Final = "…"


def fitted(text: str, cells: int) -> str:
    """Return text filled with spaces to a width, or cut to it with `…` at the end."""
    if cell_len(text) <= cells or cells < 1:
        return set_cell_size(text, max(cells, 0))
    return set_cell_size(text, cells - 1) + ELLIPSIS


def whole_words(text: str, cells: int) -> str:
    """Return the words that fit a width, with `…` for the others; one too long word is cut."""
    if cell_len(text) <= cells:
        return text
    words = set_cell_size(text, max(cells - 1, 0)).rpartition(" ")[0].rstrip()
    return words + ELLIPSIS if words else fitted(text, cells)
