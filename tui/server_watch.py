"""What a server's link and the end of a session there mean on the screen."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from issuance.findings import Finding
from issuance.findings.remote import RemoteCode

if TYPE_CHECKING:
    from backend_client.backend import Backend, Link
    from tui.app import VentanillaApp

_FOUND: Final = frozenset({RemoteCode.OUTCOME_SAVED.value, RemoteCode.OUTCOME_NOT_SAVED.value})


class ServerWatch:
    """Follows the backend of an app: shows its link, and leads to the log-in when it must."""

    def __init__(self, app: "VentanillaApp") -> None:
        self._app = app
        self._ending = False

    def follow(self, backend: "Backend") -> None:
        """Be told from now on."""
        backend.watch(self.show_link, self.session_over)

    def show_link(self, link: "Link") -> None:
        """Show another state of the link; where one is and what is typed stay."""
        if self._app.station.operator:
            before = self._app.station.link
            self._app.station = replace(self._app.station, link=link)
            if (
                link.trouble
                and link.trouble.code in _FOUND
                and link.trouble != (before and before.trouble)
            ):
                self._tell(link.trouble)

    def _tell(self, finding: Finding) -> None:
        """Say on the screen that is there what became of work in doubt."""
        tell: Callable[[tuple[Finding, ...]], None] | None = getattr(
            self._app.screen, "tell_findings", None
        )
        if tell is not None:
            tell((finding,))

    def session_over(self, findings: tuple[Finding, ...]) -> None:
        """Keep the work as drafts and show the log-in, which says why."""
        if self._app.station.operator and not self._ending:
            self._ending = True
            self._app.run_worker(self._leave(findings), group="session", exit_on_error=True)

    async def _leave(self, findings: tuple[Finding, ...]) -> None:
        await keep_typed(self._app)
        self._ending = False
        self._app.start_over("log_in", None, "", findings)


async def keep_typed(app: "VentanillaApp") -> None:
    """Let every screen keep what is typed in fields that were not left yet."""
    for screen in app.screen_stack:
        keep: Callable[[], Awaitable[None]] | None = getattr(screen, "keep_typed", None)
        if keep is not None:
            await keep()
