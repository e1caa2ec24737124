"""The camera program: no shell, an empty private folder, an end in time, nothing left behind."""

import os
import stat
import sys
import threading
import time
from pathlib import Path

import pytest

from backend_client.sources.camera import Camera
from backend_client.sources.station_sources import (
    StationSources,
    drop_folder_finding,
    read_camera_command,
)
from issuance.findings import Finding
from issuance.findings.sources import SourceCode


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "camera"


def program(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", f"import os, sys, time; {code}", "{file}")


WRITES = "open(sys.argv[1], 'wb').write(b'a photo')"


def code_of(taken: Path | Finding) -> str:
    assert isinstance(taken, Finding)
    return taken.code


def test_a_photo_is_taken_in_an_empty_private_folder(folder: Path):
    camera = Camera(folder)
    folder.mkdir()
    (folder / "left.jpg").write_bytes(b"somebody else's")
    taken = camera.take(program(f"assert os.listdir('.') == []; {WRITES}"))
    assert isinstance(taken, Path)
    assert taken.read_bytes() == b"a photo"
    assert camera.owns(taken)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(taken.stat().st_mode) == 0o600
    camera.clear()
    assert not folder.exists()


def test_no_shell_reads_the_command(folder: Path, tmp_path: Path):
    marker = tmp_path / "marker"
    command = read_camera_command(f"{sys.executable} -c pass {{file}} ; touch {marker} $(id) `id`")
    assert isinstance(command, tuple)
    assert command[-3:] == (str(marker), "$(id)", "`id`")
    assert code_of(Camera(folder).take(command)) == SourceCode.CAMERA_NO_PHOTO
    assert not marker.exists()


def test_a_program_that_is_not_there_is_told(folder: Path):
    taken = Camera(folder).take(("no-such-camera", "{file}"))
    assert code_of(taken) == SourceCode.CAMERA_NOT_FOUND
    assert code_of(Camera(folder).take(())) == SourceCode.NO_CAMERA


def test_an_error_of_the_program_is_told(folder: Path):
    taken = Camera(folder).take(program(f"{WRITES}; sys.exit(3)"))
    assert isinstance(taken, Finding)
    assert (taken.code, taken.parameters["status"]) == (SourceCode.CAMERA_FAILED, 3)


@pytest.mark.parametrize(
    "code", ["pass", "os.symlink('/etc/hostname', sys.argv[1])", "os.mkfifo(sys.argv[1])",
             "os.mkdir(sys.argv[1])", "open(sys.argv[1], 'w')"],
)  # fmt: skip
def test_what_is_no_file_with_something_in_it_is_no_photo(folder: Path, code: str):
    assert code_of(Camera(folder).take(program(code))) == SourceCode.CAMERA_NO_PHOTO


def test_a_program_that_does_not_end_is_stopped_with_its_children(folder: Path, tmp_path: Path):
    pids = tmp_path / "pids"
    script = f"sleep 60 & echo $! > {pids}; sleep 60"
    taken = Camera(folder, seconds=2).take(("sh", "-c", script, "sh", "{file}"))
    assert isinstance(taken, Finding)
    assert (taken.code, taken.parameters["seconds"]) == (SourceCode.CAMERA_TOO_SLOW, 2)
    ended = time.monotonic() + 10
    while _runs(int(pids.read_text())):
        # The signal was sent; a busy machine takes a moment to act on it.
        assert time.monotonic() < ended


def _runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state not in "ZX"


def test_closing_stops_a_camera_at_work(folder: Path, tmp_path: Path):
    started = tmp_path / "started"
    os.mkfifo(started)
    camera = Camera(folder)
    taken: list[Path | Finding] = []
    code = f"open({str(started)!r}, 'w').close(); time.sleep(60)"
    taking = threading.Thread(target=lambda: taken.append(camera.take(program(code))))
    taking.start()
    with started.open():
        pass
    camera.clear()
    taking.join(10)
    assert not taking.is_alive()
    assert code_of(taken[0]) == SourceCode.CAMERA_FAILED


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("fswebcam 'photo {file}", "quotes"),
        ("fswebcam", "file"),
        ("{file}", "file"),
        ("fswebcam {file}" + "x" * 1000, "long"),
        ("fswebcam {file}\x00", "long"),
        ("fswebcam {file}\nrm", "long"),
    ],
)
def test_a_wrong_command_is_told(text: str, reason: str):
    finding = read_camera_command(text)
    assert isinstance(finding, Finding)
    assert finding.parameters["reason"] == reason
    assert StationSources(camera_command=text).findings()


def test_a_placeholder_may_be_part_of_an_argument():
    assert read_camera_command("cam --to={file}") == ("cam", "--to={file}")
    assert read_camera_command("") == ()
    assert StationSources().findings() == ()


def test_a_wrong_folder_is_told(tmp_path: Path):
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path)
    wrong = {
        "relative": "absolute",
        str(tmp_path / "absent"): "missing",
        str(tmp_path / "file"): "missing",
        str(tmp_path / "link"): "link",
        "/a\x00b": "EINVAL",
    }
    for folder, reason in wrong.items():
        finding = drop_folder_finding(folder)
        assert finding is not None, folder
        assert finding.parameters["reason"] == reason
    assert drop_folder_finding(str(tmp_path)) is None
    assert drop_folder_finding("") is None
