"""Where a signature may show on a page, in words and in points."""

from typing import Final

from issuance.signing.preparation import Place
from tui.translation import N_

_LEFT: Final = (36, 236)
_RIGHT: Final = (359, 559)
_BOTTOM, _TOP = 36, 92
"""In the lower corners of A4 (595 points wide) as of letter and Chilean oficio (612)."""
_FIRST, _LAST = 1, None


def _box(page: int | None, sides: tuple[int, int]) -> Place:
    return Place(page=page, left=sides[0], bottom=_BOTTOM, right=sides[1], top=_TOP)


PLACES: Final = {
    "none": (N_("it does not show"), None),
    "last_left": (N_("last page, at the left"), _box(_LAST, _LEFT)),
    "last_right": (N_("last page, at the right"), _box(_LAST, _RIGHT)),
    "first_left": (N_("first page, at the left"), _box(_FIRST, _LEFT)),
    "first_right": (N_("first page, at the right"), _box(_FIRST, _RIGHT)),
}
"""What a place is called (a message to translate), and where it is; None for nowhere."""
