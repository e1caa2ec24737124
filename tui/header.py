"""The station line at the top of every screen: where, who, and how the link is. No clock."""

from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from rich.cells import cell_len
from textual.content import Content
from textual.widgets import Static

from issuance.identity.cleaning import printable
from tui.application import VentanillaWidget
from tui.cells import fitted, whole_words
from tui.station import Station
from tui.translation import N_, Translator

if TYPE_CHECKING:
    from backend_client.backend import Link

DEMONSTRATION: Final = N_("DEMONSTRATION")
_SHORT_NAME: Final = 16
"""Cells enough to know oneself by."""


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
    # A space at both ends and between the two sides.
    room = width - cell_len(mark) - 3
    link = link_words(station.link, translate) if station.link else ""
    right, left = "", room
    for who in (
        f"{operator} ({station.role})" if station.role else operator,
        operator,
        whole_words(operator, _SHORT_NAME),
    ):
        right = " · ".join(part for part in (who, link) if part)
        left = room - cell_len(right)
        if cell_len(office) <= left:
            break
    shown = fitted(whole_words(office, left), left) if left > 0 else ""
    return mark, f" {shown} {right} "


def link_words(link: "Link", translate: Translator) -> str:
    """Return the state of the connection in words, by the office's clock."""
    if link.online:
        return translate(N_("online"))
    time = link.since.astimezone(ZoneInfo(translate.zone))
    return translate(N_("no connection since {time}"), time=f"{time:%H:%M}")
