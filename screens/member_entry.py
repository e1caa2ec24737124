"""Gives somebody of an institution an account; the first password is shown once."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from backend_client.choosing import user_name_findings
from issuance.access.commands import InviteMember
from issuance.identity.kinds import FieldKind
from issuance.identity.verdict import Certainty, Reading
from screens.entry_form import EntryForm
from screens.operator_entry import FirstPasswordShown
from tui.form_fields import FieldSpec
from tui.translation import N_


class MemberEntryScreen(EntryForm[None]):
    """Asks for the user name.

    Args:
        institution: of which they are.
        official: who gets the account; without it the institution's operator.
        name: of the person.
    """

    def __init__(self, institution: UUID, official: UUID | None, name: str) -> None:
        super().__init__()
        self._institution = institution
        self._official = official
        self._person_name = name

    def heading(self) -> str:
        """Say whose account it is."""
        return self.translate(N_("Account of {name}"), name=self._person_name)

    def help_text(self) -> str:
        """Explain it in the policy's words."""
        return self.words.text("help/officials")

    def meaning(self) -> str:
        """Say what somebody with several seats does."""
        words = N_(
            "A new user name gets a first password. Somebody who has an account already keeps it: "
            "type its user name."
        )
        return self.translate(words)

    def specs(self) -> Sequence[FieldSpec]:
        """Return the user name."""
        label = self.translate(N_("User"))
        return (FieldSpec("user", FieldKind.FREE_TEXT, label, example="mnunez", maximum_length=31),)

    def read(self, name: str, text: str) -> Reading:
        """Read a user name."""
        findings = user_name_findings(text) if text else ()
        return Reading(Certainty.INCOMPLETE if findings else Certainty.VALID, text, findings)

    async def submit(self, values: Mapping[str, str]) -> None:
        """Make the account and show its first password, once."""
        names = (values["user"], self.ventanilla.station.office)
        password = await self.backend.first_password(names)
        body = InviteMember(
            user=values["user"],
            institution=self._institution,
            official=self._official,
            first_password=password,
        )
        receipt = await self.backend.execute(body, self.backend.new_stream("operator"), 0)
        if not receipt.applied:
            self.refused(receipt)
            return
        shown = FirstPasswordShown(self._person_name, values["user"], password)
        self.ventanilla.push_screen(shown, lambda _: self.dismiss())
