"""Asks for a certificate of one's own: for what purpose, and by what telephone one is reached."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from issuance.identity.kinds import FieldKind
from issuance.institution_queries import PortableLine, SeatLine
from issuance.institutions.actors import SeatRole
from issuance.institutions.portable_commands import RequestPortable
from screens.entry_form import EntryForm
from tui.actions import BACK, DO, Action, bindings
from tui.form_fields import FieldSpec
from tui.translation import N_

ASK: Final = DO.named(N_("Ask for it"), N_("Sends the request to the certifiers."))


class PortableRequestScreen(EntryForm[None]):
    """Asks for a certificate; the certifiers of the institution are told by mail.

    Args:
        before: the one whose place it takes; its purpose and telephone stand in the form.
    """

    ACTIONS: ClassVar[Sequence[Action]] = (BACK, ASK)
    BINDINGS: ClassVar = bindings(*ACTIONS)

    def __init__(self, before: PortableLine | None = None) -> None:
        super().__init__()
        self._before = before

    def heading(self) -> str:
        """Say what is asked for."""
        return self.translate(N_("Ask for a certificate"))

    def help_text(self) -> str:
        """Explain it in the policy's words."""
        return self.words.text("help/holder")

    def meaning(self) -> str:
        """Say what follows."""
        return self.translate(
            N_(
                "A certifier of the institution then has to see you in person with your document. "
                "Where you have a certificate of this purpose, the new one takes its place."
            )
        )

    @property
    def _held(self) -> tuple[SeatLine, ...]:
        """Where one is a holder; of the institution of the one before, if there is one."""
        return tuple(
            each
            for each in self.seats
            if each.role == SeatRole.HOLDER
            and (self._before is None or each.official == self._before.official)
        )

    def specs(self) -> Sequence[FieldSpec]:
        """Return purpose and telephone, and the institution where there are several."""
        before, purposes = self._before, self.terms.purposes()
        helps = (
            f"{label}: {self.words.word('purposes', each, 'help')}" for each, label in purposes
        )
        fields = [
            FieldSpec(
                "purpose",
                FieldKind.CHOICE,
                self.translate(N_("Purpose")),
                help="\n".join(helps),
                choices=purposes,
                initial=before.purpose if before else "",
            ),
            FieldSpec(
                "phone",
                FieldKind.PHONE,
                self.translate(N_("Telephone")),
                example="+56 9 8765 4321",
                maximum_length=30,
                initial=before.phone if before else "",
            ),
        ]
        if len(self._held) == 1:
            return fields
        institutions = tuple((str(each.institution), each.institution_name) for each in self._held)
        label = self.translate(N_("Institution"))
        return [FieldSpec("institution", FieldKind.CHOICE, label, choices=institutions), *fields]

    async def submit(self, values: Mapping[str, str]) -> None:
        """Ask for it, and leave once that is durable."""
        chosen = values.get("institution", "")
        held = [each for each in self._held if chosen in ("", str(each.institution))]
        if not held or held[0].institution is None or held[0].official is None:
            return
        body = RequestPortable(
            institution=held[0].institution,
            official=held[0].official,
            purpose=values["purpose"],
            phone=values["phone"],
        )
        with self.ventanilla.keys.held():
            receipt = await self.give(body, self.backend.new_stream("portable_certificate"), 0)
        if receipt.applied:
            self.dismiss()
        else:
            self.refused(receipt)
