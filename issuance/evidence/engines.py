"""The engines that look into a picture or a page: what each must do, and which are here.

Each is optional. A check whose engine is missing is left to a person's eye, never passed: the
report says so. Only the limited child process may use an engine on a file nobody trusts yet.
"""

from dataclasses import dataclass
from typing import Final, Literal, Protocol

from PIL.Image import Image

from issuance.evidence.report import Box

Point = tuple[int, int]
Reading = Literal["number", "mrz", "digit"]
"""Scattered text with numbers; a machine-readable zone among other lines; one digit alone."""


@dataclass(frozen=True, slots=True)
class Face:
    """A face in a picture; `score` from 0 to 100.

    `landmarks` are right eye, left eye, nose tip, right and left corner of the mouth, as the
    viewer's left eye first.
    """

    box: Box
    score: int
    landmarks: tuple[Point, Point, Point, Point, Point]


class Engine(Protocol):
    """Any engine: `name` is the program and its version, as it is recorded."""

    @property
    def name(self) -> str:
        """Return program and version, for example `yuface 2023.5.1`."""
        ...


class FaceFinder(Engine, Protocol):
    """Finds faces."""

    def find(self, picture: Image) -> tuple[Face, ...]:
        """Return the faces of an RGB picture, in its pixels, the largest first."""
        ...


class FaceMatcher(Engine, Protocol):
    """Says how far apart two faces are."""

    def distance(self, picture: Image, first: Face, second: Face) -> float:
        """Return the distance of two faces in one picture; 0 is the same face."""
        ...


class TextReader(Engine, Protocol):
    """Reads printed text."""

    def read(self, picture: Image, reading: Reading) -> tuple[str, ...]:
        """Return the lines of text in a grey picture, without empty ones."""
        ...


class PageRenderer(Engine, Protocol):
    """Draws the pages of a PDF."""

    def render(self, content: bytes, page: int, maximum_side: int) -> Image:
        """Return one page (from 0) as an RGB picture at most so many pixels long."""
        ...


class BarcodeReader(Engine, Protocol):
    """Reads QR and PDF417 codes."""

    def read(self, picture: Image) -> tuple[str, ...]:
        """Return the texts of the codes in a picture."""
        ...


class StrictDecoder(Engine, Protocol):
    """Decodes a JPEG and refuses what other decoders repair in silence."""

    def is_sound(self, content: bytes) -> bool:
        """Tell whether the whole JPEG decodes without a warning."""
        ...


@dataclass(frozen=True, slots=True)
class Engines:
    """The engines at hand; None where one is not installed or not wanted."""

    faces: FaceFinder | None = None
    matcher: FaceMatcher | None = None
    text: TextReader | None = None
    pages: PageRenderer | None = None
    barcodes: BarcodeReader | None = None
    strict: StrictDecoder | None = None


NO_ENGINES: Final = Engines()
