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
from issuance.evidence.engines_here import engines_here
from issuance.evidence.report import Box
from issuance.evidence.rules import DocumentRule, Expected, FaceRule, PhotoRule, QualityRule
from tests.issuance.evidence.pictures import scene
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
needs_page_renderer = pytest.mark.skipif(
    engines_here().pages is None, reason="no page renderer is installed here"
)


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
    assert checker._seats[0].worker is not None
    return checker._seats[0].worker._process.pid


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


def test_each_finding_is_told_when_it_is_made(shared_checker):
    told = []
    exif = Image.Exif()
    exif[0x0112] = 6
    content = jpeg(picture(50, 40), exif=exif, progressive=True)
    report = shared_checker.check("photo", content, PHOTO, tell=told.append)
    assert [finding.code for finding in told] == ["PROGRESSIVE", "EXIF_ROTATED", "TOO_SMALL"]
    assert tuple(told) == report.findings


def test_findings_told_before_a_child_dies_stay_in_the_report(checker):
    checker.warm()

    def kill(finding):
        os.kill(worker_id(checker), signal.SIGKILL)

    told = []
    content = jpeg(Image.new("RGB", (7000, 7000), (9, 99, 9)), progressive=True)
    report = checker.check(
        "photo", content, PHOTO, tell=lambda finding: (told.append(finding), kill(finding))
    )
    assert [finding.code for finding in report.findings] == ["PROGRESSIVE", "DAMAGED"]
    assert tuple(told) == report.findings


def test_a_listener_that_fails_costs_the_child_and_nothing_else(checker):
    def fail(finding):
        raise LookupError

    with pytest.raises(LookupError):
        checker.check("photo", jpeg(progressive=True), PHOTO, tell=fail)
    assert checker.check("photo", jpeg(), PHOTO).findings == ()


def test_what_the_application_says_reaches_the_child(shared_checker):
    rule = PhotoRule(quality=QualityRule(), faces=FaceRule())
    silent = shared_checker.check("photo", jpeg(scene()), rule)
    asked = shared_checker.check("photo", jpeg(scene()), rule, Expected(number="1710034065"))
    numbers = {code for code in codes(asked.findings) if code.startswith("NUMBER")}
    assert not any(code.startswith("NUMBER") for code in codes(silent.findings))
    assert numbers or asked.card is None


def test_as_many_children_as_workers_check_side_by_side():
    checker = LimitedChecker(workers=2)
    both = threading.Barrier(2, timeout=60)
    reports = []

    def check():
        # Each waits in its own check for the other one.
        content = jpeg(progressive=True)
        reports.append(checker.check("photo", content, PHOTO, tell=lambda _: both.wait()))

    threads = [threading.Thread(target=check) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(90)
    checker.close()
    assert [codes(report.findings) for report in reports] == [{"PROGRESSIVE"}] * 2


def test_one_file_after_the_other_keeps_to_one_child():
    checker = LimitedChecker(workers=3)
    for _ in range(4):
        checker.check("photo", jpeg(), PHOTO)
    assert sum(seat.worker is not None for seat in checker._seats) == 1
    checker.close()


def test_closing_ends_a_check_under_way(checker):
    checker.check("photo", jpeg(), PHOTO)
    process = worker_id(checker)
    os.kill(process, signal.SIGSTOP)
    reports = []
    thread = threading.Thread(target=lambda: reports.append(checker.check("photo", jpeg(), PHOTO)))
    thread.start()
    while checker._free.qsize():
        pass
    checker.close()
    thread.join(30)
    assert not exists(process)
    assert not reports or codes(reports[0].findings) == {"DAMAGED"}


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
    process = checker._seats[0].worker._process
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
    checker._wall_seconds = 60
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
    content = jpeg(Image.new("RGB", (8192, 6340), (9, 99, 9)), progressive=True, subsampling=0)
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


def test_a_part_of_the_upright_photo_is_shown_enlarged_and_turned(shared_checker):
    image = Image.new("RGB", (2400, 1800), (200, 10, 10))
    image.paste((10, 10, 200), (100, 200, 140, 220))
    content = oriented(image.rotate(90, expand=True), 6)
    box = Box(left=100, top=200, width=40, height=40)
    part = shared_checker.preview(content, 80, 80, crop=box)
    assert (part.width, part.height) == (80, 80)
    assert part.pixel(40, 20)[2] > 150 > part.pixel(40, 60)[2]
    turned = shared_checker.preview(content, 80, 80, crop=box, turn=90)
    assert turned.pixel(60, 40)[2] > 150 > turned.pixel(20, 40)[2]
    whole = shared_checker.preview(content, 80, 80, turn=90)
    assert (whole.width, whole.height) == (60, 80)


@pytest.mark.parametrize(
    "box", [(-50, -50, 100, 100), (690, 590, 500, 500), (5000, 5000, 10, 10), (10, 10, 0, 0)]
)
def test_a_part_beyond_the_edge_is_what_there_is_of_it(shared_checker, box):
    left, top, width, height = box
    crop = Box(left=left, top=top, width=width, height=height)
    part = shared_checker.preview(jpeg(picture(700, 600)), 80, 48, crop=crop)
    assert part is not None
    assert part.width <= 80 >= part.height


@needs_page_renderer
def test_a_page_is_shown_and_a_missing_one_is_not(shared_checker):
    page = shared_checker.preview_page(pdf(pages=2), 1, 60, 60)
    assert 58 <= page.height <= 60
    assert 40 <= page.width <= 44
    assert page.pixel(1, 1)[0] > 200
    assert page.pixel(2, page.height - 3)[0] < 60
    assert shared_checker.preview_page(pdf(pages=2), 1, 60, 60, turn=90).width >= 58
    assert shared_checker.preview_page(pdf(pages=2), 2, 60, 60) is None
    assert shared_checker.preview_page(b"%PDF-1.7 no pdf", 0, 60, 60) is None


@needs_page_renderer
def test_copy_of_a_pdf_holds_pictures_of_its_pages_only(shared_checker):
    content = pdf(catalog="/Lang(es)/PageMode/UseOutlines", pages=2)
    copy = shared_checker.clean_copy(content)
    report = shared_checker.check("document", copy, DOCUMENT)
    assert (report.pages, blocking(report.findings)) == (2, set())
    for trace in (b"/Lang", b"/UseOutlines", b"/CreationDate", b"/JavaScript"):
        assert trace not in copy
    scripted = pdf(catalog="/OpenAction<</S/JavaScript/JS(app.alert(1))>>")
    assert shared_checker.clean_copy(scripted) is None


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
        "import sys, issuance.evidence.checker; "
        "sys.exit(any(name in sys.modules for name in ('PIL', 'pypdf')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
