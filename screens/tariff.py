"""The first half of step one: what the office sells, and at what price."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static
from textual.widgets.data_table import RowDoesNotExist

from backend_client.policy_lines import ProductLine
from issuance.findings import Severity
from screens.counter_screen import CounterScreen
from tui.actions import BACK, DO, bindings
from tui.translation import N_
from tui.widgets.data_table import PageTable
from tui.widgets.line_input import LineInput
from tui.widgets.value_list import fold

CHOOSE = DO.named(N_("Choose"), N_("Begins an application for the marked product."))


class TariffScreen(CounterScreen[None]):
    """Lists the products; typing part of a name narrows the list, Enter begins an application.

    Args:
        product: the product marked at the start.
    """

    ACTIONS = (BACK, CHOOSE)
    BINDINGS: ClassVar = [
        *bindings(*ACTIONS),
        Binding("up", "mark(-1)", show=False),
        Binding("down", "mark(1)", show=False),
        Binding("pageup", "mark(-10)", show=False),
        Binding("pagedown", "mark(10)", show=False),
    ]
    CSS_PATH = "tariff.tcss"

    def __init__(self, product: str = "") -> None:
        super().__init__()
        self._product = product

    def compose_content(self) -> ComposeResult:
        """Build the box, the list, and the place for what is said of the marked product."""
        with Horizontal(id="tariff"):
            with Vertical(id="list"):
                with Horizontal(id="ask"):
                    yield Static(self.translate(N_("Find")), id="label", classes="title")
                    yield LineInput(
                        id="typed", placeholder=self.translate(N_("type part of its name"))
                    )
                table = PageTable(id="products")
                table.can_focus = False
                yield table
                yield Static(id="about", markup=False)
            yield Static(self.help_text(), id="rules", markup=False)

    def on_mount(self) -> None:
        """Show the whole tariff."""
        self.fill()

    def fill(self) -> None:
        """Show the products that fit what is typed, those that can be chosen first."""
        sought = fold(self.query_one("#typed", Input).value).split()
        lines = [line for line in self._lines() if _fits(line, sought)]
        table = self.query_one(PageTable)
        table.show(
            [self.translate(each) for each in (N_("Type"), N_("Container"), N_("Term"))]
            + [self.translate(N_("Price with tax"))],
            [(line.id, self._cells(line)) for line in lines],
        )
        try:
            table.move_cursor(row=table.get_row_index(self._product))
        except RowDoesNotExist:
            self._product = lines[0].id if lines else ""
        self._show_about()

    def help_text(self) -> str:
        """Explain the step in the authority's words."""
        return self.words.text("help/application")

    def on_input_changed(self) -> None:
        """Narrow the list."""
        self.fill()

    def on_input_submitted(self) -> None:
        """Take the marked product."""
        self.action_do()

    @on(PageTable.RowHighlighted)
    def _marked(self, event: PageTable.RowHighlighted) -> None:
        if event.row_key.value:
            self._product = event.row_key.value
            self._show_about()

    def action_mark(self, rows: int) -> None:
        """Mark a row above or below."""
        table = self.query_one(PageTable)
        if table.row_count:
            table.move_cursor(row=min(max(table.cursor_row + rows, 0), table.row_count - 1))

    def action_do(self) -> None:
        """Begin an application, or say why this product cannot be chosen."""
        line = self._line()
        if line is None:
            self.tell(
                self.translate(N_("No product has that name. Please type less of it.")),
                Severity.BLOCKS,
            )
        elif why := self._why_not(line):
            self.tell(why, Severity.BLOCKS)
        else:
            # In place of the tariff, so that what follows the application leads back to the work.
            fresh = self.ventanilla.make_screen("application", line.id, (), True)
            self.ventanilla.switch_screen(fresh)

    def _lines(self) -> list[ProductLine]:
        products = self.words.products(self.today)
        return sorted(products, key=lambda line: bool(self._why_not(line)))

    def _line(self) -> ProductLine | None:
        shown = self.query_one(PageTable).row_count
        found = (line for line in self._lines() if line.id == self._product)
        return next(found, None) if shown else None

    def _why_not(self, line: ProductLine) -> str:
        if line.unavailable:
            return line.unavailable
        if line.price is None:
            return self.translate(
                N_("This product has no price today. The administrator can complete the tariff.")
            )
        return ""

    def _cells(self, line: ProductLine) -> list[str]:
        price = line.price_text or self.translate(N_("no price"))
        if line.price and line.price.sample:
            price = self.translate(N_("{price} (sample)"), price=price)
        if line.unavailable:
            price = self.translate(N_("not yet"))
        return [line.type_label, line.container_label, line.validity_label, price]

    def _show_about(self) -> None:
        """Say why the marked product cannot be chosen, or whom it is for."""
        line = self._line()
        about = self.query_one("#about", Static)
        why = self._why_not(line) if line else ""
        about.set_class(bool(why), "-not")
        if line is None:
            about.update("")
        elif why:
            about.update(why)
        else:
            about.update(" ".join(self.words.product_help(line.id)))


def _fits(line: ProductLine, sought: list[str]) -> bool:
    """Tell whether every typed part begins a word of the product."""
    words = fold(f"{line.type_label} {line.container_label} {line.validity_label}").split()
    return all(any(word.startswith(part) for word in words) for part in sought)
