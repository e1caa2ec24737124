"""Gives an institution another name, as the signing interface will have to say it."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from issuance.identity.kinds import FieldKind
from issuance.institution_queries import InstitutionAnswer
from issuance.institutions.institution_decisions import RenameInstitution
from issuance.streams import StreamRef
from screens.entry_form import EntryForm
from tui.form_fields import FieldSpec
from tui.translation import N_


class InstitutionNameScreen(EntryForm[None]):
    """Asks for name and short form.

    Args:
        institution: whose name it is.
        known: the institution as it was read.
    """

    def __init__(self, institution: UUID, known: InstitutionAnswer) -> None:
        super().__init__()
        self._institution = institution
        self._known = known

    def heading(self) -> str:
        """Say whose name it is."""
        return self.translate(N_("Name of {name}"), name=self._known.state.name)

    def help_text(self) -> str:
        """Explain it in the policy's words."""
        return self.words.text("help/institutions")

    def meaning(self) -> str:
        """Say what comes of it."""
        words = N_(
            "Systems that sign have to say the new name from then on; certificates keep the one "
            "they were issued with."
        )
        return self.translate(words)

    def specs(self) -> Sequence[FieldSpec]:
        """Return the two names."""
        state, translate = self._known.state, self.translate
        return (
            FieldSpec(
                "name", FieldKind.FREE_TEXT, translate(N_("Name by law")), initial=state.name
            ),
            FieldSpec(
                "short_name",
                FieldKind.FREE_TEXT,
                translate(N_("Short form")),
                required=False,
                initial=state.short_name,
            ),
        )

    async def submit(self, values: Mapping[str, str]) -> None:
        """Rename it."""
        body = RenameInstitution(name=values["name"], short_name=values["short_name"])
        stream = StreamRef(kind="institution", id=self._institution)
        receipt = await self.give(body, stream, self._known.line.revision)
        if receipt.applied:
            self.dismiss()
        else:
            self.refused(receipt)
