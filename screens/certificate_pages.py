"""Where one is in the certificates: which list or search, and which of its pages."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from backend_client.list_file import ListFormat
from issuance.access.commands import RecordExport
from issuance.queries import (
    EXPIRING_DAYS,
    CertificateKey,
    CertificateLine,
    CertificatesAnswer,
    CertificatesQuery,
    CertificateStanding,
)
from screens.pages import SHORTEST_SEARCH, Pages
from tui.translation import N_
from tui.widgets.data_table import MOST_ROWS

if TYPE_CHECKING:
    from backend_client.backend import Backend


@dataclass(frozen=True, slots=True)
class CertificateListing:
    """A list: its label (a message to translate), and what stands in it.

    Of those that end soon the days are the label; the column beside says how many are left.
    """

    label: str
    state: CertificateStanding | None = None
    expiring_within_days: int | None = None


LISTINGS: Final = (
    CertificateListing(N_("All")),
    CertificateListing(N_("Still valid"), "valid"),
    CertificateListing(N_("Suspended"), "suspended"),
    CertificateListing(N_("Revoked"), "revoked"),
    CertificateListing(N_("Ended"), "expired"),
    *(
        CertificateListing(label, expiring_within_days=days)
        for label, days in zip((N_("30 d"), N_("60 d"), N_("90 d")), EXPIRING_DAYS, strict=True)
    ),
)


class CertificatePages(Pages[CertificateLine, CertificateKey]):
    """One page at a time, with the way back; a text is searched in the list one is in."""

    async def read(
        self, backend: "Backend", listing: CertificateListing, text: str, rows: int
    ) -> None:
        """Read the page of the list, or of what a text finds in it."""
        self.sought = text if len(text) >= SHORTEST_SEARCH else ""
        answer = await backend.ask(self._query(listing, self._keys[-1], rows))
        if isinstance(answer, CertificatesAnswer):
            self.entries, self._next = answer.entries, answer.next

    async def every_line(
        self, backend: "Backend", listing: CertificateListing
    ) -> AsyncIterator[CertificateLine]:
        """Read all pages of the list or search one is in."""
        after: CertificateKey | None = None
        while True:
            answer = await backend.ask(self._query(listing, after, MOST_ROWS))
            if not isinstance(answer, CertificatesAnswer):
                return
            for line in answer.entries:
                yield line
            if answer.next is None:
                return
            after = answer.next

    def export(
        self, listing: CertificateListing, form: ListFormat, lines: int, file: str
    ) -> RecordExport:
        """Return what records that this list is saved as a file."""
        return RecordExport(
            state=listing.state or "",
            expiring_within_days=listing.expiring_within_days,
            text=self.sought,
            form=form,
            lines=lines,
            file=file,
        )

    def _query(
        self, listing: CertificateListing, after: CertificateKey | None, limit: int
    ) -> CertificatesQuery:
        return CertificatesQuery(
            text=self.sought,
            state=listing.state,
            expiring_within_days=listing.expiring_within_days,
            after=after,
            limit=limit,
        )
