"""The fields of a person of an institution, and how that person is told."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from backend_client.institution_view import InstitutionView
from issuance.findings import Finding
from issuance.identity.kinds import FieldKind
from issuance.institutions.people import Person
from issuance.model import plain
from screens.application_fields import field_specs
from screens.paged_text import LabelledRow
from tui.form_fields import FieldSpec
from tui.translation import Translator

_OPERATOR: Final = "operator."


def person_specs(
    terms: InstitutionView, translate: Translator, person: Person | None = None
) -> list[FieldSpec]:
    """Return the fields, with what is registered of somebody."""
    registered = person_values(person)
    return [
        replace(each, initial=registered.get(each.name, ""), maximum_length=_as_typed(each))
        for each in field_specs(terms.official_form(), translate)
    ]


def person_values(person: Person | None) -> dict[str, str]:
    """Return what is registered of somebody, by field."""
    return {} if person is None else {name: str(value) for name, value in plain(person).items()}


def person_rows(terms: InstitutionView, person: Person | None) -> list[LabelledRow]:
    """Return what is registered of somebody, in words."""
    values = person_values(person)
    return [
        LabelledRow(each.label, values[each.name])
        for each in terms.official_form()
        if values.get(each.name)
    ]


def of_operator(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return findings about an institution's operator by the names of the person's fields."""
    return tuple(
        Finding(each.code, each.severity, name, each.parameters)
        for each in findings
        for name in ((each.field or "").removeprefix(_OPERATOR),)
    )


def person_of(values: Mapping[str, str]) -> dict[str, str]:
    """Return the values of a form that are the person's."""
    return {name: values[name] for name in Person.model_fields if name in values}


def _as_typed(field: FieldSpec) -> int:
    """Return how many characters may be typed: a RUN comes with dots, a phone with spaces."""
    return max(field.maximum_length, 14) if field.kind == FieldKind.RUN else field.maximum_length
