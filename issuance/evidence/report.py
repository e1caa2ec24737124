"""What a check or a look at a file yields; light to import, unlike the checks."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from issuance.findings import Finding, Severity
from issuance.model import Frozen

Tell = Callable[[Finding], object]
"""Is told each finding the moment it is made."""


def tell_nobody(finding: Finding) -> None:
    """Serve where nobody waits for the findings one by one."""


class Verdict(StrEnum):
    """What the findings of a file come to."""

    ACCEPT = "accept"
    REVIEW = "review"
    REJECT = "reject"


def verdict(findings: tuple[Finding, ...]) -> Verdict:
    """Return the verdict: what blocks rejects, what warns is for a person to review."""
    severities = {finding.severity for finding in findings}
    if Severity.BLOCKS in severities:
        return Verdict.REJECT
    return Verdict.REVIEW if Severity.WARNS in severities else Verdict.ACCEPT


class Box(Frozen):
    """A rectangle in the pixels of the full upright picture, from its top left corner."""

    left: int
    top: int
    width: int
    height: int


class FacesSeen(Frozen):
    """Where the person, the card's portrait and the card are, as far as they were found.

    `turned` is by how many degrees clockwise the picture had to be turned to find the face,
    `card_tilt` by how many the card is turned in it.
    """

    findings: tuple[Finding, ...] = ()
    person: Box | None = None
    portrait: Box | None = None
    card: Box | None = None
    card_tilt: int = 0
    turned: int = 0
    engines: tuple[str, ...] = ()


class CardRead(Frozen):
    """What was read on an identity card, field by field; empty where nothing was."""

    number: str = ""
    document_number: str = ""
    surnames: str = ""
    given_names: str = ""
    birth_date: str = ""
    expiry_date: str = ""
    sex: str = ""
    nationality: str = ""


class PagesSeen(Frozen):
    """What was found on the pages of a document."""

    findings: tuple[Finding, ...] = ()
    card: CardRead = CardRead()
    engines: tuple[str, ...] = ()


class PhotoReport(Frozen):
    """Findings about a photo, its size in pixels when upright and its EXIF orientation (1 to 8).

    Size is 0 by 0 where the file did not tell. `engines` name programs and versions that looked.
    `fingerprint` tells pictures apart that look alike; empty where none was made.
    """

    findings: tuple[Finding, ...]
    width: int = 0
    height: int = 0
    orientation: int = 1
    fingerprint: str = ""
    person: Box | None = None
    portrait: Box | None = None
    card: Box | None = None
    engines: tuple[str, ...] = ()


class DocumentReport(Frozen):
    """Findings about a PDF and its number of pages; `engines` name what looked."""

    findings: tuple[Finding, ...]
    pages: int = 0
    card: CardRead = CardRead()
    engines: tuple[str, ...] = ()


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
