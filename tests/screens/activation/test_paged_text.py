from collections.abc import Sequence

import pytest
from textual.app import ComposeResult
from textual.screen import Screen

import tui  # before Textual, whose environment it sets  # isort: split
from screens.paged_text import LabelledRow, PagedText
from tests.keys import wait_until
from tui.app import VentanillaApp
from tui.crash import CrashLog

assert tui
PARTS: Sequence[LabelledRow | str] = (
    *(LabelledRow(f"Campo {number}", f"valor{number}") for number in range(7)),
    "Una frase larga que no cabe en una sola línea de una pantalla estrecha, y sigue. " * 4,
    "fin\x1b]0;hostil\x07[/]",
)


class _Reader(Screen[None]):
    def compose(self) -> ComposeResult:
        yield PagedText(id="text")


def _app(crashes: CrashLog) -> VentanillaApp:
    return VentanillaApp({"reader": lambda: _Reader}, crashes, first_screen="reader")


@pytest.fixture
def crashes(tmp_path) -> CrashLog:
    from datetime import UTC, datetime

    return CrashLog(tmp_path / "crash.log", lambda: datetime(2026, 1, 1, tzinfo=UTC), lambda: "R")


@pytest.mark.parametrize("size", [(80, 6), (40, 8), (120, 5), (20, 4)])
async def test_turning_to_the_end_shows_every_word(crashes: CrashLog, size: tuple[int, int]):
    async with _app(crashes).run_test(size=size) as pilot:
        text = pilot.app.screen.query_one(PagedText)
        text.show(PARTS)
        pages = [str(text.render())]
        assert not text.at_end
        while not text.at_end:
            text.turn(1)
            pages.append(str(text.render()))
        assert all(page.count("\n") < size[1] for page in pages)
        shown = " ".join(" ".join(pages).split())
        assert all(f"valor{number}" in shown for number in range(7))
        assert "\x1b" not in shown
        assert "fin" in shown
        last = pages[-1]
        text.turn(5)
        assert str(text.render()) == last
        text.turn(-99)
        assert str(text.render()) == pages[0]


async def test_a_short_text_is_at_its_end_at_once(crashes: CrashLog):
    async with _app(crashes).run_test(size=(80, 24)) as pilot:
        text = pilot.app.screen.query_one(PagedText)
        assert not text.at_end
        text.show(["corto"])
        assert text.at_end
        assert str(text.render()) == "corto"


async def test_a_smaller_screen_keeps_one_inside_the_text(crashes: CrashLog):
    async with _app(crashes).run_test(size=(20, 5)) as pilot:
        text = pilot.app.screen.query_one(PagedText)
        text.show(PARTS)
        text.turn(99)
        await pilot.resize_terminal(120, 30)
        await wait_until(lambda: text.size.width == 120)
        assert text.at_end
