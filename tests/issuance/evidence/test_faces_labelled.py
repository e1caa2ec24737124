"""The real engines on the labelled photos: person, card, hints, numbers, comparison."""

import dataclasses
from functools import cache

import pytest

from issuance.evidence.engines import Engines
from issuance.evidence.engines_here import engines_here
from issuance.evidence.photo import check_photo
from issuance.evidence.report import PhotoReport
from issuance.evidence.rules import Expected, FaceRule, PhotoRule
from issuance.findings import Severity
from tests.shared_material import labels, material, needs_shared_material

PHOTOS = {row["file"]: row for row in labels("photos")}
GOOD = [name for name, row in PHOTOS.items() if row["expected"] == "accept"]
JUDGED = [name for name, row in PHOTOS.items() if row["tier"] in {"vision", "vision-attr"}]
ONE_OF_EACH = {PHOTOS[name]["reasons"]: name for name in JUDGED}
"""The last photo of each reason; the others are looked at in `make soak`."""


def each(names: list[str]) -> list[object]:
    few = set(ONE_OF_EACH.values())
    return [pytest.param(name, marks=() if name in few else pytest.mark.soak) for name in names]


@cache
def engines() -> Engines:
    found = engines_here(compare_faces=True)
    if found.faces is None:
        pytest.skip("no face finder here: pip install ventanilla[vision]")
    return found


def check(name: str, used: Engines, rule: FaceRule | None = None, number: str = "") -> PhotoReport:
    asked = PhotoRule(faces=rule or FaceRule())
    return check_photo(material("photos", name), asked, Expected(number=number), used)


def only_faces() -> Engines:
    return Engines(faces=engines().faces)


def warnings(report: PhotoReport) -> set[str]:
    return {it.code for it in report.findings if it.severity is not Severity.INFORMS}


@needs_shared_material
@pytest.mark.parametrize("name", each(GOOD))
def test_good_photos_show_person_and_card_and_nothing_against_them(name: str) -> None:
    report = check(name, only_faces())
    assert warnings(report) == set()
    assert report.person is not None
    assert report.card is not None
    assert 200 <= report.card.width <= report.width


@needs_shared_material
@pytest.mark.parametrize("name", each(sorted(set(JUDGED) - set(GOOD))))
def test_unfit_photos_are_left_to_a_person_for_the_right_reason(name: str) -> None:
    report = check(name, only_faces())
    assert warnings(report) & set(PHOTOS[name]["reasons"].split("|"))
    assert not any(it.severity is Severity.BLOCKS for it in report.findings)


@needs_shared_material
@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("ok_p2_hires.jpg", "NUMBER_MATCHES"),
        pytest.param("ok_p6.jpg", "NUMBER_MATCHES", marks=pytest.mark.soak),
        ("bad_number_mismatch.jpg", "NUMBER_MISMATCH"),
        ("bad_number_invalid.jpg", "NUMBER_INVALID"),
    ],
)
def test_numbers_on_cards_are_read(name: str, code: str) -> None:
    if engines().text is None:
        pytest.skip("no tesseract here")
    used = dataclasses.replace(only_faces(), text=engines().text)
    report = check(name, used, number=PHOTOS[name]["applicant_nui"])
    assert code in {finding.code for finding in report.findings}


@needs_shared_material
@pytest.mark.parametrize(
    ("name", "code"),
    [("ok_p1.jpg", "FACES_CONSISTENT"), ("bad_other_sex_card.jpg", "FACE_MISMATCH")],
)
def test_faces_are_compared_where_wanted(name: str, code: str) -> None:
    if engines().matcher is None:
        pytest.skip("no face matcher here: pip install ventanilla[match]")
    used = dataclasses.replace(only_faces(), matcher=engines().matcher)
    report = check(name, used, FaceRule(compare_faces=True))
    assert code in {finding.code for finding in report.findings}
