"""Pictures in a terminal's own pixels, read back the way a terminal reads them."""

import base64
import re
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.terminal import BRACKETED_PASTE_ON
from tui.drawing import Pixels
from tui.graphics import MOST_CELLS, Place, placeholders, removal, transmission

PLACEHOLDER = "\U0010eeee".encode()
SENT = re.compile(rb"\x1b_Ga=T[^\x1b]*\x1b\\")
COMMAND = re.compile(r"\x1b_G([^;\x1b]*)(?:;([^\x1b]*))?\x1b\\")


def read(data: str) -> tuple[dict[str, str], bytes]:
    """Read a transmission as the protocol says: keys of the first command, contents of all."""
    commands = COMMAND.findall(data)
    assert "".join(f"\x1b_G{keys};{text}\x1b\\" for keys, text in commands) == data
    parts = [dict(pair.split("=") for pair in keys.split(",")) for keys, _ in commands]
    assert [part["m"] for part in parts] == ["1"] * (len(parts) - 1) + ["0"]
    assert all(part["q"] == "2" for part in parts)
    assert all(len(text) <= 4096 for _, text in commands)
    return parts[0], zlib.decompress(base64.b64decode("".join(text for _, text in commands)))


@given(st.integers(1, 90), st.integers(1, 90), st.integers(1, 2**24 - 1), st.randoms())
def test_a_terminal_reads_the_same_pixels(width: int, height: int, number: int, chance):
    pixels = Pixels(width, height, chance.randbytes(width * height * 3))
    place = Place(40, 20).within(pixels)
    keys, rgb = read(transmission(number, pixels, place))
    assert rgb == pixels.rgb
    assert (keys["s"], keys["v"], keys["f"], keys["U"]) == (str(width), str(height), "24", "1")
    assert (keys["c"], keys["r"]) == (str(place.columns), str(place.rows))
    assert keys["i"] == str(number)


@given(st.integers(1, 3000), st.integers(1, 3000), st.integers(1, 400), st.integers(1, 400))
def test_a_place_holds_the_picture_and_keeps_its_proportions(
    width: int, height: int, columns: int, rows: int
):
    place = Place(columns, rows).within(Pixels(width, height, bytes(width * height * 3)))
    assert 1 <= place.columns <= min(columns, MOST_CELLS)
    assert 1 <= place.rows <= min(rows, MOST_CELLS)
    assert place.columns == min(columns, MOST_CELLS) or place.rows == min(rows, MOST_CELLS)
    # Each side is rounded to whole cells, and no side vanishes.
    unlike = abs(2 * place.rows * width - place.columns * height)
    assert unlike <= width + height / 2 or 1 in {place.rows, place.columns}


@pytest.mark.parametrize("number", [1, 0x01_02_03, 2**24 - 1])
def test_each_cell_names_the_picture_its_row_and_its_column(number: int):
    strips = placeholders(number, Place(3, 2))
    assert [strip.cell_length for strip in strips] == [3, 3]
    # The first three of the protocol's list: U+0305, U+030D, U+030E.
    assert [[segment.text for segment in strip] for strip in strips] == [
        ["\U0010eeee" + row + column for column in "\u0305\u030d\u030e"] for row in "\u0305\u030d"
    ]
    for segment in (each for strip in strips for each in strip):
        assert segment.style is not None
        assert segment.style.color is not None
        triplet = segment.style.color.triplet
        assert triplet is not None
        assert triplet.red << 16 | triplet.green << 8 | triplet.blue == number


def test_the_list_of_numbers_is_the_protocols():
    row = placeholders(1, Place(MOST_CELLS, 1))[0]
    numbers = [segment.text[2] for segment in row]
    assert len(set(numbers)) == MOST_CELLS == 129
    # Places 35, 60 and 128 of the published list.
    assert (numbers[35], numbers[60], numbers[128]) == ("\u0592", "\u0616", "\u082d")


@pytest.mark.parametrize("shown_in_pixels", [True, False])
def test_pixels_are_sent_where_turned_on_and_forgotten_with_the_screen(start, shown_in_pixels):
    environment = {"TERM": "xterm-256color", "COLORTERM": "truecolor" if shown_in_pixels else ""}
    terminal = start("pictured", **environment)
    terminal.wait_for(lambda: BRACKETED_PASTE_ON in terminal.output)
    terminal.send("\r")
    terminal.wait_for("▀")
    assert b"\x1b_G" not in terminal.output
    terminal.send("\r")
    if shown_in_pixels:
        terminal.wait_for(lambda: PLACEHOLDER in terminal.output)
        keys, rgb = read(b"".join(SENT.findall(terminal.output)).decode())
        assert (rgb, keys["s"], keys["v"]) == (b"\xff\0\0" * 8, "4", "2")
    terminal.send(b"\x1bOR")
    terminal.wait_for("values=left")
    assert (removal(1).encode() in terminal.output) == shown_in_pixels
    assert (PLACEHOLDER in terminal.output) == shown_in_pixels
