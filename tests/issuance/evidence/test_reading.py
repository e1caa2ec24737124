"""Text made ready and read, codes read, and where print lies on a page."""

import io

import pytest
import segno
from PIL import Image, ImageDraw, ImageFilter

from issuance.evidence import reader_tesseract
from issuance.evidence.engines_here import engines_here
from issuance.evidence.page_layout import find_blocks, is_blank, lies_sideways
from issuance.evidence.reader_tesseract import TesseractReader
from issuance.evidence.reading_preparation import alternation, prepare_text
from issuance.evidence.zone_layout import cut_last_character, find_zone_lines
from issuance.samples.canvas import font

ALL = engines_here()
needs_reader = pytest.mark.skipif(ALL.text is None, reason="tesseract is not installed here")
NUMBER = "1710034065"
LINES = ("IDECUA1234567843059999114<<<<<", "8804178M3305201ECU<<<<<<<<<<<4", "M" * 30)


def printed(*lines: str, size=(900, 300), ink=0, paper=255):
    image = Image.new("L", size, paper)
    pen = ImageDraw.Draw(image)
    for row, line in enumerate(lines):
        for column, letter in enumerate(line):
            pen.text((60 + column * 25, 60 + row * 50), letter, font=font(30), fill=ink)
    return image


def test_text_is_as_wide_as_asked_and_grey():
    prepared = prepare_text(printed(*LINES).convert("RGB"), 1200)
    assert prepared.mode == "L"
    assert prepared.width == 1200


@pytest.mark.parametrize("degrees", [-7, -3, 1, 5])
def test_lines_askew_are_levelled(degrees):
    straight = prepare_text(printed(*LINES), 900)
    askew = printed(*LINES).rotate(degrees, Image.Resampling.BICUBIC, fillcolor=255)
    prepared = prepare_text(askew, 900)
    assert alternation(prepared) > alternation(straight) / 2 > alternation(askew)


def test_shadow_and_grey_ink_become_black_on_white():
    shadow = (
        Image.linear_gradient("L").resize((900, 300)).point([50 + it // 2 for it in range(256)])
    )
    text = printed(*LINES).filter(ImageFilter.GaussianBlur(0.5))
    shaded = Image.composite(shadow, shadow.point([it // 2 for it in range(256)]), text)
    prepared = prepare_text(shaded, 900)
    darkest, lightest = prepared.getextrema()
    white = sum(prepared.histogram()[250:]) / (prepared.width * prepared.height)
    assert (darkest, lightest) == (0, 255)
    assert white > 0.8


@pytest.mark.parametrize("size", [(1, 1), (3, 9000), (9000, 3), (1000, 700)])
@pytest.mark.parametrize("colour", [0, 128, 255])
def test_any_size_and_plain_colours_are_taken(size, colour):
    plain = Image.new("L", size, colour)
    assert max(prepare_text(plain, 400).size) <= 4000
    assert is_blank(plain)
    assert find_zone_lines(plain) == ()
    find_blocks(plain)
    lies_sideways(plain)


def test_two_blocks_are_told_apart_and_lie_where_they_are():
    page = Image.new("L", (1654, 2339), 250)
    page.paste(printed(*LINES, size=(860, 260)), (300, 200))
    page.paste(printed(*LINES[:2], size=(860, 260)), (500, 1400))
    blocks = find_blocks(page)
    assert len(blocks) == 2
    first, second = sorted(blocks, key=lambda block: block.top)
    for block, (left, top) in ((first, (360, 260)), (second, (560, 1460))):
        assert abs(block.left - left) < 60
        assert abs(block.top - top) < 60
    assert not is_blank(page)


def test_specks_leave_a_page_blank():
    page = Image.new("L", (1654, 2339), 250)
    for place in range(0, 1600, 400):
        page.putpixel((place, place), 0)
    assert is_blank(page)


def test_direction_of_the_lines():
    page = Image.new("L", (1654, 2339), 250)
    page.paste(printed(*LINES), (300, 200))
    assert not lies_sideways(page)
    assert lies_sideways(page.rotate(90, expand=True))


def test_zone_lines_and_their_last_character():
    prepared = prepare_text(printed(*LINES), 900)
    lines = find_zone_lines(prepared)
    assert len(lines) == 3
    cell = cut_last_character(prepared, lines[1])
    assert cell.height > lines[1].height
    assert min(cell.tobytes()) < 60
    assert find_zone_lines(prepare_text(printed(*LINES[:2]), 900)) == ()


@needs_reader
def test_reader_reads_each_kind(monkeypatch):
    monkeypatch.setattr(reader_tesseract, "_SECONDS", 60)
    assert ALL.text
    assert ALL.text.name.startswith("tesseract ")
    prepared = prepare_text(printed(*LINES), 900)
    assert LINES[1] in ALL.text.read(prepared, "mrz")
    number = prepare_text(printed(f"NUI {NUMBER}"), 900)
    assert any(NUMBER in line.replace(" ", "") for line in ALL.text.read(number, "number"))
    cell = cut_last_character(prepared, find_zone_lines(prepared)[1])
    assert ALL.text.read(cell, "digit") == ("4",)
    assert ALL.text.read(Image.new("L", (300, 200), 255), "mrz") == ()


@needs_reader
def test_reader_that_takes_too_long_reads_nothing(monkeypatch):
    monkeypatch.setattr(reader_tesseract, "_SECONDS", 0.001)
    assert ALL.text
    assert ALL.text.read(printed(*LINES), "mrz") == ()


def test_missing_program_is_an_os_error(monkeypatch, tmp_path):
    monkeypatch.setattr(reader_tesseract, "_FOLDERS", str(tmp_path))
    with pytest.raises(FileNotFoundError):
        TesseractReader()


def test_program_that_is_no_tesseract_is_an_os_error(monkeypatch, tmp_path):
    program = tmp_path / "tesseract"
    program.write_text("#!/bin/sh\necho something else\n")
    program.chmod(0o700)
    monkeypatch.setattr(reader_tesseract, "_FOLDERS", str(tmp_path))
    with pytest.raises(FileNotFoundError):
        TesseractReader()


@pytest.mark.skipif(ALL.barcodes is None, reason="zxing-cpp is not installed here")
def test_codes_are_read_at_the_width_of_a_scanned_card():
    assert ALL.barcodes
    file = io.BytesIO()
    text = "https://portal.sidiv.registrocivil.cl/docstatus?RUN=12345678-5&type=CEDULA"
    segno.make(text).save(file, kind="png", scale=3)
    card = Image.new("RGB", (640, 400), "white")
    card.paste(Image.open(file).convert("RGB"), (20, 20))
    assert ALL.barcodes.read(card) == (text,)
    assert ALL.barcodes.read(Image.new("RGB", (640, 400), "white")) == ()
