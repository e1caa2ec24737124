"""Asks why something of an institution ends for good, and since when it is not to be relied on."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import ClassVar, Final

from backend_client.life_view import LifeView
from issuance.commands import Receipt
from issuance.findings import blocks
from issuance.findings.revocation import RevocationFinding
from issuance.identity.dates import date_as_typed
from issuance.identity.kinds import FieldKind
from issuance.identity.verdict import Reading
from screens.changing_form import NOTE_CHARACTERS
from screens.entry_form import EntryForm
from screens.revocation_fields import effective_field, judged_day
from tui.actions import BACK, DO, Action, bindings
from tui.form import Form
from tui.form_fields import FieldSpec
from tui.translation import N_

CONTINUE: Final = DO.named(N_("Continue"), N_("Checks the form and goes on."))


class EndingForm(EntryForm[None]):
    """Asks for cause, day and note, then once more, since nobody undoes it.

    A subclass says in `question` and `consequence` what is confirmed and in `yes` by which words,
    and ends it in `end`.

    Args:
        not_before: where one certificate ends its beginning; a day before it is told.
    """

    ACTIONS: ClassVar[Sequence[Action]] = (BACK, CONTINUE)
    BINDINGS: ClassVar = bindings(*ACTIONS)
    USUAL_CAUSE: ClassVar[str] = ""
    """What stands in the field at the beginning."""

    def __init__(self, not_before: datetime | None = None) -> None:
        super().__init__()
        self._not_before = not_before

    @property
    def life(self) -> LifeView:
        """Return what the policy says of a certificate's life."""
        return LifeView(self.backend.policy, self.translate.language)

    def help_text(self) -> str:
        """Explain it in the policy's words."""
        return self.words.text("help/ending")

    @abstractmethod
    def question(self) -> str:
        """Ask what is about to end."""

    @abstractmethod
    def consequence(self, cause: str) -> str:
        """Say what that means."""

    @abstractmethod
    def yes(self) -> str:
        """Say it in the words of who agrees."""

    @abstractmethod
    async def end(self, cause: str, note: str, effective: date | None) -> Receipt:
        """Give the command."""

    def specs(self) -> Sequence[FieldSpec]:
        """Return cause, day and note."""
        cause, note = self.translate(N_("Cause")), self.translate(N_("Note"))
        causes, usual = self.terms.revocation_causes(), self.USUAL_CAUSE
        return [
            FieldSpec("cause", FieldKind.CHOICE, cause, choices=causes, initial=usual),
            effective_field(self.translate, needed=False),
            FieldSpec(
                "note", FieldKind.FREE_TEXT, note, required=False, maximum_length=NOTE_CHARACTERS
            ),
        ]

    def read(self, name: str, text: str) -> Reading:
        """Read a field; a day to come is refused here."""
        reading = super().read(name, text)
        if name != "effective" or not reading.acceptable or not reading.value:
            return reading
        return judged_day(reading, self.today, self.life, self._not_before)

    async def submit(self, values: Mapping[str, str]) -> None:
        """End it, once the consequence was read and confirmed."""
        cause, note, day = values["cause"], values["note"], values["effective"]
        form = self.query_one(Form)
        if self.life.needs_effective_date(cause) and not day:
            form.focus_field("effective")
            form.show_findings((blocks(RevocationFinding.EFFECTIVE_DATE_NEEDED, "effective"),))
            return
        if self.words.note_required(cause) and not note:
            form.focus_field("note")
            form.note("note", self.translate(N_("This cause needs a note.")))
            return
        told = [self.consequence(cause)]
        if day:
            since = date_as_typed(day)
            told.append(self.translate(N_("Not to be relied on since {day}."), day=since))
        if not await self.confirm(self.question(), " ".join(told), self.yes()):
            return
        with self.ventanilla.keys.held():
            receipt = await self.end(cause, note, date.fromisoformat(day) if day else None)
        if receipt.applied:
            self.dismiss()
        else:
            self.refused(receipt)
