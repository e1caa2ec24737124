"""Where this station gets files from: its folders, a watched one, a camera program."""

from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from backend_client.sources.station_sources import (
    CAMERA_COMMAND,
    DROP_FOLDER,
    FILE_ROOT,
    StationSources,
    read_camera_command,
)
from issuance.findings import Finding
from issuance.identity.kinds import FieldKind
from issuance.identity.verdict import Reading, incomplete, valid
from screens.counter_screen import CounterScreen
from tui.actions import BACK, DO, bindings
from tui.form import Form
from tui.form_fields import FieldSpec
from tui.translation import N_
from tui.widgets.message_line import MessageLine

SAVE = DO.named(N_("Save"), N_("Keeps the settings."))
_LONGEST = 1000


class StationSourcesScreen(CounterScreen[None]):
    """Sets them; an empty field means that the station has no such thing."""

    CSS_PATH = "station_sources.tcss"
    ACTIONS = (BACK, SAVE)
    BINDINGS: ClassVar = bindings(*ACTIONS)

    def compose_content(self) -> ComposeResult:
        """Build the fields."""
        with Vertical(id="sources"):
            yield Static(self.translate(N_("Folder and camera")), classes="title", markup=False)
            yield Form(self._specs(), _read)
            yield Static(
                self.translate(
                    N_(
                        "Files are only read from the folder: they stay there, and links are not "
                        "followed. The camera command runs without a shell, as the person who "
                        "started the program, and is stopped after 20 seconds. Examples:"
                    )
                ),
                markup=False,
            )
            yield Static(
                "fswebcam -r 1920x1080 --no-banner {file}\n"
                "gphoto2 --capture-image-and-download --filename {file}\n"
                "libcamera-still -n -o {file}",
                classes="muted",
                markup=False,
            )

    def on_mount(self) -> None:
        """Begin with the folder, once what is kept was read."""
        self.query_one(Form).focus_field(DROP_FOLDER)
        self.show_kept()

    @work(exclusive=True, group="read", exit_on_error=True, description="read the sources")
    async def show_kept(self) -> None:
        """Show what is kept."""
        with self.ventanilla.keys.held():
            kept = await self.backend.sources()
            if self.is_drawn:
                self.query_one(Form).restore({
                    DROP_FOLDER: kept.drop_folder,
                    CAMERA_COMMAND: kept.camera_command,
                    FILE_ROOT: kept.file_root,
                })  # fmt: skip

    def on_form_completed(self, event: Form.Completed) -> None:
        """Keep them."""
        values = event.values
        self.save(StationSources(values[DROP_FOLDER], values[CAMERA_COMMAND], values[FILE_ROOT]))

    @work(exclusive=True, group="save", exit_on_error=True, description="keep the sources")
    async def save(self, sources: StationSources) -> None:
        """Keep them, or show beside the fields what is wrong."""
        findings = await self.backend.set_sources(sources)
        if not self.is_drawn:
            return
        self.query_one(Form).show_findings(findings)
        if findings:
            self.query_one("#message", MessageLine).show_findings(findings)
        else:
            self.tell(self.translate(N_("The settings are kept.")))

    def action_do(self) -> None:
        """Keep them."""
        self.query_one(Form).complete()

    def _specs(self) -> tuple[FieldSpec, ...]:
        return (
            FieldSpec(
                DROP_FOLDER,
                FieldKind.FREE_TEXT,
                self.translate(N_("Watched folder")),
                help=self.translate(
                    N_("The whole path of a folder into which scanner or telephone put files.")
                ),
                example="/srv/escaneos",
                required=False,
                maximum_length=_LONGEST,
            ),
            FieldSpec(
                CAMERA_COMMAND,
                FieldKind.FREE_TEXT,
                self.translate(N_("Camera command")),
                help=self.translate(
                    N_("A program that writes a JPEG; {file} stands for the file's name.")
                ),
                example="fswebcam {file}",
                required=False,
                maximum_length=_LONGEST,
            ),
            FieldSpec(
                FILE_ROOT,
                FieldKind.FREE_TEXT,
                self.translate(N_("Files only from")),
                help=self.translate(
                    N_("The whole path of the folder people choose files in, and below it.")
                ),
                example="/media",
                required=False,
                maximum_length=_LONGEST,
            ),
        )


def _read(name: str, text: str) -> Reading:
    typed = text.strip()
    command = read_camera_command(typed) if name == CAMERA_COMMAND else None
    return incomplete(typed, command) if isinstance(command, Finding) else valid(typed)
