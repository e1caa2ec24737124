"""Reads QR and PDF417 codes with ZXing-C++."""

from importlib import import_module
from importlib.metadata import version
from typing import Any, Final

from PIL import Image

# The package has no types.
_zxing: Any = import_module("zxingcpp")

_MAXIMUM_TEXTS: Final = 8
_MAXIMUM_LENGTH: Final = 4096


class ZxingReader:
    """Reads the codes that identity cards bear."""

    name: str = f"zxing-cpp {version('zxing-cpp')}"

    def read(self, picture: Image.Image) -> tuple[str, ...]:
        """Return the texts of the codes in a picture, at most eight of 4,096 characters."""
        formats = (_zxing.BarcodeFormat.QRCode, _zxing.BarcodeFormat.PDF417)
        found = _zxing.read_barcodes(picture.convert("L"), formats=formats)
        texts = [str(code.text)[:_MAXIMUM_LENGTH] for code in found if code.valid]
        return tuple(texts[:_MAXIMUM_TEXTS])
