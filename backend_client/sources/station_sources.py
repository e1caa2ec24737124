"""Where a station gets files from: the folders of its disk, a watched one, a camera program."""

import os
import shlex
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from backend_client.station import Station
from issuance.access.durable_file import errno_name
from issuance.findings import Finding, blocks
from issuance.findings.sources import SourceCode

FILE_ROOT: Final = "file_root"
DROP_FOLDER: Final = "drop_folder"
CAMERA_COMMAND: Final = "camera_command"
"""The names of the station's settings, and of the fields that set them."""

PLACEHOLDER: Final = "{file}"
"""Stands in a camera command for the path at which the photo is expected."""

_LONGEST: Final = 1000


@dataclass(frozen=True, slots=True)
class StationSources:
    """The settings as somebody typed them; empty where there is none.

    Attributes:
        drop_folder: watched for files that scanner or telephone put there.
        camera_command: writes a photo.
        file_root: the folder files are chosen in, and below; every folder without one.
    """

    drop_folder: str = ""
    camera_command: str = ""
    file_root: str = ""

    def findings(self) -> tuple[Finding, ...]:
        """Tell what is wrong with each."""
        root = folder_finding(self.file_root, FILE_ROOT, SourceCode.FILE_ROOT_UNUSABLE)
        command = read_camera_command(self.camera_command)
        wrong = (
            root,
            drop_folder_finding(self.drop_folder),
            command if isinstance(command, Finding) else None,
        )
        return tuple(finding for finding in wrong if finding)


def read_sources(station: Station) -> StationSources:
    """Read a station's settings; blocking."""
    return StationSources(
        *(str(station.setting(name) or "") for name in (DROP_FOLDER, CAMERA_COMMAND, FILE_ROOT))
    )


def keep_sources(station: Station, sources: StationSources) -> tuple[Finding, ...]:
    """Keep the settings unless something is wrong with them; blocking."""
    if findings := sources.findings():
        return findings
    kept = (
        station.put_setting(DROP_FOLDER, sources.drop_folder),
        station.put_setting(CAMERA_COMMAND, sources.camera_command),
        station.put_setting(FILE_ROOT, sources.file_root),
    )
    return tuple(finding for finding in kept if finding)


def read_camera_command(text: str) -> tuple[str, ...] | Finding:
    """Split a command into its arguments as a shell would, without ever asking one.

    `{file}` must stand somewhere. Empty text is no command.
    """
    reason = ""
    arguments: tuple[str, ...] = ()
    if len(text) > _LONGEST or not text.isprintable():
        reason = "long"
    else:
        try:
            arguments = tuple(shlex.split(text))
        except ValueError:
            reason = "quotes"
    if arguments and not any(PLACEHOLDER in argument for argument in arguments[1:]):
        reason = "file"
    if reason:
        return blocks(
            SourceCode.CAMERA_COMMAND_WRONG, CAMERA_COMMAND, reason=reason, placeholder=PLACEHOLDER
        )
    return arguments


def drop_folder_finding(text: str) -> Finding | None:
    """Say why a folder cannot be watched."""
    return folder_finding(text, DROP_FOLDER, SourceCode.DROP_FOLDER_UNUSABLE)


def folder_finding(text: str, field: str, code: SourceCode) -> Finding | None:
    """Say why a folder cannot be used: it must exist, be named whole and be no link."""
    if not text:
        return None
    reason = ""
    try:
        if not Path(text).is_absolute():
            reason = "absolute"
        elif not stat.S_ISDIR(os.lstat(text).st_mode):
            reason = "link" if stat.S_ISLNK(os.lstat(text).st_mode) else "missing"
        else:
            os.close(os.open(text, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW))
    except FileNotFoundError:
        reason = "missing"
    except OSError as error:
        reason = errno_name(error)
    except ValueError:  # a NUL, or half a character pair, which no file system knows
        reason = "EINVAL"
    if not reason:
        return None
    return blocks(code, field, folder=text, reason=reason)
