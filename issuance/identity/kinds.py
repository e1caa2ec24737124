"""The kinds of field a form can have, and the one door through which typed text is read."""

from collections.abc import Callable
from datetime import date
from enum import StrEnum

from issuance.findings import blocks
from issuance.findings.identity import IdentityFinding
from issuance.identity.amounts import read_money
from issuance.identity.cedula import read_cedula
from issuance.identity.choices import read_choice, read_country, read_yes_no
from issuance.identity.dactylar import read_dactylar_code
from issuance.identity.dates import read_date
from issuance.identity.deposits import read_deposit_number
from issuance.identity.email import read_email
from issuance.identity.names import read_person_name
from issuance.identity.passport import read_passport
from issuance.identity.phone import read_phone
from issuance.identity.ruc import read_ruc
from issuance.identity.run import read_run
from issuance.identity.texts import read_certified_text, read_text
from issuance.identity.verdict import Reading, impossible


class FieldKind(StrEnum):
    """What a form field holds; a policy names these in its data."""

    CEDULA = "cedula"
    RUC = "ruc"
    RUN = "run"
    PASSPORT = "passport"
    DACTYLAR_CODE = "dactylar_code"
    PERSON_NAME = "person_name"
    EMAIL = "email"
    PHONE = "phone"
    ADDRESS = "address"
    CITY = "city"
    ORGANISATION_NAME = "organisation_name"
    POSITION = "position"
    DEPARTMENT = "department"
    PROFESSION = "profession"
    FREE_TEXT = "free_text"
    DATE = "date"
    CHOICE = "choice"
    YES_NO = "yes_no"
    COUNTRY = "country"
    DEPOSIT_NUMBER = "deposit_number"
    MONEY = "money"


_READERS: dict[FieldKind, Callable[[str], Reading]] = {
    FieldKind.CEDULA: read_cedula,
    FieldKind.RUC: read_ruc,
    FieldKind.RUN: read_run,
    FieldKind.PASSPORT: read_passport,
    FieldKind.DACTYLAR_CODE: read_dactylar_code,
    FieldKind.PERSON_NAME: read_person_name,
    FieldKind.EMAIL: read_email,
    FieldKind.ADDRESS: read_certified_text,
    FieldKind.CITY: read_certified_text,
    FieldKind.ORGANISATION_NAME: read_certified_text,
    FieldKind.POSITION: read_certified_text,
    FieldKind.DEPARTMENT: read_certified_text,
    FieldKind.PROFESSION: read_certified_text,
    FieldKind.FREE_TEXT: read_text,
    FieldKind.YES_NO: read_yes_no,
    FieldKind.COUNTRY: read_country,
    FieldKind.DEPOSIT_NUMBER: read_deposit_number,
    FieldKind.MONEY: read_money,
}


def read(
    kind: FieldKind,
    text: str,
    *,
    today: date,
    country: str = "EC",
    choices: tuple[str, ...] = (),
    maximum_length: int = 200,
) -> Reading:
    """Read a typed text as one kind of field; never raises, whatever the text.

    Args:
        kind: What the field holds.
        text: As typed or pasted.
        today: The day at the office, against which dates are plausible.
        country: ISO 3166-1 alpha-2; whose telephone numbers need no calling code.
        choices: The values of a CHOICE field.
        maximum_length: The most characters the normal form may have.

    Returns:
        The reading. A kept value of any kind but MONEY reads as itself again.
    """
    reading = _read_kind(kind, text, today, country, choices)
    if reading.acceptable and len(reading.value) > maximum_length:
        finding = blocks(IdentityFinding.TOO_LONG, maximum=maximum_length)
        return impossible(reading.value, finding)
    return reading


def _read_kind(
    kind: FieldKind, text: str, today: date, country: str, choices: tuple[str, ...]
) -> Reading:
    if kind is FieldKind.DATE:
        return read_date(text, today=today)
    if kind is FieldKind.PHONE:
        return read_phone(text, country)
    if kind is FieldKind.CHOICE:
        return read_choice(text, choices)
    return _READERS[kind](text)
