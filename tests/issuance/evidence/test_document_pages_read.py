"""What the real engines see on a document's pages."""

from dataclasses import dataclass
from datetime import date

import pytest
from PIL import Image, ImageDraw

from issuance.evidence.document import check_document
from issuance.evidence.engines import Engines, TextReader
from issuance.evidence.engines_here import engines_here
from issuance.evidence.report import verdict
from issuance.evidence.rules import Expected
from issuance.samples.card import card_back, card_front
from issuance.samples.people import sample_person
from tests.issuance.evidence.page_engines import (
    CARD,
    EXPECTED,
    TODAY,
    ZONE,
    Renderer,
    found,
    patient,
    warned,
)
from tests.issuance.evidence.samples import codes, pdf
from tests.shared_material import labels, material, needs_shared_material

__all__ = ["patient"]


ALL = engines_here()
needs_engines = pytest.mark.skipif(
    not (ALL.pages and ALL.text), reason="no page renderer or no text reader is installed here"
)

ALIKE = {"ok_one_page_200dpi.pdf", "rev_75dpi.pdf", "rev_encrypted_owner.pdf"}
"""Read whole, as the one of two pages is; what is said of each other tests say too."""


@needs_shared_material
@needs_engines
@pytest.mark.parametrize(
    "row",
    [
        pytest.param(row, marks=pytest.mark.soak if row["file"] in ALIKE else ())
        for row in labels("pdfs")
    ],
    ids=lambda row: row["file"],
)
def test_labelled_pdf_gets_its_verdict_and_reason(row):
    expected = EXPECTED.model_copy(update={"number": row["nui"]})
    report = check_document(material("pdfs", row["file"]), CARD, expected, ALL)
    assert verdict(report.findings) == row["expected"]
    reasons = set(row["reasons"].split("|")) - {""}
    assert not reasons or reasons & codes(report.findings)


@pytest.mark.skipif(ALL.pages is None, reason="no page renderer is installed here")
def test_page_is_never_drawn_larger_than_asked():
    assert ALL.pages
    content = pdf().replace(b"/MediaBox[0 0 595 842]", b"/MediaBox[0 0 9000 9000]")
    assert max(ALL.pages.render(content, 0, 700).size) <= 700
    assert max(ALL.pages.render(pdf(), 0, 5000).size) <= 3510
    with pytest.raises(IndexError):
        ALL.pages.render(pdf(), 1, 700)


def written(lines, size=(1654, 2339), turn=0):
    """A page with lines in the program's typeface, wide apart as a zone's letters are."""
    from issuance.samples.canvas import font

    image = Image.new("RGB", size, (250, 249, 246))
    pen = ImageDraw.Draw(image)
    for row, line in enumerate(lines):
        for column, letter in enumerate(line):
            pen.text((300 + column * 21, 400 + row * 40), letter, font=font(26), fill="black")
    return image.rotate(-turn, expand=True)


@needs_engines
@pytest.mark.parametrize(
    "turn",
    [
        pytest.param(0, marks=pytest.mark.soak),
        90,
        *(pytest.param(turn, marks=pytest.mark.soak) for turn in (180, 270)),
    ],
)
def test_zone_is_read_whichever_way_up(turn):
    engines = Engines(pages=Renderer([written(ZONE, turn=turn)]), text=ALL.text)
    report = check_document(pdf(), CARD, EXPECTED, engines)
    assert "MRZ_READ" in codes(report.findings)
    back = (360 - turn) % 360
    assert [each["value"] for each in found(report, "ROTATED")] == ([back] if back else [])


@needs_engines
def test_forged_birth_date_is_told_by_its_check_digit():
    forged = (ZONE[0], ZONE[1].replace("880417", "890417"), ZONE[2])
    engines = Engines(pages=Renderer([written(forged)]), text=ALL.text)
    report = check_document(pdf(), CARD, EXPECTED, engines)
    assert found(report, "MRZ_CHECK_DIGIT")[0]["item"] == "birth_date"
    assert "CARD_AGREES" not in codes(report.findings)


@dataclass
class Counted:
    """The real reader, counted."""

    reader: TextReader
    readings: int = 0

    @property
    def name(self):
        return self.reader.name

    def read(self, picture, reading):
        self.readings += 1
        return self.reader.read(picture, reading)


@needs_engines
@pytest.mark.parametrize(
    ("width", "margin"), [(1012, 0), pytest.param(1153, 71, marks=pytest.mark.soak)]
)
def test_pages_cut_to_the_card_are_read_with_little_work(width, margin):
    person = sample_person("natural", 4)
    sides = card_front(person), card_back(person, date(2031, 5, 6))
    pages_ = [Image.new("RGB", (width, round(width * 0.63) + margin), "white") for _ in sides]
    for leaf, side in zip(pages_, sides, strict=True):
        card = side.resize((width - 2 * margin, (width - 2 * margin) * 540 // 860))
        leaf.paste(card, (margin, margin))
    assert ALL.text
    reader = Counted(ALL.text)
    engines = Engines(pages=Renderer(pages_), text=reader, faces=ALL.faces)
    expected = Expected(number=person.values["cedula"], today=TODAY)
    report = check_document(pdf(pages=2), CARD, expected, engines)
    assert "MRZ_READ" in codes(report.findings)
    assert warned(report) == set()
    assert reader.readings <= 16
