"""The offices of this computer: a server's, a real one, a demonstration, or none yet.

The log-in screen is painted with this module, so only the standard library is imported at its top;
what needs the engine imports it when called, and is called in a thread.
"""

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

from backend_client.backend import Backend, OfficeSign
from issuance.access.office import OfficeFile
from issuance.access.office_file import read_office, update_office
from issuance.findings import Finding
from issuance.findings.access import AccessCode

if TYPE_CHECKING:
    from issuance.certificates.keys import PrivateKey
    from issuance.engine.office import Sources

OFFICE: Final = "office"
DEMONSTRATION: Final = "demonstration"
REMOTE: Final = "remote"
"""The folder of an office whose engine is a server's."""
STATION_FILE: Final = "station.sealed"
"""Stands in that folder where this computer is a station that also works without the server."""
UNFINISHED_SAMPLES: Final = ".samples.unfinished"
"""Stands in a demonstration whose sample files are still to be written."""


def _forget(error: BaseException) -> None:
    del error


class Offices:
    """What lies in the home folder; `chosen` is the office whose log-in was shown last.

    Args:
        home: the folder everything is stored in.
        sources: makes the sources of time, identifiers and randomness; importing their type costs
            half a second, so they are made when first needed.
        make_key: makes a private key of an algorithm.
    """

    def __init__(
        self,
        home: Path,
        sources: "Callable[[], Sources]",
        make_key: "Callable[[str], PrivateKey]",
    ) -> None:
        self.home = home
        self.chosen: OfficeSign | None = None
        self.sources = sources
        self.make_key = make_key
        self.report: Callable[[BaseException], object] = _forget

    def folder(self, place: str) -> Path:
        """Return where an office lies, or would lie."""
        return self.home / place

    def sign(self, place: str) -> OfficeSign | Finding:
        """Return what may be known of an office before a log-in; `OFFICE_MISSING` without one."""
        office = read_office(self.folder(place))
        return office if isinstance(office, Finding) else _sign(place, office)

    def first_sign(self) -> OfficeSign | Finding:
        """Return the office a start opens: a server's, else the real one, else the demonstration.

        A first one that cannot be read is told, never passed over.
        """
        for place in (REMOTE, OFFICE):
            found = self.sign(place)
            if not (isinstance(found, Finding) and found.code == AccessCode.OFFICE_MISSING):
                return found
        return self.sign(DEMONSTRATION)

    def samples_due(self) -> bool:
        """Tell whether the demonstration's sample files are still to be written."""
        return (self.folder(DEMONSTRATION) / UNFINISHED_SAMPLES).is_dir()

    def backend(self, place: str) -> Backend:
        """Return the backend of an office; the first call imports the engine, up to 2 s."""
        if place == REMOTE and (self.folder(place) / STATION_FILE).exists():
            from backend_client.offline import OfflineBackend as Chosen
        elif place == REMOTE:
            from backend_client.remote import RemoteBackend as Chosen
        else:
            from backend_client.embedded import EmbeddedBackend as Chosen

        # Every screen of the work needs it, and would import it on the event loop.
        import_module("backend_client.policy_view")
        return Chosen(self.folder(place), self.sources(), self.make_key, self.report)

    def remember(self, place: str, language: str, theme: str) -> OfficeSign | Finding:
        """Begin in this language and theme from now on."""
        changed = update_office(
            self.folder(place), lambda office: replace(office, language=language, theme=theme)
        )
        return changed if isinstance(changed, Finding) else _sign(place, changed)


def _sign(place: str, office: OfficeFile) -> OfficeSign:
    return OfficeSign(
        place, office.name, office.province, office.language, office.theme, office.demonstration
    )
