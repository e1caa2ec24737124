"""A station's camera and watched folder, and which of their files are done with; all blocking."""

import json
import threading
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

from backend_client.sources.camera import Camera
from backend_client.sources.drop_folder import DropFolder, mark_of, marks_in
from backend_client.sources.station_sources import (
    drop_folder_finding,
    read_camera_command,
    read_sources,
)
from backend_client.station import Station
from issuance.findings import Finding

_BROUGHT: Final = "drop_folder_brought"
"""The setting that lists the marks of files already brought, as JSON."""

_Marks = TypeAdapter(list[str])


class FileSources:
    """The sources of one station while somebody is logged in."""

    def __init__(self, station: Station, camera_folder: Path) -> None:
        """Take photos in `camera_folder`, which belongs to nobody else."""
        self._station = station
        self._camera = Camera(camera_folder)
        self._one_at_a_time = threading.Lock()

    def take_photo(self) -> Path | Finding:
        """Run the station's camera command and return where its photo is."""
        command = read_camera_command(read_sources(self._station).camera_command)
        return command if isinstance(command, Finding) else self._camera.take(command)

    def watch(self) -> DropFolder | Finding | None:
        """Begin to watch the station's drop folder; None where it has none."""
        folder = read_sources(self._station).drop_folder
        if not folder:
            return None
        if finding := drop_folder_finding(folder):
            return finding
        return DropFolder(Path(folder), self._brought())

    def is_ours(self, path: Path) -> bool:
        """Tell whether a file came from here: then a link in its place must not be followed."""
        return self._camera.owns(path) or str(path.parent) == self._drop_folder()

    def done_with(self, path: Path) -> None:
        """Remove a photo that was taken, and remember a dropped file as brought."""
        if self._camera.owns(path):
            self._camera.clear()
        elif (folder := self._drop_folder()) and str(path.parent) == folder:
            with self._one_at_a_time:
                # Files that are gone are forgotten, so that the list does not grow.
                marks = {*marks_in(Path(folder), self._brought()), mark_of(path)} - {""}
                self._station.put_setting(_BROUGHT, json.dumps(sorted(marks)))

    def close(self) -> None:
        """Stop a camera at work and leave no photo behind."""
        self._camera.clear()

    def _drop_folder(self) -> str:
        return read_sources(self._station).drop_folder.rstrip("/")

    def _brought(self) -> list[str]:
        return _Marks.validate_json(str(self._station.setting(_BROUGHT) or "[]"))
