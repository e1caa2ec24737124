"""What follows the end marker of a JPEG: nothing, what telephones add, or what has no place there.

Sources: several pictures in one file: CIPA DC-007 (MPF); moving photos: Google, Motion Photo format
1.0 (XMP `MotionPhoto`, before it `MicroVideo`; an MP4 follows the picture); Samsung's gallery: no
document, the layout is that of ExifTool's Samsung trailer (`SEFH` ... `SEFT`, little-endian).
"""

import re
import struct
from dataclasses import dataclass
from typing import Final, Literal

from issuance.evidence.jpeg import START, Outline, read_outline

Kind = Literal["", "motion_photo", "samsung", "unknown"]

_PADDING: Final = re.compile(rb"(?:\xff\xd9|[\x00\s]|\xff(?!\xd8))*")
"""Zeros, line ends, fill bytes and end markers written twice mean nothing to anybody."""

_MAXIMUM_PICTURES: Final = 64

_HEAD: Final = b"SEFH"
_TAIL: Final = b"SEFT"
_ENTRY: Final = 12
"""Bytes of an entry of the directory, and of what precedes the first."""

_MOST_BLOCKS: Final = 256


@dataclass(frozen=True, slots=True)
class Trailer:
    """What follows the picture, padding left out: empty where nothing does."""

    kind: Kind = ""
    length: int = 0


def read_trailer(content: bytes, outline: Outline) -> Trailer:
    """Name what follows a picture and the further whole pictures its markers announce."""
    end = outline.end or len(content)
    for _ in range(_MAXIMUM_PICTURES):
        start = _skip_padding(content, end)
        if not (outline.multi_picture and content.startswith(START, start)):
            break
        further = read_outline(content, start)
        if further.end is None or further.frame is None:
            break
        end = further.end
    position = _skip_padding(content, end)
    length = len(content) - position
    if not length:
        return Trailer()
    # The first bytes of the video's length may pass for padding.
    if outline.motion_photo and b"ftyp" in content[position : position + 8]:
        return Trailer("motion_photo", length)
    if _is_samsung(content, end):
        return Trailer("samsung", length)
    return Trailer("unknown", length)


def _skip_padding(content: bytes, position: int) -> int:
    padding = _PADDING.match(content, position)
    return padding.end() if padding else position


def _is_samsung(content: bytes, end: int) -> bool:
    """Tell whether blocks of data fill what follows, up to a directory that names each of them."""
    tail = content.rfind(_TAIL, end)
    if tail < end + _ENTRY + 4 or _PADDING.fullmatch(content, tail + len(_TAIL)) is None:
        return False
    length = int.from_bytes(content[tail - 4 : tail], "little")
    head = tail - 4 - length
    count = int.from_bytes(content[head + 8 : head + _ENTRY], "little") if head >= end else 0
    if not 0 < count <= _MOST_BLOCKS or length != _ENTRY * (count + 1):
        return False
    if not content.startswith(_HEAD, head):
        return False
    entries = struct.iter_unpack("<2s2sII", content[head + _ENTRY : tail - 4])
    blocks = sorted((head - before, size, kind) for _, kind, before, size in entries)
    first = blocks[0][0]
    if first < end or _PADDING.fullmatch(content, end, first) is None:
        return False
    ends = [start + size for start, size, _ in blocks]
    # Each block begins where the one before it ends: nothing is hidden between them.
    return [start for start, _, _ in blocks] + [head] == [first, *ends] and all(
        content.startswith(b"\0\0" + kind, start) for start, _, kind in blocks
    )
