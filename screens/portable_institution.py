"""Which institution a page is about, where it was opened without one."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from issuance.institution_queries import InstitutionsAnswer, InstitutionsQuery
from issuance.institutions.institution_stream import InstitutionStatus
from tui.translation import N_
from tui.widgets.data_table import MOST_ROWS

if TYPE_CHECKING:
    from screens.seated_screen import SeatedScreen


async def institution_for(screen: "SeatedScreen[Any]", known: UUID | None) -> UUID | None:
    """Return the institution: the known one, the only own one, or one that is chosen now.

    Of several the central people choose. Where none is chosen the screen is left; call it from a
    worker.
    """
    if known is not None:
        return known
    await screen.read_seats()
    choices = [(str(each), name) for each, name in screen.own_institutions]
    if not choices:
        statuses = (InstitutionStatus.ACTIVE.value,)
        answer = await screen.backend.ask(InstitutionsQuery(statuses=statuses, limit=MOST_ROWS))
        screen.told(answer)
        if isinstance(answer, InstitutionsAnswer):
            choices = [(str(each.institution), each.name) for each in answer.entries]
    if not choices:
        return None
    if len(choices) == 1:
        return UUID(choices[0][0])
    chosen = await screen.choose(screen.translate(N_("Which institution?")), choices)
    if chosen is None:
        screen.dismiss()
        return None
    return UUID(chosen)
