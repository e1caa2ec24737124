"""A form whose fields follow from its answers: shown anew as soon as one asks for others."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import ClassVar, Final

from textual import on

from backend_client.life_view import LifeView
from issuance.identity.kinds import FieldKind
from issuance.identity.verdict import Reading
from screens.counter_screen import CounterScreen, ResultT
from screens.field_reading import read_field
from tui.form import Form
from tui.form_fields import FieldSpec
from tui.translation import N_

NOTE_CHARACTERS: Final = 500


class ChangingForm(CounterScreen[ResultT]):
    """A subclass lists its fields in `specs` and takes the whole form in `submit`."""

    FIRST: ClassVar[Mapping[str, str]] = MappingProxyType({})
    """What stands in the fields before anything is typed."""
    JUDGED_BY: ClassVar[Mapping[str, str]] = MappingProxyType({})
    """The field that is judged anew when another, by its name, was answered."""
    _shown: Mapping[str, FieldSpec] = MappingProxyType({})

    @property
    @abstractmethod
    def answers(self) -> Mapping[str, str]:
        """Return what was answered so far."""

    @abstractmethod
    async def keep_field(self, name: str, value: str) -> None:
        """Keep an answer."""

    @abstractmethod
    def specs(self, texts: Mapping[str, str]) -> list[FieldSpec]:
        """Return the fields that these answers ask for."""

    @abstractmethod
    def submit(self, values: Mapping[str, str]) -> object:
        """Do the act with the form's values."""

    @property
    def terms(self) -> LifeView:
        """Return what the policy says of a certificate's life."""
        return LifeView(self.backend.policy, self.translate.language)

    def choice(self, name: str, label: str, choices: Sequence[tuple[str, str]]) -> FieldSpec:
        """Return a field of a coded list."""
        return FieldSpec(name, FieldKind.CHOICE, self.translate(label), choices=tuple(choices))

    def note(self, cause: str) -> FieldSpec:
        """Return the field for a note, which some causes need."""
        return FieldSpec(
            "note",
            FieldKind.FREE_TEXT,
            self.translate(N_("Note")),
            required=self.words.note_required(cause),
            maximum_length=NOTE_CHARACTERS,
        )

    def new_form(self) -> Form:
        """Return the form of the fields asked for now."""
        return Form(self.specs_now, self._read)

    @property
    def texts(self) -> dict[str, str]:
        """Return what stands in the fields."""
        return {**self.FIRST, **self.answers}

    @property
    def typed(self) -> dict[str, str]:
        """Return what stands in the fields, kept already or not."""
        shown = (form.texts() for form in self.query(Form))
        return {**self.texts, **next(shown, {})}

    @property
    def specs_now(self) -> list[FieldSpec]:
        """Return the fields asked for now."""
        specs = self.specs(self.texts)
        # Also those no longer shown: they are left, and read, while they go.
        self._shown = {**self._shown, **{each.name: each for each in specs}}
        return specs

    def judge(self, name: str, reading: Reading) -> Reading:
        """Return a field's reading with what the other answers say against it."""
        del name
        return reading

    def _read(self, name: str, text: str) -> Reading:
        reading = read_field(self._shown[name], text, self.today, self.words.country)
        return self.judge(name, reading)

    @on(Form.Changed)
    async def _left(self, event: Form.Changed) -> None:
        before = [each.name for each in self.specs_now]
        former = {each.name: each for each in self.specs_now}
        await self.keep_field(event.name, event.value)
        if judged := self.JUDGED_BY.get(event.name):
            # What was found there may hold no more; it is read again when the form is completed.
            event.form.restore({judged: self.texts.get(judged, "")})
        specs = self.specs_now
        changed = [each for each in specs if former.get(each.name) != each]
        if not changed and len(specs) == len(former):
            return
        form, names = event.form, [each.name for each in specs]
        at, texts = form.focused_field, form.texts()
        await form.show_fields(specs)
        form.restore({each.name: _fitting(each, texts) for each in changed})
        following = before[before.index(event.name) + 1 :][:1]
        if at not in names or [at] == following or at in {each.name for each in changed}:
            form.focus_field(names[min(names.index(event.name) + 1, len(names) - 1)])

    @on(Form.Completed)
    def _completed(self, event: Form.Completed) -> None:
        # The last answer may have asked for more than the form had when it was completed.
        if all(event.values.get(each.name) for each in self.specs_now if each.required):
            self.submit(event.values)
        else:
            event.form.complete()

    def action_do(self) -> None:
        """Check the form and go on."""
        for form in self.query(Form):
            form.complete()


def _fitting(spec: FieldSpec, texts: Mapping[str, str]) -> str:
    """Return what stood in a field, unless it is none of the values it has now."""
    text = texts.get(spec.name, "")
    return text if not spec.choices or text in dict(spec.choices) else ""
