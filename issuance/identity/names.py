"""Names of people, as they stand on their document."""

import unicodedata

from issuance.findings import blocks
from issuance.findings.identity import IdentityFinding
from issuance.identity.entry import entered, wrong_character
from issuance.identity.verdict import Reading, incomplete, valid

# One apostrophe and one hyphen, so that the same name typed on two keyboards compares equal.
_KEYBOARD_VARIANTS = str.maketrans(
    {
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
        "\N{LEFT SINGLE QUOTATION MARK}": "'",
        "\N{MODIFIER LETTER APOSTROPHE}": "'",
        "\N{ACUTE ACCENT}": "'",
        "\N{GRAVE ACCENT}": "'",
        "\N{HYPHEN}": "-",
        "\N{NON-BREAKING HYPHEN}": "-",
        "\N{EN DASH}": "-",
    }
)


@entered
def read_person_name(text: str) -> Reading:
    """Read a name: Latin letters of every language, apostrophe, hyphen, dot and space.

    Capitals and accents stay as typed. Letters of other scripts are refused, since some look like
    Latin ones and would make two different names look the same in a certificate.
    """
    name = text.translate(_KEYBOARD_VARIANTS)
    if refused := wrong_character(IdentityFinding.NAME_CHARACTER, name, _belongs_in_a_name):
        return refused
    if not any(character.isalpha() for character in name):
        return incomplete(name, blocks(IdentityFinding.NAME_WITHOUT_LETTERS))
    return valid(name)


def _belongs_in_a_name(character: str) -> bool:
    # Some letters exist only with a separate accent, the g with tilde of Guaraní for one.
    is_accent = "\u0300" <= character <= "\u036f"
    return character in "'-. " or is_accent or _is_latin_letter(character)


def _is_latin_letter(character: str) -> bool:
    return character.isalpha() and unicodedata.name(character, "").startswith("LATIN ")
