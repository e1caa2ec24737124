"""The activation's fifth page: where the key file goes; key, certificate and file are made here."""

import asyncio
from pathlib import Path
from typing import ClassVar, Final
from uuid import UUID

from textual import work
from textual.app import ComposeResult
from textual.widgets import Static

from backend_client.at_the_station.places import (
    key_file_target,
    nearest_folder,
    removable_folders,
    target_finding,
)
from issuance.findings import Severity
from issuance.findings.cases import CaseFinding
from issuance.findings.certificates import CertificateFinding
from issuance.identity.cleaning import printable
from screens.activation_issuing import ActivationIssuing
from screens.password import ChosenPassword
from screens.password_words import kind_words
from tui.actions import BACK, DO, REFRESH, VALUES, bindings
from tui.translation import N_
from tui.widgets.file_picker import FilePicker, pasted_path
from tui.widgets.line_input import LineInput
from tui.widgets.message_line import MessageLine
from tui.widgets.spinner import Spinner

_FOLDER: Final = VALUES.named(N_("Folder"), N_("Chooses the folder from the list."))
_STICKS: Final = REFRESH.named(N_("Sticks"), N_("Looks again for sticks that are plugged in."))
_ISSUE: Final = DO.named(N_("Make file"), N_("Issues the certificate and saves the key file."))
_DRAFT: Final = "target"


class ActivationSaveScreen(ActivationIssuing):
    """Takes the place of the file, then leads the activation to its end.

    Args:
        case: the case.
        chosen: what the applicant chose on the page before.
    """

    HEADING = N_("Activation, 5 of 5: the key file")
    ACTIONS = (BACK, _FOLDER, _STICKS, _ISSUE)
    BINDINGS: ClassVar = bindings(*ACTIONS)
    ABOUT_THE_SECRET = frozenset({
        CertificateFinding.SEALED_KEY_WRONG_PASSWORD, CertificateFinding.KEY_FILE_PASSWORD_SHORT,
        CertificateFinding.PASSWORD_CHARACTER_REFUSED, CertificateFinding.PASSWORD_EDGE_SPACE,
        CertificateFinding.KEY_FILE_PASSWORD_WEAK,
    })  # fmt: skip
    READ_ANEW = frozenset({
        CaseFinding.ACTIVATION_NOT_AUTHORISED, CertificateFinding.SEALED_KEY_MISSING,
        CertificateFinding.SEALED_KEY_DAMAGED,
    })  # fmt: skip

    def __init__(self, case: UUID, chosen: ChosenPassword) -> None:
        super().__init__(case)
        self._chosen = chosen
        self._sticks: tuple[Path, ...] = ()
        self._looked = False
        self._offered = ""

    def compose_work(self) -> ComposeResult:
        """Build the path and what is known of it."""
        yield Static(id="what", markup=False)
        yield Static(self.translate(N_("Save as (folder and name)")), markup=False, classes="title")
        target = LineInput(id="target", max_length=1000)
        # A path that is offered gives way to one that is typed.
        target.select_on_focus = True
        yield target
        yield Static(id="sticks", markup=False, classes="muted")
        yield Spinner(id="progress")

    async def read_more(self) -> None:
        """Look for sticks, once."""
        await super().read_more()
        if not self._looked:
            self._looked = True
            self._sticks = await asyncio.to_thread(removable_folders)

    def show_page(self) -> None:
        """Draw what will be made, and offer a place for it."""
        certificate = self.state.activation.certificate
        if certificate is None:
            what = N_("The key is made now, the certificate issued, the file saved and checked.")
        elif certificate.issued:
            what = N_("The certificate was issued. Only its key file is missing: it is saved here.")
        else:
            what = N_("The authority has not signed the certificate yet. F10 asks it again.")
        kind = kind_words(
            self._chosen.algorithm, self.translate, compatible=self._chosen.compatible
        )
        self.query_one("#what", Static).update(f"{self.translate(what)}\n{kind}")
        field = self.query_one(LineInput)
        if not field.value:
            self._offered = str(self._first_folder() / self._file_name())
            field.value = self.draft.get(_DRAFT) or self._offered
            # The field had the focus while it was empty.
            field.action_select_all()
        self._draw_sticks()
        field.focus()

    async def on_input_changed(self, event: LineInput.Changed) -> None:
        """Keep the path as it is typed; one that was only offered is offered anew."""
        if event.value != self._offered:
            await self.keep(**{_DRAFT: event.value})

    def on_input_submitted(self) -> None:
        """Go on with Enter."""
        self.action_do()

    def action_values(self) -> None:
        """Choose the folder."""
        if self.known is not None:
            self._choose_folder()

    @work(exclusive=True, group="folder", description="choose a folder")
    async def _choose_folder(self) -> None:
        """List folders, beginning with the nearest one that exists."""
        title = self.translate(N_("Where should the key file be saved?"))
        with self.ventanilla.keys.held():
            start = await asyncio.to_thread(lambda: nearest_folder(self._target().parent))
            picker = FilePicker(title, start, folders_only=True)
        folder = await self.app.push_screen_wait(picker)
        if folder is not None:
            self._offer(folder)

    def _offer(self, folder: Path) -> None:
        """Put a folder into the path; what was said of the path before is over."""
        self.query_one(LineInput).value = str(folder / self._file_name())
        self.query_one("#message", MessageLine).clear()

    @work(exclusive=True, group="sticks", description="look for sticks")
    async def action_refresh(self) -> None:
        """Look for sticks again, and offer the first."""
        if self.known is None:
            return
        with self.ventanilla.keys.held():
            self._sticks = await asyncio.to_thread(removable_folders)
        self._draw_sticks()
        if self._sticks:
            self._offer(self._sticks[0])
        else:
            self.tell(
                self.translate(N_("No stick is found. Put it in, wait a moment, press F5.")),
                Severity.WARNS,
            )

    def action_do(self) -> None:
        """Issue the certificate, hand the file over."""
        if self.known is not None:
            self._lead_to_the_end()

    @work(exclusive=True, group="command", description="activate")
    async def _lead_to_the_end(self) -> None:
        """Ask once, then make and save all."""
        with self.ventanilla.keys.held():
            target = await asyncio.to_thread(self._target)
            finding = None if self.issued else await asyncio.to_thread(target_finding, target)
            if finding is not None:
                self.tell_findings((finding,))
                return
            await self.keep(**{_DRAFT: str(target)})
        # What was wrong with a path before is mended.
        self.query_one("#message", MessageLine).clear()
        what = self.translate(
            N_("{product}. Once issued it cannot be corrected. It is saved as {path}."),
            product=self.words.product_label(self.state.product),
            path=printable(str(target)),
        )
        if await self.confirmed(what):
            await self.hand_over(
                N_("Key, certificate, file, check: please leave the stick where it is."),
                self.backend.activate(
                    self.case,
                    self._chosen.password,
                    target,
                    self._chosen.algorithm,
                    compatible=self._chosen.compatible,
                ),
            )

    def _target(self) -> Path:
        """Return the file the path typed means."""
        return key_file_target(pasted_path(self.query_one(LineInput).value), self._file_name())

    def _file_name(self) -> str:
        typed = self.words.identification(self.state)
        identification = "".join(each for each in typed if each.isalnum())
        return f"{identification}-{self.state.number}.p12"

    def _first_folder(self) -> Path:
        return self._sticks[0] if self._sticks else Path.home()

    def _draw_sticks(self) -> None:
        if self._sticks:
            folders = ", ".join(printable(str(each)) for each in self._sticks)
            words = self.translate(N_("Sticks: {folders}"), folders=folders)
        else:
            words = self.translate(N_("No stick is plugged in. F5 looks again, F4 lists folders."))
        self.query_one("#sticks", Static).update(words)
