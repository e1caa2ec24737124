"""Opens a ticket of the help desk: what it asks, about whom, with files."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from issuance.identity.kinds import FieldKind
from issuance.institution_queries import InstitutionLine, InstitutionsAnswer, InstitutionsQuery
from issuance.institutions.ticket_stream import OpenTicket, TicketType
from screens.entry_form import EntryForm
from tui.form_fields import FieldSpec
from tui.translation import N_

TEXT_CHARACTERS: Final = 2000
ATTACHMENTS: Final[Mapping[str, str]] = {
    "first": N_("First file"),
    "second": N_("Second file"),
    "third": N_("Third file"),
}


class TicketEntryScreen(EntryForm[None]):
    """Asks for kind, subject and text.

    Args:
        institution: which asks; without it one is chosen, or there is none yet.
        about: the official a change of role is for, by identifier and name.
    """

    FILES = ATTACHMENTS

    def __init__(
        self, institution: UUID | None = None, about: tuple[UUID, str] | None = None
    ) -> None:
        super().__init__()
        self._institution = institution
        self._about = about
        self._institutions: tuple[InstitutionLine, ...] = ()

    def heading(self) -> str:
        """Say what is opened, and about whom."""
        if self._about is None:
            return self.translate(N_("Open a ticket"))
        return self.translate(N_("Ask that {name} be a certifier"), name=self._about[1])

    def help_text(self) -> str:
        """Explain it in the policy's words."""
        return self.words.text("help/tickets")

    def meaning(self) -> str:
        """Say who is told, and what that needs where who asks has no account."""
        told = self.translate(N_("The other side is told by mail, now and on every change."))
        if self._institution is not None:
            return told
        needed = N_("Whoever asks to enable an institution has no account: write their e-mail.")
        return f"{told} {self.translate(needed)}"

    async def read_more(self) -> None:
        """Read the institutions one may write for."""
        if self._institution is None:
            answer = await self.backend.ask(InstitutionsQuery(statuses=("active",), limit=200))
            if isinstance(answer, InstitutionsAnswer):
                self._institutions = answer.entries

    def draft_name(self) -> str:
        """Keep what is typed until it is accepted."""
        return f"ticket:{self._about[0] if self._about else self._institution or ''}"

    def specs(self) -> Sequence[FieldSpec]:
        """Return kind, institution, subject and text."""
        translate = self.translate
        fields: list[FieldSpec] = []
        if self._about is None:
            types = self._types()
            fields.append(
                FieldSpec("type", FieldKind.CHOICE, translate(N_("Kind")), choices=types,
                          initial=types[0][0])
            )  # fmt: skip
        if self._institution is None:
            choices = tuple((str(each.institution), each.name) for each in self._institutions)
            fields.append(
                FieldSpec("institution", FieldKind.CHOICE, translate(N_("Institution")),
                          required=False, choices=choices)
            )  # fmt: skip
            fields.append(
                FieldSpec("contact", FieldKind.EMAIL, translate(N_("E-mail to answer to")),
                          required=False, example="nombre@ministerio.cl")
            )  # fmt: skip
        subject = self.translate(N_("Change of role to certifier")) if self._about else ""
        fields += [
            FieldSpec("subject", FieldKind.FREE_TEXT, translate(N_("About")),
                      maximum_length=120, initial=subject),
            FieldSpec("text", FieldKind.FREE_TEXT, translate(N_("Text")),
                      maximum_length=TEXT_CHARACTERS),
        ]  # fmt: skip
        return fields

    def _types(self) -> tuple[tuple[str, str], ...]:
        """Return the kinds that name no official."""
        left_out = {TicketType.CERTIFIER_ROLE}
        if self._institution is not None:
            left_out.add(TicketType.ENABLE_INSTITUTION)
        return tuple(
            (each.value, self.words.word("ticket_types", each.value))
            for each in TicketType
            if each not in left_out
        )

    async def submit(self, values: Mapping[str, str]) -> None:
        """Open it and show it."""
        chosen = values.get("institution", "")
        body = OpenTicket(
            type=TicketType(values.get("type", TicketType.CERTIFIER_ROLE)),
            institution=UUID(chosen) if chosen else self._institution,
            official=self._about[0] if self._about else None,
            subject=values["subject"],
            text=values["text"],
            attachments=tuple(blob for blob, _ in self.files.values()),
            contact=values.get("contact", ""),
        )
        stream = self.backend.new_stream("ticket")
        receipt = await self.give(body, stream, 0)
        if receipt.applied:
            self.ventanilla.switch_screen(self.ventanilla.make_screen("ticket", stream.id))
        else:
            self.refused(receipt)
