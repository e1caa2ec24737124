"""A certificate: how it stands, what it says, who vouches, what happened, what can be done."""

from datetime import timedelta
from typing import ClassVar, Final
from uuid import UUID

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from backend_client.certificate_files import certificate_pem, chain_pem
from backend_client.life_view import LifeView
from issuance.queries import CertificateLife, CertificateLifeQuery
from screens.brought_file import save_bytes, save_copy
from screens.case_screen import CaseScreen
from screens.certificate_acts import CertificateActs
from screens.certificate_sections import CertificateParts
from screens.paged_text import PagedText, Part
from tui.actions import BACK, PRINT, REFRESH, VALUES, bindings
from tui.moments import full
from tui.translation import N_
from tui.widgets.value_list import ValueList

ACTIONS_LIST: Final = VALUES.named(
    N_("Actions"), N_("Revoke, suspend, reinstate, renew, contract, case.")
)
SAVE: Final = PRINT.named(N_("Files"), N_("Saves the certificate, its chain or its contract."))

_TABS: Final = (N_("Standing"), N_("Fields"), N_("Chain"), N_("Life"))
_FILES: Final = {
    "certificate": N_("The certificate (.pem)"),
    "chain": N_("The chain up to the root (.pem)"),
    "contract": N_("The contract, unsigned (.pdf)"),
    "signed": N_("The contract signed by the holder (.pdf)"),
    "countersigned": N_("The contract signed by both sides (.pdf)"),
}
_SIGNS: Final = {"valid": "√", "suspended": "!", "revoked": "×", "expired": "○"}


class CertificateScreen(CaseScreen[None]):
    """Shows a certificate; left and right, or a digit, show another side of it.

    Args:
        case: the case it was issued in.
        serial: its decimal serial; the newest of the case where it is empty.
    """

    CSS_PATH = "certificate.tcss"
    ACTIONS = (BACK, ACTIONS_LIST, REFRESH, SAVE)
    BINDINGS: ClassVar = [
        *bindings(*ACTIONS),
        Binding("left", "next_tab(-1)", show=False),
        Binding("right", "next_tab(1)", show=False),
        *(Binding(str(at), f"tab({at - 1})", show=False) for at in range(1, len(_TABS) + 1)),
        Binding("pagedown,space", "turn(1)", show=False),
        Binding("pageup", "turn(-1)", show=False),
        Binding("enter", "values", show=False),
    ]

    def __init__(self, case: UUID, serial: str = "") -> None:
        super().__init__(case)
        self._serial = serial
        self._tab = 0
        self.life: CertificateLife | None = None

    def compose_content(self) -> ComposeResult:
        """Build standing, the names of the sides, and the side shown; two where it is wide."""
        yield Static(id="standing", markup=False)
        yield Static(id="tabs", markup=False)
        with Horizontal(id="sides"):
            yield PagedText(id="first")
            yield PagedText(id="second")

    def help_text(self) -> str:
        """Explain what can become of a certificate, in the authority's words."""
        return self.words.text("help/certificates")

    # -- reading and drawing ---------------------------------------------------------------------

    async def read_more(self) -> None:
        """Read everything about the certificate."""
        newest = self.state.activation.certificate
        serial = self._serial or (newest.serial if newest else "")
        answer = await self.backend.ask(CertificateLifeQuery(serial=serial))
        if isinstance(answer, CertificateLife):
            self.life = answer
        elif isinstance(answer, tuple):
            self.tell_findings(answer)

    def show_case(self) -> None:
        """Draw the certificate."""
        if self.life is None:
            return
        self.query_one("#standing", Static).update(self._standing_words(self.life), layout=False)
        self._draw_sides()
        # A wide terminal's columns may be laid out only now.
        self.call_after_refresh(self._draw_sides)

    def on_resize(self) -> None:
        """Show one side or two, as there is room."""
        self.call_after_refresh(self._draw_sides)

    def step_here(self, known: object) -> str:
        """Mark no step: the certificate is issued."""
        del known
        return ""

    def _draw_sides(self) -> None:
        if self.life is None or not self.is_drawn:
            return
        wide = self.has_class("-wide")
        first, second = (self.query_one(f"#{each}", PagedText) for each in ("first", "second"))
        names = [
            (f" {at} {self.translate(name)} ", "reverse" if at - 1 == self._tab else "")
            for at, name in enumerate(_TABS, start=1)
        ]
        self.query_one("#tabs", Static).update(Content.assemble(*names), layout=False)
        first.show(self._parts(0 if wide else self._tab))
        if wide:
            second.show(self._parts(self._tab or 1))

    def _parts(self, tab: int) -> list[Part]:
        if self.life is None:
            return []
        parts = CertificateParts(self.life, self.words, self.terms, self.translate)
        return (parts.standing, parts.fields, parts.chain, parts.history)[tab]()

    @property
    def terms(self) -> LifeView:
        """Return what the policy says of a certificate's life."""
        return LifeView(self.backend.policy, self.translate.language)

    def _standing_words(self, life: CertificateLife) -> Content:
        line, now = life.line, self.backend.now()
        moment = full(line.not_after, self.words.zone, self.translate.language)
        days = max((line.not_after - now) // timedelta(days=1), 0)
        words = {
            "valid": self.translate.plural(
                "VALID until {moment} ({count} day left)",
                "VALID until {moment} ({count} days left)",
                days,
                moment=moment,
            ),
            "suspended": self.translate(
                N_("SUSPENDED: it does not hold until it is reinstated. Ends {moment}."),
                moment=moment,
            ),
            "revoked": self.translate(N_("REVOKED for good. Nobody can undo this.")),
            "expired": self.translate(N_("ENDED on {moment}."), moment=moment),
        }[line.state]
        colour = {"valid": "$success", "expired": "$text-muted"}.get(line.state, "$error")
        return Content.assemble(
            (f"{_SIGNS[line.state]} {words}", f"bold {colour}"), f"\n{self._what_now(life)}"
        )

    def _what_now(self, life: CertificateLife) -> str:
        """Say what waits to be done, and by whom."""
        return CertificateActs(self, life).next_words()

    # -- keys ------------------------------------------------------------------------------------

    def action_tab(self, tab: int) -> None:
        """Show a side."""
        self._tab = tab
        self._draw_sides()

    def action_next_tab(self, tabs: int) -> None:
        """Show a neighbouring side."""
        self.action_tab((self._tab + tabs) % len(_TABS))

    def action_turn(self, pages: int) -> None:
        """Turn the pages of the side shown; where two are, of the first that has another."""
        sides = ("#second", "#first") if self.has_class("-wide") else ("#first",)
        any(self.query_one(side, PagedText).turn(pages) for side in sides)

    def action_refresh(self) -> None:
        """Read again."""
        self.load()

    def action_values(self) -> None:
        """Offer what can be done."""
        if self.life is not None:
            self._act(self.life)

    @work(exclusive=True, group="act", description="lead through an act")
    async def _act(self, life: CertificateLife) -> None:
        await CertificateActs(self, life).choose()

    def action_print(self) -> None:
        """Offer the files to save."""
        if self.life is not None:
            self._save(self.life)

    @work(exclusive=True, group="copy", description="save a file of a certificate")
    async def _save(self, life: CertificateLife) -> None:
        kept = {each.name: each.blob for each in life.files}
        names = ("certificate", "chain", *kept)
        choices = [(name, self.translate(_FILES[name])) for name in names]
        title = self.translate(N_("Which file is saved?"))
        chosen = await self.app.push_screen_wait(ValueList(title, choices))
        if chosen is None:
            return
        number = life.line.number
        if chosen in kept:
            name = self.translate(N_("contract-{number}"), number=number)
            await save_copy(self, kept[chosen], name)
        elif chosen == "certificate":
            name = self.translate(N_("certificate-{number}"), number=number)
            await save_bytes(self, certificate_pem(life), name, ".pem")
        else:
            name = self.translate(N_("chain-{number}"), number=number)
            await save_bytes(self, chain_pem(life), name, ".pem")
