"""The requests that wait for a certifier: one or many are approved or rejected."""

from collections.abc import Sequence
from typing import Any, ClassVar

from textual import work
from textual.events import Key
from textual.message import Message

from issuance.findings import Severity
from issuance.institution_queries import PortableLine, PortablesAnswer
from issuance.institutions.portable_commands import NudgeCertifiers, RejectPortable
from issuance.streams import StreamRef
from screens.institution_lists import PENDING, PortableList
from screens.listing import Column
from screens.listing_screen import ListingScreen
from screens.search_box import SearchBox
from screens.seated_screen import SeatedScreen
from tui.actions import BACK, DO, REFRESH, RESUME, RETAKE, Action, bindings
from tui.translation import N_
from tui.widgets.data_table import MOST_ROWS

APPROVE = DO.named(N_("Approve"), N_("Approves the marked requests, or the one below the cursor."))
REJECT = RETAKE.named(N_("Reject"), N_("Rejects the marked requests with a reason."))
MARK_ALL = RESUME.named(N_("All"), N_("Marks every request of the list, or none."))
REMIND = Action("remind", "f9", N_("Remind"), N_("Reminds the certifiers by mail."))


class MarkingBox(SearchBox):
    """While it is empty, the space bar marks a line."""

    class Marked(Message):
        """The space bar was pressed in the empty box."""

    async def _on_key(self, event: Key) -> None:
        if event.key == "space" and not self.value:
            event.stop()
            event.prevent_default()
            self.post_message(self.Marked())


class RequestQueue(PortableList):
    """What waits, without saying so in every line: the marks take that room."""

    columns = {
        "name": Column(N_("Official"), 33, 46),
        "run": Column(N_("RUN"), 10, 10),
        "purpose": Column(N_("Purpose"), 17, 26),
        "since": Column(N_("Since"), 6, 8),
    }


class RequestsScreen(ListingScreen[None], SeatedScreen[None]):
    """Lists what waits, the oldest first; Space in the empty box marks a request."""

    prompt = N_("Requests that wait: Space marks, or type a RUN or a name:")
    BOX = MarkingBox
    ACTIONS = (BACK, REFRESH, REJECT, MARK_ALL, REMIND, APPROVE)
    BINDINGS: ClassVar = bindings(*ACTIONS)

    def __init__(self) -> None:
        super().__init__([RequestQueue("requests_pending", N_("Requests"), PENDING)])
        self._marked: dict[str, PortableLine] = {}

    def help_text(self) -> str:
        """Explain the queue, in the policy's words."""
        keys = self.translate(
            N_(
                "Space marks a request and F8 all of them. F10 approves the marked ones, each "
                "with the document you saw; F6 rejects them with one reason. Without a mark both "
                "take the request below the cursor."
            )
        )
        return f"{keys}\n\n{self.words.text('help/certificates')}"

    async def read_surroundings(self) -> None:
        """Read what one may do here."""
        await self.read_seats()
        if self.is_drawn:
            self.show_actions()

    def actions_now(self) -> Sequence[Action]:
        """Offer what one's seats let one do."""
        return [each for each in self.ACTIONS if self.check_action(each.name, ())]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Take a key only from who may use it."""
        acts = {
            APPROVE.name: "approve_portable",
            REJECT.name: "reject_portable",
            REMIND.name: "nudge_certifiers",
        }
        if action in acts:
            return any(self.may(acts[action], each) for each, _ in self.own_institutions)
        return super().check_action(action, parameters)

    def cells(self, line: PortableLine, cells: list[str]) -> list[str]:
        """Show by a sign which requests are marked."""
        sign = "[x]" if str(line.certificate) in self._marked else "[ ]"
        return [f"{sign} {cells[0]}", *cells[1:]]

    # -- marks -----------------------------------------------------------------------------------

    def on_marking_box_marked(self) -> None:
        """Mark the request below the cursor, or take its mark away; go on to the next."""
        line: PortableLine | None = self.marked
        if line is None:
            return
        key = str(line.certificate)
        if self._marked.pop(key, None) is None:
            self._marked[key] = line
        self.fill()
        self.action_move(1)
        self._tell_marks()

    def action_resume(self) -> None:
        """Mark all, or take every mark away."""
        if self._marked:
            self._marked.clear()
            self.fill()
            self._tell_marks()
        else:
            self.mark_all()

    @work(exclusive=True, group="page", exit_on_error=True, description="mark every request")
    async def mark_all(self) -> None:
        """Mark every request that is found by what is typed, on all pages."""
        text, after = self.query_one(SearchBox).value.strip(), None
        with self.ventanilla.keys.held():
            while True:
                answer = await self.listing.read(self.backend, text, after, MOST_ROWS)
                if not isinstance(answer, PortablesAnswer):
                    self.told(answer)
                    return
                self._marked |= {str(each.certificate): each for each in answer.entries}
                after = answer.next
                if after is None:
                    break
        self.fill()
        self._tell_marks()

    def _tell_marks(self) -> None:
        words = self.translate.plural(
            "{count} request is marked.", "{count} requests are marked.", len(self._marked)
        )
        self.tell(words)

    def _taken(self) -> list[PortableLine]:
        """Return the marked requests, or the one below the cursor."""
        line: Any = self.marked
        return list(self._marked.values()) or ([line] if line is not None else [])

    # -- acts ------------------------------------------------------------------------------------

    def open_line(self, line: PortableLine) -> None:
        """Decide the request below the cursor."""
        if self.check_action(APPROVE.name, ()):
            self._approve([line])
        else:
            super().open_line(line)

    def action_do(self) -> None:
        """Approve what is marked."""
        self._approve(self._taken())

    def _approve(self, lines: Sequence[PortableLine]) -> None:
        if not lines:
            return

        def decided(_result: None) -> None:
            self._marked.clear()

        self.ventanilla.open_screen("request_approval", tuple(lines), callback=decided)

    def action_retake(self) -> None:
        """Reject what is marked."""
        lines = self._taken()
        if lines:
            self.reject(lines)

    @work(exclusive=True, group="act", exit_on_error=True, description="reject requests")
    async def reject(self, lines: Sequence[PortableLine]) -> None:
        """Ask why, then reject one after the other."""
        title = self.translate.plural(
            "Why is {count} request rejected?", "Why are {count} requests rejected?", len(lines)
        )
        if len(lines) == 1:
            title = self.translate(
                N_("Why is the request of {name} rejected?"), name=lines[0].official_name
            )
        chosen = await self.ask_reason(title, self.words.reasons("reject"))
        if chosen is None:
            return
        body = RejectPortable(reason=chosen.code, note=chosen.reason)
        refused = 0
        with self.ventanilla.keys.held():
            for line in lines:
                stream = StreamRef(kind="portable_certificate", id=line.certificate)
                receipt = await self.backend.execute(body, stream, line.revision)
                refused += not receipt.applied
                self.tell_findings(receipt.findings)
            self._marked.clear()
            await self.read_now()
        if not refused:
            words = self.translate.plural(
                "{count} request rejected; the official is told by mail.",
                "{count} requests rejected; the officials are told by mail.",
                len(lines),
            )
            self.tell(words)

    def action_remind(self) -> None:
        """Remind the certifiers of the request below the cursor."""
        line: PortableLine | None = self.marked
        if line is not None:
            self.remind(line)

    @work(exclusive=True, group="act", exit_on_error=True, description="remind the certifiers")
    async def remind(self, line: PortableLine) -> None:
        """Send the reminder."""
        stream = StreamRef(kind="portable_certificate", id=line.certificate)
        with self.ventanilla.keys.held():
            receipt = await self.backend.execute(NudgeCertifiers(), stream, line.revision)
            await self.read_now()
        if receipt.applied:
            self.tell(self.translate(N_("The certifiers were reminded by mail.")))
        else:
            self.tell(self.finding_text(receipt.findings[0]), Severity.BLOCKS)
