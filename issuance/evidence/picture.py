"""Pictures through Pillow: open, turn upright, shrink, copy clean. Runs in the limited child."""

import io
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

import PIL
from PIL import Image

from issuance.evidence.report import Preview

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


def lacks_tail(image: Image.Image) -> bool:
    """Tell whether the last block is the mid grey a decoder puts where data is missing.

    The decoder stays silent when an end marker was put after half a picture (T.81 has no length),
    so the one trace is this grey, unless the picture begins with it too.
    """
    if image.mode not in {"L", "RGB"}:
        return False
    width, height = image.size
    grey = bytes([128]) * 64 * len(image.getbands())
    last = image.crop((width - 8, height - 8, width, height)).tobytes()
    return last == grey and image.crop((0, 0, 8, 8)).tobytes() != grey


def make_preview(content: bytes, maximum_width: int, maximum_height: int) -> Preview:
    """Return the upright picture in colour, no larger than asked; raises what Pillow raises."""
    with open_jpeg(content) as image:
        orientation, _ = read_exif(image)
        largest = max(maximum_width, maximum_height)
        image.draft("RGB", (largest, largest))
        upright = _turn(image.convert("RGB"), orientation)
        upright.thumbnail((maximum_width, maximum_height), Image.Resampling.BOX)
        return Preview(upright.width, upright.height, upright.tobytes())


def copy_clean(content: bytes) -> bytes:
    """Return the first picture as a new upright colour JPEG that carries nothing but pixels."""
    with open_jpeg(content) as image:
        orientation, _ = read_exif(image)
        upright = _turn(image.convert("RGB"), orientation)
    # Pillow writes what it finds here (XMP, comments) into the copy.
    upright.info.clear()
    copy = io.BytesIO()
    upright.save(copy, "JPEG", quality=_COPY_QUALITY)
    return copy.getvalue()


def _turn(image: Image.Image, orientation: int) -> Image.Image:
    method = _UPRIGHT.get(orientation)
    return image if method is None else image.transpose(method)
