"""Whether a text fits into a certificate's field as it stands."""

import re
import unicodedata
from typing import Final

from issuance.certificates.der import StringEncoding
from issuance.findings import Finding, blocks
from issuance.findings.certificates import CertificateFinding

_LAST_LATIN: Final = "\u0220"
"""Up to here Unicode 3.2 knows every character."""
_REPLACEMENT: Final = "\ufffd"

_COUNTRIES: Final = {"2.5.4.6", "1.3.6.1.4.1.311.60.2.1.3"}  # of a subject, of a jurisdiction
_ALLOWED: Final[dict[StringEncoding, re.Pattern[str]]] = {
    "printable": re.compile(r"[A-Za-z0-9 '()+,\-./:=?]*"),  # X.680, 41.4
    "ia5": re.compile(r"[\x20-\x7e]*"),
    "utf8": re.compile(r".*", re.DOTALL),
}


def check_value(
    name: str, oid: str, value: str, limit: int, encoding: StringEncoding
) -> Finding | None:
    """Check a value's length in characters, and each character.

    Control, formatting, private and unassigned characters and line separators are refused in every
    field: a reader would see another name than the one that was checked. So are characters younger
    than Unicode 3.2: names are compared in that one (RFC 5280, 7.1), and strict readers trust no
    certificate whose name they cannot compare.
    """
    if oid in _COUNTRIES and not re.fullmatch(r"[A-Z]{2}", value):
        return blocks(CertificateFinding.COUNTRY_CODE_WRONG, name, name=name)
    if len(value) > limit:
        return blocks(
            CertificateFinding.VALUE_TOO_LONG, name,
            name=name, oid=oid, length=len(value), limit=limit,
        )  # fmt: skip
    # What Python calls printable has none of the hidden ones, and Spanish has no young letters:
    # only the rest is looked at closely.
    old = value.isascii() or max(value) <= _LAST_LATIN
    if old and value.isprintable() and _ALLOWED[encoding].fullmatch(value):
        return None
    refused = next((each for each in value if not _is_allowed(each, encoding)), None)
    if refused is None:
        return None
    return blocks(
        CertificateFinding.VALUE_CHARACTER_REFUSED, name,
        name=name, oid=oid, character=f"U+{ord(refused):04X}",
    )  # fmt: skip


def _is_allowed(character: str, encoding: StringEncoding) -> bool:
    category = unicodedata.category(character)
    hidden = category.startswith("C") or category in {"Zl", "Zp"} or character == _REPLACEMENT
    young = unicodedata.ucd_3_2_0.category(character) == "Cn"
    return not hidden and not young and _ALLOWED[encoding].fullmatch(character) is not None
