from pathlib import Path

from tests.keys import wait_until
from tests.tui.bench import bench
from tui.widgets.rules_text import RulesText

WORDS = "Uno dos tres.\n\nCuatro cinco\nseis.\n\nSiete ocho nueve diez."


async def test_paragraphs_are_whole_and_what_is_left_out_is_told(tmp_path: Path):
    rules = RulesText(WORDS)
    app, _ = bench(tmp_path, rules)
    async with app.run_test(size=(20, 12)):
        await wait_until(lambda: str(rules.render()) == WORDS)
        rules.styles.height = 6
        await wait_until(lambda: rules.size.height == 6)
        assert str(rules.render()) == "Uno dos tres.\n\nCuatro cinco\nseis.\n\nF1 muestra el resto."
        rules.styles.height = 4
        await wait_until(lambda: rules.size.height == 4)
        assert str(rules.render()) == "Uno dos tres.\n\nF1 muestra el resto."
