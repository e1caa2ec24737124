"""The watched folder offers whole new files once, follows no link and changes nothing."""

import os
from pathlib import Path

import pytest

from backend_client.backend import Arrival
from backend_client.sources.drop_folder import DropFolder, mark_of, marks_in

JPEG = b"\xff\xd8\xff\xe0 a picture"
LOOKS = 6
"""Enough for a file that nobody touches, also where the system does not tell who writes."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    watched = tmp_path / "drop"
    watched.mkdir()
    return watched


def look(watched: DropFolder, times: int = LOOKS) -> list[Arrival]:
    return [arrival for _ in range(times) for arrival in watched.look()]


def names(arrivals: list[Arrival]) -> list[str]:
    return [arrival.name for arrival in arrivals]


def test_a_file_is_offered_once_and_named_by_what_it_is(folder: Path):
    (folder / "a.jpg").write_bytes(JPEG)
    (folder / "b.dat").write_bytes(b"%PDF-1.7 ...")
    (folder / "c.pdf").write_bytes(b"MZ no such thing")
    watched = DropFolder(folder)
    found = look(watched)
    assert {arrival.name: arrival.kind for arrival in found} == {
        "a.jpg": "photo", "b.dat": "document", "c.pdf": "other",
    }  # fmt: skip
    assert {arrival.path for arrival in found} == set(folder.iterdir())
    assert look(watched) == []


def test_a_file_is_not_offered_at_the_first_sight(folder: Path):
    (folder / "a.jpg").write_bytes(JPEG)
    assert DropFolder(folder).look() == ()


def test_a_file_that_still_grows_waits(folder: Path):
    watched = DropFolder(folder)
    path = folder / "a.jpg"
    for size in range(1, 5):
        path.write_bytes(JPEG * size)
        assert watched.look() == ()
    assert names(look(watched)) == ["a.jpg"]


def test_a_file_that_somebody_has_open_for_writing_waits(folder: Path):
    watched = DropFolder(folder)
    with (folder / "a.jpg").open("wb") as writer:
        writer.write(JPEG)
        writer.flush()
        assert look(watched, 3) == []
    assert names(look(watched)) == ["a.jpg"]


def test_a_file_written_anew_is_a_new_one(folder: Path):
    watched = DropFolder(folder)
    (folder / "a.jpg").write_bytes(JPEG)
    assert names(look(watched)) == ["a.jpg"]
    (folder / "a.jpg").write_bytes(JPEG + b"another")
    assert names(look(watched)) == ["a.jpg"]


def test_what_is_no_plain_file_is_left_alone(folder: Path, tmp_path: Path):
    secret = tmp_path / "secret.jpg"
    secret.write_bytes(JPEG)
    (folder / "link.jpg").symlink_to(secret)
    (folder / "nothing.jpg").symlink_to(tmp_path / "absent")
    (folder / "folder.jpg").mkdir()
    os.mkfifo(folder / "pipe.jpg")
    (folder / "empty.jpg").touch()
    for unfinished in (".hidden.jpg", "~lock.jpg", "a.jpg.part", "b.CRDOWNLOAD", "c.tmp"):
        (folder / unfinished).write_bytes(JPEG)
    assert look(DropFolder(folder)) == []


def test_a_folder_in_the_place_of_which_lies_a_link_shows_nothing(folder: Path, tmp_path: Path):
    (folder / "a.jpg").write_bytes(JPEG)
    link = tmp_path / "link"
    link.symlink_to(folder)
    assert look(DropFolder(link)) == []


def test_a_folder_that_is_gone_may_come_back(folder: Path):
    watched = DropFolder(folder)
    moved = folder.rename(folder.with_name("moved"))
    assert look(watched) == []
    moved.rename(folder)
    (folder / "a.jpg").write_bytes(JPEG)
    assert names(look(watched)) == ["a.jpg"]


def test_originals_stay_as_they_are(folder: Path):
    path = folder / "a.jpg"
    path.write_bytes(JPEG)
    before = path.stat()
    look(DropFolder(folder))
    assert path.read_bytes() == JPEG
    assert (path.stat().st_mtime_ns, path.stat().st_mode) == (before.st_mtime_ns, before.st_mode)


def test_names_nobody_can_write_do_no_harm(folder: Path):
    hostile = os.fsencode(str(folder)) + b"/\xff\x1b]0;x\x07.jpg"
    Path(os.fsdecode(hostile)).write_bytes(JPEG)
    (arrival,) = look(DropFolder(folder))
    assert arrival.path.read_bytes() == JPEG


def test_what_was_brought_is_not_offered_and_forgotten_when_it_is_gone(folder: Path):
    old, new = folder / "old.jpg", folder / "new.jpg"
    old.write_bytes(JPEG)
    new.write_bytes(JPEG)
    brought = [mark_of(old), "no such:1:2"]
    assert names(look(DropFolder(folder, brought))) == ["new.jpg"]
    assert marks_in(folder, brought) == {mark_of(old)}
    assert mark_of(folder / "absent") == ""


def test_the_older_file_comes_first(folder: Path):
    for at, name in enumerate(("z.jpg", "a.jpg", "m.jpg"), start=1):
        (folder / name).write_bytes(JPEG)
        os.utime(folder / name, (at, at))
    assert names(look(DropFolder(folder))) == ["z.jpg", "a.jpg", "m.jpg"]
