"""Dates as typed at a counter: day first, or ISO 8601."""

import re
from calendar import monthrange
from datetime import date

from issuance.findings import Finding, blocks
from issuance.findings.identity import IdentityFinding
from issuance.identity.entry import entered
from issuance.identity.verdict import Reading, impossible, incomplete, valid

# Births of the oldest applicants and ends of the longest terms of office lie between these.
YEARS_BACK = 130
YEARS_AHEAD = 50

# Every way to write a date, a 9 standing for any digit.
_DAY_FIRST = ("99/99/9999", "9/99/9999", "99/9/9999", "9/9/9999")
_SHAPES = (
    *_DAY_FIRST,
    *(shape.replace("/", "-") for shape in _DAY_FIRST),
    "99999999",
    "9999-99-99",
)


@entered
def read_date(text: str, *, today: date) -> Reading:
    """Read `dd/mm/yyyy`, `dd-mm-yyyy`, `ddmmyyyy` or `yyyy-mm-dd`; the value is ISO 8601.

    Years lie from 130 before to 50 after that of `today`.
    """
    shape = re.sub(r"[0-9]", "9", text)
    if shape not in _SHAPES:
        if any(known.startswith(shape) for known in _SHAPES):
            return incomplete(text, blocks(IdentityFinding.DATE_INCOMPLETE))
        return impossible(text, blocks(IdentityFinding.DATE_FORMAT))
    year, month, day = _year_month_day(text)
    if finding := _calendar_finding(year, month, day, today):
        return impossible(text, finding)
    return valid(date(year, month, day).isoformat())


def date_as_typed(value: str) -> str:
    """Return an ISO 8601 date as people here write it, `dd/mm/yyyy`; any other text as it is."""
    try:
        return f"{date.fromisoformat(value):%d/%m/%Y}"
    except ValueError:
        return value


def _year_month_day(text: str) -> tuple[int, int, int]:
    if text.isdigit():
        return int(text[4:]), int(text[2:4]), int(text[:2])
    first, month, last = (int(part) for part in re.split("[/-]", text))
    return (first, month, last) if text[4] == "-" and text[:4].isdigit() else (last, month, first)


def _calendar_finding(year: int, month: int, day: int, today: date) -> Finding | None:
    first_year, last_year = today.year - YEARS_BACK, today.year + YEARS_AHEAD
    if not first_year <= year <= last_year:
        return blocks(IdentityFinding.DATE_YEAR, year=year, first=first_year, last=last_year)
    if not 1 <= month <= 12:
        return blocks(IdentityFinding.DATE_MONTH, month=month)
    last_day = monthrange(year, month)[1]
    if not 1 <= day <= last_day:
        return blocks(IdentityFinding.DATE_DAY, day=day, month=month, year=year, last=last_day)
    return None
