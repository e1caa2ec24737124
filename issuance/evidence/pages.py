"""Looks at the drawn pages of a PDF: is something on them, fine enough, and what card is it."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from PIL import Image

from issuance.evidence.card_codes import bare_number, numbers_in_codes
from issuance.evidence.card_comparison import CardSeen, card_as_read, compare_card
from issuance.evidence.card_reader import CardReader, SideSeen
from issuance.evidence.document_structure import ENGINE as _STRUCTURE
from issuance.evidence.engines import BarcodeReader, Engines, PageRenderer
from issuance.evidence.page_images import Scan
from issuance.evidence.page_layout import is_blank
from issuance.evidence.report import PagesSeen
from issuance.evidence.rules import CardRule, DocumentRule, Expected
from issuance.findings import Finding, informs, warns
from issuance.findings.evidence import EvidenceCode
from issuance.findings.identity import IdentityFinding
from issuance.identity.mrz import MrzFields, MrzReading
from issuance.identity.mrz_zone import MrzLayout

_LONGEST_SIDE: Final = 2339
"""Pixels of A4 at 200 dots an inch: a card's print is legible and four pages fit in memory."""

_CARD_INCHES: Final = 85.6 / 25.4
_ZONE_INCHES: Final = 78 / 25.4
_STRIP: Final = 2.5
"""A block so much wider than high is the zone alone, any other the whole card (ISO/IEC 7810)."""

_SOME_DAY: Final = date(2040, 1, 1)
"""Decides centuries where nobody said what day it is."""

_READING_SECONDS: Final = 18.0
"""Until no reading is begun any more: one lasts up to ten, and the child process has thirty."""

_MISSING_RENDERER: Final = "pypdfium2"
_MISSING_READER: Final = "tesseract"


def look_at_pages(
    content: bytes,
    scans: Sequence[Scan | None],
    rule: DocumentRule,
    expected: Expected,
    engines: Engines,
) -> PagesSeen:
    """Draw the pages and judge them, as a card where the rule says that it is one.

    `scans` has one entry for each page. Nothing here refuses a document: a person decides.
    """
    if engines.pages is None:
        missing = warns(EvidenceCode.PAGES_NOT_CHECKED, engine=_MISSING_RENDERER)
        return PagesSeen(findings=(missing, *_without_reader(rule, engines)))
    end = time.monotonic() + _READING_SECONDS
    names = [engines.pages.name]
    drawn = _draw(content, len(scans), engines.pages)
    if drawn is None:
        failed = warns(EvidenceCode.PAGES_NOT_CHECKED, engine=engines.pages.name)
        return PagesSeen(findings=(failed,), engines=tuple(names))
    blank = [is_blank(page) for page in drawn]
    findings = [
        warns(EvidenceCode.BLANK, page=number, engine=engines.pages.name)
        for number, it in enumerate(blank, start=1)
        if it
    ]
    if rule.card is None:
        return PagesSeen(findings=tuple(findings), engines=tuple(names))
    readers = engines.barcodes, engines.text, engines.faces
    names += [engine.name for engine in readers if engine]
    day = expected.today or _SOME_DAY
    coded = _read_codes(drawn, engines.barcodes, day)
    sides = [SideSeen() for _ in drawn]
    if engines.text is None:
        findings += _judge_scans(drawn, scans, sides, rule.card)
        findings += _without_reader(rule, engines)
    else:
        number = bare_number(expected.number)
        reader = CardReader(engines.text, engines.faces, day, number, end)
        sides = [
            side if empty else reader.look_at(page)
            for side, page, empty in zip(sides, drawn, blank, strict=True)
        ]
        findings += _judge_scans(drawn, scans, sides, rule.card, engines.text.name)
        findings += _judge_sides(sides, engines.text.name, was_stopped=reader.was_stopped)
    card = CardSeen(
        fields=_trusted_fields(sides),
        printed=sum((side.numbers for side in sides), Counter[str]()),
        coded=coded,
        reader=engines.text.name if engines.text else "",
        code_reader=engines.barcodes.name if engines.barcodes else "",
    )
    if engines.text or coded:
        findings += compare_card(card, expected, rule.card)
    read = card_as_read(card, expected)
    return PagesSeen(findings=tuple(findings), card=read, engines=tuple(names))


def _read_codes(
    pages: Sequence[Image.Image], reader: BarcodeReader | None, today: date
) -> Counter[str]:
    """Return the identity numbers in the codes on all pages."""
    if reader is None:
        return Counter()
    return numbers_in_codes((text for page in pages for text in reader.read(page)), today)


def _without_reader(rule: DocumentRule, engines: Engines) -> tuple[Finding, ...]:
    if rule.card is None or engines.text:
        return ()
    return (warns(EvidenceCode.MRZ_NOT_CHECKED, engine=_MISSING_READER),)


def _draw(content: bytes, pages: int, renderer: PageRenderer) -> list[Image.Image] | None:
    try:
        return [renderer.render(content, page, _LONGEST_SIDE) for page in range(pages)]
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - a renderer fails in many ways on what another reader takes
        return None


def _judge_scans(
    drawn: Sequence[Image.Image],
    scans: Sequence[Scan | None],
    sides: Sequence[SideSeen],
    rule: CardRule,
    reader: str = "",
) -> Iterator[Finding]:
    for number, (page, scan, side) in enumerate(zip(drawn, scans, sides, strict=True), start=1):
        if side.turned:
            yield warns(EvidenceCode.ROTATED, page=number, value=side.turned, engine=reader)
        if scan is None or scan.dots_per_inch >= rule.minimum_dpi:
            continue
        dots = max(scan.dots_per_inch, _measure_by_card(page, scan, side))
        if dots < rule.minimum_dpi:
            yield warns(
                EvidenceCode.LOW_DPI,
                page=number,
                value=dots,
                threshold=rule.minimum_dpi,
                engine=_STRUCTURE,
            )


def _measure_by_card(page: Image.Image, scan: Scan, side: SideSeen) -> int:
    """Return the dots per inch of the card itself, whose size is known; 0 where none was read."""
    block = side.zone_block
    if block is None:
        return 0
    inches = _ZONE_INCHES if block.width > block.height * _STRIP else _CARD_INCHES
    scanned_per_drawn = scan.longest_pixels / max(page.size)
    return round(block.width * scanned_per_drawn / inches)


def _trusted_fields(sides: Sequence[SideSeen]) -> MrzFields | None:
    return next((side.zone.fields for side in sides if side.zone), None)


def _judge_sides(sides: Sequence[SideSeen], engine: str, *, was_stopped: bool) -> Iterator[Finding]:
    """Say what became of the zone, and which side of the card is missing."""
    fields = _trusted_fields(sides)
    faulty = next((side.faulty for side in sides if side.faulty), None)
    has_back = bool(fields or faulty or any(side.traces for side in sides))
    has_front = any(side.numbers or side.has_face for side in sides)
    is_passport = fields is not None and fields.layout is MrzLayout.PASSPORT
    if fields:
        old = fields.is_old_format
        report = warns if old else informs
        yield report(EvidenceCode.CARD_OLD_FORMAT if old else EvidenceCode.MRZ_READ, engine=engine)
    elif faulty:
        for item in _wrong_items(faulty):
            yield warns(EvidenceCode.MRZ_CHECK_DIGIT, item=item, engine=engine)
    elif was_stopped:
        yield warns(EvidenceCode.READING_TOO_LONG, engine=engine)
    elif has_back:
        yield warns(EvidenceCode.MRZ_UNREADABLE, engine=engine)
    else:
        yield warns(EvidenceCode.NO_MRZ, engine=engine)
        if has_front:
            yield warns(EvidenceCode.BACK_MISSING, engine=engine)
    if has_back and not has_front and not is_passport and not was_stopped:
        yield warns(EvidenceCode.FRONT_MISSING, engine=engine)


def _wrong_items(faulty: MrzReading) -> Iterator[str]:
    """Return the fields whose check digits are wrong; the cédula has one of its own."""
    for finding in faulty.findings:
        if finding.code == IdentityFinding.MRZ_DIGIT_WRONG:
            yield str(finding.parameters["item"])
        elif finding.code == IdentityFinding.MRZ_NATIONAL_NUMBER:
            yield "national_number"
