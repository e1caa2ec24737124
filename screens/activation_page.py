"""What the pages of the activation share: title, rules beside, and the contract to take away."""

from collections.abc import Mapping
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from issuance.commands import Body
from issuance.queries import ContractAnswer, ContractQuery
from screens.brought_file import save_copy
from screens.counter_screen import ResultT
from screens.drafting_screen import DraftingScreen
from tui.actions import PRINT
from tui.translation import N_
from tui.widgets.rules_text import RulesText

SAVE_CONTRACT = PRINT.named(N_("Contract"), N_("Saves the contract as a PDF."))


class ActivationPage(DraftingScreen[ResultT]):
    """One page of the activation; it is left with a result once its part is done.

    A subclass names its `HEADING`, builds `compose_work` and draws it in `show_page`.
    """

    STEP = "activation"
    HEADING: ClassVar[str] = ""
    _contract: ContractAnswer | None = None
    CSS_PATH = "activation.tcss"

    def compose_content(self) -> ComposeResult:
        """Build title, the page's own work, and for wide screens the rules of the step."""
        yield Static(self.translate(self.HEADING), markup=False, classes="title")
        with Horizontal(id="page"):
            with Vertical(id="work"):
                yield from self.compose_work()
            yield RulesText(self.help_text())

    def compose_work(self) -> ComposeResult:
        """Build what this page is for."""
        yield from ()

    async def read_case(self) -> None:
        """Read the case; what is typed meanwhile waits for the page it is meant for."""
        with self.ventanilla.keys.held():
            await super().read_case()

    async def recompose(self) -> None:
        """Build anew in another language; what the engine labels is read again in it."""
        await super().recompose()
        self._contract = None
        self.load()

    async def ask_for_contract(self) -> ContractAnswer | None:
        """Ask for contract and fields, labelled for the operator; tell why there is none."""
        query = ContractQuery(case=self.case, language=self.translate.language)
        answer = await self.backend.ask(query)
        if isinstance(answer, tuple):
            self.tell_findings(answer)
        return answer if isinstance(answer, ContractAnswer) else None

    def show_page(self) -> None:
        """Draw case and draft into the page."""

    def next_act(self) -> str:
        """Name the act this page leads to now."""
        return self.ACT

    def show_work(self) -> None:
        """Draw the page, and say what stands in the way of it, and who can go on."""
        self.show_page()
        act = next((each for each in self.acts() if each.act == self.next_act()), None)
        if act is not None and act.findings:
            self.tell_findings(act.findings)

    def help_text(self) -> str:
        """Explain the step in the authority's words."""
        return self.words.text(f"help/{self.STEP}")

    @work(exclusive=True, group="command", description="conclude a page")
    async def conclude(self, body: Body, result: ResultT) -> None:
        """Give the page's command; once it is durable the page is left with this result."""
        # No key may open another screen above this one meanwhile.
        with self.ventanilla.keys.held():
            receipt = await self.execute(body)
            if receipt is None or not receipt.applied:
                return
            # Answers are given anew when the activation begins again.
            await self.forget()
        self.dismiss(result)

    def action_print(self) -> None:
        """Save the contract where the operator says."""
        if self.known is not None:
            self.save_contract()

    @work(exclusive=True, group="contract", description="save the contract")
    async def save_contract(self) -> None:
        """Ask for a folder and save the contract in it, as far as it has come."""
        contract = self.state.activation.newest_contract
        if contract is not None:
            name = self.translate(N_("contract-{number}"), number=self.state.number)
            await save_copy(self, contract, name)


def answers_in(draft: Mapping[str, str], name: str) -> dict[str, bool]:
    """Return the questions a draft says were answered with yes."""
    return dict.fromkeys(draft.get(name, "").split(), True)
