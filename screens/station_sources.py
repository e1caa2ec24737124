"""Where this station gets files from: its folders, a watched one, a camera program."""

from collections.abc import Mapping, Sequence

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
from screens.station_settings import LONGEST_PATH, StationSettingsScreen
from tui.form_fields import FieldSpec
from tui.translation import N_


class StationSourcesScreen(StationSettingsScreen):
    """Sets them."""

    HEADING = N_("Folder and camera")

    def explanation(self) -> Sequence[Static]:
        """Return what is done with files, and examples of camera programs."""
        rules = self.translate(
            N_(
                "Files are only read from the folder: they stay there, and links are not "
                "followed. The camera command runs without a shell, as the person who "
                "started the program, and is stopped after 20 seconds. Examples:"
            )
        )
        programs = (
            "fswebcam -r 1920x1080 --no-banner {file}\n"
            "gphoto2 --capture-image-and-download --filename {file}\n"
            "libcamera-still -n -o {file}"
        )
        return Static(rules, markup=False), Static(programs, classes="muted", markup=False)

    def specs(self) -> tuple[FieldSpec, ...]:
        """Return the folders and the camera's command."""
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
                maximum_length=LONGEST_PATH,
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
                maximum_length=LONGEST_PATH,
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
                maximum_length=LONGEST_PATH,
            ),
        )

    def read(self, name: str, text: str) -> Reading:
        """Read a path, or the camera's command."""
        typed = text.strip()
        command = read_camera_command(typed) if name == CAMERA_COMMAND else None
        return incomplete(typed, command) if isinstance(command, Finding) else valid(typed)

    async def kept(self) -> Mapping[str, str]:
        """Return what is kept."""
        sources = await self.backend.sources()
        return {
            DROP_FOLDER: sources.drop_folder,
            CAMERA_COMMAND: sources.camera_command,
            FILE_ROOT: sources.file_root,
        }

    async def keep(self, values: Mapping[str, str]) -> tuple[Finding, ...]:
        """Keep them, or say what is wrong."""
        return await self.backend.set_sources(
            StationSources(values[DROP_FOLDER], values[CAMERA_COMMAND], values[FILE_ROOT])
        )
