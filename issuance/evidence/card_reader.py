"""Reads the pages on which an identity card was scanned, whichever way up they lie."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from PIL import Image

from issuance.evidence.card_text import find_faulty_zone, find_numbers, find_zone, has_traces
from issuance.evidence.engines import FaceFinder, Reading, TextReader
from issuance.evidence.page_layout import find_blocks, lies_sideways
from issuance.evidence.picture import rotate
from issuance.evidence.reading_preparation import prepare_text
from issuance.evidence.report import Box
from issuance.evidence.zone_layout import cut_last_character, find_zone_lines
from issuance.identity.mrz import MrzReading

_LEAST_WIDTH: Final = 800
_MOST_WIDTH: Final = 1600
_SECOND_LOOK: Final = 1.3
"""At another size a reading program sees other pixels: it does not err the same way twice."""

_TURNS: Final = (0, 180, 90, 270)
_SIDEWAYS_FIRST: Final = (90, 270, 0, 180)
_FACE_SCORE: Final = 60
_UPRIGHT_SCORE: Final = 90

_MOST_READINGS: Final = 40
"""Of all pages together; a good scan of both sides takes four to twenty."""

_Find = Callable[[Image.Image], tuple[Box, ...]]
"""Finds the blocks of print on a grey page."""


@dataclass(slots=True)
class SideSeen:
    """What was read on one page.

    `zone` is to be trusted: its check digits are right, or, as those of the old format say
    nothing, it was read twice the same. `faulty` was read twice the same and something is wrong
    with it. `traces` tells that there is a zone, legible or not. `numbers` counts how often each
    number printed for people was read. `zone_block` is where the trusted zone lies on the page;
    `turned` by how many degrees clockwise the page was turned to read it.
    """

    zone: MrzReading | None = None
    faulty: MrzReading | None = None
    traces: bool = False
    numbers: Counter[str] = field(default_factory=Counter[str])
    has_face: bool = False
    zone_block: Box | None = None
    turned: int = 0

    @property
    def is_legible(self) -> bool:
        """Tell whether something was read that only a card's text can be."""
        return bool(self.zone or self.faulty or self.numbers)


@dataclass(frozen=True, slots=True)
class _Reading:
    """What one look at one block gave; `zone` has no blocking finding."""

    zone: MrzReading | None
    faulty: MrzReading | None
    has_traces: bool
    numbers: tuple[str, ...]

    @property
    def old_zone(self) -> MrzReading | None:
        """Return a zone of the old format, which no check digit proves."""
        return self.zone if self._is_old else None

    @property
    def proven_zone(self) -> MrzReading | None:
        """Return a zone whose check digits are right."""
        return None if self._is_old else self.zone

    @property
    def _is_old(self) -> bool:
        return bool(self.zone and self.zone.fields and self.zone.fields.is_old_format)

    def is_proven(self, expected_number: str) -> bool:
        """Tell whether no second look is needed: nothing was read, or nothing by chance."""
        is_number_proven = not self.numbers or expected_number in self.numbers
        return is_number_proven and bool(self.proven_zone or not (self.zone or self.has_traces))


class CardReader:
    """Reads page after page until its readings are used up; what is unread then stays unread.

    Readings are counted, not seconds, so that the same file comes out the same on a busy machine.
    `end`, on the clock of `time.monotonic`, is only for what takes absurdly long; a reading begun
    before it is finished.
    """

    def __init__(
        self,
        text: TextReader,
        faces: FaceFinder | None,
        today: date,
        expected_number: str,
        end: float,
    ) -> None:
        self._text = text
        self._faces = faces
        self._today = today
        self._expected_number = expected_number
        self._end = end
        self._readings = 0
        self.was_stopped = False

    def look_at(self, page: Image.Image) -> SideSeen:
        """Read one drawn page in the first position in which something is legible."""
        grey = page.convert("L")
        face_turn = self._turn_of_face(page)
        turns = _SIDEWAYS_FIRST if lies_sideways(grey) else _TURNS
        seen = SideSeen(has_face=face_turn is not None)
        # Blocks in every position first: the whole page at once costs most and seldom helps.
        for find in (find_blocks, _whole):
            for turn in sorted(turns, key=lambda turn: turn != face_turn):
                self._read_blocks(rotate(grey, turn), find, seen)
                if seen.is_legible:
                    seen.turned = turn
                    return seen
        seen.turned = face_turn or 0
        return seen

    def _may_read(self) -> bool:
        may = self._readings < _MOST_READINGS and time.monotonic() < self._end
        self.was_stopped |= not may
        return may

    def _read_text(self, prepared: Image.Image, reading: Reading) -> tuple[str, ...]:
        if not self._may_read():
            return ()
        self._readings += 1
        return self._text.read(prepared, reading)

    def _turn_of_face(self, page: Image.Image) -> int | None:
        """Return the turn in which a portrait stands upright, or None where there is none."""
        if self._faces is None:
            return None
        best, best_score = None, _FACE_SCORE - 1
        for turn in _TURNS:
            score = max((face.score for face in self._faces.find(rotate(page, turn))), default=0)
            if score > best_score:
                best, best_score = turn, score
            if score >= _UPRIGHT_SCORE:
                break
        return best

    def _read_blocks(self, grey: Image.Image, find: _Find, seen: SideSeen) -> None:
        """Read block after block, and what shows a zone but none legible then in one piece."""
        traced: list[Box] = []
        for block in find(grey):
            if (seen.zone and seen.numbers) or not self._may_read():
                return
            if self._read_block(grey, block, seen):
                traced.append(block)
        if not traced:
            return
        for piece in (_around(traced), *_whole(grey)):
            if not seen.zone and piece not in traced and self._may_read():
                self._read_block(grey, piece, seen)

    def _read_block(self, grey: Image.Image, block: Box, seen: SideSeen) -> bool:
        """Read a block, and a second time what does not prove itself; tell of traces of a zone."""
        right, bottom = block.left + block.width, block.top + block.height
        print_ = grey.crop((block.left, block.top, right, bottom))
        width = min(max(block.width, _LEAST_WIDTH), _MOST_WIDTH)
        # Without a face finder any block may be the front, which bears the number.
        may_be_front = seen.has_face or self._faces is None
        first = self._read_print(print_, width, may_be_front=may_be_front)
        self._note(first, block, seen)
        if first.is_proven(self._expected_number):
            return first.has_traces
        second = self._read_print(print_, round(width * _SECOND_LOOK), may_be_front=may_be_front)
        self._note(second, block, seen)
        if first.faulty and second.faulty and first.faulty.fields == second.faulty.fields:
            seen.faulty = second.faulty
        if first.old_zone and second.old_zone and first.old_zone.fields == second.old_zone.fields:
            seen.zone, seen.zone_block = second.old_zone, block
        return first.has_traces or second.has_traces

    def _read_print(self, print_: Image.Image, width: int, *, may_be_front: bool) -> _Reading:
        prepared = prepare_text(print_, width)
        lines = self._read_text(prepared, "mrz")
        zone, faulty, traces = find_zone(lines, self._today), None, has_traces(lines)
        if traces and (zone is None or zone.blocking):
            digit = self._read_last_digit(prepared)
            zone = find_zone(lines, self._today, digit)
            faulty = find_faulty_zone(lines, self._today, digit)
        proven = zone if zone and not zone.blocking else None
        numbers = find_numbers(lines)
        if may_be_front and not numbers and not traces:
            numbers = find_numbers(self._read_text(prepared, "number"))
        return _Reading(proven, faulty, traces, numbers)

    def _read_last_digit(self, prepared: Image.Image) -> str:
        """Read the zone's check digit over all by itself; nothing where it is not to be found."""
        lines = find_zone_lines(prepared)
        if not lines:
            return ""
        read = "".join(self._read_text(cut_last_character(prepared, lines[1]), "digit"))
        return read if len(read) == 1 else ""

    def _note(self, reading: _Reading, block: Box, seen: SideSeen) -> None:
        seen.numbers.update(reading.numbers)
        seen.traces |= reading.has_traces
        if reading.proven_zone:
            seen.zone, seen.zone_block = reading.proven_zone, block


def _around(blocks: list[Box]) -> Box:
    left, top = min(box.left for box in blocks), min(box.top for box in blocks)
    right = max(box.left + box.width for box in blocks)
    bottom = max(box.top + box.height for box in blocks)
    return Box(left=left, top=top, width=right - left, height=bottom - top)


def _whole(page: Image.Image) -> tuple[Box, ...]:
    return (Box(left=0, top=0, width=page.width, height=page.height),)
