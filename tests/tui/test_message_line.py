"""The line below the work: every finding's whole sentence fits at 80 columns."""

from pathlib import Path

import pytest
from textual.content import Content

from issuance.findings import Finding
from tests.keys import press_and_wait, wait_until
from tests.screens.conftest import shown
from tests.tui.bench import bench
from tests.tui.finding_samples import samples
from tests.tui.sample import sample_app
from tui.sentences import labelled
from tui.translation import Translator
from tui.widgets.help import HelpScreen
from tui.widgets.message_line import MOST_LINES, MessageLine
from tui.widgets.spinner import Spinner

COLUMNS = 80


def lines_of(finding: Finding, language: str) -> int:
    return len(Content(labelled(finding, Translator(language))).wrap(COLUMNS))


@pytest.mark.parametrize("language", ["es", "en"])
def test_no_sentence_is_cut_at_80_columns(language: str):
    cut = [each.code for each in samples() if lines_of(each, language) > MOST_LINES]
    assert not cut


async def test_a_long_sentence_is_shown_to_its_last_word(tmp_path: Path):
    longest = max(samples(), key=lambda each: lines_of(each, "es"))
    assert lines_of(longest, "es") == MOST_LINES
    app = sample_app("counter", tmp_path / "crash.log")
    async with app.run_test(size=(COLUMNS, 24)) as pilot:
        line = app.screen.query_one(MessageLine)
        focused = app.screen.focused
        line.show_findings([longest])
        last = labelled(longest, app.translate).split()[-1]
        await wait_until(lambda: last in shown(pilot))
        assert app.screen.focused is focused
        assert line.size.height == MOST_LINES
        line.clear()
        await wait_until(lambda: line.size.height == 2)
        assert not line.cut_words
        await press_and_wait(pilot, "A")


async def test_help_tells_the_whole_of_a_message_that_is_cut(tmp_path: Path):
    app = sample_app("counter", tmp_path / "crash.log")
    async with app.run_test(size=(COLUMNS, 24)) as pilot:
        app.screen.query_one(MessageLine).show(f"{'palabra ' * 40}última")
        await wait_until(lambda: "palabra" in shown(pilot))
        assert "última" not in shown(pilot)
        await press_and_wait(pilot, "f1", until=lambda: isinstance(app.screen, HelpScreen))
        assert "última" in shown(pilot)


async def test_what_is_awaited_is_told_to_its_last_word(tmp_path: Path):
    app, screen = bench(tmp_path, Spinner())
    words = Translator("es")("Key, certificate, file, check: please leave the stick where it is.")
    async with app.run_test(size=(COLUMNS - 2, 24)) as pilot:
        screen.query_one(Spinner).start(words)
        await wait_until(lambda: words.split()[-1] in shown(pilot))
