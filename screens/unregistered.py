"""Certificates of this authority that the register does not know: revoked by two people."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Final, cast
from zoneinfo import ZoneInfo

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import DataTable, Static

from backend_client.certificate_files import read_certificate_file
from backend_client.life_view import LifeView
from issuance.cases.commands.unregistered import (
    ConfirmUnregisteredRevocation,
    DeclineUnregisteredRevocation,
    UnregisteredBody,
)
from issuance.findings import Finding, Severity
from issuance.queries import (
    BroughtCertificateAnswer,
    BroughtCertificateQuery,
    UnregisteredAnswer,
    UnregisteredKey,
    UnregisteredQuery,
    UnregisteredRevocation,
)
from screens.brought_file import choose_file
from screens.counter_screen import CounterScreen
from screens.paged_text import LabelledRow, PagedText
from screens.pages import Pages
from screens.revocation import wish_words
from tui.actions import BACK, CANCEL, DO, REFRESH, RETAKE, Action, bindings
from tui.case_words import ASKERS, roles_said, said
from tui.cells import fitted
from tui.moments import full
from tui.translation import N_
from tui.widgets.choice import Choice, Chosen
from tui.widgets.confirm import Confirm
from tui.widgets.data_table import PageTable

if TYPE_CHECKING:
    from backend_client.backend import Backend

BRING: Final = RETAKE.named(
    N_("Bring file"), N_("Chooses the certificate to revoke: a file in PEM or DER.")
)
CONFIRM: Final = DO.named(
    N_("Revoke"), N_("Revokes the marked certificate as was asked for, for good.")
)
DECLINE: Final = CANCEL.named(N_("Decline"), N_("Lets the marked certificate stand, and says why."))
_ENDINGS: Final = (".pem", ".crt", ".cer", ".der")
_COLUMNS: Final = (N_("State"), N_("Holder"), N_("Card"), N_("Asked for on"))
_STATES: Final = {
    "waiting": N_("waits"),
    "revoked": N_("revoked"),
    "declined": N_("declined"),
}
_HOLDER_CELLS: Final = 32


class UnregisteredPages(Pages[UnregisteredRevocation, UnregisteredKey]):
    """One page at a time of what was asked for, with the way back."""

    async def read(self, backend: "Backend", rows: int) -> tuple[Finding, ...]:
        """Read the page one is on; return why it could not be read."""
        answer = await backend.ask(UnregisteredQuery(after=self._keys[-1], limit=rows))
        if not isinstance(answer, UnregisteredAnswer):
            return answer if isinstance(answer, tuple) else ()
        if not answer.entries and self.number > 1:  # the page has emptied meanwhile
            self.start_over()
            return await self.read(backend, rows)
        self.entries, self._next = answer.entries, answer.next
        return ()


class UnregisteredScreen(CounterScreen[None]):
    """Lists what was asked for, those that wait first; one asks, another confirms."""

    CSS_PATH = "unregistered.tcss"
    ACTIONS = (BACK, REFRESH, BRING)
    BINDINGS: ClassVar = [
        *bindings(*ACTIONS, CONFIRM, DECLINE),
        # The table would only move its mark.
        Binding("pagedown", "turn(1)", show=False, priority=True),
        Binding("pageup", "turn(-1)", show=False, priority=True),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._pages = UnregisteredPages()
        self._is_read = False

    def compose_content(self) -> ComposeResult:
        """Build what this is for, the table, and all about the marked one."""
        yield Static(classes="title", markup=False)
        words = N_(
            "A certificate of this authority that was issued after the backup an office was "
            "restored from, or before the authority was taken over, has no case here. F6 brings "
            "its file: one person asks for the revocation, another confirms it."
        )
        yield Static(self.translate(words), id="meaning", markup=False)
        with Vertical(id="list"):
            yield PageTable(cell_padding=0)
        yield PagedText(id="known")

    def help_text(self) -> str:
        """Explain what can become of a certificate, in the authority's words."""
        return self.words.text("help/certificates")

    def on_resize(self) -> None:
        """Read as many as there is room for."""
        self._pages.start_over()
        self.call_after_refresh(self.load)

    @work(exclusive=True, group="load", exit_on_error=True, description="read revocations")
    async def load(self) -> None:
        """Read what was asked for."""
        with self.ventanilla.keys.held():
            await self._read()

    async def _read(self) -> None:
        await self.read_names()
        if not self.is_drawn:
            return
        self.tell_findings(await self._pages.read(self.backend, self.query_one(PageTable).room))
        self._is_read = True
        self.fill()

    # -- drawing ---------------------------------------------------------------------------------

    def fill(self) -> None:
        """Draw what was read."""
        if not self.is_drawn or not self._is_read:
            return
        entries, pages = self._pages.entries, self._pages
        self.query_one(PageTable).show(
            [self.translate(column) for column in _COLUMNS] if entries else [],
            [(_key(each), self._row(each)) for each in entries],
        )
        title = self.translate(N_("Certificates that are not in the register"))
        if pages.number > 1 or pages.has_next:
            page = self.translate(N_("page {page}"), page=pages.number)
            title = f"{title} · {page}{'+' if pages.has_next else ''}"
        self.query_one(".title", Static).update(title, layout=False)
        self._draw_marked()

    def _row(self, entry: UnregisteredRevocation) -> tuple[str, ...]:
        return (
            fitted(self.translate(_STATES[entry.status]), 11) + " ",
            fitted(entry.holder, _HOLDER_CELLS) + " ",
            fitted(entry.identification, 14) + " ",
            f"{entry.at.astimezone(ZoneInfo(self.words.zone)):%d/%m/%Y}",
        )

    def _draw_marked(self) -> None:
        marked = self.marked
        if marked is None:
            none = N_("Nobody has asked for such a revocation yet.")
            self.query_one(PagedText).show([self.translate(none)])
        else:
            self.query_one(PagedText).show(self._rows(marked))
        self.show_actions()

    def _rows(self, entry: UnregisteredRevocation) -> list[LabelledRow]:
        decided = f"{self.name_of(entry.decided_by)} · {self._moment(entry.decided_at)}"
        revoked = entry.status == "revoked"
        rows = (
            (N_("Serial number"), entry.serial),
            (N_("Ends"), self._moment(entry.not_after)),
            (N_("Asked for by"), said(ASKERS, entry.asked_by, self.translate)),
            (N_("Name, or letter and number"), entry.asker),
            (N_("How identified"), self.terms.way(entry.identified_by)),
            (N_("Cause"), self.terms.cause(entry.cause)),
            (N_("Not to be relied on since"), entry.effective and self.terms.day(entry.effective)),
            (N_("Note"), entry.note),
            (N_("Noted by"), f"{self.name_of(entry.by)} · {self._moment(entry.at)}"),
            (N_("Revoked by") if revoked else N_("Declined by"), entry.decided_by and decided),
            (N_("Why it was declined"), entry.decline_note),
        )
        return [LabelledRow(self.translate(label), value) for label, value in rows if value]

    def _moment(self, at: datetime | None) -> str:
        return full(at, self.words.zone, self.translate.language) if at else ""

    @property
    def terms(self) -> LifeView:
        """Return what the policy says of a certificate's life."""
        return LifeView(self.backend.policy, self.translate.language)

    # -- what can be done ------------------------------------------------------------------------

    @property
    def marked(self) -> UnregisteredRevocation | None:
        """Return the marked revocation, if there is one."""
        key = self.query_one(PageTable).marked_key
        return next((each for each in self._pages.entries if _key(each) == key), None)

    def _may(self, act: str) -> bool:
        return bool({*self.words.roles_for(act)} & {*self.backend.session.roles})

    def _decides(self, act: str) -> bool:
        """Tell whether this person may decide the marked one now."""
        marked = self.marked if self.is_drawn else None
        if marked is None or marked.status != "waiting":
            return False
        return self._may(act) and marked.by != self.backend.session.operator

    def actions_now(self) -> Sequence[Action]:
        """Return the keys that have a use now."""
        asks = () if self._may("revoke_certificate") else (BRING,)
        shown = [each for each in self.ACTIONS if each not in asks]
        if self._decides("decline_revocation"):
            shown.append(DECLINE)
        if self._decides("confirm_revocation"):
            shown.append(CONFIRM)
        return shown

    # -- keys ------------------------------------------------------------------------------------

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """Tell all about the marked one."""
        event.stop()
        if self.is_drawn and self._is_read:
            self._draw_marked()

    def action_refresh(self) -> None:
        """Read again."""
        self.load()

    def action_turn(self, pages: int) -> None:
        """Turn what is known of the marked one, then the list."""
        if not self.query_one(PagedText).turn(pages) and self._pages.turn(pages):
            self.load()

    @work(exclusive=True, group="command", exit_on_error=True, description="bring a certificate")
    async def action_retake(self) -> None:
        """Choose the certificate's file and go on to who asks, or say why it is not revoked."""
        if not self._may("revoke_certificate"):
            self.tell(self._who_may("revoke_certificate"), Severity.WARNS)
            return
        title = self.translate(N_("Certificate to revoke (.pem, .crt, .cer or .der)"))
        path = await choose_file(self, title, _ENDINGS)
        if path is None:
            return
        with self.ventanilla.keys.held():
            file = await asyncio.to_thread(read_certificate_file, path)
            if isinstance(file, Finding):
                self.tell_findings((file,))
                return
            found = await self.backend.ask(BroughtCertificateQuery(file=file))
        if isinstance(found, BroughtCertificateAnswer):
            self.ventanilla.open_screen("unregistered_request", file, found, callback=self._asked)
        elif isinstance(found, tuple):
            self.tell_findings(found)

    def _asked(self, noted: bool | None) -> None:
        if noted:
            told = N_("Noted. It takes effect when another person confirms it here: {roles}.")
            roles = roles_said(self.words.roles_for("confirm_revocation"), self.translate)
            self.tell(self.translate(told, roles=roles))
        self.load()

    @work(exclusive=True, group="command", exit_on_error=True, description="revoke for good")
    async def action_do(self) -> None:
        """Revoke the marked certificate after the consequence was read."""
        marked = self.marked
        if marked is None or not self._decides("confirm_revocation"):
            self.tell(self._why_not("confirm_revocation"), Severity.WARNS)
            return
        words = N_(
            "{wish} It stops holding at once, and nobody can ever undo this, not even the office. "
            "The holder is not told by the program: there is no case with an address."
        )
        wish = wish_words(marked, None, self.terms, self.translate)
        question = Confirm(
            self.translate(N_("Revoke the certificate of {name}?"), name=marked.holder),
            self.translate(words, wish=wish),
            self.translate(N_("Yes, revoke it for good")),
        )
        if await self.app.push_screen_wait(question):
            await self._give(
                ConfirmUnregisteredRevocation(serial=marked.serial, asked_at=marked.at),
                self.translate(N_("Revoked. The list and the status answer say so.")),
            )

    @work(exclusive=True, group="command", exit_on_error=True, description="decline a revocation")
    async def action_cancel(self) -> None:
        """Let the marked certificate stand, and say why."""
        marked = self.marked
        if marked is None or not self._decides("decline_revocation"):
            self.tell(self._why_not("decline_revocation"), Severity.WARNS)
            return
        stands = self.translate(N_("The certificate stands as it is"))
        title = self.translate(N_("Why is the revocation declined?"))
        chosen = await self.app.push_screen_wait(Choice(title, (("stands", stands),)))
        if chosen is not None:
            note = cast("Chosen", chosen).reason
            await self._give(
                DeclineUnregisteredRevocation(serial=marked.serial, asked_at=marked.at, note=note),
                self.translate(N_("Declined: the certificate stands as it is.")),
            )

    async def _give(self, body: UnregisteredBody, told: str) -> None:
        with self.ventanilla.keys.held():
            stream = self.backend.new_stream("authority")
            receipt = await self.backend.execute(body, stream, 0)
            await self._read()
        if receipt.applied:
            self.tell(told)
        if receipt.findings:
            self.tell_findings(receipt.findings)

    def _why_not(self, act: str) -> str:
        """Say why there is nothing to decide for this person."""
        marked = self.marked
        if marked is None or marked.status != "waiting":
            return self.translate(N_("No revocation that waits is marked."))
        if not self._may(act):
            return self._who_may(act)
        return self.translate(N_("You asked for it: another person decides."))

    def _who_may(self, act: str) -> str:
        roles = roles_said(self.words.roles_for(act), self.translate)
        return self.translate(N_("Your role may not do this: {roles}."), roles=roles)


def _key(entry: UnregisteredRevocation) -> str:
    return f"{entry.serial} {entry.at.isoformat()}"
