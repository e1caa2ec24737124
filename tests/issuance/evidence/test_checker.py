"""The limited child process, as its callers see it."""

import fcntl
import io
import os
import signal
import subprocess
import sys
import termios
import threading
import time
from pathlib import Path

import pytest
from PIL import Image

from issuance.evidence.checker import LimitedChecker
from issuance.evidence.rules import DocumentRule, PhotoRule
from tests.issuance.evidence.samples import (
    blocking,
    codes,
    jpeg,
    mutants,
    oriented,
    pdf,
    picture,
    segment,
)

PHOTO, DOCUMENT = PhotoRule(), DocumentRule()


@pytest.fixture(scope="module")
def shared_checker():
    checker = LimitedChecker()
    checker.warm()
    yield checker
    checker.close()


@pytest.fixture
def checker():
    checker = LimitedChecker()
    checker.warm()
    yield checker
    checker.close()


def worker_id(checker: LimitedChecker) -> int:
    assert checker._worker is not None
    return checker._worker._process.pid


def exists(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_each_kind_gets_its_report(shared_checker):
    photo = shared_checker.check("photo", jpeg(picture(700, 600)), PHOTO)
    assert (photo.findings, photo.width, photo.height) == ((), 700, 600)
    document = shared_checker.check("document", pdf(pages=2), DOCUMENT)
    assert (document.findings, document.pages) == ((), 2)
    proof = shared_checker.check("proof", jpeg(picture(200, 100)), DOCUMENT)
    assert (proof.findings, proof.width) == ((), 200)


def test_findings_cross_whole(shared_checker):
    (finding,) = shared_checker.check("photo", jpeg(picture(50, 40)), PHOTO).findings
    assert finding.code == "TOO_SMALL"
    assert dict(finding.parameters) == {"width": 50, "height": 40, "minimum": 600}


def test_a_rule_of_the_other_kind_is_a_bug(shared_checker):
    with pytest.raises(TypeError):
        shared_checker.check("photo", jpeg(), DOCUMENT)


def test_good_files_share_a_child_and_a_bad_one_ends_it(checker):
    checker.check("photo", jpeg(), PHOTO)
    first = worker_id(checker)
    checker.check("document", pdf(), DOCUMENT)
    assert worker_id(checker) == first
    assert blocking(checker.check("document", b"no pdf", DOCUMENT).findings)
    assert worker_id(checker) != first
    assert not exists(first)
    assert checker.check("photo", jpeg(), PHOTO).findings == ()


def test_a_few_mutants_through_the_child(shared_checker):
    for mutant in mutants(jpeg(), 4, seed=5):
        shared_checker.check("photo", mutant, PHOTO)
    for mutant in mutants(pdf(pages=2), 4, seed=6):
        shared_checker.check("document", mutant, DOCUMENT)
    assert shared_checker.check("photo", jpeg(), PHOTO).findings == ()


def test_a_child_killed_in_mid_check_is_a_finding_and_the_next_check_works(checker):
    checker.check("photo", jpeg(), PHOTO)
    process = checker._worker._process
    os.kill(process.pid, signal.SIGSTOP)
    reports = []
    thread = threading.Thread(target=lambda: reports.append(checker.check("photo", jpeg(), PHOTO)))
    thread.start()
    waiting = bytearray(4)
    deadline = time.monotonic() + 10
    while not int.from_bytes(waiting, sys.byteorder) and time.monotonic() < deadline:
        fcntl.ioctl(process.stdin.fileno(), termios.FIONREAD, waiting)
    os.kill(process.pid, signal.SIGKILL)
    thread.join(10)
    (finding,) = reports[0].findings
    assert (finding.code, finding.parameters["reason"]) == ("DAMAGED", "crashed")
    assert checker.check("photo", jpeg(), PHOTO).findings == ()


def test_a_child_killed_while_idle_is_replaced_unnoticed(checker):
    checker.check("photo", jpeg(), PHOTO)
    os.kill(worker_id(checker), signal.SIGKILL)
    os.waitid(os.P_PID, worker_id(checker), os.WEXITED | os.WNOWAIT)
    assert checker.check("photo", jpeg(), PHOTO).findings == ()


def test_a_child_that_hangs_is_ended(checker):
    checker.check("document", pdf(), DOCUMENT)
    checker._wall_seconds = 0.2
    hung = worker_id(checker)
    os.kill(hung, signal.SIGSTOP)
    (finding,) = checker.check("document", pdf(), DOCUMENT).findings
    assert (finding.code, finding.parameters["reason"]) == ("DAMAGED", "timeout")
    assert not exists(hung)
    checker._wall_seconds = 15
    assert checker.check("document", pdf(), DOCUMENT).findings == ()


def test_the_child_has_hard_limits(checker):
    checker.check("photo", jpeg(), PHOTO)
    limits = Path(f"/proc/{worker_id(checker)}/limits").read_text(encoding="ascii")
    hard = {line[:25].strip(): line[47:67].strip() for line in limits.splitlines()}
    assert hard["Max address space"] == str(1024**3)
    assert hard["Max file size"] == hard["Max core file size"] == "0"
    assert hard["Max open files"] == "64"
    soft = {line[:25].strip(): line[26:46].strip() for line in limits.splitlines()}
    assert 10 <= int(soft["Max cpu time"]) <= 15


def test_the_largest_photo_allowed_fits_the_limits(checker):
    content = jpeg(Image.new("RGB", (7050, 7050), (9, 99, 9)), progressive=True, subsampling=0)
    assert codes(checker.check("photo", content, PHOTO).findings) == {"PROGRESSIVE"}
    assert checker.clean_copy(content) is not None


def test_a_child_that_cannot_start_is_not_the_files_fault(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    checker = LimitedChecker()
    try:
        (finding,) = checker.check("photo", jpeg(), PHOTO).findings
        assert finding.code == "CHECK_UNAVAILABLE"
        assert checker.preview(jpeg(), 80, 48) is None
    finally:
        checker.close()


def test_the_child_sees_no_environment(checker):
    checker.check("photo", jpeg(), PHOTO)
    assert b"PATH=" not in Path(f"/proc/{worker_id(checker)}/environ").read_bytes()


def test_preview_is_upright_and_small(shared_checker):
    image = Image.new("RGB", (800, 600), (200, 10, 10))
    image.paste((10, 10, 200), (0, 0, 400, 600))
    preview = shared_checker.preview(oriented(image, 6), 30, 48)
    assert (preview.width, preview.height) == (30, 40)
    assert len(preview.rgb) == 30 * 40 * 3
    top, bottom = preview.pixel(15, 2), preview.pixel(15, 37)
    assert top[2] > 150 > top[0]
    assert bottom[0] > 150 > bottom[2]


def test_preview_of_a_cmyk_photo_has_its_colours(shared_checker):
    image = Image.new("RGB", (640, 640), (220, 20, 20)).convert("CMYK")
    red, green, blue = shared_checker.preview(jpeg(image), 10, 10).pixel(5, 5)
    assert red > 150
    assert max(green, blue) < 100


def test_clean_copy_carries_pixels_only(shared_checker):
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "S"
    content = jpeg(picture(700, 600), exif=exif, comment=b"taken at home")
    content = content[:2] + segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x/>") + content[2:]
    copy = shared_checker.clean_copy(content)
    with Image.open(io.BytesIO(copy)) as image:
        assert image.size == (600, 700)
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    for trace in (b"Exif", b"taken at home", b"ns.adobe.com"):
        assert trace not in copy
    assert shared_checker.check("photo", copy, PHOTO).findings == ()


@pytest.mark.parametrize("content", [b"", b"GIF89a", jpeg()[:-100]])
def test_what_is_no_sound_picture_is_neither_shown_nor_copied(shared_checker, content):
    assert shared_checker.preview(content, 80, 48) is None
    assert shared_checker.clean_copy(content) is None


def test_closing_ends_the_child(checker):
    process = worker_id(checker)
    checker.close()
    assert not exists(process)
    with pytest.raises(RuntimeError):
        checker.check("photo", jpeg(), PHOTO)


def test_the_door_loads_no_decoder():
    code = (
        "import sys, issuance.evidence.checker, issuance.evidence.drawing; "
        "sys.exit(any(name in sys.modules for name in ('PIL', 'pypdf')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
