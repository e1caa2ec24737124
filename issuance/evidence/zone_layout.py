"""Where the lines of a card's machine-readable zone lie in prepared text, without reading them."""

from typing import Final

from PIL import Image, ImageOps

from issuance.evidence.report import Box

_LINES: Final = 3
_CHARACTERS: Final = 30
_INK: Final = 8
"""Mean darkness of a row of pixels, 0 to 255, that crosses letters."""

_DARK: Final = 100
_LEAST_WIDTH_PER_CENT: Final = 60
_UNEVEN: Final = 1.3
_LAST_CENTRE_TO_EDGE: Final = 0.4
"""From the middle of the last letter to its right edge, in letter pitches: fixed by OCR-B."""

_PAPER: Final = 30
_ENLARGED: Final = 2


def find_zone_lines(prepared: Image.Image) -> tuple[Box, ...]:
    """Return the three lowest lines of print that are equally high and about as wide, or none."""
    ink = ImageOps.invert(prepared)
    # Pillow's stubs name a type of NumPy, which is not installed everywhere.
    rows = ink.resize((1, ink.height), Image.Resampling.BOX).tobytes()  # pyright: ignore[reportUnknownMemberType]
    lines: list[Box] = []
    top = None
    for row, darkness in enumerate(rows + b"\0"):
        if darkness > _INK and top is None:
            top = row
        elif darkness <= _INK and top is not None:
            lines.append(_line(ink, top, row))
            top = None
    wide = [line for line in lines if line.width * 100 > prepared.width * _LEAST_WIDTH_PER_CENT]
    lowest = tuple(wide[-_LINES:])
    heights = [line.height for line in lowest]
    if len(lowest) < _LINES or max(heights) > min(heights) * _UNEVEN:
        return ()
    return lowest


def cut_last_character(prepared: Image.Image, line: Box) -> Image.Image:
    """Return the last of a line's thirty characters, enlarged on plain paper."""
    pitch = line.width / (_CHARACTERS - 1 + 2 * _LAST_CENTRE_TO_EDGE)
    right = line.left + line.width
    cell = prepared.crop(
        (
            round(right - pitch * 1.15),
            line.top - line.height // 5,
            round(right + pitch * 0.3),
            line.top + line.height + line.height // 5,
        )
    )
    cell = ImageOps.expand(cell, _PAPER, 255)
    return cell.resize((cell.width * _ENLARGED, cell.height * _ENLARGED))


def _line(ink: Image.Image, top: int, bottom: int) -> Box:
    band = ink.crop((0, top, ink.width, bottom)).point([0] * _DARK + [255] * (256 - _DARK))
    left, _, right, _ = band.getbbox() or (0, 0, 0, 0)
    return Box(left=left, top=top, width=right - left, height=bottom - top)
