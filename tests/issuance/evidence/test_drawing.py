"""A picture in characters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuance.evidence.drawing import HALF_BLOCK, half_blocks
from issuance.evidence.report import Preview

RED, BLUE, WHITE, BLACK = (255, 0, 0), (0, 0, 255), (255, 255, 255), (0, 0, 0)


def preview(*rows: list[tuple[int, int, int]]) -> Preview:
    return Preview(
        len(rows[0]), len(rows), bytes(value for row in rows for c in row for value in c)
    )


def test_two_pixels_share_a_cell():
    cells = half_blocks(preview([RED, WHITE], [BLUE, BLACK]), 2, 1, 16_777_216)
    assert cells == [[(HALF_BLOCK, RED, BLUE), (HALF_BLOCK, WHITE, BLACK)]]


def test_palettes():
    picture = preview([RED], [WHITE])
    assert half_blocks(picture, 1, 1, 256) == [[(HALF_BLOCK, 196, 231)]]
    assert half_blocks(picture, 1, 1, 16) == [[(HALF_BLOCK, 9, 15)]]


def test_no_colours_become_light_and_dark_characters():
    cells = half_blocks(preview([BLACK, WHITE], [BLACK, WHITE]), 2, 1, 0)
    assert cells == [[(" ", None, None), ("@", None, None)]]


@pytest.mark.parametrize(("width", "height", "expected"), [(40, 40, (24, 12)), (80, 20, (40, 5))])
def test_proportions_are_kept(width, height, expected):
    cells = half_blocks(Preview(width, height, bytes(width * height * 3)), 40, 12, 256)
    assert (len(cells[0]), len(cells)) == expected


@given(
    st.integers(1, 60),
    st.integers(1, 60),
    st.integers(1, 80),
    st.integers(1, 30),
    st.sampled_from([16_777_216, 256, 16, 0]),
)
def test_any_picture_fits_its_room(width, height, columns, rows, colours):
    cells = half_blocks(Preview(width, height, bytes(width * height * 3)), columns, rows, colours)
    assert 1 <= len(cells) <= rows
    assert {len(row) for row in cells} == {len(cells[0])}
    assert 1 <= len(cells[0]) <= columns
