"""Country codes of travel documents (ICAO Doc 9303-3, section 5) and of forms (ISO 3166-1)."""

from typing import cast

_GERMANY = "D"


def two_letters(code: str) -> str:
    """Return the two-letter code for a document's three letters; the code itself if unknown."""
    # 1 MB of tables: not before a card is read.
    from babel.core import get_global

    if code == _GERMANY:
        return "DE"
    known = cast("dict[str, list[str]]", get_global("territory_aliases"))
    territories = known.get(code, [])
    return territories[0] if len(code) == 3 and len(territories) == 1 else code


def is_country(code: str) -> bool:
    """Tell whether a document's code of three letters is that of a country."""
    return two_letters(code) != code
