"""How the file of a photo or document comes: chosen, or taken by the camera; then it is checked."""

from pathlib import Path
from typing import Final

from textual import work

from issuance.cases.state import EvidenceStatus
from issuance.findings import Finding, Severity
from screens.brought_file import DOCUMENT_ENDINGS, PHOTO_ENDINGS, check_file, choose_file
from screens.evidence_slot import SlotScreen
from screens.evidence_work import SlotWork
from tui.actions import Action
from tui.translation import N_
from tui.widgets.spinner import Spinner

CAMERA: Final = Action(
    "camera", "c", N_("Camera"), N_("Takes a photo with this computer's camera."), ("C",)
)


class BringingScreen(SlotScreen):
    """Brings the slot's file; it has a `Spinner`, and the keyboard never waits for the check."""

    def check_begins(self) -> None:
        """Draw that a file is being checked."""

    def finding_came(self) -> None:
        """Draw what was found so far."""

    async def check_ended(self) -> None:
        """Draw what the check came to."""

    def action_retake(self) -> None:
        """Choose another file."""
        if self._may_be_replaced():
            self.choose()

    def action_camera(self) -> None:
        """Take a photo in place of the one in hand."""
        if self.line.is_photo and self._may_be_replaced():
            self.take_photo()

    @work(exclusive=True, group="file", description="choose a file")
    async def choose(self) -> None:
        """Let the operator choose a file and check it."""
        if not self.may(self.ACT):
            return
        endings = PHOTO_ENDINGS if self.line.is_photo else DOCUMENT_ENDINGS
        path = await choose_file(self, self.line.label, endings)
        if path is not None:
            await self._check(path)
        elif self.in_hand.file is None and not self.in_hand.findings:
            self.dismiss()
        elif self.in_hand.file is None:
            self.tell(self.translate(N_("Enter: choose a file · F3: back to the list.")))

    @work(exclusive=True, group="file", description="take a photo")
    async def take_photo(self) -> None:
        """Run the camera's program, then check what it made."""
        with self.query_one(Spinner).turning(self.translate(N_("Taking a photo ..."))):
            taken = await self.backend.take_photo()
        if isinstance(taken, Finding):
            self.tell_findings((taken,))
        else:
            await self._check(taken)

    @work(exclusive=True, group="file", description="check a file")
    async def check(self, path: Path) -> None:
        """Check a file that was chosen elsewhere."""
        await self._check(path)

    async def _check(self, path: Path) -> None:
        self.in_hand = found = SlotWork(checking=True)
        self.check_begins()
        await self.forget_slot(but=("date",))
        words = self.translate(N_("Checking {name} ..."), name=path.name)

        def add(finding: Finding) -> None:
            found.findings.append(finding)
            self.finding_came()

        try:
            with self.query_one(Spinner).turning(words):
                found.file = await check_file(self, self.slot, path, add, self.case)
        finally:
            found.checking = False
        if found.file is None:
            self.tell(
                self.translate(N_("This file cannot be taken. Enter: choose another one.")),
                Severity.BLOCKS,
            )
        else:
            await self.keep_in_slot(file=found.file.model_dump_json())
        await self.check_ended()

    def _may_be_replaced(self) -> bool:
        if self.recorded and self.recorded.status is EvidenceStatus.ACCEPTED:
            self.tell(
                self.translate(N_("This was accepted, so it stays as it is.")), Severity.WARNS
            )
            return False
        return self.may(self.ACT)
