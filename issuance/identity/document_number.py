"""Numbers of the documents people show, by their customary shape; no registry is asked.

A Chilean identity card has nine digits (`123.456.789`), an older one a letter before them; it is
the `serial` of the code on its back. A passport has letters and digits, as its country likes.
"""

import re
from typing import Final

from issuance.findings import Finding, blocks
from issuance.findings.identity import IdentityFinding

_SEPARATORS: Final = str.maketrans("", "", " .")
_SHAPES: Final = {
    # A hyphen stands after the letter alone: before the last digit it is a RUN's.
    "cedula": (re.compile(r"([A-Z]-?)?[0-9]{9}"), IdentityFinding.CARD_NUMBER),
    "passport": (re.compile(r"(?=.*[0-9])[0-9A-Z-]{6,12}"), IdentityFinding.PASSPORT_NUMBER),
}


def document_number_finding(document: str, number: str) -> Finding | None:
    """Return what is wrong with the number of a kind of document, if its shape is known."""
    if document not in _SHAPES:
        return None
    shape, code = _SHAPES[document]
    fits = shape.fullmatch(number.translate(_SEPARATORS).upper())
    return None if fits else blocks(code, "number")
