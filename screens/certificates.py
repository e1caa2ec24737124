"""The issued certificates: searched by serial, name, cédula or case, by how they stand and end."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar, Final, cast

from textual import work
from textual.content import Content
from textual.widgets import Static

from backend_client.certificate_list import certificate_list
from backend_client.list_file import ListFormat
from issuance.findings import Finding
from issuance.queries import CertificateLine, CountsAnswer, CountsQuery
from screens.boxed_lists import BoxedLists
from screens.brought_file import save_bytes
from screens.certificate_pages import LISTINGS, CertificateListing, CertificatePages
from screens.certificates_table import about, row, titles
from screens.worklist_lines import counted
from tui.actions import BACK, PRINT, REFRESH, RETAKE, bindings
from tui.moments import for_file_name
from tui.translation import N_
from tui.widgets.data_table import PageTable
from tui.widgets.value_list import ValueList

SAVE_LIST: Final = PRINT.named(N_("Save list"), N_("Saves the list shown as CSV or JSON."))
UNREGISTERED: Final = RETAKE.named(
    N_("Not listed"), N_("Revokes a certificate of this authority that the register does not know.")
)

_COUNTS_FROM: Final = 100
FORMATS: Final = (
    ("csv", N_("CSV, for a spreadsheet")),
    ("json", N_("JSON, for another program")),
)


class CertificatesScreen(BoxedLists[None]):
    """Lists certificates page by page; what is typed is searched in the list shown."""

    CSS_PATH: ClassVar = ["boxed_lists.tcss", "certificates.tcss"]
    ACTIONS = (BACK, REFRESH, UNREGISTERED, SAVE_LIST)
    BINDINGS: ClassVar = bindings(*ACTIONS)

    def __init__(self) -> None:
        self._pages = CertificatePages()
        super().__init__(self._pages)
        self._counts: CountsAnswer | None = None

    def heading(self) -> str:
        """Say what may be typed."""
        return self.translate(N_("Certificates: type a serial, a name, a cédula or a case number:"))

    def places(self) -> int:
        """Return how many lists there are."""
        return len(LISTINGS)

    @property
    def _listing(self) -> CertificateListing:
        return LISTINGS[self.place]

    def help_text(self) -> str:
        """Explain what can become of a certificate, in the authority's words."""
        keys = self.translate(
            N_(
                "Type a serial (decimal or hexadecimal), a name, a cédula or a case number: the "
                "list narrows. Left and right, or a digit and Enter, show another list; 6, 7 and "
                "8 are those that end within 30, 60 or 90 days. PageDown and PageUp turn its "
                "pages; Enter opens the marked certificate. F6 is for a certificate of this "
                "authority that has no case here: it is revoked from its file."
            )
        )
        return f"{keys}\n\n{self.words.text('help/certificates')}"

    async def read_page(self, text: str, rows: int) -> bool:
        """Read the page, and how many end soon."""
        await self._pages.read(self.backend, self._listing, text, rows)
        counts = await self.backend.ask(CountsQuery())
        self._counts = counts if isinstance(counts, CountsAnswer) else None
        return True

    def fill(self) -> None:
        """Draw table and lists; the marked certificate stays marked."""
        if not self.is_drawn:
            return
        width, now = self.size.width, self.backend.now()
        is_expiring = self._listing.expiring_within_days is not None

        def days_left(line: CertificateLine) -> int | None:
            return (line.not_after - now) // timedelta(days=1) if is_expiring else None

        self.query_one(PageTable).show(
            titles(width, self.translate),
            [
                (line.serial, row(line, width, self.words, self.translate, days_left(line)))
                for line in self._pages.entries
            ],
        )
        self.query_one("#lists", Static).update(self._lists_line(), layout=False)
        self.draw_marked()

    def _lists_line(self) -> Content:
        parts = [
            (f" {at} {self.translate(each.label)}{self._count(each)}", "reverse" if shown else "")
            for at, each in enumerate(LISTINGS, start=1)
            for shown in (at - 1 == self.place,)
        ]
        if self._pages.number > 1 or self._pages.has_next:
            more = "+" if self._pages.has_next else ""
            parts.append((f" {self._pages.number}{more}", "bold"))
        return Content.assemble(*parts)

    def _count(self, listing: CertificateListing) -> str:
        """Return how many end within a list's days, where the terminal has room for it."""
        days = listing.expiring_within_days
        if days is None or self._counts is None or self.size.width < _COUNTS_FROM:
            return ""
        return f": {counted(self._counts.expiring.get(str(days), 0), self._counts.ceiling)}"

    def about(self, marked: Any | None) -> str:
        """Say what the table has no room for, or why it is empty."""
        if marked is not None:
            return about(marked, self.words, self.translate)
        if not self._is_read:
            return self.translate(N_("Updating …"))
        if self._pages.sought:
            return self.translate(
                N_(
                    "Nothing found here. Left and right show the other lists; F6 is for a "
                    "certificate that is not in the register."
                )
            )
        return self.translate(N_("No certificate in this list."))

    def open_line(self, line: CertificateLine) -> None:
        """Open the certificate's page."""
        self.ventanilla.open_screen("certificate", line.case, line.serial)

    def action_retake(self) -> None:
        """Show what was asked for of certificates the register does not know."""
        self.ventanilla.open_screen("unregistered")

    def action_print(self) -> None:
        """Save the list shown."""
        self.save_list()

    @work(exclusive=True, group="copy", description="save a list of certificates")
    async def save_list(self) -> None:
        """Write every line of the list shown, all pages, where somebody chooses."""
        title = self.translate(
            N_("The list holds names and cédulas: save only what is needed. In what form?")
        )
        choices = [(form, self.translate(label)) for form, label in FORMATS]
        chosen = await self.app.push_screen_wait(ValueList(title, choices))
        if chosen is None:
            return
        form, listing = cast("ListFormat", chosen), self._listing
        with self.ventanilla.keys.held():
            lines = [line async for line in self._pages.every_line(self.backend, listing)]
            content = await asyncio.to_thread(certificate_list, lines, form)
        moment = for_file_name(self.backend.now(), self.words.zone)
        name = self.translate(N_("certificates-{moment}"), moment=moment)

        async def record(target: Path) -> tuple[Finding, ...]:
            body = self._pages.export(listing, form, len(lines), str(target))
            stream = self.backend.new_stream("operator")
            return (await self.backend.execute(body, stream, 0)).findings

        await save_bytes(self, content, name, f".{chosen}", record)
