from itertools import product

import pytest
from rich.color import ColorSystem
from textual.color import Color

from tui.theme import TEXT_ON_GROUND, THEMES


def luminance(color: Color) -> float:
    """Relative luminance by WCAG 2.2."""
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
             for part in color.normalized]  # fmt: skip
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: Color, other: Color) -> float:
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


pairs = pytest.mark.parametrize(
    ("theme", "pair"),
    [pytest.param(*each, id=f"{each[0].name}-{'-on-'.join(each[1])}")
     for each in product(THEMES, TEXT_ON_GROUND)],
)  # fmt: skip


def colours(theme, pair) -> tuple[Color, Color]:
    variables = theme.to_color_system().generate() | theme.variables
    text, ground = (Color.parse(variables[name]) for name in pair)
    return text, ground


@pairs
def test_text_stands_out_at_least_seven_to_one(theme, pair):
    text, ground = colours(theme, pair)
    assert text.a == ground.a == 1
    assert contrast(text, ground) >= 7


@pairs
def test_text_and_ground_differ_on_sixteen_colours(theme, pair):
    text, ground = (
        each.rich_color.downgrade(ColorSystem.STANDARD) for each in colours(theme, pair)
    )
    assert text.number != ground.number


@pairs
def test_text_stands_out_without_colour(theme, pair):
    text, ground = (each.monochrome for each in colours(theme, pair))
    assert contrast(text, ground) >= 4.5
