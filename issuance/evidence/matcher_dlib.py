"""The face matcher of dlib: its ResNet and its five-point model, both in the public domain.

The package that brings them also holds a 68-point model whose licence excludes commercial use:
it is never loaded.
"""

import math
from importlib.metadata import version
from typing import Any, Final

import dlib  # pyright: ignore[reportMissingImports, reportMissingTypeStubs] - not for all
import face_recognition_models  # pyright: ignore[reportMissingImports, reportMissingTypeStubs] - not for all
import numpy
from PIL import Image

from issuance.evidence.engines import Face

_dlib: Any = dlib
_models: Any = face_recognition_models

_CHIP: Final = 150
_PADDING: Final = 0.25
"""Size of the levelled face the network was trained on, and the margin around it."""

_CENTRE: Final = 0.55
_HALF: Final = 0.55
"""The five-point model expects a square: its middle down the face, its half side, of the width."""


class DlibMatcher:
    """Measures the distance of two faces; it keeps nothing of either."""

    name: str = f"dlib {version('dlib-bin')}"

    def __init__(self) -> None:
        """Load the two models."""
        self._network = _dlib.face_recognition_model_v1(_models.face_recognition_model_location())
        self._points = _dlib.shape_predictor(_models.pose_predictor_five_point_model_location())

    def distance(self, picture: Image.Image, first: Face, second: Face) -> float:
        """Return the distance of two faces in one picture; 0 is the same face."""
        pixels = numpy.ascontiguousarray(numpy.asarray(picture))
        return math.dist(self._describe(pixels, first), self._describe(pixels, second))

    def _describe(self, pixels: Any, face: Face) -> list[float]:
        box = face.box
        x, y = box.left + box.width / 2, box.top + box.height * _CENTRE
        half = box.width * _HALF
        square = _dlib.rectangle(
            *(round(side) for side in (x - half, y - half, x + half, y + half))
        )
        chip = _dlib.get_face_chip(pixels, self._points(pixels, square), _CHIP, _PADDING)
        return list(self._network.compute_face_descriptor(chip))
