"""Finds an identity card's number and machine-readable zone among lines that were read.

A reading program loses, doubles or misreads fillers (`<`) and takes digits for letters. What is
mended here is proven by the check digits afterwards, or is no data.
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from issuance.findings import Severity
from issuance.findings.identity import IdentityFinding
from issuance.identity.cedula import read_cedula
from issuance.identity.countries import is_country
from issuance.identity.mrz import MrzReading, read_mrz
from issuance.identity.mrz_digits import ALPHABET, FILLER
from issuance.identity.mrz_zone import MrzLayout, repair

_ZONE_CHARACTERS: Final = frozenset(ALPHABET + FILLER)
_MOST_LOST: Final = 9
"""Characters by which a line that was read may differ from its width."""

_FILLERS: Final = re.compile(r"[<KSXCE](?:[<KSXCE56]*[<KSXCE])?")
"""Fillers and what they are taken for; a digit beside them is one."""

_FREE_FROM: Final = {MrzLayout.CARD: (15, 18), MrzLayout.PASSPORT: (44, 28)}
"""Where the optional data of the first and second line begin, in which fillers are mended."""

_CODE_LOOKS_LIKE: Final = str.maketrans("1LT", "III")
_LOOK_LIKE_DIGITS: Final = frozenset("ODQILZSBG")
_LEAST_FILLERS: Final = 6
_SEPARATORS: Final = str.maketrans("", "", " -.")
_NUMBER: Final = re.compile(r"(?<![0-9])[0-9]{10}(?![0-9])")


def find_numbers(lines: Sequence[str]) -> tuple[str, ...]:
    """Return the cédula numbers with a right check digit, in the order they were read.

    Lines of a machine-readable zone are left out: this is what is printed for people.
    """
    numbers: dict[str, None] = {}
    for line in lines:
        if FILLER * 2 in line:
            continue
        for match in _NUMBER.finditer(line.translate(_SEPARATORS)):
            if read_cedula(match[0]).acceptable:
                numbers[match[0]] = None
    return tuple(numbers)


def find_zone(lines: Sequence[str], today: date, last_digit: str = "") -> MrzReading | None:
    """Return the zone among the lines, the best one where several are thinkable, or None.

    `last_digit` is the second line's last character where it was read by itself: behind a row of
    fillers or a word it is often lost. The findings say what is wrong; only a zone without a
    blocking one may be trusted.
    """
    found: MrzReading | None = None
    rows = [row for row in ("".join(line.split()) for line in lines) if row]
    for layout in MrzLayout:
        for start in range(len(rows) - layout.rows + 1):
            for mend in (False, True):
                fitted = _fit(rows[start : start + layout.rows], layout, last_digit, mend=mend)
                reading = read_mrz("\n".join(fitted), today) if fitted else None
                if reading and _is_sound(reading):
                    return reading
                found = found or (reading if reading and reading.blocking else None)
    return found


def _is_sound(reading: MrzReading) -> bool:
    """Tell whether nothing is wrong; the issuer, which no digit protects, must be a country."""
    fields = reading.fields
    return fields is not None and not reading.blocking and is_country(fields.issuer)


def find_faulty_zone(lines: Sequence[str], today: date, last_digit: str) -> MrzReading | None:
    """Return a zone in which only check digits or the identity number are wrong, or None.

    `last_digit` was read by itself. Where nothing but the digit over all is wrong, a lost or
    doubled character explains it, unless all lines were read whole and end as they should.
    Letters in the document number that look like digits accuse nobody.
    """
    rows = ["".join(line.split()) for line in lines]
    for layout in MrzLayout:
        for start in range(len(rows) - layout.rows + 1):
            zone = rows[start : start + layout.rows]
            fitted = _fit(zone, layout, last_digit, mend=True)
            reading = read_mrz("\n".join(fitted), today) if fitted else None
            if reading is None or reading.fields is None or not reading.blocking:
                continue
            items = {finding.parameters.get("item") for finding in reading.findings}
            is_whole = all(len(row) == layout.width for row in zone) and last_digit == zone[1][-1]
            is_doubtful = _LOOK_LIKE_DIGITS & set(reading.fields.document_number)
            if (
                _blames_numbers_only(reading)
                and not is_doubtful
                and (is_whole or "composite" not in items)
            ):
                return reading
    return None


def _blames_numbers_only(reading: MrzReading) -> bool:
    blocking = {each.code for each in reading.findings if each.severity is Severity.BLOCKS}
    return blocking <= {IdentityFinding.MRZ_DIGIT_WRONG, IdentityFinding.MRZ_NATIONAL_NUMBER}


def has_traces(lines: Sequence[str]) -> bool:
    """Tell whether some lines look like parts of a zone, readable or not."""
    return sum(line.count(FILLER) for line in lines) >= _LEAST_FILLERS


def _fit(rows: Sequence[str], layout: MrzLayout, last_digit: str, *, mend: bool) -> tuple[str, ...]:
    """Return rows at a zone's width, or none for rows that are no zone."""
    if any(not _ZONE_CHARACTERS.issuperset(row) for row in rows):
        return ()
    if any(abs(len(row) - layout.width) > _MOST_LOST for row in rows):
        return ()
    first = rows[0][0].translate(_CODE_LOOKS_LIKE) + rows[0][1:]
    mended = [first, *rows[1:]]
    if mend:
        for place, start in enumerate(_FREE_FROM[layout]):
            mended[place] = mended[place][:start] + _mend(mended[place][start:])
    if last_digit:
        kept = layout.width - 1
        second = mended[1]
        mended[1] = (second[:kept] if len(second) > kept else _stretch(second, kept)) + last_digit
    lines = tuple(_stretch(line, layout.width) for line in mended)
    is_passport = first.startswith("P")
    if "" in lines or first[0] not in "PIAC" or is_passport != (layout is MrzLayout.PASSPORT):
        return ()
    return repair(lines)


def _mend(optional_data: str) -> str:
    """Turn what stands among fillers and looks like them into fillers."""
    return _FILLERS.sub(
        lambda run: FILLER * len(run[0]) if FILLER * 2 in run[0] else run[0], optional_data
    )


def _stretch(line: str, width: int) -> str:
    """Return the line at its width by changing its longest run of fillers; nothing if it cannot."""
    missing = width - len(line)
    if missing == 0:
        return line
    runs = sorted(re.finditer("<<+", line), key=lambda run: len(run[0]))
    if not runs or len(runs[-1][0]) + missing < 1:
        return ""
    start, end = runs[-1].span()
    return line[:start] + FILLER * (end - start + missing) + line[end:]
