"""What a screen about one photo or document knows: what is recorded, what is in hand, its draft."""

from typing import TYPE_CHECKING, Final

from issuance.cases.state import EvidenceState, EvidenceStatus
from issuance.identity.kinds import FieldKind, read
from issuance.identity.verdict import Reading
from issuance.queries import CaseAnswer
from screens.brought_file import BroughtFile
from screens.document_date import document_date
from screens.evidence_looking import LookedAt, LookingScreen
from screens.evidence_views import views_of
from screens.evidence_work import SlotWork
from tui.form_fields import FieldSpec

if TYPE_CHECKING:
    from backend_client.policy_lines import EvidenceLine
    from issuance.commands import Body

_PARTS: Final = ("file", "yes", "no", "date", "overrides", "confirmed")
DISMISSED: Final = (EvidenceStatus.RETURNED, EvidenceStatus.REQUESTED)
"""What has to be brought again."""


class SlotScreen(LookingScreen[None]):
    """A screen about one slot of the evidence; what is done there is kept in the step's draft.

    Args:
        known: the case as last read.
        slot: the photo or document.
    """

    STEP = "evidence"
    ACT = "capture_evidence"

    def __init__(self, known: CaseAnswer, slot: str) -> None:
        super().__init__(known.state.id)
        self.known = known
        self.slot = slot
        self.in_hand = SlotWork()

    @property
    def line(self) -> "EvidenceLine":
        """The photo or document in the policy's words."""
        return next(each for each in self.words.evidence(self.state) if each.slot == self.slot)

    @property
    def recorded(self) -> EvidenceState | None:
        """What was recorded in the slot and has not to be brought again."""
        held = self.state.evidence.get(self.slot)
        return held if held and held.status not in DISMISSED else None

    @property
    def shows_recorded(self) -> bool:
        """Whether nothing was brought since what was recorded."""
        return self.recorded is not None and not self.in_hand.checking and not self.kept("file")

    def looked_at(self) -> LookedAt | None:
        """Return the file in hand."""
        if (file := self.in_hand.file) is None:
            return None
        views = views_of(file.blob, file.boxes, file.pages, self.translate)
        return LookedAt(file.blob, views, self.line.label, self.slot)

    def take_up(self) -> None:
        """Begin with what the draft holds, or else with what was recorded."""
        self.in_hand = SlotWork.from_draft(self.draft, self.slot)
        held = self.recorded
        if self.in_hand.file is None and held is not None and held.blob is not None:
            file = BroughtFile(
                blob=held.blob, name=self.line.label, pages=held.pages, boxes=held.boxes
            )
            self.in_hand = SlotWork(file=file)

    def kept(self, name: str) -> str:
        """Return a part of the slot's draft."""
        return self.draft.get(f"{self.slot}.{name}", "")

    async def keep_in_slot(self, **changes: str) -> None:
        """Save parts of the slot's draft; what was recorded needs none."""
        if not self.shows_recorded:
            await self.keep(**{f"{self.slot}.{name}": text for name, text in changes.items()})

    async def keep_field(self, name: str, value: str) -> None:
        """Keep the date, the only field there is."""
        del name
        await self.keep_in_slot(date=value)

    async def forget_slot(self, *, but: tuple[str, ...] = ()) -> None:
        """Forget the slot's draft, or all but some of its parts."""
        await self.keep(**{f"{self.slot}.{name}": "" for name in _PARTS if name not in but})

    async def conclude(self, body: "Body") -> None:
        """Give the command that ends the work on the slot; then its draft is forgotten."""
        with self.ventanilla.keys.held():
            receipt = await self.execute(body)
            if receipt is not None and receipt.applied:
                await self.forget_slot()
                self.dismiss()

    def begun(self) -> dict[str, str]:
        """Return what the draft keeps of this slot; the others have screens of their own."""
        parts = {f"{self.slot}.{name}" for name in _PARTS}
        return {name: text for name, text in self.draft.items() if name in parts}

    def may(self, act: str) -> bool:
        """Tell whether an act is possible now, and say why not."""
        findings = next((each.findings for each in self.acts() if each.act == act), ())
        self.tell_findings(findings)
        return not findings

    def answers(self) -> dict[str, bool]:
        """Return the answers given so far."""
        if self.recorded and self.shows_recorded:
            return dict.fromkeys(self.recorded.answers, True)
        if self.in_hand.file is None:
            return {}
        answers = {code: True for code in self.kept("yes").split(",") if code}
        return answers | {code: False for code in self.kept("no").split(",") if code}

    def first_date(self) -> str:
        """Return the document's date as far as it is known."""
        if self.recorded and self.shows_recorded and self.recorded.document_date:
            return self.recorded.document_date.isoformat()
        return self.kept("date")

    def date_spec(self) -> FieldSpec:
        """Return the field of the document's date."""
        line = self.line
        return document_date(line.dated, line.help, self.first_date(), self.today, self.translate)

    def read_date(self, _name: str, text: str) -> Reading:
        """Read a date as typed."""
        return read(FieldKind.DATE, text, today=self.today, country=self.words.country)
