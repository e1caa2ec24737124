"""Pictures in the terminal's own characters, and the widget that looks at a file."""

import asyncio
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.console import Console
from textual.screen import Screen
from textual.strip import Strip

from issuance.samples.people import sample_person
from issuance.samples.photo import sample_photo
from tests.keys import wait_until
from tests.tui.test_widgets import bench
from tui.app import VentanillaApp
from tui.drawing import Colours, Pixels, draw
from tui.widgets.picture import Picture, colours_of
from tui.widgets.viewer import Sight, Viewer

LARGEST_PICTURE = 24_000
"""Bytes of 80 by 22 cells in 256 colours: a second at 200 kbit/s, before SSH compresses it."""


def pixels_of(width: int, height: int, *colours: tuple[int, int, int]) -> Pixels:
    rgb = b"".join(bytes(colours[at % len(colours)]) for at in range(width * height))
    return Pixels(width, height, rgb)


def cells(strips: list[Strip]) -> str:
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 30), st.integers(1, 30))
def test_a_picture_fits_and_keeps_its_proportions(width: int, height: int, wide: int, high: int):
    fitted = Pixels(width, height, bytes(width * height * 3)).fitted(wide, high)
    assert fitted.width <= max(wide, 1)
    assert fitted.height <= max(high, 1)
    assert fitted.width == wide or fitted.height == high
    assert abs(fitted.width / width - fitted.height / height) <= max(1 / width, 1 / height)


@given(st.integers(1, 12), st.integers(1, 12), st.floats(0, 1), st.floats(0, 1), st.integers(1, 15))
def test_a_part_lies_inside_the_picture(
    width: int, height: int, across: float, down: float, size: int
):
    whole = Pixels(width, height, bytes(range(width * height)) * 3)
    part = whole.part(across, down, size, size)
    assert (part.width, part.height) == (min(size, width), min(size, height))


@pytest.mark.parametrize("colours", [16_777_216, 256, 16])
def test_a_half_block_shows_two_pixels(colours: Colours):
    picture = pixels_of(1, 2, (255, 255, 255), (0, 0, 0))
    (strip,) = draw(picture, colours, ascii_only=False, dark=True)
    (segment,) = strip
    assert segment.text == "▀"
    assert segment.style is not None
    above, below = segment.style.color, segment.style.bgcolor
    assert above is not None
    assert below is not None
    assert above.triplet is not None
    assert below.triplet is not None
    assert sum(above.triplet) > 700
    assert sum(below.triplet) < 40


@given(st.binary(min_size=27, max_size=27), st.booleans(), st.booleans())
def test_without_colours_only_characters_are_drawn(rgb: bytes, ascii_only: bool, dark: bool):
    strips = draw(Pixels(3, 3, rgb), 0, ascii_only=ascii_only, dark=dark)
    assert len(strips) == 2
    assert all(segment.style is None for strip in strips for segment in strip)
    assert not ascii_only or cells(strips).isascii()


def test_characters_are_dense_where_it_is_bright_and_the_other_way_on_paper():
    picture = pixels_of(2, 2, (0, 0, 0), (255, 255, 255))
    assert cells(draw(picture, 0, ascii_only=False, dark=True)) == " █"
    assert cells(draw(picture, 0, ascii_only=False, dark=False)) == "█ "


def test_a_dark_face_before_a_bright_wall_keeps_its_features():
    # Eyes, nose and mouth differ by little from a dark skin; the wall takes most of the range.
    picture = pixels_of(4, 8, (30, 20, 15), (60, 45, 40), (240, 240, 240), (240, 240, 240))
    drawn = cells(draw(picture, 0, ascii_only=True, dark=True)).splitlines()
    assert all(line[0] != line[1] for line in drawn)


@given(st.binary(min_size=3, max_size=3))
def test_the_palette_of_256_holds_what_is_drawn(rgb: bytes):
    """Whatever Rich makes of a colour on its way to the terminal, it stays the one chosen."""
    (strip,) = draw(Pixels(1, 1, rgb), 256, ascii_only=False, dark=True)
    (segment,) = strip
    assert segment.style is not None
    assert segment.style.color is not None
    chosen = segment.style.color.downgrade(ColorSystem.EIGHT_BIT)
    assert chosen.number is not None
    assert chosen.number >= 16


@pytest.mark.parametrize(("width", "height", "rgb"), [(2, 2, b"x"), (0, 1, b""), (1, -1, b"")])
def test_a_picture_of_another_size_is_refused(width: int, height: int, rgb: bytes):
    with pytest.raises(ValueError, match="width x height"):
        Pixels(width, height, rgb)


def test_a_whole_screen_in_256_colours_is_small_enough_for_a_slow_line():
    from PIL import Image

    photo = Image.open(_file_of(sample_photo(sample_person("natural", 0), 0))).convert("RGB")
    whole = photo.resize((80, 44))
    picture = Pixels(80, 44, whole.tobytes())
    console = Console(color_system="256", force_terminal=True, file=StringIO())
    strips = draw(picture, 256, ascii_only=False, dark=True)
    assert sum(len(strip.render(console).encode()) for strip in strips) <= LARGEST_PICTURE


def _file_of(content: bytes) -> Any:
    from io import BytesIO

    return BytesIO(content)


@pytest.mark.parametrize("no_color", [False, True])
async def test_a_picture_is_drawn_with_and_without_colours(tmp_path: Path, no_color: bool):
    app, screen = bench(tmp_path, Picture())
    app.no_color = no_color
    async with app.run_test():
        picture = screen.query_one(Picture)
        picture.show(pixels_of(2, 2, (255, 255, 255)))
        assert (colours_of(app) == 0) == no_color
        line = picture.render_line(0).text.strip()
        assert set(line) <= ({"▀"} if not no_color else {"█", "▓", "▒", "░"})


class Told(Screen[None]):
    """Notes what a viewer painted."""

    def __init__(self) -> None:
        super().__init__()
        self.looked: list[int] = []

    def compose(self):
        yield Viewer()

    def on_viewer_looked(self, event: Viewer.Looked) -> None:
        self.looked.append(event.view)


def viewer_app(tmp_path: Path) -> tuple[VentanillaApp, Told]:
    app, _ = bench(tmp_path)
    screen = Told()
    app._screen_makers = {"bench": lambda: lambda: screen}  # type: ignore[assignment]
    return app, screen


async def test_a_viewer_asks_for_what_is_looked_at_and_tells_what_was_painted(tmp_path: Path):
    app, screen = viewer_app(tmp_path)
    asked: list[Sight] = []

    async def ask(sight: Sight) -> Pixels | None:
        asked.append(sight)
        return None if sight.view == 2 else pixels_of(sight.width, sight.height, (9, 9, 9))

    async with app.run_test(size=(40, 12)):
        viewer = screen.query_one(Viewer)
        viewer.look_at("file", ["front", "back", "no picture"], ask)
        await wait_until(lambda: screen.looked == [0])
        viewer.closer(2)
        await wait_until(lambda: asked[-1].width == 2 * asked[0].width)
        viewer.turn()
        await wait_until(lambda: asked[-1].turn == 90)
        viewer.go(1)
        await wait_until(lambda: screen.looked[-1] == 1)
        assert (asked[-1].width, asked[-1].turn) == (asked[0].width, 0)
        viewer.go(1)
        await wait_until(lambda: asked[-1].view == 2)
        await wait_until(lambda: "no se puede" in str(viewer.query_one(".caption").render()))
        assert 2 not in screen.looked


async def test_a_slow_picture_of_another_file_is_not_shown(tmp_path: Path):
    app, screen = viewer_app(tmp_path)
    late = asyncio.Event()

    async def slow(_sight: Sight) -> Pixels | None:
        await late.wait()
        return pixels_of(1, 1, (1, 1, 1))

    async def quick(_sight: Sight) -> Pixels | None:
        return pixels_of(1, 1, (2, 2, 2))

    async with app.run_test(size=(40, 12)):
        viewer = screen.query_one(Viewer)
        viewer.look_at("first", ["a"], slow)
        await wait_until(lambda: any(worker.group == "paint" for worker in app.workers))
        viewer.look_at("second", ["b"], quick)
        await wait_until(lambda: screen.looked == [0])
        late.set()
        await wait_until(lambda: viewer.painted)
        assert viewer.query_one(Picture)._pixels == pixels_of(1, 1, (2, 2, 2))


async def test_the_same_picture_again_costs_no_bytes(tmp_path: Path):
    app, screen = bench(tmp_path, Picture())
    async with app.run_test():
        picture = screen.query_one(Picture)
        picture.show(pixels_of(2, 2, (255, 0, 0)))
        drawn = picture._strips
        picture.show(pixels_of(2, 2, (255, 0, 0)))
        assert picture._strips is drawn


async def test_a_picture_whose_page_was_left_before_its_drawing_began_is_no_fault(tmp_path: Path):
    app, _ = bench(tmp_path, viewer := Viewer())

    async def never(_: Sight) -> Pixels | None:
        raise AssertionError("nothing is there to draw for")

    async with app.run_test() as pilot:
        viewer.look_at("a file", ("Página 1",), never)
        await viewer.remove_children()
        await viewer.paint().wait()
        await pilot.pause()
        assert app.return_code in (None, 0)
