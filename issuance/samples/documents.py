"""Invented documents as PDF on A4, marked as specimens.

An identity card is a scan of two pages, front and back; every other document is one page.

The words lie in `documents.toml`. The fonts every reader has suffice: the invented people's names
stay within Latin-1.
"""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from io import BytesIO
from string import Template
from typing import TYPE_CHECKING, Final

from issuance.model import Frozen
from issuance.samples.canvas import as_jpeg
from issuance.samples.card import card_back, card_front
from issuance.samples.people import SamplePerson, representative_of

if TYPE_CHECKING:
    from fpdf import FPDF

_WORD: Final = "ESPÉCIMEN"
_DISCLAIMER: Final = "Espécimen: documento inventado, sin valor alguno. Specimen without value."

_ISSUED_BEFORE: Final = timedelta(days=20)
_OFFICE_BEGAN_BEFORE: Final = timedelta(days=365)
_OFFICE_LASTS: Final = timedelta(days=3 * 365)
_CARD_LASTS: Final = timedelta(days=8 * 365)

_LEFT: Final = 25
_LABEL_WIDTH: Final = 58
_CARD_WIDTH: Final = 85.6
"""Millimetres, as ID-1 has it (ISO/IEC 7810)."""
_CARD_PLACE: Final = (62, 50)

_CARDS: Final = ("identity_card", "representative_identity_card")
DOCUMENT_KINDS: Final = (
    *_CARDS, "utility_bill", "ruc_document", "organization_ruc_document",
    "entity_ruc_document", "appointment",
    "authorisation", "representative_appointment", "voting_certificate",
)  # fmt: skip
"""Every document the policies ask for, by its name there."""


class _Paper(Frozen):
    """The words of one kind of document; all of them are templates."""

    issuer: str
    title: str
    rows: tuple[tuple[str, str], ...]
    paragraphs: tuple[str, ...] = ()
    signed_by: str = ""


def sample_document(kind: str, person: SamplePerson, today: date) -> bytes:
    """Return a document of the person, or of their company or its representative.

    Raises:
        KeyError: no such kind, or the person's application has nothing it could show.
    """
    if kind.startswith("representative_"):
        return sample_document(
            kind.removeprefix("representative_"), representative_of(person), today
        )
    if kind == "identity_card":
        return _make_card_copy(person, today)
    if kind not in DOCUMENT_KINDS:
        raise KeyError(kind)
    words = {
        "issued": _written(today - _ISSUED_BEFORE),
        "began": _written(today - _OFFICE_BEGAN_BEFORE),
        "ends": _written(today + _OFFICE_LASTS),
    }
    return _make_paper(kind, person, words, today)


def sample_document_date(kind: str, today: date) -> date | None:
    """Return the date the document bears and the counter asks for; None where it asks none."""
    dates = {"utility_bill": today - _ISSUED_BEFORE, "appointment": today + _OFFICE_LASTS}
    return dates.get(kind)


def sample_proof(person: SamplePerson, payment: Mapping[str, str], amount: str = "") -> bytes:
    """Return the slip of a deposit.

    Args:
        person: Whose certificate it pays for.
        payment: The payment form's values, the deposit's date in ISO 8601.
        amount: As written on the slip; left out when empty.
    """
    deposited = date.fromisoformat(payment["deposit_date"])
    words = {**payment, "deposit_date": _written(deposited), "amount": amount}
    return _make_paper("payment_proof", person, words, deposited)


def sample_act(issuer: str, title: str, rows: Sequence[tuple[str, str]], today: date) -> bytes:
    """Make an act of an invented institution (PDF): an agreement, a resolution."""
    page = _new_document(today)
    page.add_page()
    _mark_page(page)
    _write_head(page, issuer, title)
    _write_rows(page, [*rows, ("Fecha", _written(today))])
    return bytes(page.output())


def _make_paper(kind: str, person: SamplePerson, words: Mapping[str, str], today: date) -> bytes:
    paper = _papers()[kind]
    known = {
        **person.values,
        "name": person.name,
        "number": f"{person.number:05}",
        "today": _written(today),
        **words,
    }

    def fill(template: str) -> str:
        return Template(template).substitute(known)

    page = _new_document(today)
    page.add_page()
    _mark_page(page)
    _write_head(page, fill(paper.issuer), fill(paper.title))
    _write_rows(page, [(label, fill(value)) for label, value in paper.rows])
    for paragraph in paper.paragraphs:
        page.ln(5)
        page.multi_cell(0, 6, fill(paragraph), align="L", new_x="LMARGIN", new_y="NEXT")
    if paper.signed_by:
        _sign(page, fill(paper.signed_by))
    return bytes(page.output())


def _make_card_copy(person: SamplePerson, today: date) -> bytes:
    document = _new_document(today)
    for side in (card_front(person), card_back(person, today + _CARD_LASTS)):
        document.add_page()
        # The card itself says more; around it a scan is empty.
        document.set_font("Helvetica", size=5)
        document.set_text_color(225, 225, 225)
        document.text(_LEFT, 280, _WORD)
        x, y = _CARD_PLACE
        document.image(BytesIO(as_jpeg(side)), x=x, y=y, w=_CARD_WIDTH)
    return bytes(document.output())


def _new_document(today: date) -> "FPDF":
    # 340 ms to import: not before the first document is made.
    from fpdf import FPDF

    document = FPDF()
    document.set_creation_date(datetime.combine(today, time(), UTC))
    document.set_margins(_LEFT, 25)
    return document


def _mark_page(document: "FPDF") -> None:
    """Say from corner to corner what the page is."""
    document.set_font("Helvetica", size=100)
    document.set_text_color(238, 218, 218)
    with document.rotation(52, 40, 265):
        document.text(40, 265, _WORD)
    document.set_font("Helvetica", size=9)
    document.set_text_color(150, 40, 40)
    document.text(_LEFT, 280, _DISCLAIMER)
    document.set_text_color(30, 30, 30)


def _write_head(page: "FPDF", issuer: str, title: str) -> None:
    page.set_font("Helvetica", size=11)
    page.cell(0, 7, issuer, new_x="LMARGIN", new_y="NEXT")
    page.set_font("Helvetica", "B", 20)
    page.cell(0, 12, title, new_x="LMARGIN", new_y="NEXT")
    page.line(_LEFT, page.get_y() + 2, page.w - _LEFT, page.get_y() + 2)
    page.ln(10)
    page.set_font("Helvetica", size=11)


def _write_rows(page: "FPDF", rows: Sequence[tuple[str, str]]) -> None:
    for label, value in rows:
        if value:
            page.cell(_LABEL_WIDTH, 8, label)
            page.multi_cell(0, 8, value, align="L", new_x="LMARGIN", new_y="NEXT")


def _sign(page: "FPDF", name: str) -> None:
    top = page.get_y() + 35
    strokes = [(0, 0), (8, -16), (12, 4), (20, -10), (26, 3), (34, -6), (40, 2), (58, -4)]
    with page.local_context(draw_color=(30, 50, 120), line_width=0.6):
        page.polyline([(_LEFT + 6 + x, top + y) for x, y in strokes])
    page.line(_LEFT, top + 6, _LEFT + 75, top + 6)
    page.text(_LEFT, top + 12, name)


@cache
def _papers() -> dict[str, _Paper]:
    text = files("issuance.samples").joinpath("documents.toml").read_text("utf-8")
    return {kind: _Paper.model_validate(words) for kind, words in tomllib.loads(text).items()}


def _written(day: date) -> str:
    return f"{day:%d/%m/%Y}"
