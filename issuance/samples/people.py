"""Invented people: whatever a form asks of them, in the form it is kept in.

Their cédulas and RUC lie in the specimen range of `issuance.identity.examples`, their mailboxes
at example.com (RFC 2606). A person keeps name and number whatever certificate they apply for.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from issuance.identity.examples import invented_cedula, invented_ruc

PEOPLE: Final = 40
"""How many people may apply; the numbers after them belong to those who run organisations."""

_FIRST_REPRESENTATIVE: Final = 40
_FIRST_ORGANISATION: Final = 50

_GIVEN_NAMES: Final = (
    ("María Ángeles", "F"), ("Íñigo Sebastián", "M"), ("Ñusta Belén", "F"), ("José Andrés", "M"),
    ("Lucía Inés", "F"), ("Ramón Óscar", "M"), ("Sofía Elisa", "F"), ("Martín Nicolás", "M"),
    ("Ana Verónica", "F"), ("Álvaro Efraín", "M"), ("Zoila Concepción", "F"), ("Simón Tomás", "M"),
)  # fmt: skip
_SURNAMES: Final = (
    "Muñoz", "Cañizares", "Guamán", "Ordóñez", "De la Cruz", "Yánez",
    "Ávila", "Quiñónez", "Pérez", "Zúñiga", "Chávez", "Ibáñez",
)  # fmt: skip
_ONE_SURNAME: Final = 7
"""Every twelfth person has no second surname, as some people have none."""

_CITIES: Final = (
    ("Quito", "pichincha"), ("Cuenca", "azuay"), ("Guayaquil", "guayas"), ("Cañar", "canar"),
    ("Ambato", "tungurahua"), ("Santo Domingo", "santo-domingo"), ("Ibarra", "imbabura"),
)  # fmt: skip
_PROFESSIONS: Final = ("Abogacía", "Contabilidad", "Ingeniería civil", "Enseñanza", "")

_COMPANIES: Final = (
    "Panadería Ñandú de Muestra Cía. Ltda.",
    "Textiles Inventados S.A.",
    "Comercial Cigüeña de Ensayo S.A.S.",
)
_INSTITUTIONS: Final = (
    "Instituto Público de Ensayo",
    "Dirección de Pruebas y Muestras",
    "Municipio Inventado de Muestra",
)


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """An invented applicant: the form's values, and what only a card shows.

    `known` is what the person would answer to any form and what papers say of them; `sex` is the M
    or F of a machine-readable card.
    """

    name: str
    certificate_type: str
    values: Mapping[str, str]
    known: Mapping[str, str]
    number: int
    sex: str
    birth_date: date


def sample_person(
    certificate_type: str, number: int = 0, container: str = "pkcs12"
) -> SamplePerson:
    """Return invented person `number` with a complete application for a certificate.

    Raises:
        ValueError: `number` is not from 0 to `PEOPLE` - 1, or the type has no form.
    """
    person = invented_person(certificate_type, number, container)
    if not person.values:
        raise ValueError(f"no form for {certificate_type!r}")
    return person


def invented_person(certificate_type: str, number: int, container: str) -> SamplePerson:
    """Return invented person `number`; without values where the type's form is nobody's here.

    Raises ValueError where `number` is not from 0 to `PEOPLE` - 1.
    """
    if not 0 <= number < PEOPLE:
        raise ValueError(f"invented people are numbered from 0 to {PEOPLE - 1}")
    return _person(certificate_type, number, container)


def representative_of(person: SamplePerson) -> SamplePerson:
    """Return the invented person who runs the company a member belongs to."""
    return _person("juridica-privada", _FIRST_REPRESENTATIVE + _company(person.number), "pkcs12")


def sample_payment(number: int, today: date) -> dict[str, str]:
    """Return the payment form of the deposit of that number, which somebody made yesterday."""
    return {
        "deposit_number": f"MUESTRA{number:05}",
        "deposit_date": (today - timedelta(days=1)).isoformat(),
        "bank": "Banco de Muestra",
        "depositor_name": sample_person("natural", number % PEOPLE).name,
    }


def sample_billing(person: SamplePerson) -> dict[str, str]:
    """Return the billing form: the organisation where there is one, the person otherwise."""
    values = person.values
    if ruc := values.get("organization_ruc") or values.get("entity_ruc"):
        name = values["organization"]
        buyer = {"billing_identification_kind": "ruc", "billing_ruc": ruc}
    else:
        name = person.name
        buyer = {"billing_identification_kind": "cedula", "billing_cedula": values["cedula"]}
    return {
        **buyer,
        "billing_name": name,
        "billing_address": f"{values['address']}, {values['city']}",
        "billing_email": values["email"],
        "billing_phone": values["phone"],
    }


def without_accents(text: str) -> str:
    """Return the text with its letters reduced to A-Z and a-z."""
    return "".join(
        character
        for character in unicodedata.normalize("NFD", text)
        if not unicodedata.combining(character)
    )


def _person(certificate_type: str, number: int, container: str) -> SamplePerson:
    names, sex = _names(number)
    birth_date = date(1958 + number * 7 % 44, 1 + number * 5 % 12, 1 + number * 11 % 28)
    with_ruc = container == "pkcs12"
    common = {
        "identification_kind": "cedula",
        "cedula": invented_cedula(number),
        "dactylar_code": f"V{1000 + 37 * number}I{2000 + 53 * number}",
        **names,
        **_contact(number, names),
    }
    forms = {
        "natural": _of_natural_person(number, with_ruc),
        "juridica-privada": _of_representative("juridica-privada", number, with_ruc),
        "juridica-publica": _of_representative("juridica-publica", number, with_ruc),
        "empresa": _of_organisation("empresa", number),
        "departamento": _of_organisation("departamento", number),
        "miembro-empresa": _of_member(number, birth_date, with_ruc),
    }
    return SamplePerson(
        name=" ".join(names.values()),
        certificate_type=certificate_type,
        values=common | forms[certificate_type] if certificate_type in forms else {},
        known={**common, **{name: form[name] for form in forms.values() for name in form}},
        number=number,
        sex=sex,
        birth_date=birth_date,
    )


def _names(number: int) -> tuple[dict[str, str], str]:
    round_, place = divmod(number, len(_GIVEN_NAMES))
    given_names, sex = _GIVEN_NAMES[place]
    first = place + 5 * round_
    second = first + 3 + round_
    names = {"given_names": given_names, "first_surname": _SURNAMES[first % len(_SURNAMES)]}
    if place != _ONE_SURNAME:
        names["second_surname"] = _SURNAMES[second % len(_SURNAMES)]
    return names, sex


def _contact(number: int, names: Mapping[str, str]) -> dict[str, str]:
    city, province = _CITIES[number % len(_CITIES)]
    mailbox = f"{names['given_names'].split()[0]}.{names['first_surname'].replace(' ', '')}"
    return {
        "email": f"{without_accents(mailbox).lower()}{number}@example.com",
        "phone": f"+5939900010{number:02}",
        "address": f"Av. de las Muestras N34-{100 + number} y Calle Inventada",
        "city": city,
        "province": province,
    }


def _of_natural_person(number: int, with_ruc: bool) -> dict[str, str]:
    values: dict[str, str] = {}
    if profession := _PROFESSIONS[number % len(_PROFESSIONS)]:
        values["profession"] = profession
    if with_ruc:
        invoices = number % 2 == 0
        values["wants_invoicing"] = "yes" if invoices else "no"
        if invoices:
            values["ruc"] = invented_ruc(number)
    return values


def _of_representative(certificate_type: str, number: int, with_ruc: bool) -> dict[str, str]:
    if certificate_type == "juridica-publica":
        place = number % len(_INSTITUTIONS)
        values = {"organization": _INSTITUTIONS[place], "position": "Dirección ejecutiva"}
        organisation = _FIRST_ORGANISATION + len(_COMPANIES) + place
    else:
        place = _company(number)
        values = {
            "organization": _COMPANIES[place],
            "position": "Gerencia general",
            "rup": f"RUP-{_FIRST_ORGANISATION + place:06}",
        }
        organisation = _FIRST_ORGANISATION + place
    return values | _organisation_ruc(organisation, with_ruc)


def _of_organisation(certificate_type: str, number: int) -> dict[str, str]:
    place = _company(number)
    department = {"department": "Contabilidad"} if certificate_type == "departamento" else {}
    return {
        "organization": _COMPANIES[place],
        "entity_ruc": invented_ruc(_FIRST_ORGANISATION + place),
        "position": "Gerencia general",
    } | department


def _of_member(number: int, birth_date: date, with_ruc: bool) -> dict[str, str]:
    place = _company(number)
    representative = _FIRST_REPRESENTATIVE + place
    names, _ = _names(representative)
    return {
        "birth_date": birth_date.isoformat(),
        "organization": _COMPANIES[place],
        "position": "Analista",
        "department": "Contabilidad",
        "representative_name": " ".join(names.values()),
        "representative_cedula": invented_cedula(representative),
    } | _organisation_ruc(_FIRST_ORGANISATION + place, with_ruc)


def _organisation_ruc(number: int, with_ruc: bool) -> dict[str, str]:
    return {"organization_ruc": invented_ruc(number)} if with_ruc else {}


def _company(number: int) -> int:
    """Return the company of a person; its representative's number leads to the same one."""
    return number % _FIRST_REPRESENTATIVE % len(_COMPANIES)
