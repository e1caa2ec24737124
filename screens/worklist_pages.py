"""Where one is in a list of cases: which list or search, and which of its pages."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from issuance.access.roles import Role
from issuance.queries import PageKey, WorklistAnswer, WorklistEntry, WorklistName, WorklistQuery
from screens.pages import SHORTEST_SEARCH, Pages
from tui.translation import N_
from tui.widgets.data_table import MOST_ROWS

if TYPE_CHECKING:
    from backend_client.backend import Backend

LISTS: Final[tuple[tuple[WorklistName, str], ...]] = (
    ("mine", N_("Mine")),
    ("approval", N_("To review")),
    ("applicant", N_("Waiting")),
    ("ready", N_("Ready")),
    ("all", N_("All")),
)

_EXACT: Final = "/"


def first_list(roles: Sequence[Role]) -> WorklistName:
    """Return the list somebody with these roles begins with."""
    if Role.OPERATOR in roles:
        return "mine"
    return "approval" if {Role.APPROVER, Role.CASHIER} & set(roles) else "all"


class WorklistPages(Pages[WorklistEntry, PageKey]):
    """One page at a time, with the way back; a text is searched in all cases, whatever the list."""

    def __init__(self) -> None:
        super().__init__()
        self.name: WorklistName = "all"

    async def read(self, backend: "Backend", text: str, rows: int) -> None:
        """Read the page of a search text, or of the list; `/` before a text asks for exactly it."""
        sought = text if len(text) >= SHORTEST_SEARCH else ""
        exact = sought.startswith(_EXACT)
        query = WorklistQuery(
            name=self.name,
            text=sought.removeprefix(_EXACT),
            after=self._keys[-1],
            limit=MOST_ROWS if exact else rows,
        )
        answer = await backend.ask(query)
        if not isinstance(answer, WorklistAnswer):
            return
        if not answer.entries and len(self._keys) > 1:  # the page has emptied meanwhile
            self.start_over()
            await self.read(backend, text, rows)
            return
        self.sought = sought
        self.entries, self._next = answer.entries, answer.next
        if exact:
            alike = {sought.removeprefix(_EXACT)}
            self.entries = tuple(
                each for each in answer.entries if {each.identification, each.number} & alike
            )[:rows]
            self._next = None
