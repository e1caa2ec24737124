"""The Ecuadorian taxpayer number (RUC): thirteen digits, the last ones an establishment.

A natural person's is the cédula and an establishment. Third digit 6 is public, 9 a company, both
with a check digit modulo 11, which the tax office (SRI) no longer keeps to for new numbers: such a
number can be refused for its shape, never for its check digit.
"""

from enum import StrEnum

from issuance.findings import Finding, blocks, warns
from issuance.findings.identity import IdentityFinding
from issuance.identity import cedula
from issuance.identity.entry import entered, unseparated
from issuance.identity.verdict import Certainty, Reading, impossible, valid

LENGTH = 13

_PUBLIC_WEIGHTS = (3, 2, 7, 6, 5, 4, 3, 2, 1)
_COMPANY_WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)


class RucKind(StrEnum):
    """Whose number it is."""

    NATURAL = "natural"
    PUBLIC = "public"
    PRIVATE = "private"


@entered
def read_ruc(text: str) -> Reading:
    """Read a RUC; spaces and hyphens between the digits are taken off."""
    number = unseparated(text)
    if refused := cedula.read_digits(number, LENGTH):
        return refused
    if finding := cedula.province_finding(number) or _third_digit_finding(number):
        return impossible(number, finding)
    if number[2:3] < "6" and len(number) >= cedula.LENGTH:
        finding = cedula.check_digit_finding(number[: cedula.LENGTH])
        if finding:
            return impossible(number, finding)
    if len(number) < LENGTH:
        return cedula.missing_digits(number, LENGTH)
    if finding := _establishment_finding(number):
        return impossible(number, finding)
    if _is_natural(number) or _passes_modulo_11(number):
        return valid(number)
    warning = warns(IdentityFinding.RUC_NOT_VERIFIABLE)
    return Reading(Certainty.UNVERIFIABLE, number, (warning,))


def ruc_kind(ruc: str) -> RucKind | None:
    """Tell whose number it is; None for what is not a RUC.

    A third digit 6 is public unless only the cédula rule confirms the number.
    """
    reading = read_ruc(ruc)
    if not reading.acceptable:
        return None
    number = reading.value
    if number[2] == "9":
        return RucKind.PRIVATE
    if number[2] == "6" and (_passes_modulo_11(number) or not _is_natural(number)):
        return RucKind.PUBLIC
    return RucKind.NATURAL


def cedula_in_ruc(ruc: str) -> str | None:
    """Return the cédula of the natural person whose RUC it is; None for anybody else's."""
    if ruc_kind(ruc) is not RucKind.NATURAL:
        return None
    return read_ruc(ruc).value[: cedula.LENGTH]


def ruc_belongs_to(ruc: str, number: str) -> bool | None:
    """Tell whether a RUC is the own one of the person with this cédula.

    None where the numbers cannot tell: one of them is not right, or the RUC is an organisation's.
    """
    taxpayer, person = read_ruc(ruc), cedula.read_cedula(number)
    if not taxpayer.acceptable or not person.acceptable:
        return None
    if _is_natural(taxpayer.value) and taxpayer.value.startswith(person.value):
        return True
    return False if ruc_kind(ruc) is RucKind.NATURAL else None


def _third_digit_finding(number: str) -> Finding | None:
    digit = number[2:3]
    if digit in ("7", "8"):
        return blocks(IdentityFinding.RUC_THIRD_DIGIT, digit=digit)
    return None


def _establishment_finding(number: str) -> Finding | None:
    """Refuse an establishment of zeros: four places in a public number, three in all others."""
    if not number.endswith("000"):
        return None
    if number[2] == "6" and number[-4] != "0":
        return None
    return blocks(IdentityFinding.RUC_ESTABLISHMENT, digits=number[-3:])


def _is_natural(number: str) -> bool:
    return (
        number[2] <= "6"
        and not number.endswith("000")
        and cedula.passes_modulo_10(number[: cedula.LENGTH])
    )


def _passes_modulo_11(number: str) -> bool:
    """Tell whether an organisation's check digit is right; both kinds of weights meet under 9."""
    if number[2] == "6":
        return _remainder(number, _PUBLIC_WEIGHTS) == 0
    if number[2] == "9":
        return 0 in (_remainder(number, _PUBLIC_WEIGHTS), _remainder(number, _COMPANY_WEIGHTS))
    return False


def _remainder(number: str, weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(number, weights, strict=False)) % 11
