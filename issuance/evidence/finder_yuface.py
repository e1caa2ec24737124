"""The face finder yuface (libfacedetection): its weights are inside the package."""

import os
from collections.abc import Callable
from importlib.metadata import version
from typing import Final

# Its OpenMP threads wait by spinning; the number is read when the library is loaded.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy
import yuface  # pyright: ignore[reportMissingTypeStubs] - it has none
from numpy.typing import NDArray
from PIL import Image

from issuance.evidence.engines import Face, Point
from issuance.evidence.report import Box

_LONGEST_SIDE: Final = 640
"""Of the picture it looks at: a portrait on a card is found, at 50 ms a picture."""

_LEAST_SCORE: Final = 0.5

_Table = NDArray[numpy.int16]
_detect: Callable[[NDArray[numpy.uint8], float], tuple[_Table, _Table, _Table]] = yuface.detect  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
"""Takes blue, green, red; returns scores, boxes and landmarks, a row for each face."""


class YuFace:
    """Finds faces with yuface."""

    name: str = f"yuface {version('yuface')}"

    def find(self, picture: Image.Image) -> tuple[Face, ...]:
        """Return the faces of an RGB picture, in its pixels, the largest first."""
        scale = min(1.0, _LONGEST_SIDE / max(picture.size))
        size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
        small = picture if size == picture.size else picture.resize(size, Image.Resampling.BILINEAR)
        blue_first = numpy.ascontiguousarray(numpy.asarray(small)[:, :, ::-1])
        scores, boxes, landmarks = _detect(blue_first, _LEAST_SCORE)
        faces = (
            _face(int(score), box.tolist(), points.tolist(), picture.width / size[0])
            for score, box, points in zip(scores, boxes, landmarks, strict=True)
        )
        return tuple(sorted(faces, key=lambda face: face.box.width, reverse=True))


def _face(score: int, box: list[int], points: list[int], scale: float) -> Face:
    left, top, width, height = (round(value * scale) for value in box)
    right_eye, left_eye, nose, right_mouth, left_mouth = (
        _point(points, place, scale) for place in range(0, 10, 2)
    )
    return Face(
        Box(left=left, top=top, width=width, height=height),
        min(score, 100),
        (right_eye, left_eye, nose, right_mouth, left_mouth),
    )


def _point(points: list[int], place: int, scale: float) -> Point:
    return round(points[place] * scale), round(points[place + 1] * scale)
