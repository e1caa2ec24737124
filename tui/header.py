"""The station line at the top of every screen: where, who, and how the link is. No clock."""

from rich.cells import cell_len, set_cell_size
from textual.content import Content
from textual.widgets import Static

from issuance.identity.cleaning import printable
from tui.application import VentanillaWidget
from tui.station import Station
from tui.translation import N_, Translator

DEMONSTRATION = N_("DEMONSTRATION")


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

    The mark and the link are never cut; the office and the operator give way.
    """
    mark = f" {translate(DEMONSTRATION)} " if station.demonstration else ""
    who = printable(station.operator)
    if station.role:
        who = f"{who} ({station.role})"
    right = " · ".join(part for part in (who, station.link) if part) + " "
    room = width - cell_len(mark) - cell_len(right) - 1
    if room < 0 and who:
        link = f" · {station.link} " if station.link else " "
        right = set_cell_size(who, max(0, cell_len(who) + room)) + link
        room = 0
    office = set_cell_size(" " + printable(station.office), max(0, room))
    return mark, f"{office} {right}"
