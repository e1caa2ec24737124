"""Where one is in the signature log: what is looked for, and which of its pages."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING
from uuid import UUID

from backend_client.list_file import ListFormat
from issuance.access.commands import RecordExport
from issuance.findings import Finding
from issuance.signing.queries import (
    SignatureKey,
    SignatureLine,
    SignatureLogAnswer,
    SignatureLogQuery,
)
from screens.pages import Pages
from screens.portable_log_filter import LogFilter
from tui.widgets.data_table import MOST_ROWS

if TYPE_CHECKING:
    from backend_client.backend import Backend


class LogPages(Pages[SignatureLine, SignatureKey]):
    """One page at a time, newest first, with the way back.

    Args:
        institution: whose log; None for all that the person may see.
        wanted: the conditions.
    """

    def __init__(self, institution: UUID | None, wanted: LogFilter) -> None:
        super().__init__()
        self._institution = institution
        self.wanted = wanted

    async def read(self, backend: "Backend", rows: int) -> tuple[Finding, ...]:
        """Read the page; findings say why it cannot be."""
        answer = await backend.ask(self._query(self._keys[-1], rows))
        if isinstance(answer, SignatureLogAnswer):
            self.entries, self._next = answer.entries, answer.next
        return answer if isinstance(answer, tuple) else ()

    async def every_line(self, backend: "Backend") -> AsyncIterator[SignatureLine]:
        """Read all pages."""
        after: SignatureKey | None = None
        while True:
            answer = await backend.ask(self._query(after, MOST_ROWS))
            if not isinstance(answer, SignatureLogAnswer):
                return
            for line in answer.entries:
                yield line
            if answer.next is None:
                return
            after = answer.next

    def export(self, form: ListFormat, lines: int, file: str) -> RecordExport:
        """Return what records that this list is saved as a file."""
        wanted = " ".join(f"{name}={value}" for name, value in self.wanted.values.items() if value)
        return RecordExport(
            state="signature_log",
            expiring_within_days=None,
            text=wanted,
            form=form,
            lines=lines,
            file=file,
        )

    def _query(self, after: SignatureKey | None, limit: int) -> SignatureLogQuery:
        wanted = self.wanted
        return SignatureLogQuery(
            institution=self._institution,
            since=wanted.since,
            until=wanted.until,
            run=wanted.run,
            application=wanted.application,
            result=wanted.result,
            after=after,
            limit=limit,
        )
