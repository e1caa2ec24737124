"""The application's form: answers decide what else is asked, and nothing typed is lost by it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from textual import on
from textual.app import ComposeResult
from textual.message import Message
from textual.widget import Widget

from backend_client.policy_lines import FormField
from backend_client.policy_view import PolicyView
from issuance.findings import Finding
from issuance.identity.verdict import Reading
from screens.application_fields import field_specs, read_field, shown_values
from tui.application import VentanillaWidget
from tui.form import Form
from tui.form_fields import FieldSpec


class ApplicationEntry(VentanillaWidget, Widget):
    """A form over what the policy asks for a product.

    Args:
        words: the policy in the operator's language.
        today: the day at the office, against which dates are read.
        product: what is applied for.
        kept: the values of the case whose application is mended; empty for a new one.
        texts: what stands in the fields at first, hidden ones included.
        items: the only fields to show, with what their answers bring up; all where empty.
    """

    DEFAULT_CSS = """
    ApplicationEntry {
        height: 1fr;
    }
    """

    @dataclass
    class Changed(Message):
        """A field was left with another text: `texts` are all texts so far."""

        texts: Mapping[str, str] = field(repr=False)

    @dataclass
    class Completed(Message):
        """Every field is right: `values` are those to send, `texts` also the hidden ones."""

        values: Mapping[str, str] = field(repr=False)
        texts: Mapping[str, str] = field(repr=False)

    def __init__(
        self,
        words: PolicyView,
        today: date,
        product: str,
        kept: Mapping[str, str],
        texts: Mapping[str, str],
        items: tuple[str, ...] = (),
    ) -> None:
        super().__init__()
        self._words = words
        self._today = today
        self._product = product
        self._asked_at_first = {each.name for each in words.application_form(product, kept)}
        self._texts = dict(texts)
        self._items = items
        self._fields: dict[str, FormField] = {}

    def compose(self) -> ComposeResult:
        """Build the form."""
        yield Form(self._specs(), self._read)

    def on_mount(self) -> None:
        """Show the first texts."""
        self._put_into_form()

    @property
    def texts(self) -> dict[str, str]:
        """Everything typed so far, in the field one is in and in hidden ones too."""
        texts = {**self._texts, **self._form.texts()}
        return {name: text for name, text in texts.items() if text}

    async def fill_in(self, product: str, texts: Mapping[str, str]) -> None:
        """Show other texts, and the fields they ask for."""
        self._product, self._texts = product, dict(texts)
        await self._form.show_fields(self._specs())
        self._put_into_form()

    async def show_all(self) -> None:
        """Show every field instead of the few that are to be mended."""
        self._items = ()
        await self.fill_in(self._product, self.texts)

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Show findings beside the fields they name."""
        self._form.show_findings(findings)

    def complete(self) -> None:
        """Post `Completed` when every field is right, else go to the first that is not."""
        self._form.complete()

    @property
    def _form(self) -> Form:
        return self.query_one(Form)

    def _specs(self) -> list[FieldSpec]:
        fields = self._words.application_form(self._product, self._texts)
        if self._items:
            fields = tuple(filter(self._is_to_be_mended, fields)) or fields
        self._fields = {each.name: each for each in fields}
        return field_specs(fields, self.translate)

    def _is_to_be_mended(self, each: FormField) -> bool:
        return each.name in self._items or each.name not in self._asked_at_first

    def _read(self, name: str, text: str) -> Reading:
        return read_field(self._fields[name], text, self._today, self._words.country)

    def _put_into_form(self) -> None:
        """Put the texts into their fields and go to the first that still needs one."""
        self._form.restore({name: self._texts.get(name, "") for name in self._fields})
        empty = (
            name for name, each in self._fields.items()
            if each.required and not self._texts.get(name)
        )  # fmt: skip
        self._form.focus_field(next(empty, next(iter(self._fields))))

    @on(Form.Changed)
    async def _left(self, event: Form.Changed) -> None:
        event.stop()
        self._texts[event.name] = event.value
        if event.name in self._words.deciding_fields():
            await self._ask_what_follows(event.name)
        self.post_message(self.Changed(self.texts))

    async def _ask_what_follows(self, decider: str) -> None:
        """Show the fields an answer asks for; who went on from it goes to the first of them."""
        at, before = self._form.focused_field, list(self._fields)
        specs = self._specs()
        names = list(self._fields)
        if names == before:
            return
        following = before[before.index(decider) + 1 :][:1]
        await self._form.show_fields(specs)
        new = [name for name in names if name not in before]
        self._form.restore({name: self._texts.get(name, "") for name in new})
        if at not in names or [at] == following:
            self._form.focus_field(names[min(names.index(decider) + 1, len(names) - 1)])

    @on(Form.Completed)
    def _completed(self, event: Form.Completed) -> None:
        event.stop()
        self._texts.update(event.values)
        # The last answer may have asked for more than the form had when it was completed.
        missing = [name for name in self._fields if name not in event.values]
        if missing:
            self._form.focus_field(missing[0])
            return
        values = shown_values(self._words, self._product, self._texts)
        self.post_message(self.Completed(values, self.texts))
