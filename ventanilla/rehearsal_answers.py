"""What an invented person answers to the forms of any policy, also of one that is not shipped."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from issuance.identity.examples import invented_cedula, invented_ruc, invented_run
from issuance.identity.kinds import FieldKind, read
from issuance.policies.model import FieldRule, PersonFields, Policy, Product
from issuance.samples.people import SamplePerson, invented_person

_APPLICANT: Final = "applicant"
_MADE_UP: Final[Mapping[FieldKind, Callable[[SamplePerson], str]]] = {
    FieldKind.CEDULA: lambda person: invented_cedula(person.number),
    FieldKind.RUC: lambda person: invented_ruc(person.number),
    FieldKind.RUN: lambda person: invented_run(person.number),
    FieldKind.PASSPORT: lambda person: f"MUESTRA{person.number:02}",
    FieldKind.DACTYLAR_CODE: lambda person: person.known["dactylar_code"],
    FieldKind.PERSON_NAME: lambda person: person.name,
    FieldKind.EMAIL: lambda person: person.known["email"],
    FieldKind.PHONE: lambda person: person.known["phone"],
    FieldKind.ADDRESS: lambda person: person.known["address"],
    FieldKind.CITY: lambda person: person.known["city"],
    FieldKind.ORGANISATION_NAME: lambda person: person.known["organization"],
    FieldKind.POSITION: lambda person: person.known["position"],
    FieldKind.DEPARTMENT: lambda person: person.known["department"],
    FieldKind.PROFESSION: lambda person: "Enseñanza",
    FieldKind.FREE_TEXT: lambda person: f"Muestra {person.number}",
    FieldKind.DATE: lambda person: person.birth_date.isoformat(),
    FieldKind.YES_NO: lambda person: "yes",
    FieldKind.COUNTRY: lambda person: "EC",
    FieldKind.DEPOSIT_NUMBER: lambda person: f"MUESTRA{person.number:05}",
    FieldKind.MONEY: lambda person: "1.00",
}
"""What stands in a field of which nothing but the kind is known; a choice is its list's first."""


def sample_application(policy: Policy, product: Product, number: int, today: date) -> SamplePerson:
    """Return invented person `number` with a complete application for a product.

    A field is answered by its name where the person knows it, else, where it is required, by its
    kind. Raises ValueError where `number` is not one of the invented people's.
    """
    person = invented_person(product.certificate_type, number, product.container)
    known = {**_card_fields(policy, person), **(person.values or person.known)}
    parts = {
        "type": product.certificate_type,
        "container": product.container,
        "validity": product.validity,
    }
    values: dict[str, str] = {}
    # What was answered decides what is asked next.
    while rules := [
        each for each in policy.form_for({**values, **parts}) if each.name not in values
    ]:
        values |= {each.name: _answer(each, known, person, today) for each in rules}
    return replace(person, values={name: value for name, value in values.items() if value})


def payment_answers(
    policy: Policy, person: SamplePerson, deposit: Mapping[str, str], today: date
) -> dict[str, str]:
    """Return the payment form for a deposit that is known by the shipped fields' names."""
    answers = {each.name: _answer(each, deposit, person, today) for each in policy.payment_fields}
    return {name: value for name, value in answers.items() if value}


def _card_fields(policy: Policy, person: SamplePerson) -> dict[str, str]:
    """Return what the card says of the applicant, by the fields the policy has for it."""
    fields = policy.people.get(_APPLICANT, PersonFields())
    known = person.known
    surnames = (known["first_surname"], known.get("second_surname", ""))
    whole = " ".join(filter(None, surnames))
    return {
        **dict.fromkeys(fields.given_names, known["given_names"]),
        **dict(
            zip(fields.surnames, surnames if len(fields.surnames) > 1 else [whole], strict=False)
        ),
        **dict.fromkeys(fields.birth_date, person.birth_date.isoformat()),
    }


def _answer(rule: FieldRule, known: Mapping[str, str], person: SamplePerson, today: date) -> str:
    value = known.get(rule.name, "")
    if value and _reads(rule, value, today):
        return value
    if not rule.required:
        return ""
    if rule.kind is FieldKind.CHOICE:
        return rule.choices[0]
    return _MADE_UP[rule.kind](person)[: rule.maximum_length].strip()


def _reads(rule: FieldRule, value: str, today: date) -> bool:
    length = rule.maximum_length
    return read(
        rule.kind, value, today=today, choices=rule.choices, maximum_length=length
    ).acceptable
