"""The station line at the top of every screen: where, who, and how the link is. No clock."""

from datetime import datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from rich.cells import cell_len
from textual.content import Content
from textual.widgets import Static

from issuance.identity.cleaning import printable
from tui.application import VentanillaWidget
from tui.case_words import roles_said
from tui.cells import fitted, whole_words
from tui.station import Station
from tui.translation import N_, Translator

if TYPE_CHECKING:
    from backend_client.backend import Link

DEMONSTRATION: Final = N_("DEMONSTRATION")
_SHORT_NAME: Final = 16
"""Cells enough to know oneself by."""
_WIDE: Final = 100
"""Cells from which the line says how long the oldest has waited."""


class StationLine(VentanillaWidget, Static):
    """Shows the app's `station`; repainted only when it changes."""

    DEFAULT_CSS = """
    StationLine {
        dock: top;
        height: 1;
        background: $bar-background;
        color: $bar-foreground;
    }
    """

    def __init__(self) -> None:
        super().__init__(markup=False)

    def on_mount(self) -> None:
        """Follow the app's station."""
        self.watch(self.ventanilla, "station", self._draw)

    def on_resize(self) -> None:
        """Fit the words to the width."""
        self._draw()

    def _draw(self) -> None:
        if not self.size.width:
            return
        mark, rest = station_words(self.ventanilla.station, self.translate, self.size.width)
        line = Content.assemble((mark, "bold $mark-foreground on $mark-background"), rest)
        self.update(line, layout=False)


def station_words(station: Station, translate: Translator, width: int) -> tuple[str, str]:
    """Return the demonstration mark and the rest of the line, `width` cells together.

    Mark and link are never cut. What gives way first is the role, then the end of the operator's
    name, then the last words of the office.
    """
    mark = f" {translate(DEMONSTRATION)} " if station.demonstration else ""
    office, operator = printable(station.office), printable(station.operator)
    roles = roles_said(station.roles, translate)
    # A space at both ends and between the two sides.
    room = width - cell_len(mark) - 3
    link = link_words(station.link, translate, width) if station.link else ""
    right, left = "", room
    for who in (
        f"{operator} ({roles})" if roles else operator,
        operator,
        whole_words(operator, _SHORT_NAME),
    ):
        right = " · ".join(part for part in (who, link) if part)
        left = room - cell_len(right)
        if cell_len(office) <= left:
            break
    shown = fitted(whole_words(office, left), left) if left > 0 else ""
    return mark, f" {shown} {right} "


def link_words(link: "Link", translate: Translator, width: int = 0) -> str:
    """Return the state of the connection and what waits for it, by the office's clock."""
    words = [translate(N_("online"))]
    if not link.online:
        words = [translate(N_("no connection since {time}"), time=_time(link.since, translate))]
    if link.waiting:
        words.append(translate(N_("{count} wait"), count=link.waiting))
    if link.waiting and link.oldest and width >= _WIDE:
        oldest = translate(N_("the oldest since {time}"), time=_time(link.oldest, translate))
        words[-1] = f"{words[-1]}, {oldest}"
    return " · ".join(words)


def _time(at: datetime, translate: Translator) -> str:
    return f"{at.astimezone(ZoneInfo(translate.zone)):%H:%M}"
