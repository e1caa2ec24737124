"""The last refused requests: which field differed, what to do; at the centre everybody's."""

from collections.abc import Sequence
from typing import ClassVar, Final
from uuid import UUID

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import DataTable, Static

from issuance.identity.cleaning import printable
from issuance.signing.queries import RefusedRequest, RefusedRequestsAnswer, RefusedRequestsQuery
from screens.portable_institution import institution_for
from screens.seated_screen import SeatedScreen
from tui.actions import BACK, REFRESH, bindings
from tui.cells import fitted
from tui.moments import short
from tui.portable_words import application_words, interface_words, shared_names
from tui.translation import N_
from tui.widgets.data_table import PageTable

_WHEN, _APPLICATION, _RUN, _WHOSE = 13, 20, 9, 24
_COLUMNS: Final = ((N_("When"), _WHEN), (N_("Application"), _APPLICATION), (N_("RUN"), _RUN))
_OF_WHOM: Final = (N_("Institution"), _WHOSE)
_MOST: Final = 200


class PortableRefusalsScreen(SeatedScreen[None]):
    """Lists what was refused as a whole; of the marked one it says what differed and the cure.

    Args:
        institution: whose applications; None shows the centre those of all and of nobody known,
            and asks others which, where there are several.
    """

    CSS_PATH = "portable_lists.tcss"
    ACTIONS = (BACK, REFRESH)
    BINDINGS: ClassVar = bindings(*ACTIONS)

    def __init__(self, institution: UUID | None = None) -> None:
        super().__init__()
        self._institution = institution
        self._requests: tuple[RefusedRequest, ...] | None = None
        self._shared: frozenset[str] = frozenset()

    def compose_content(self) -> ComposeResult:
        """Build the table and the place for what is to be done."""
        with Vertical(id="portable"):
            title = N_("Refused requests of the applications")
            yield Static(self.translate(title), classes="title", markup=False)
            yield PageTable(cell_padding=0)
            yield Static(id="about", markup=False)

    def help_text(self) -> str:
        """Explain what is listed here, and what never is."""
        return self.words.text("help/refused_requests")

    def on_mount(self) -> None:
        """Read the requests."""
        self.load()

    @work(exclusive=True, group="load", exit_on_error=True, description="read refused requests")
    async def load(self) -> None:
        """Read the requests."""
        await self.read_seats()
        if self._institution is None and not self.scope.everything:
            self._institution = await institution_for(self, None)
            if self._institution is None:
                return
        query = RefusedRequestsQuery(institution=self._institution, limit=_MOST)
        answer = await self.backend.ask(query)
        if not self.is_drawn:
            return
        if isinstance(answer, RefusedRequestsAnswer):
            self._requests = answer.entries
            self._shared = shared_names(
                (each.application_name, each.application) for each in answer.entries
            )
        self.told(answer)
        self.fill()

    def fill(self) -> None:
        """Draw what was read."""
        requests = self._requests
        if requests is None:
            return
        columns = [*_COLUMNS, *([_OF_WHOM] if self._is_everybodys else [])]
        rest = max(self.size.width - 3 - sum(width for _, width in columns), 10)
        columns.append((N_("Why it was refused"), rest))
        widths = [width for _, width in columns]
        self.query_one(PageTable).show(
            [fitted(self.translate(name), width) for name, width in columns],
            [(str(at), self._row(each, widths)) for at, each in enumerate(requests)],
        )
        self._draw_marked()

    def on_resize(self) -> None:
        """Draw for the new width."""
        self.fill()

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """Say what is to be done about the marked one."""
        event.stop()
        if self.is_drawn:
            self._draw_marked()

    def action_refresh(self) -> None:
        """Read again."""
        self.load()

    @property
    def _is_everybodys(self) -> bool:
        return self._institution is None

    def _whose(self, request: RefusedRequest) -> str:
        return request.whose or self.translate(N_("none known"))

    def _application(self, request: RefusedRequest) -> str:
        known = application_words(request.application_name, request.application, self._shared)
        return known or interface_words(request.interface, self.translate)

    def _row(self, request: RefusedRequest, widths: Sequence[int]) -> list[str]:
        texts = (
            short(request.at, self.words.zone, self.translate.language),
            self._application(request),
            request.run or "–",
            *([self._whose(request)] if self._is_everybodys else []),
            self.finding_text(request.finding),
        )
        return [
            fitted(printable(text), width - 1) + " "
            for text, width in zip(texts, widths, strict=True)
        ]

    def _draw_marked(self) -> None:
        requests, at = self._requests or (), self.query_one(PageTable).cursor_row
        words = self.translate(N_("No request was refused lately."))
        if at < len(requests):
            marked = requests[at]
            words = f"{self.finding_text(marked.finding)} ({marked.finding.code})"
            if self._is_everybodys:
                words = f"{self._whose(marked)}: {words}"
        self.query_one("#about", Static).update(printable(words), layout=False)
