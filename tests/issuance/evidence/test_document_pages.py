"""What is seen on a document's pages, with engines of our own."""

import io
from dataclasses import dataclass
from datetime import date

import pytest
from PIL import Image, ImageDraw

from issuance.evidence import pages
from issuance.evidence.document import check_document
from issuance.evidence.engines import Engines
from issuance.evidence.rules import CardRule, DocumentRule, Expected
from issuance.findings import Severity
from issuance.identity.mrz_digits import check_digit
from tests.issuance.evidence.page_engines import (
    CARD,
    EXPECTED,
    FRONT,
    PAPER,
    TODAY,
    ZONE,
    Faces,
    Reader,
    Renderer,
    found,
    look,
    page,
    patient,
    told,
    warned,
)
from tests.issuance.evidence.samples import codes, pdf, stream

__all__ = ["patient"]


def test_card_that_agrees_in_every_field_is_accepted():
    report = look(FRONT + ZONE)
    assert warned(report) == set()
    assert {each["item"] for each in found(report, "CARD_AGREES")} == {
        "number", "birth_date", "sex", "nationality", "names",
    }  # fmt: skip
    assert codes(report.findings) == {"CARD_AGREES", "MRZ_READ"}
    assert report.card.number == "3059999114"
    assert (report.card.birth_date, report.card.expiry_date) == ("1988-04-17", "2033-05-20")
    assert report.engines[1:] == ("renderer 1", "reader 1")


@pytest.mark.parametrize(
    ("changed", "item"),
    [
        ({"number": "1710034065"}, "number"),
        ({"birth_date": date(1988, 4, 18)}, "birth_date"),
        ({"sex": "F"}, "sex"),
        ({"nationality": "CO"}, "nationality"),
    ],
)
def test_each_field_that_differs_is_named(changed, item):
    report = look(FRONT + ZONE, EXPECTED.model_copy(update=changed))
    assert [each["item"] for each in found(report, "CARD_DIFFERS")] == [item]
    assert warned(report) == {"CARD_DIFFERS"}


def test_names_only_inform():
    report = look(FRONT + ZONE, EXPECTED.model_copy(update={"given_names": "Pedro"}))
    assert found(report, "CARD_DIFFERS")[0]["item"] == "names"
    assert warned(report) == set()


def test_what_the_application_does_not_say_is_not_compared():
    report = look(FRONT + ZONE, Expected(today=TODAY))
    assert codes(report.findings) == {"MRZ_READ"}


def test_card_of_another_country():
    rule = DocumentRule(card=CardRule(countries=("CHL",)))
    (differs,) = found(look(FRONT + ZONE, rule=rule), "CARD_DIFFERS")
    assert differs["engine"] == "reader 1"
    assert differs["item"] == "issuer"
    assert (differs["read"], differs["expected"]) == ("ECU", "CHL")


def test_printed_number_against_the_zone():
    report = look(("NUI 1710034065", *ZONE))
    assert told(report, "CARD_CONTRADICTS_ITSELF") == [{"read": "1710034065"}]
    assert "CARD_AGREES" in codes(report.findings)


def test_expired_card():
    late = EXPECTED.model_copy(update={"today": date(2033, 5, 21)})
    assert told(look(FRONT + ZONE, late), "CARD_EXPIRED") == [{"expiry": "2033-05-20"}]
    last = EXPECTED.model_copy(update={"today": date(2033, 5, 20)})
    assert warned(look(FRONT + ZONE, last)) == set()


def test_only_the_front():
    report = look(FRONT)
    assert warned(report) == {"NO_MRZ", "BACK_MISSING"}
    assert told(report, "CARD_AGREES") == [{"item": "number"}]
    assert report.card.number == "3059999114"


def test_only_the_back():
    report = look(ZONE)
    assert warned(report) == {"FRONT_MISSING"}
    assert "NUMBER_NOT_READ" in codes(report.findings, Severity.INFORMS)
    assert warned(look(ZONE, faces=Faces())) == set()


def test_nothing_of_a_card():
    assert warned(look(("FACTURA",), faces=Faces(found=False))) == {"NO_MRZ"}


def test_zone_that_cannot_be_read():
    broken = (ZONE[0][:12], ZONE[1], ZONE[2])
    assert warned(look(FRONT + broken)) == {"MRZ_UNREADABLE"}


def test_old_format_is_read_twice_and_marked():
    old = ("IDECU3059999114<<<<<<<<<<<<<<<", "8804170M3305200ECU<<<<<<<<<<<9", ZONE[2])
    report = look(FRONT + old)
    assert warned(report) == {"CARD_OLD_FORMAT"}
    assert told(report, "CARD_AGREES") == [{"item": "number"}]


def test_passport_needs_no_back_and_its_number_counts():
    upper = "L898902C36UTO"
    assert check_digit(upper[:9]) == upper[9]
    first = "P<ECUMUESTRA<FICTICIO<<JUAN".ljust(44, "<")
    born, ends = "8804178", "3305201"
    whole = upper[:10] + born + ends + "<" * 14 + "0"
    second = f"L898902C36ECU{born}M{ends}{'<' * 14}0{check_digit(whole)}"
    passport = EXPECTED.model_copy(update={"number": "L898902C3"})
    report = look((first, second), passport)
    assert warned(report) == set()
    assert report.card.document_number == "L898902C3"


def test_sides_on_two_pages_in_any_order():
    for first, second in ((FRONT, ZONE), (ZONE, FRONT)):
        other = page()
        other.paste("black", (100, 400, 600, 420))
        reader = Reader({0: first, 1: second, 2: second, -1: second})
        engines = Engines(pages=Renderer([page(), other]), text=reader)
        report = check_document(pdf(pages=2), CARD, EXPECTED, engines)
        assert "MRZ_READ" in codes(report.findings)


def test_other_documents_are_drawn_but_not_read():
    reader = Reader({-1: ZONE})
    engines = Engines(pages=Renderer([page()]), text=reader)
    assert check_document(pdf(), PAPER, EXPECTED, engines).findings == ()
    assert reader.order == []


@pytest.mark.parametrize("rule", [CARD, PAPER])
def test_page_drawn_blank_though_something_is_painted(rule):
    report = look((), rule=rule, pictures=[Image.new("RGB", (800, 1100), (250, 250, 245))])
    assert told(report, "BLANK") == [{"page": 1}]


def test_reading_that_takes_too_long_is_told_and_accuses_nobody(monkeypatch):
    monkeypatch.setattr(pages, "_READING_SECONDS", -1)
    assert warned(look(FRONT + ZONE)) == {"READING_TOO_LONG"}


def noisy():
    """A page of many blocks of print."""
    image = Image.new("RGB", (1654, 2339), "white")
    pen = ImageDraw.Draw(image)
    for block in range(8):
        left, top = 100 + block % 2 * 800, 100 + block // 2 * 550
        for row in range(8):
            pen.rectangle((left, top + row * 30, left + 500, top + row * 30 + 12), fill="black")
    return image


def test_reading_is_limited_by_its_count_and_not_by_the_clock():
    reader = Reader({-1: ("FACTURA",)})
    engines = Engines(pages=Renderer([noisy(), noisy(), noisy()]), text=reader)
    report = check_document(pdf(pages=3), CARD, EXPECTED, engines)
    assert len(reader.order) == 40
    assert warned(report) == {"READING_TOO_LONG"}
    assert set(warned(look(("FACTURA",)))) == {"NO_MRZ"}


@dataclass
class Codes:
    texts: tuple[str, ...]
    name: str = "codes 1"

    def read(self, picture):
        return self.texts


BLIND = Reader({})


def coded(text, codes_, expected=EXPECTED):
    engines = Engines(pages=Renderer([page()]), barcodes=Codes(codes_), text=text)
    return check_document(pdf(), CARD, expected, engines)


def test_the_number_in_a_code_counts_as_read():
    report = coded(BLIND, ("NUI 305999911-4",))
    assert found(report, "CARD_AGREES") == [{"item": "number", "engine": "codes 1"}]
    assert report.card.number == "3059999114"
    assert "codes 1" in report.engines
    alone = coded(None, ("NUI 305999911-4",))
    assert "CARD_AGREES" in codes(alone.findings)
    assert warned(alone) == {"MRZ_NOT_CHECKED"}


@pytest.mark.soak
def test_a_telephone_number_in_a_code_accuses_nobody():
    report = coded(Reader({-1: FRONT + ZONE}), ("tel:1710034065",))
    assert warned(report) == set()


def test_the_address_in_the_code_of_a_chilean_card_is_believed():
    run = EXPECTED.model_copy(update={"number": "12.345.678-5"})
    address = "https://portal.sidiv.registrocivil.cl/docstatus?RUN=12345678-5&type=CEDULA"
    assert told(coded(BLIND, (address,), run), "CARD_AGREES") == [{"item": "number"}]
    (differs,) = found(coded(BLIND, (address,)), "CARD_DIFFERS")
    assert (differs["item"], differs["read"]) == ("number", "12345678-5")


def test_missing_engines_leave_it_to_a_person():
    nothing = check_document(pdf(), CARD, EXPECTED)
    assert warned(nothing) == {"PAGES_NOT_CHECKED", "MRZ_NOT_CHECKED"}
    drawn = check_document(pdf(), CARD, EXPECTED, Engines(pages=Renderer([page()])))
    assert warned(drawn) == {"MRZ_NOT_CHECKED"}
    paper = check_document(pdf(), PAPER, EXPECTED)
    assert warned(paper) == {"PAGES_NOT_CHECKED"}


def test_pages_that_cannot_be_drawn_are_for_a_person():
    report = look((), pictures=[])
    assert warned(report) == {"PAGES_NOT_CHECKED"}


def scanned(side, points="595 842"):
    """A PDF with one image of so many pixels over its page."""
    file = io.BytesIO()
    Image.new("L", (side, side * 7 // 5), 240).save(file, "JPEG")
    width, height = points.split()
    entries = (
        f"/Type/XObject/Subtype/Image/Width {side}/Height {side * 7 // 5}"
        "/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/DCTDecode"
    )
    return pdf(
        stream(file.getvalue(), entries),
        page="/Resources<</XObject<</Im0 4 0 R>>>>",
        contents=f"q {width} 0 0 {height} 0 0 cm /Im0 Do Q".encode(),
    ).replace(b"/MediaBox[0 0 595 842]", f"/MediaBox[0 0 {points}]".encode())


@pytest.mark.parametrize(
    ("side", "points", "value"),
    [
        (620, "595 842", 74),
        (1653, "595 842", None),
        (1300, "1300 1820", None),
        (620, "620 868", 74),
    ],
)
def test_resolution_is_measured_against_the_paper(side, points, value):
    engines = Engines(pages=Renderer([page()]), text=Reader({-1: FRONT}))
    report = check_document(scanned(side, points), CARD, EXPECTED, engines)
    low = found(report, "LOW_DPI")
    assert [each["value"] for each in low] == ([value] if value else [])
