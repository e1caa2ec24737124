"""The structure of a JPEG, walked marker by marker without decoding a pixel.

Source: ITU-T T.81 (1992), annex B.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

START: Final = b"\xff\xd8"
_RESTARTS: Final = range(0xD0, 0xD8)
_END: Final = 0xD9
_SCAN: Final = 0xDA
_RESTART_INTERVAL: Final = 0xDD
_APPLICATION: Final = 0xE1
_MULTI_PICTURE: Final = 0xE2
_XMP: Final = b"http://ns.adobe.com/xap/1.0/\0"
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_WITH_LENGTH: Final = frozenset({*range(0xC0, 0xD0), *range(0xDA, 0xF0), 0xFE}) - {0xC8}
_DISORDER: Final = 0
"""Stands for a place where a marker should be and none that may be is."""

_MARKER: Final = re.compile(rb"\xff+([\x01-\xfe])")
_MARKER_IN_SCAN: Final = re.compile(rb"\xff([\x01-\xfe])")
_MOVING: Final = re.compile(rb"(?:MotionPhoto|MicroVideo)(?:=['\"]|>)1")
"""How XMP announces that a video follows the picture."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame header: coding process (0 baseline, 2 progressive ...), bits a sample, size."""

    process: int
    precision: int
    width: int
    height: int
    components: int


@dataclass(frozen=True, slots=True)
class Outline:
    """What the markers of one picture say.

    `end` is the offset after its end marker, None when the walk did not reach one; `orderly` is
    False when bytes stand where the standard allows none. `multi_picture` and `motion_photo` tell
    that the markers announce further pictures, or a video, behind this one.
    """

    frame: Frame | None
    scans: int
    end: int | None
    orderly: bool
    multi_picture: bool
    motion_photo: bool


@dataclass(frozen=True, slots=True)
class _Segment:
    marker: int
    payload: bytes
    end: int


def read_outline(content: bytes, start: int = 0) -> Outline:
    """Walk the markers of the picture whose start marker stands at `start`."""
    frame: Frame | None = None
    scans = 0
    multi_picture = motion_photo = False
    end: int | None = None
    orderly = True
    for segment in _segments(content, start + len(START)):
        if segment.marker == _END:
            end = segment.end
        elif segment.marker in _FRAMES and frame is None:
            frame = _read_frame(segment)
            orderly = orderly and frame is not None
        elif segment.marker in _FRAMES or segment.marker == _DISORDER:
            orderly = False
        elif segment.marker == _SCAN:
            scans += 1
            orderly = orderly and frame is not None
        elif segment.marker == _MULTI_PICTURE:
            multi_picture = multi_picture or segment.payload.startswith(b"MPF\0")
        elif segment.marker == _APPLICATION and segment.payload.startswith(_XMP):
            motion_photo = motion_photo or bool(_MOVING.search(segment.payload))
    return Outline(frame, scans, end, orderly, multi_picture, motion_photo)


def _segments(content: bytes, position: int) -> Iterator[_Segment]:
    """Yield the segments up to the end marker; a file that stops short simply ends the walk."""
    restart_interval = 0
    while found := _MARKER.match(content, position):
        marker = found[1][0]
        if marker == _END:
            yield _Segment(marker, b"", found.end())
            return
        if marker not in _WITH_LENGTH:
            break
        start = found.end()
        length = int.from_bytes(content[start : start + 2])
        position = start + length
        if start + 2 > len(content) or position > len(content):
            return
        if length < 2:
            break
        payload = content[start + 2 : position]
        yield _Segment(marker, payload, position)
        if marker == _RESTART_INTERVAL:
            restart_interval = int.from_bytes(payload[:2])
        elif marker == _SCAN:
            position = _end_of_scan(content, position, restart_interval)
    if content[position:].strip(b"\xff"):
        yield _Segment(_DISORDER, b"", position)


def _end_of_scan(content: bytes, position: int, restart_interval: int) -> int:
    """Return where the first marker stands that is not the restart marker due next."""
    due = _RESTARTS.start
    for found in _MARKER_IN_SCAN.finditer(content, position):
        if not restart_interval or found[1][0] != due:
            return found.start()
        due = due + 1 if due + 1 in _RESTARTS else _RESTARTS.start
    return len(content)


def _read_frame(segment: _Segment) -> Frame | None:
    header = segment.payload
    if len(header) < 6 or len(header) != 6 + 3 * header[5]:
        return None
    return Frame(
        process=segment.marker - 0xC0,
        precision=header[0],
        height=int.from_bytes(header[1:3]),
        width=int.from_bytes(header[3:5]),
        components=header[5],
    )
