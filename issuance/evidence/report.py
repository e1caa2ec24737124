"""What a check or a look at a file yields; light to import, unlike the checks."""

from dataclasses import dataclass

from issuance.findings import Finding
from issuance.model import Frozen


class PhotoReport(Frozen):
    """Findings about a photo, its size in pixels when upright and its EXIF orientation (1 to 8).

    Size is 0 by 0 where the file did not tell. `engine` names the decoder and its version.
    """

    findings: tuple[Finding, ...]
    width: int = 0
    height: int = 0
    orientation: int = 1
    engine: str = ""


class DocumentReport(Frozen):
    """Findings about a PDF and its number of pages; `engine` names the reader and its version."""

    findings: tuple[Finding, ...]
    pages: int = 0
    engine: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """A small upright picture: three bytes (red, green, blue) a pixel, row by row from the top."""

    width: int
    height: int
    rgb: bytes

    def pixel(self, column: int, row: int) -> tuple[int, int, int]:
        """Return red, green and blue of one pixel, 0 to 255 each."""
        start = (row * self.width + column) * 3
        red, green, blue = self.rgb[start : start + 3]
        return red, green, blue
