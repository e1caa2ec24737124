"""Measures of a face that hint at glasses, a cap, a mask, a turned head or bad light.

They look at lightness around the five landmarks only and compare parts of one face with each
other, so that the colour of the skin does not matter. They are hints: a fringe can pass for a cap.
"""

from collections.abc import Generator
from typing import Any, Final

import numpy
from numpy.typing import NDArray
from PIL import Image

from issuance.evidence.engines import Face
from issuance.evidence.rules import FaceRule
from issuance.findings import Finding, warns
from issuance.findings.evidence import EvidenceCode

_EYES: Final = 48
"""Distance of the eyes in the levelled picture; other lengths are in distances of the eyes."""

_SIZE: Final = (round(3.2 * _EYES), round(4.2 * _EYES))
_MIDDLE: Final = (_SIZE[0] / 2, 1.9 * _EYES)
"""Where the middle between the eyes lies."""

_LOWEST_BROW: Final = 0.3
_HIGHEST_SKIN: Final = 1.6
_SKIN_RANGE: Final = 0.45
"""Natural logarithm of lightness within which all is taken for the same skin."""

_BRIM_HEIGHTS: Final = numpy.arange(-1.3, -0.35, 0.04)
_BRIM_BENDS: Final = numpy.arange(-0.15, 0.21, 0.05)
"""How much lower a brim is at the temples than in the middle."""

_FULL_EDGE: Final = 24
"""Change of lightness over two pixels that counts as a full edge."""

_BESIDE: Final = 3
"""Distance in pixels to the curve above or below, which ragged hair has too."""

_Floats = NDArray[numpy.floating[Any]]


def find_hints(picture: Image.Image, face: Face, rule: FaceRule, engine: str) -> Generator[Finding]:
    """Yield what in a person's face a look should confirm; each finding is measured."""
    if (yaw := measure_yaw(face)) > rule.yaw_share:
        yield _hint(EvidenceCode.POSE, yaw, rule.yaw_share, engine)
    look = _Look(picture, face)
    if (mouth := look.mouth_contrast()) < rule.mouth_contrast:
        yield _hint(EvidenceCode.FACE_OCCLUDED, mouth, rule.mouth_contrast, engine)
    if worn := _find_worn(look, rule, engine):
        yield worn
    elif look.cheek < rule.dark_face_mean and look.eye_white() < rule.dark_eye_white:
        yield _hint(EvidenceCode.DARK_FACE, look.cheek, rule.dark_face_mean, engine)


def _find_worn(look: "_Look", rule: FaceRule, engine: str) -> Finding | None:
    """Return the first of dark glasses, cap and glasses: each disturbs the measures of the next."""
    if (contrast := look.eye_contrast()) < rule.eye_contrast:
        return _hint(EvidenceCode.SUNGLASSES, contrast, rule.eye_contrast, engine)
    if (skin := look.skin_above_eyes()) < rule.cap_share:
        return _hint(EvidenceCode.HEADWEAR, skin, rule.cap_share, engine)
    if (brim := look.brim()) >= rule.brim_share:
        return _hint(EvidenceCode.HEADWEAR, brim, rule.brim_share, engine)
    if (frame := look.frame()) >= rule.glasses_share:
        return _hint(EvidenceCode.GLASSES, frame, rule.glasses_share, engine)
    return None


def _hint(code: EvidenceCode, value: int, threshold: int, engine: str) -> Finding:
    return warns(code, value=value, threshold=threshold, engine=engine)


def measure_yaw(face: Face) -> int:
    """Return how far the nose is from the middle of the eyes, in per cent of their distance."""
    (x_right, y_right), (x_left, y_left), (x, y) = face.landmarks[:3]
    across, down = x_left - x_right, y_left - y_right
    aside = (x - (x_right + x_left) / 2) * across + (y - (y_right + y_left) / 2) * down
    return round(100 * abs(aside) / max(1, across * across + down * down))


class _Look:
    """The lightness of a levelled face, the middle between the eyes as origin."""

    def __init__(self, picture: Image.Image, face: Face) -> None:
        (x_right, y_right), (x_left, y_left) = face.landmarks[:2]
        along, aside = (x_left - x_right) / _EYES, (y_left - y_right) / _EYES
        column, row = _MIDDLE
        x, y = (x_right + x_left) / 2, (y_right + y_left) / 2
        # Only the surroundings are turned grey: the picture may be large.
        levelled = picture.transform(
            _SIZE,
            Image.Transform.AFFINE,
            (
                along, -aside, x - along * column + aside * row,
                aside, along, y - aside * column - along * row,
            ),
            Image.Resampling.BILINEAR,
        )  # fmt: skip
        self._luma = numpy.asarray(levelled.convert("L"), numpy.float32)
        cheeks = [self._part(left, 0.45, left + 0.25, 0.75).ravel() for left in (-0.6, 0.35)]
        self.cheek: Final = max(1, round(float(numpy.median(numpy.concatenate(cheeks)))))
        self._nose = max(1.0, float(numpy.median(self._part(-0.1, -0.1, 0.1, 0.3))))
        self._eyes = [self._part(middle - 0.2, -0.14, middle + 0.2, 0.16) for middle in (-0.5, 0.5)]

    def _part(self, left: float, top: float, right: float, bottom: float) -> _Floats:
        column, row = _MIDDLE
        return self._luma[
            max(0, int(row + top * _EYES)) : int(row + bottom * _EYES),
            max(0, int(column + left * _EYES)) : int(column + right * _EYES),
        ]

    def eye_contrast(self) -> int:
        """Return the range of lightness in the eyes, in per cent of the cheeks': lenses hide it."""
        ranges = [numpy.percentile(eye, 95) - numpy.percentile(eye, 5) for eye in self._eyes]
        return round(100 * float(numpy.mean(ranges)) / self.cheek)

    def eye_white(self) -> int:
        """Return the lightness of the lightest of the eyes: dark only in the shade."""
        return round(float(numpy.mean([numpy.percentile(eye, 95) for eye in self._eyes])))

    def frame(self) -> int:
        """Return the weakest of bridge and rims of glasses, in per cent of the nose's lightness.

        Skin has no level line across the nose between the eyes or below an eye.
        """
        lines = (
            self._part(-0.12, -0.3, 0.12, 0.4),
            self._part(-0.65, 0.22, -0.35, 0.7),
            self._part(0.35, 0.22, 0.65, 0.7),
        )
        return round(100 * min(_strongest_line(part) for part in lines) / self._nose)

    def mouth_contrast(self) -> int:
        """Return how much rows around the mouth differ, in per cent of their mean: masks are even.

        Lips and the line between them differ from skin and beard.
        """
        rows = self._part(-0.3, 0.8, 0.3, 1.35).mean(1)
        return round(100 * float(rows.max() - rows.min()) / max(1.0, float(rows.mean())))

    def skin_above_eyes(self) -> int:
        """Return how high skin reaches above the eyes, in per cent of their distance."""
        rows = numpy.median(self._part(-0.3, -_HIGHEST_SKIN, 0.3, -_LOWEST_BROW), 1)[::-1]
        unlike = numpy.abs(numpy.log(numpy.maximum(rows, 8) / max(self._nose, 8))) > _SKIN_RANGE
        reach = int(unlike.argmax()) if unlike.any() else len(rows)
        return round(100 * (_LOWEST_BROW + reach / _EYES))

    def brim(self) -> int:
        """Return the plainest level curve across the whole head above the eyes, in per cent.

        The edge of a cap or hat runs on where hair and background meet in ragged or steep lines.
        """
        edges = numpy.zeros_like(self._luma)
        edges[1:-1] = numpy.abs(self._luma[2:] - self._luma[:-2])
        edges = numpy.minimum(edges, _FULL_EDGE) / _FULL_EDGE
        edges[1:] = numpy.maximum(edges[1:], edges[:-1])
        offsets = numpy.arange(-_EYES, _EYES + 1)
        columns = (offsets + _MIDDLE[0]).astype(int)
        heights, bends = numpy.meshgrid(_BRIM_HEIGHTS, _BRIM_BENDS)
        curves = heights.reshape(-1, 1) + bends.reshape(-1, 1) * (offsets / _EYES) ** 2
        rows = numpy.rint(_MIDDLE[1] + curves * _EYES).astype(int)
        rows = numpy.clip(rows, _BESIDE, len(edges) - 1 - _BESIDE)
        on, above, below = (
            edges[rows + aside, columns].mean(1) for aside in (0, -_BESIDE, _BESIDE)
        )
        return round(100 * float((on - numpy.minimum(above, below) / 2).max()))


def _strongest_line(part: _Floats) -> float:
    rows = part.mean(1)
    return float(numpy.abs(rows[2:] - rows[:-2]).max())
