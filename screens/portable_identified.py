"""A holder lost the telephone: who they are is proved, then they may set up new codes."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from issuance.identity.kinds import FieldKind
from issuance.institution_queries import PortableLine
from issuance.signing.commands import AllowNewOtp
from issuance.signing.queries import SigningKeyAnswer, SigningKeyQuery
from issuance.streams import StreamRef
from screens.entry_form import EntryForm
from tui.actions import BACK, DO, Action, bindings
from tui.form_fields import FieldSpec
from tui.translation import N_

ALLOW: Final = DO.named(N_("Allow it"), N_("Ends the present codes; the holder sets up others."))


class PortableIdentifiedScreen(EntryForm[None]):
    """Asks how the holder was identified, and takes the present codes away.

    Args:
        line: the certificate.
    """

    ACTIONS: ClassVar[Sequence[Action]] = (BACK, ALLOW)
    BINDINGS: ClassVar = bindings(*ACTIONS)

    def __init__(self, line: PortableLine) -> None:
        super().__init__()
        self._line = line

    def heading(self) -> str:
        """Say whose codes they are."""
        return self.translate(N_("New codes for {name}"), name=self._line.official_name)

    def help_text(self) -> str:
        """Explain it in the policy's words."""
        return self.words.text("help/signing_codes")

    def meaning(self) -> str:
        """Say what comes of it."""
        return self.translate(
            N_(
                "The present codes stop working at once, so whoever has the telephone signs "
                "nothing. The holder sets up new ones in their own session. If somebody may have "
                "signed with it, revoke the certificate instead."
            )
        )

    def specs(self) -> Sequence[FieldSpec]:
        """Return how they were identified."""
        label = self.translate(N_("How they were identified"))
        example = self.translate(N_("Identity card, in person, today"))
        return [FieldSpec("identified", FieldKind.FREE_TEXT, label, example=example)]

    async def submit(self, values: Mapping[str, str]) -> None:
        """Take the present codes away."""
        certificate = self._line.certificate
        with self.ventanilla.keys.held():
            known = await self.backend.ask(SigningKeyQuery(certificate=certificate))
            if not isinstance(known, SigningKeyAnswer):
                self.told(known)
                return
            stream = StreamRef(kind="signing_key", id=certificate)
            body = AllowNewOtp(identified=values["identified"])
            receipt = await self.give(body, stream, known.revision)
        if receipt.applied:
            self.dismiss()
        else:
            self.refused(receipt)
