"""Where files come from: drop folder, many at once, the camera; and the way out to the desktop."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from backend_client.sources.station_sources import CAMERA_COMMAND, DROP_FOLDER
from screens.brought_file import FILE_ROOT
from screens.evidence import EvidenceScreen
from screens.evidence_capture import EvidenceCaptureScreen
from tests.keys import press_and_wait, wait_until
from tests.screens.approved_case import case, files, office
from tests.screens.conftest import RunCounter
from tests.screens.conftest import shown as whole_screen
from tests.screens.evidence_work import answer_everything
from tests.screens.middle_of_a_case import (
    choose_file,
    opened,
    press_until,
    screen_name,
    screen_of,
    settled,
    state_of,
    text_of,
)
from tui.application import application
from tui.widgets.file_picker import FilePicker, pasted_paths
from ventanilla.rehearsal import Rehearsal

__all__ = ["case", "files", "office"]


async def with_setting(counter: RunCounter, case: Rehearsal, name: str, value: str) -> None:
    async with opened(counter, "olga", "evidence", case) as pilot:
        backend = screen_of(pilot, EvidenceScreen).backend
        assert backend.station.put_setting(name, value) is None


async def test_what_comes_into_the_folder_is_offered_and_taken_in(
    counter: RunCounter, case: Rehearsal, files: Path, tmp_path: Path
):
    folder = tmp_path / "scanner"
    folder.mkdir()
    await with_setting(counter, case, DROP_FOLDER, str(folder))
    async with opened(counter, "olga", "evidence", case) as pilot:
        shutil.copyfile(files / "photo.jpg", folder / "photo.jpg")
        shutil.copyfile(files / "identity_card.pdf", folder / "scan 1.pdf")
        await wait_until(lambda: "scan 1.pdf" in text_of(pilot, "#arrived"))
        await wait_until(lambda: "photo.jpg" in text_of(pilot, "#arrived"))
        (folder / "broken.pdf").write_bytes(b"%PDF-1.4 and no more")
        await wait_until(lambda: "broken.pdf" in text_of(pilot, "#arrived"))
        await press_and_wait(pilot, "a")
        # Each goes where its contents belong, one after the other.
        for label in ("Fotografía", "Cédula"):
            await wait_until(lambda: screen_name(pilot) == "EvidenceCaptureScreen")
            await wait_until(lambda label=label: label in text_of(pilot, "#file"))
            await kept(pilot)
            await answer_everything(pilot)
            await press_and_wait(pilot, "enter")
            await wait_until(
                lambda label=label: (
                    screen_name(pilot) == "EvidenceScreen" or label not in text_of(pilot, "#file")
                )
            )
        await wait_until(lambda: screen_name(pilot) == "EvidenceScreen")
        await settled(pilot)
        await wait_until(lambda: "No está claro qué es: broken.pdf" in text_of(pilot, "#message"))
    assert set(state_of(case).evidence) == {"photo", "identity_card"}
    assert (folder / "photo.jpg").exists()


async def kept(pilot: Pilot[Any]) -> None:
    screen = screen_of(pilot, EvidenceCaptureScreen)
    await wait_until(lambda: screen.in_hand.file is not None and not screen.in_hand.checking)
    await settled(pilot)


async def test_a_photo_is_taken_by_the_stations_camera(
    counter: RunCounter, case: Rehearsal, files: Path
):
    await with_setting(counter, case, CAMERA_COMMAND, f"cp '{files / 'photo.jpg'}' {{file}}")
    async with opened(counter, "olga", "evidence", case) as pilot:
        await wait_until(lambda: "C Cámara" in whole_screen(pilot))
        await press_and_wait(pilot, "c")
        await wait_until(lambda: screen_name(pilot) == "EvidenceCaptureScreen")
        await kept(pilot)
        assert "Fotografía" in text_of(pilot, "#file")


async def test_without_a_camera_it_is_said_what_to_do(counter: RunCounter, case: Rehearsal):
    async with opened(counter, "olga", "evidence", case) as pilot:
        assert "Cámara" not in whole_screen(pilot)
        await press_and_wait(pilot, "c")
        await wait_until(lambda: text_of(pilot, "#message"))
        assert screen_name(pilot) == "EvidenceScreen"


@pytest.mark.soak
async def test_several_files_pasted_at_once_are_sorted(
    counter: RunCounter, case: Rehearsal, files: Path
):
    async with opened(counter, "olga", "evidence", case) as pilot:
        await press_until(pilot, "f8", screen="FilePicker")
        both = f"'{files / 'identity_card.pdf'}' '{files / 'photo.jpg'}'"
        await press_and_wait(pilot, both, "enter")
        await wait_until(lambda: screen_name(pilot) == "EvidenceCaptureScreen")
        await kept(pilot)
        assert "photo.jpg" in text_of(pilot, "#file")
        await press_and_wait(pilot, "f3")
        await wait_until(lambda: "identity_card.pdf" in text_of(pilot, "#file"))


@pytest.mark.soak
async def test_two_photos_that_compete_are_named_with_their_place(
    counter: RunCounter, case: Rehearsal, files: Path
):
    shutil.copyfile(files / "photo.jpg", files / "again.jpg")
    async with opened(counter, "olga", "evidence", case) as pilot:
        await press_until(pilot, "f8", screen="FilePicker")
        both = f"'{files / 'again.jpg'}' '{files / 'photo.jpg'}'"
        await press_and_wait(pilot, both, "enter")
        await wait_until(lambda: "again.jpg, photo.jpg" in text_of(pilot, "#message"))
        assert "Sirven por igual para «Fotografía" in text_of(pilot, "#message")
        assert screen_name(pilot) == "EvidenceScreen"


async def test_several_files_are_marked_in_the_list(
    counter: RunCounter, case: Rehearsal, files: Path
):
    async with opened(counter, "olga", "evidence", case) as pilot:
        await press_until(pilot, "f8", screen="FilePicker")
        await press_until(pilot, str(files), "enter", screen="FilePicker")
        await press_and_wait(pilot, "f4", "f4", "f4", "up", "f4")
        names = [path.name for path in screen_of(pilot, FilePicker).chosen]
        assert names == ["identity_card.pdf", "photo.jpg"]


async def test_the_picker_stays_where_the_office_allows(
    counter: RunCounter, case: Rehearsal, files: Path
):
    await with_setting(counter, case, FILE_ROOT, str(files))
    async with opened(counter, "olga", "evidence", case) as pilot:
        await press_until(pilot, "enter", screen="FilePicker")
        await press_and_wait(pilot, "/etc/hostname", "enter")
        await settled(pilot)
        assert screen_name(pilot) == "FilePicker"
        assert "no está permitida" in text_of(pilot, "MessageLine")


@pytest.mark.soak
async def test_without_a_desktop_it_is_said_that_nothing_opens_outside(
    counter: RunCounter, case: Rehearsal, files: Path, monkeypatch: pytest.MonkeyPatch
):
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    async with opened(counter, "olga", "evidence", case) as pilot:
        await press_until(pilot, "enter", screen="FilePicker")
        await choose_file(pilot, files / "photo.jpg", "EvidenceCaptureScreen")
        await press_and_wait(pilot, "o")
        await settled(pilot)
        assert "escritorio" in text_of(pilot, "#message")


async def test_a_clean_copy_opens_outside_and_is_removed_at_the_end(
    counter: RunCounter,
    case: Rehearsal,
    files: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    programs, runtime, opened_file = tmp_path / "bin", tmp_path / "run", tmp_path / "opened"
    programs.mkdir()
    runtime.mkdir()
    (programs / "xdg-open").write_text(f'#!/bin/sh\ncp "$1" "{opened_file}.part"\n'
        f'mv "{opened_file}.part" "{opened_file}"\n')  # fmt: skip
    (programs / "xdg-open").chmod(0o755)
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    async with opened(counter, "olga", "evidence", case) as pilot:
        await press_until(pilot, "enter", screen="FilePicker")
        await choose_file(pilot, files / "photo.jpg", "EvidenceCaptureScreen")
        capture = screen_of(pilot, EvidenceCaptureScreen)
        await wait_until(lambda: capture.in_hand.file)
        original = capture.in_hand.file
        assert original is not None
        await press_and_wait(pilot, "o")
        await wait_until(opened_file.exists)
        await settled(pilot)
        copy = opened_file.read_bytes()
        assert copy.startswith(b"\xff\xd8\xff")
        assert copy != (files / "photo.jpg").read_bytes()
        assert all(path.stat().st_mode & 0o077 == 0 for path in runtime.iterdir())
        application(pilot.app.screen).close_down()
        await wait_until(lambda: not list(runtime.iterdir()))


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("/a/b c.jpg", ["/a/b c.jpg"]),
        ("'/a/b c.jpg' '/a/d.pdf'", ["/a/b c.jpg", "/a/d.pdf"]),
        ("file:///a/b%20c.jpg file:///a/d.pdf", ["/a/b c.jpg", "/a/d.pdf"]),
        ("/a/b.jpg /a/d.pdf", ["/a/b.jpg", "/a/d.pdf"]),
        ("/a/b c.jpg /a/d.pdf", ["/a/b c.jpg /a/d.pdf"]),
        ("it's", ["it's"]),
        ("\"name\" 'other'", ["\"name\" 'other'"]),
    ],
)
def test_pasted_paths_are_told_apart(text: str, paths: list[str]):
    assert pasted_paths(text) == paths
