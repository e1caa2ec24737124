"""Registers an official, or changes what is registered of one."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from issuance.institution_queries import OfficialAnswer
from issuance.institutions.official_decisions import ChangeOfficial, RegisterOfficial
from issuance.streams import StreamRef
from screens.entry_form import EntryForm
from screens.person_fields import person_of, person_specs
from tui.form_fields import FieldSpec
from tui.translation import N_


class OfficialEntryScreen(EntryForm[None]):
    """The fields the policy lists for an official.

    Args:
        institution: of which they are.
        official: whose data are changed; without it somebody is registered.
        known: the official as read.
    """

    def __init__(
        self,
        institution: UUID,
        official: UUID | None = None,
        known: OfficialAnswer | None = None,
    ) -> None:
        super().__init__()
        self._institution = institution
        self._official = official
        self._known = known

    def heading(self) -> str:
        """Say what is entered."""
        person = self._known.state.person if self._known else None
        if person is None:
            return self.translate(N_("Register an official"))
        return self.translate(N_("Data of {name}"), name=person.full_name)

    def help_text(self) -> str:
        """Explain whom to register, in the policy's words."""
        return self.words.text("help/officials")

    def draft_name(self) -> str:
        """Keep what is typed until it is accepted."""
        return f"official:{self._official or self._institution}"

    def specs(self) -> Sequence[FieldSpec]:
        """Return the person's fields."""
        person = self._known.state.person if self._known else None
        return person_specs(self.terms, self.translate, person)

    async def submit(self, values: Mapping[str, str]) -> None:
        """Register or change, then show the official."""
        person = person_of(values)
        if self._official is not None and self._known is not None:
            stream = StreamRef(kind="official", id=self._official)
            revision = self._known.line.revision
            receipt = await self.give(ChangeOfficial(person=person), stream, revision)
        else:
            stream = self.backend.new_stream("official")
            body = RegisterOfficial(institution=self._institution, person=person)
            receipt = await self.give(body, stream, 0)
        if not receipt.applied:
            self.refused(receipt)
        elif self._official is not None:
            self.dismiss()
        else:
            self.ventanilla.switch_screen(self.ventanilla.make_screen("official", stream.id))
