"""Pictures through Pillow: open, turn upright, shrink, copy clean. Runs in the limited child."""

import io
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

import PIL
from PIL import Image, ImageOps

from issuance.evidence.protocol import PreviewTask
from issuance.evidence.report import Box, Preview

ENGINE: Final = f"pillow {PIL.__version__}"

_ORIENTATION: Final = 0x0112
_GPS: Final = 0x8825
_UPRIGHT: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What each EXIF orientation needs (CIPA DC-008, tag 274)."""

WORKING_SIDE: Final = 720
"""Pixels of the shorter side from which light, sharpness and faces are judged."""

_MOST_PIXELS_AT_ONCE: Final = 24_000_000
"""A larger picture is decoded at half its size: a part of it has pixels enough."""

_COPY_QUALITY: Final = 90


@contextmanager
def open_jpeg(content: bytes) -> Generator[Image.Image]:
    """Open a JPEG whose markers were walked; nothing is decoded yet.

    Raises what Pillow raises for a file it cannot read.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(io.BytesIO(content), formats=["JPEG"]) as it:
            yield it


def read_exif(image: Image.Image) -> tuple[int, bool]:
    """Return the EXIF orientation (1 when absent or senseless) and whether a place is given."""
    try:
        exif = image.getexif()
        orientation, located = exif.get(_ORIENTATION), _GPS in exif
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - hostile EXIF fails in many ways; without it the photo stands
        return 1, False
    return (orientation if orientation in _UPRIGHT else 1), located


def decode_small(image: Image.Image) -> Image.Image:
    """Decode a whole JPEG in colour, at the least size whose shorter side is a working side.

    Raises what Pillow raises for data it cannot decode.
    """
    image.draft("RGB", (WORKING_SIDE, WORKING_SIDE))
    image.load()
    return image.convert("RGB")


def lacks_tail(image: Image.Image, scale: float) -> bool:
    """Tell whether the last block is the mid grey a decoder puts where data is missing.

    The decoder stays silent when an end marker was put after half a picture (T.81 has no length),
    so the one trace is this grey, unless the picture begins with it too. `image` was decoded at
    one `scale`-th of its size, and so were its blocks of eight pixels.
    """
    if image.mode not in {"L", "RGB"}:
        return False
    width, height = image.size
    side = max(2, round(8 / scale))
    grey = bytes([128]) * side * side * len(image.getbands())
    last = image.crop((width - side, height - side, width, height)).tobytes()
    return last == grey and image.crop((0, 0, side, side)).tobytes() != grey


def cut(content: bytes, box: Box, turned: int) -> Image.Image:
    """Return a part of the upright picture in grey, at full size where memory allows.

    `box` is in pixels of the full upright picture; the part is then turned so many degrees
    clockwise (0, 90, 180, 270). Raises what Pillow raises.
    """
    with open_jpeg(content) as image:
        full = image.width * image.height
        return _cut(image, "L", box, turned, 1 if full <= _MOST_PIXELS_AT_ONCE else 2)


def make_preview(content: bytes, task: PreviewTask) -> Preview:
    """Return the upright picture, or a part of it, in colour and as large as fits what is asked.

    A whole picture is never enlarged, a part is. Raises what Pillow raises.
    """
    limits = task.maximum_width, task.maximum_height
    with open_jpeg(content) as image:
        box = task.crop
        if box is None:
            orientation, _ = read_exif(image)
            image.draft("RGB", (max(limits), max(limits)))
            shown = rotate(turn(image.convert("RGB"), orientation), task.turn)
            shown.thumbnail(limits, Image.Resampling.BOX)
        else:
            scale = max(1, min(8, max(box.width, box.height) // max(limits)))
            part = _cut(image, "RGB", box, task.turn, scale)
            shown = ImageOps.contain(part, limits, Image.Resampling.BICUBIC)
        return Preview(shown.width, shown.height, shown.tobytes())


def _cut(image: Image.Image, mode: str, box: Box, turned: int, reduction: int) -> Image.Image:
    """Decode at least one `reduction`-th of the size in `mode` and cut the box out of it."""
    orientation, _ = read_exif(image)
    full = image.size if orientation < 5 else (image.height, image.width)
    image.draft(mode, (image.width // reduction, image.height // reduction))
    upright = turn(image.convert(mode), orientation)
    across, down = upright.width / full[0], upright.height / full[1]
    left = min(max(0, round(box.left * across)), upright.width - 1)
    top = min(max(0, round(box.top * down)), upright.height - 1)
    right = max(left + 1, min(upright.width, round((box.left + box.width) * across)))
    bottom = max(top + 1, min(upright.height, round((box.top + box.height) * down)))
    return rotate(upright.crop((left, top, right, bottom)), turned)


def copy_clean(content: bytes) -> bytes:
    """Return the first picture as a new upright colour JPEG that carries nothing but pixels."""
    with open_jpeg(content) as image:
        orientation, _ = read_exif(image)
        upright = turn(image.convert("RGB"), orientation)
    # Pillow writes what it finds here (XMP, comments) into the copy.
    upright.info.clear()
    copy = io.BytesIO()
    upright.save(copy, "JPEG", quality=_COPY_QUALITY)
    return copy.getvalue()


def turn(image: Image.Image, orientation: int) -> Image.Image:
    """Return the picture upright, as its EXIF orientation says."""
    method = _UPRIGHT.get(orientation)
    return image if method is None else image.transpose(method)


def rotate(image: Image.Image, clockwise: int) -> Image.Image:
    """Return the picture turned by a multiple of 90 degrees."""
    return image.rotate(-clockwise, expand=True) if clockwise else image
