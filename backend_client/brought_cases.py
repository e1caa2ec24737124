"""Cases that came with the receipt of a command, for the screen that asks for them next."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from issuance.queries import CaseAnswer, CaseQuery

_STILL_FRESH: Final = timedelta(seconds=2)
"""As long as a screen may take to ask for the case it gave a command on."""


class BroughtCases:
    """Each is shown once, and only at once: then it is as the server has it."""

    def __init__(self) -> None:
        self._cases: dict[UUID, tuple[datetime, CaseAnswer]] = {}

    def keep(self, case: CaseAnswer | None, now: datetime) -> None:
        """Keep what came along until it is asked for."""
        if case is not None:
            self._cases[case.state.id] = now, case

    def take(self, query: CaseQuery, now: datetime) -> CaseAnswer | None:
        """Return the case that is asked for, if it has just come."""
        brought = self._cases.pop(query.case, None) if query.case else None
        if brought is None or now - brought[0] > _STILL_FRESH:
            return None
        return brought[1]
