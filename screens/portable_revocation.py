"""Revokes a certificate in custody: the cause, and what it means for good."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from issuance.identity.kinds import FieldKind
from issuance.institution_queries import PortableLine
from issuance.institutions.portable_commands import RevokePortable
from issuance.streams import StreamRef
from screens.changing_form import NOTE_CHARACTERS
from screens.entry_form import EntryForm
from tui.actions import BACK, DO, Action, bindings
from tui.form import Form
from tui.form_fields import FieldSpec
from tui.translation import N_

CONTINUE: Final = DO.named(N_("Continue"), N_("Checks the form and goes on."))


class PortableRevocationScreen(EntryForm[None]):
    """Asks for the cause, then once more, since nobody undoes it.

    Args:
        line: the certificate.
    """

    ACTIONS: ClassVar[Sequence[Action]] = (BACK, CONTINUE)
    BINDINGS: ClassVar = bindings(*ACTIONS)

    def __init__(self, line: PortableLine) -> None:
        super().__init__()
        self._line = line

    def heading(self) -> str:
        """Say whose certificate it is."""
        name, purpose = self._line.official_name, self._line.purpose
        words = N_("Revoke the certificate of {name}, {purpose}")
        return self.translate(words, name=name, purpose=self.words.word("purposes", purpose))

    def help_text(self) -> str:
        """Explain it in the policy's words."""
        return self.words.text("help/holder")

    def meaning(self) -> str:
        """Say that nothing brings it back."""
        return self.translate(
            N_(
                "It signs no more at once and for good; what was signed with it before stays "
                "signed. Another certificate can be asked for later."
            )
        )

    def specs(self) -> Sequence[FieldSpec]:
        """Return cause and note."""
        cause, note = self.translate(N_("Cause")), self.translate(N_("Note"))
        causes = self.terms.revocation_causes()
        return [
            FieldSpec("cause", FieldKind.CHOICE, cause, choices=causes),
            FieldSpec(
                "note", FieldKind.FREE_TEXT, note, required=False, maximum_length=NOTE_CHARACTERS
            ),
        ]

    async def submit(self, values: Mapping[str, str]) -> None:
        """Revoke it, once the consequence was read and confirmed."""
        cause, note = values["cause"], values["note"]
        if self.words.note_required(cause) and not note:
            form = self.query_one(Form)
            form.focus_field("note")
            form.note("note", self.translate(N_("This cause needs a note.")))
            return
        agreed = await self.confirm(
            self.heading() + "?",
            self.translate(
                N_("Cause: {cause}. It signs no more, and nobody can ever undo this."),
                cause=self.words.word("reasons", cause),
            ),
            self.translate(N_("Yes, revoke it for good")),
        )
        if not agreed:
            return
        stream = StreamRef(kind="portable_certificate", id=self._line.certificate)
        with self.ventanilla.keys.held():
            body = RevokePortable(cause=cause, note=note)
            receipt = await self.give(body, stream, self._line.revision)
        if receipt.applied:
            self.dismiss()
        else:
            self.refused(receipt)
