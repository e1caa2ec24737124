"""A campaign of reissues: how far it is, and pausing, resuming, closing it."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from issuance.institution_queries import CampaignAnswer, CampaignQuery
from issuance.institutions.campaign_stream import CampaignFilter, CampaignStatus
from issuance.institutions.campaigns import (
    CloseCampaign,
    PauseCampaign,
    ResumeCampaign,
)
from issuance.institutions.portable_stream import PortableStatus
from issuance.streams import StreamRef
from screens.paged_text import Heading, LabelledRow, Part
from screens.stream_page import StreamPage
from screens.worklist_lines import counted
from tui.institution_words import CAMPAIGN_STATES
from tui.moments import day
from tui.portable_words import STATES
from tui.translation import N_

_BODIES: Final[
    dict[
        str,
        tuple[
            str, type[PauseCampaign | ResumeCampaign | CloseCampaign], tuple[CampaignStatus, ...]
        ],
    ]
] = {
    "pause_campaign": (N_("Pause the campaign"), PauseCampaign, (CampaignStatus.RUNNING,)),
    "resume_campaign": (N_("Resume the campaign"), ResumeCampaign, (CampaignStatus.PAUSED,)),
    "close_campaign": (
        N_("Close the campaign"),
        CloseCampaign,
        (CampaignStatus.RUNNING, CampaignStatus.PAUSED, CampaignStatus.ASKED),
    ),
}
_REQUESTS: Final = "requests"
_REFRESH_SECONDS: Final = 5.0
_DONE, _LEFT = "█", "░"


class CampaignScreen(StreamPage):
    """Shows progress while the campaign goes on by itself.

    Args:
        campaign: its identifier.
    """

    GOES_ON_ALONE = True

    def __init__(self, campaign: UUID) -> None:
        super().__init__(StreamRef(kind="campaign", id=campaign))
        self._known: CampaignAnswer | None = None

    def compose_head(self) -> ComposeResult:
        """Build the bar."""
        yield Static(id="bar", markup=False)

    def on_mount(self) -> None:
        """Look again from time to time."""
        self.set_interval(_REFRESH_SECONDS, self._look_again)

    def _look_again(self) -> None:
        if self._known is not None and self._known.state.status is CampaignStatus.RUNNING:
            self.load()

    async def read_page(self) -> bool:
        """Read the campaign."""
        answer = await self.backend.ask(CampaignQuery(campaign=self.ref.id))
        if not isinstance(answer, CampaignAnswer):
            self.told(answer)
            return False
        self._known, self.revision = answer, answer.line.revision
        return True

    @property
    def known(self) -> CampaignAnswer:
        """Return what was read; raises RuntimeError before that."""
        if self._known is None:
            raise RuntimeError("nothing was read yet")
        return self._known

    def help_text(self) -> str:
        """Explain campaigns, in the policy's words."""
        return self.words.text("help/campaigns")

    def headline(self) -> str:
        """Name the campaign, and say where it stands."""
        state = self.known.state
        return f"{state.name} · {self.translate(CAMPAIGN_STATES[state.status.value])}"

    def fill(self) -> None:
        """Draw bar and text."""
        super().fill()
        if self.is_drawn and self._known is not None:
            self.query_one("#bar", Static).update(self._bar(), layout=False)

    def _bar(self) -> Content:
        """Return how many of those asked for are in use, as a bar and in words."""
        asked = sum(self.known.requests.values())
        in_use = self.known.requests.get(PortableStatus.ACTIVE.value, 0)
        cells = max(min(self.size.width - 30, 60), 10)
        done = cells * in_use // asked if asked else 0
        words = self.translate(N_("{done} of {count} in use"), done=in_use, count=asked)
        return Content.assemble(
            " ", _DONE * done, (_LEFT * (cells - done), "$text-muted"), f" {words}"
        )

    def parts(self) -> Sequence[Part]:
        """Say what it is about, and where its requests stand."""
        known, state, translate = self.known, self.known.state, self.translate
        parts: list[Part] = [LabelledRow(translate(N_("Ground")), state.ground or "–")]
        if known.line.institution_name:
            parts.append(LabelledRow(translate(N_("Institution")), known.line.institution_name))
        parts += [
            *self._filter_rows(state.filter),
            LabelledRow(translate(N_("Taken by the filter now")),
                        counted(known.total, known.ceiling)),
            LabelledRow(translate(N_("Asked for again")), str(state.asked)),
            LabelledRow(translate(N_("Not asked for")), str(state.refused)),
            Heading(translate(N_("Its requests"))),
        ]  # fmt: skip
        parts += [
            LabelledRow(translate(STATES[PortableStatus(status)]), str(count))
            for status, count in known.requests.items()
            if count
        ] or [translate(N_("None yet."))]
        return parts

    def _filter_rows(self, taken: CampaignFilter) -> list[LabelledRow]:
        translate, rows = self.translate, list[LabelledRow]()
        if taken.purposes:
            names = ", ".join(self.words.word("purposes", each) for each in taken.purposes)
            rows.append(LabelledRow(translate(N_("Purpose")), names))
        if taken.generations:
            label = translate(N_("Issued under generation"))
            rows.append(LabelledRow(label, ", ".join(taken.generations)))
        if taken.ends_by is not None:
            until = day(taken.ends_by, self.words.zone, translate.language)
            rows.append(LabelledRow(translate(N_("Ending by")), until))
        return rows

    def choices(self) -> list[tuple[str, str]]:
        """Return what one may do now."""
        state = self.known.state
        offered = [
            (act, self.translate(label))
            for act, (label, _, wanted) in _BODIES.items()
            if state.status in wanted and self.may(act, state.institution)
        ]
        return [*offered, (_REQUESTS, self.translate(N_("Show its requests")))]

    async def lead_through(self, act: str) -> None:
        """Do it; closing is asked about, since it is for good."""
        name = self.known.state.name
        if act == _REQUESTS:
            self.ventanilla.open_screen("campaign_requests", self.ref.id, name)
            return
        if act == "close_campaign" and not await self.confirm(
            self.translate(N_("Close the campaign “{name}”?"), name=name),
            self.translate(N_("It asks for nothing more; what it asked for goes on.")),
            self.translate(N_("Yes, close it")),
        ):
            return
        await self.give_here(_BODIES[act][1]())
