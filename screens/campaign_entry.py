"""Opens a campaign: which certificates are to be issued again, and why."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from issuance.identity.kinds import FieldKind
from issuance.institution_queries import InstitutionLine, InstitutionsAnswer, InstitutionsQuery
from issuance.institutions.campaign_stream import CampaignFilter
from issuance.institutions.campaigns import OpenCampaign
from screens.entry_form import EntryForm
from tui.form_fields import FieldSpec
from tui.translation import N_


class CampaignEntryScreen(EntryForm[None]):
    """Asks for name, ground and filter; what is left empty leaves nothing out."""

    def __init__(self) -> None:
        super().__init__()
        self._institutions: tuple[InstitutionLine, ...] = ()

    def heading(self) -> str:
        """Say what is opened."""
        return self.translate(N_("Open a campaign"))

    def help_text(self) -> str:
        """Explain it in the policy's words."""
        return self.words.text("help/campaigns")

    def meaning(self) -> str:
        """Say what comes of it."""
        words = N_(
            "Every certificate the filter takes is asked for again; the certifier sees each person "
            "anew. An empty field leaves nothing out; one at least is needed."
        )
        return self.translate(words)

    async def read_more(self) -> None:
        """Read the institutions it may be for."""
        answer = await self.backend.ask(InstitutionsQuery(statuses=("active",), limit=200))
        if isinstance(answer, InstitutionsAnswer):
            self._institutions = answer.entries

    def draft_name(self) -> str:
        """Keep what is typed until it is accepted."""
        return "campaign"

    def specs(self) -> Sequence[FieldSpec]:
        """Return name, ground and the parts of the filter."""
        translate = self.translate
        institutions = tuple((str(each.institution), each.name) for each in self._institutions)
        own = institutions[0][0] if institutions and not self.scope.everything else ""
        return (
            FieldSpec("name", FieldKind.FREE_TEXT, translate(N_("Name")), maximum_length=100),
            FieldSpec("ground", FieldKind.FREE_TEXT, translate(N_("Ground, for the mails")),
                      required=False, maximum_length=300),
            FieldSpec("institution", FieldKind.CHOICE, translate(N_("Institution")),
                      required=not self.scope.everything, choices=institutions, initial=own),
            FieldSpec("purpose", FieldKind.CHOICE, translate(N_("Purpose")), required=False,
                      choices=self.terms.purposes()),
            FieldSpec("generation", FieldKind.FREE_TEXT,
                      translate(N_("Issued under generation")), required=False, example="G1",
                      maximum_length=20),
            FieldSpec("ends_by", FieldKind.DATE, translate(N_("Ending by")), required=False),
        )  # fmt: skip

    async def submit(self, values: Mapping[str, str]) -> None:
        """Open it and show it."""
        body = OpenCampaign(
            name=values["name"], ground=values["ground"], filter=self._filter(values)
        )
        stream = self.backend.new_stream("campaign")
        receipt = await self.give(body, stream, 0)
        if receipt.applied:
            self.ventanilla.switch_screen(self.ventanilla.make_screen("campaign", stream.id))
        else:
            self.refused(receipt)

    def _filter(self, values: Mapping[str, str]) -> CampaignFilter:
        institution = values["institution"]
        return CampaignFilter(
            institutions=(UUID(institution),) if institution else (),
            purposes=(values["purpose"],) if values["purpose"] else (),
            generations=(values["generation"],) if values["generation"] else (),
            ends_by=self._end_of(values["ends_by"]),
        )

    def _end_of(self, text: str) -> datetime | None:
        """Return the last moment of a day at the office, in UTC."""
        if not text:
            return None
        last = datetime.combine(date.fromisoformat(text), time.max, ZoneInfo(self.words.zone))
        return last.astimezone(UTC)
