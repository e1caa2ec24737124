"""The strict JPEG decoder: libjpeg-turbo through simplejpeg, which reports what Pillow repairs."""

from importlib import import_module
from importlib.metadata import version
from typing import Any, Final

# The package has no types.
_simplejpeg: Any = import_module("simplejpeg")

_LEAST_SIDE: Final = 1
"""Every bit of the scan is read at any size; the least one keeps the decoded picture small."""


class SimplejpegDecoder:
    """Refuses a JPEG over which libjpeg would warn."""

    name: str = f"simplejpeg {version('simplejpeg')}"

    def is_sound(self, content: bytes) -> bool:
        """Tell whether the whole JPEG decodes without a warning."""
        try:
            _simplejpeg.decode_jpeg(
                content, "GRAY", min_height=_LEAST_SIDE, min_width=_LEAST_SIDE, strict=True
            )
        except ValueError:
            return False
        return True
