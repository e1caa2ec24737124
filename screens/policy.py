"""The office's rules: which are in force, which are installed, and how one becomes the other."""

from collections.abc import Sequence
from typing import ClassVar, Final

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from issuance.access.roles import Role
from issuance.commands import EnactPolicy, ProposePolicy
from issuance.queries import PolicyAnswer, PolicyQuery
from screens.counter_screen import CounterScreen
from screens.paged_text import LabelledRow, PagedText
from tui.actions import BACK, DO, REFRESH, Action, bindings
from tui.translation import N_
from tui.widgets.confirm import Confirm

PROPOSE: Final = DO.named(N_("Propose"), N_("Proposes the installed rules to a second person."))
ENACT: Final = DO.named(N_("Put in force"), N_("Puts the rules somebody else proposed in force."))
_GROUP: Final = 8


class PolicyScreen(CounterScreen[None]):
    """An administrator proposes the installed rules, another one puts them in force."""

    CSS_PATH = "policy.tcss"
    ACTIONS = (BACK, REFRESH)
    BINDINGS: ClassVar = [
        *bindings(*ACTIONS, DO),
        Binding("enter", "do", show=False),
        Binding("pagedown", "turn(1)", show=False),
        Binding("pageup", "turn(-1)", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._policy: PolicyAnswer | None = None

    def compose_content(self) -> ComposeResult:
        """Build the title, what is in force and installed, and what can be done."""
        yield Static(self.translate(N_("Rules of the office")), classes="title", markup=False)
        yield PagedText(id="standing")
        yield Static(id="next", markup=False)

    def on_mount(self) -> None:
        """Read how the rules stand."""
        self.load()

    @work(exclusive=True, group="load", exit_on_error=True, description="read the rules' standing")
    async def load(self) -> None:
        """Read how the rules stand; keys typed ahead wait for it."""
        with self.ventanilla.keys.held():
            await self._read()

    async def _read(self) -> None:
        await self.read_names()
        answer = await self.backend.ask(PolicyQuery())
        if isinstance(answer, PolicyAnswer):
            self._policy = answer
            self.fill()
        elif isinstance(answer, tuple):
            self.tell_findings(answer)

    def fill(self) -> None:
        """Draw what was read."""
        if self._policy is not None and self.is_drawn:
            self.query_one(PagedText).show(self._rows(self._policy))
            self.query_one("#next", Static).update(self._next_words(self._policy))
            self.show_actions()

    def actions_now(self) -> Sequence[Action]:
        """Return the keys that have a use now."""
        offered = self._offered()
        return (*self.ACTIONS, offered) if offered else self.ACTIONS

    def help_text(self) -> str:
        """Explain how rules come into force."""
        return self.translate(
            N_(
                "The rules of the office (products, prices, documents, roles, texts) come with the "
                "program. After an update no case goes on until two administrators have brought "
                "the installed rules into force: one proposes them, the other confirms. The hash "
                "tells whether two offices have the very same rules."
            )
        )

    # -- words -----------------------------------------------------------------------------------

    def _rows(self, policy: PolicyAnswer) -> list[LabelledRow | str]:
        translate = self.translate
        rows: list[LabelledRow | str] = [
            LabelledRow(translate(N_("In force")), f"{policy.id} {policy.in_force}"),
            LabelledRow(translate(N_("Hash")), _grouped(policy.in_force_digest)),
        ]
        if policy.current:
            return rows
        changed = "  ".join(policy.changed) or translate(
            N_("not known: the rules in force are older than this record")
        )
        return [
            *rows,
            "",
            LabelledRow(translate(N_("Installed")), f"{policy.id} {policy.installed}"),
            LabelledRow(translate(N_("Hash")), _grouped(policy.installed_digest)),
            LabelledRow(
                translate(N_("Proposed by")),
                self.name_of(policy.proposed_by) or translate(N_("nobody yet")),
            ),
            LabelledRow(translate(N_("What changed")), changed),
        ]

    def _next_words(self, policy: PolicyAnswer) -> str:
        """Say what can be done now, and by whom."""
        if policy.current:
            words = N_("The installed rules are in force: nothing to do.")
        elif self._offered() is PROPOSE:
            words = N_("F10 proposes the installed rules. Until they are in force no case goes on.")
        elif self._offered() is ENACT:
            words = N_("{name} proposed these rules. F10 puts them in force, after a question.")
        elif policy.proposed_by:
            words = N_("{name} proposed these rules. Another administrator puts them in force.")
        else:
            words = N_("An administrator proposes the installed rules, another puts them in force.")
        return self.translate(words, name=self.name_of(policy.proposed_by))

    def _offered(self) -> Action | None:
        """Return what this person can do about the rules now."""
        policy, session = self._policy, self.backend.session
        if policy is None or policy.current or Role.ADMINISTRATOR not in session.roles:
            return None
        if not policy.proposed_by:
            return PROPOSE
        return ENACT if policy.proposed_by != session.operator else None

    # -- keys ------------------------------------------------------------------------------------

    def action_turn(self, pages: int) -> None:
        """Turn the page of what changed."""
        self.query_one(PagedText).turn(pages)

    def action_refresh(self) -> None:
        """Read again."""
        self.load()

    def action_do(self) -> None:
        """Propose the rules, or ask and put them in force."""
        policy, offered = self._policy, self._offered()
        if policy is None:
            return
        if offered is PROPOSE:
            self.give(ProposePolicy(policy=policy.id, digest=policy.installed_digest), policy)
        elif offered is ENACT:
            self._ask(policy)
        else:
            self.tell(self._next_words(policy))

    def _ask(self, policy: PolicyAnswer) -> None:
        body = EnactPolicy(policy=policy.id, digest=policy.installed_digest)

        def answered(agreed: bool | None) -> None:
            if agreed:
                self.give(body, policy)

        self.ventanilla.push_screen(
            Confirm(
                self.translate(N_("Put the rules {version} in force?"), version=policy.installed),
                self.translate(
                    N_("From then on every case follows them. {name} proposed them."),
                    name=self.name_of(policy.proposed_by),
                ),
                self.translate(N_("Yes, put them in force")),
            ),
            answered,
        )

    @work(exclusive=True, group="command", exit_on_error=True, description="change the rules")
    async def give(self, body: ProposePolicy | EnactPolicy, seen: PolicyAnswer) -> None:
        """Give a command about the rules as they were seen, and read them again."""
        with self.ventanilla.keys.held():
            stream = self.backend.new_stream("policy")
            receipt = await self.backend.execute(body, stream, seen.revision)
            await self._read()
        if receipt.applied:
            self.tell(self.translate(N_("Done.")))
        else:
            self.tell_findings(receipt.findings)


def _grouped(digest: str) -> str:
    """Return a hash in groups that can be read aloud."""
    starts = range(0, len(digest), _GROUP)
    return " ".join(digest[start : start + _GROUP] for start in starts)
