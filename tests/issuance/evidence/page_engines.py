"""Engines of our own that see on a page what a test says, and what is reported with them."""

from dataclasses import dataclass, field
from datetime import date

import pytest
from PIL import Image, ImageDraw

from issuance.evidence import pages, reader_tesseract
from issuance.evidence.document import check_document
from issuance.evidence.engines import Engines, Face
from issuance.evidence.report import Box
from issuance.evidence.rules import CardRule, DocumentRule, Expected
from issuance.findings import Severity
from tests.issuance.evidence.samples import codes, pdf

TODAY = date(2026, 11, 20)
CARD = DocumentRule(card=CardRule())
PAPER = DocumentRule()
ZONE = (
    "IDECUA1234567843059999114<<<<<",
    "8804178M3305201ECU<<<<<<<<<<<4",
    "MUESTRA<FICTICIO<<JUAN<<<<<<<<",
)
FRONT = ("APELLIDOS", "NUI 305999911-4")
EXPECTED = Expected(
    number="3059999114",
    given_names="Juan José",
    surnames="Muestra Ficticio",
    birth_date=date(1988, 4, 17),
    sex="M",
    nationality="EC",
    today=TODAY,
)
EYE = (1, 1)
FACE = Face(Box(left=1, top=1, width=9, height=9), 95, (EYE, EYE, EYE, EYE, EYE))


def page(upright=True):
    """A page with three blocks of lines in its upper half."""
    image = Image.new("RGB", (800, 1100), "white")
    pen = ImageDraw.Draw(image)
    for row in range(8):
        pen.rectangle((100, 100 + row * 30, 600, 112 + row * 30), fill="black")
    return image if upright else image.rotate(90, expand=True)


@dataclass
class Renderer:
    pages: list[Image.Image]
    name: str = "renderer 1"

    def render(self, content, page, maximum_side):
        return self.pages[page]


@dataclass
class Reader:
    """Gives the lines of each page in turn, a page being told by its size."""

    lines: dict[int, tuple[str, ...]]
    order: list[str] = field(default_factory=list)
    name: str = "reader 1"

    def read(self, picture, reading):
        self.order.append(reading)
        return (
            self.lines.get(len(self.order) - 1, self.lines.get(-1, ())) if reading == "mrz" else ()
        )


@dataclass
class Faces:
    found: bool = True
    name: str = "faces 1"

    def find(self, picture):
        return (FACE,) if self.found else ()


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """Let reading last as long as a busy machine needs."""
    monkeypatch.setattr(pages, "_READING_SECONDS", 90)
    monkeypatch.setattr(reader_tesseract, "_SECONDS", 60)


def look(lines, expected=EXPECTED, rule=CARD, pictures=None, faces=None):
    """Check a sound PDF whose one page reads as these lines, always the same."""
    engines = Engines(
        pages=Renderer([page()] if pictures is None else pictures),
        text=Reader({-1: lines}),
        faces=faces,
    )
    return check_document(pdf(), rule, expected, engines)


def found(report, code):
    return [dict(each.parameters) for each in report.findings if each.code == code]


def told(report, code):
    """The parameters but for the engine, which there must be."""
    return [
        {name: value for name, value in each.items() if name != "engine"}
        for each in found(report, code)
        if each["engine"]
    ]


def warned(report):
    return codes(report.findings, Severity.WARNS)
