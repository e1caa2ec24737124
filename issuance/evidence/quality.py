"""Whether a photo is light, sharp and whole enough to be used, by Pillow alone.

In the style of ISO/IEC 29794-5, which defines measures and names no limits.
"""

from typing import Final

from PIL import Image, ImageChops, ImageStat

from issuance.evidence.borders import border_share
from issuance.evidence.enlargement import periodicity
from issuance.evidence.picture import ENGINE, open_jpeg
from issuance.evidence.rules import QualityRule
from issuance.findings import Finding, blocks, warns
from issuance.findings.evidence import EvidenceCode

_LONGER_SIDE: Final = 720
_DARKEST: Final = 26
_SHADED: Final = 200
_WHITEST: Final = 247
_ENDS: Final = 0.01

_STRONG_EDGES: Final = 0.99
_ALONG: Final = 4
"""Pixels averaged along an edge: it stays, noise goes."""

_MOST_PIXELS: Final = 24_000_000
"""A larger picture is not decoded whole only to name how it lost its sharpness."""

_LUMA_SUM: Final = 3692
"""Sum of the luminance table of quality 50 (ITU-T T.81, table K.1)."""


def measure(picture: Image.Image, content: bytes, rule: QualityRule) -> tuple[Finding, ...]:
    """Measure a photo: `picture` is upright, RGB and at its working size, `content` its file.

    What makes a picture unfit hides what else may be wrong with it: one cause is told, light
    before compression before sharpness. Borders are told besides.
    """
    grey = picture.convert("L")
    grey.thumbnail((_LONGER_SIDE, _LONGER_SIDE), Image.Resampling.BICUBIC)
    causes = _light(grey, rule) or _compression(content, rule) or _sharpness(grey, content, rule)
    return (*causes, *_borders(grey, rule))


def jpeg_quality(content: bytes) -> int:
    """Estimate the quality (1 to 100) a JPEG was saved with from its luminance table."""
    with open_jpeg(content) as image:
        tables: dict[int, list[int]] = getattr(image, "quantization", {})
        table = tables.get(0) or [1]
    scale = 100 * sum(table) / _LUMA_SUM
    quality = 5000 / scale if scale > 100 else (200 - scale) / 2
    return min(100, max(1, round(quality)))


def _light(grey: Image.Image, rule: QualityRule) -> tuple[Finding, ...]:
    """Judge the light of the whole and of its middle: a wall may be black or white, people not.

    Somebody well lit before a white wall may fill little of both: such a picture is not refused.
    """
    width, height = grey.size
    middle = grey.crop((width // 4, height // 4, width - width // 4, height - height // 4))
    whole, inner = grey.histogram(), middle.histogram()
    dark = min(_share(each[:_DARKEST], each) for each in (whole, inner))
    mean = max(round(ImageStat.Stat(each).mean[0]) for each in (grey, middle))
    white = min(_share(each[_WHITEST:], each) for each in (whole, inner))
    lit = max(_share(each[:_SHADED], each) for each in (whole, inner))
    contrast = round(_contrast(whole))
    judged = (
        (dark > rule.dark_share, EvidenceCode.DARK, dark, rule.dark_share),
        (mean < rule.minimum_mean, EvidenceCode.DIM, mean, rule.minimum_mean),
        (white > rule.overexposed_share, EvidenceCode.OVEREXPOSED, white, rule.overexposed_share),
        (
            contrast < rule.minimum_contrast,
            EvidenceCode.LOW_CONTRAST,
            contrast,
            rule.minimum_contrast,
        ),
    )
    for unfit, code, value, threshold in judged:
        if unfit:
            before_white = code == EvidenceCode.OVEREXPOSED and lit >= rule.lit_share
            found = warns if before_white else blocks
            return (found(code, value=value, threshold=threshold, engine=ENGINE),)
    return ()


def _compression(content: bytes, rule: QualityRule) -> tuple[Finding, ...]:
    value, threshold = jpeg_quality(content), rule.minimum_jpeg_quality
    if value >= threshold:
        return ()
    return (blocks(EvidenceCode.COMPRESSION, value=value, threshold=threshold, engine=ENGINE),)


def _sharpness(grey: Image.Image, content: bytes, rule: QualityRule) -> tuple[Finding, ...]:
    """Judge the sharpness by the strongest edges, and refuse where detail is missing everywhere.

    Edges alone do not depend on what is shown: a bare room has little detail and is sharp.
    """
    edges = edge_strength(grey)
    if edges >= rule.soft_edges:
        return ()
    enlarged = _is_enlarged(content, rule)
    without_detail = lost_detail(grey) < rule.minimum_detail_hundredths
    sought = rule.minimum_enlarged_edges if enlarged else rule.minimum_edges
    code = EvidenceCode.UPSCALED if enlarged else EvidenceCode.BLUR
    if edges < sought:
        found = blocks if without_detail else warns
        return (found(code, value=edges, threshold=sought, engine=ENGINE),)
    if enlarged:
        return (warns(code, value=edges, threshold=rule.soft_edges, engine=ENGINE),)
    return ()


def _is_enlarged(content: bytes, rule: QualityRule) -> bool:
    with open_jpeg(content) as image:
        if image.width * image.height > _MOST_PIXELS:
            return False
        image.draft("L", image.size)
        return periodicity(image.convert("L")) >= rule.enlargement


def edge_strength(grey: Image.Image) -> int:
    """Return how much halving takes from the strongest edges, in thousandths of the contrast.

    The weaker of both directions counts: a moving hand blurs one of them only.
    """
    weaker = min(
        _edges(grey.reduce((1, _ALONG)), (2, 1)),
        _edges(grey.reduce((_ALONG, 1)), (1, 2)),
    )
    return round(1000 * weaker / max(1.0, _contrast(grey.histogram())))


def _edges(grey: Image.Image, factor: tuple[int, int]) -> float:
    return _at(_loss(grey, factor).histogram(), _STRONG_EDGES)


def lost_detail(grey: Image.Image) -> int:
    """Return how much halving takes from a pixel on average, in hundredths of luma.

    Again the weaker of both directions counts.
    """
    means = (ImageStat.Stat(_loss(grey, factor)).mean[0] for factor in ((2, 1), (1, 2)))
    return round(100 * min(means))


def _loss(grey: Image.Image, factor: tuple[int, int]) -> Image.Image:
    restored = grey.reduce(factor).resize(grey.size, Image.Resampling.BICUBIC)
    return ImageChops.difference(grey, restored)


def _borders(grey: Image.Image, rule: QualityRule) -> tuple[Finding, ...]:
    value, threshold = border_share(grey), rule.border_share
    if value <= threshold:
        return ()
    return (warns(EvidenceCode.BORDERS, value=value, threshold=threshold, engine=ENGINE),)


def _share(part: list[int], whole: list[int]) -> int:
    return round(100 * sum(part) / sum(whole))


def _contrast(histogram: list[int]) -> float:
    return _at(histogram, 1 - _ENDS) - _at(histogram, _ENDS)


def _at(histogram: list[int], share: float) -> float:
    """Return the value below which this share of the pixels lies, between whole ones too."""
    left = share * sum(histogram)
    for value, count in enumerate(histogram):
        if count and left <= count:
            return max(0.0, value - 0.5 + left / count)
        left -= count
    return float(len(histogram))
