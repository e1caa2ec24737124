"""Unsent work that somebody carries to the server: written to a file here, taken in there."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from issuance.findings import Finding, Severity
from issuance.identity.cleaning import printable
from issuance.sync.push import Outcome
from issuance.sync.work import WORK_ENDING
from screens.brought_file import choose_file, save_bytes
from tui.actions import PRINT
from tui.moments import for_file_name
from tui.translation import N_

if TYPE_CHECKING:
    from backend_client.beside_server import BesideServer
    from screens.counter_screen import CounterScreen

EXPORT = PRINT.named(N_("Export"), N_("Writes what waits to a file only the server can open."))
TAKE_IN = PRINT.named(
    N_("Take in"), N_("Takes in the file with the unsent work of a station without a connection.")
)


async def export_work(screen: "CounterScreen[Any]", beside: "BesideServer") -> None:
    """Write the unsent work where somebody chooses; call it from a worker."""
    file = await beside.work_file()
    if isinstance(file, Finding):
        screen.tell_findings((file,))
        return
    at = for_file_name(screen.backend.now(), screen.words.zone)
    name = screen.translate(N_("work-{time}"), time=at)
    if await save_bytes(screen, file, name, WORK_ENDING):
        words = N_(
            "Written as {name}; only the server opens it. An administrator with a connection takes"
            " it in: F4 Settings, Stations, F9. Here everything stays until the server answers."
        )
        screen.tell(screen.translate(words, name=f"{name}{WORK_ENDING}"))


async def take_work_in(screen: "CounterScreen[Any]") -> None:
    """Take in a file somebody brings; call it from a worker."""
    title = screen.translate(N_("File with the unsent work of a station"))
    path = await choose_file(screen, title, (Path(WORK_ENDING).suffix,))
    if path is None:
        return
    with screen.ventanilla.keys.held():
        taken = await screen.backend.take_work(path)
    if isinstance(taken, Finding):
        screen.tell_findings((taken,))
    elif taken.stopped is not None:
        screen.tell_findings((taken.stopped,))
    else:
        applied = taken.outcomes.get(Outcome.APPLIED.value, 0)
        others = sum(taken.outcomes.values()) - applied
        words = N_("From “{station}”: {applied} done, {others} that somebody there has to look at.")
        told = screen.translate(
            words, station=printable(taken.station), applied=applied, others=others
        )
        screen.tell(told, Severity.WARNS if others else Severity.INFORMS)
