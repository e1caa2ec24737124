"""The fields of an application: how a form shows them, and what is found in what is typed."""

from collections.abc import Iterable, Mapping
from datetime import date

from babel import Locale

from backend_client.policy_lines import FormField
from backend_client.policy_view import PolicyView
from issuance.identity.choices import COUNTRIES
from issuance.identity.kinds import FieldKind, read
from issuance.identity.verdict import Reading
from tui.form_fields import FieldSpec
from tui.translation import N_, Translator
from tui.widgets.value_list import fold


def field_specs(
    fields: Iterable[FormField], translate: Translator, group: str = ""
) -> list[FieldSpec]:
    """Return what a form needs to know of each field; `group` replaces the fields' own groups."""
    return [
        FieldSpec(
            name=field.name,
            kind=field.kind,
            label=field.label,
            help=field.help,
            example=field.example,
            required=field.required,
            choices=field.choices or _choices(FieldKind(field.kind), translate),
            maximum_length=field.maximum_length,
            group=group or field.group,
        )
        for field in fields
    ]


def read_field(field: FormField, text: str, today: date, country: str) -> Reading:
    """Read a typed text the way the engine will."""
    return read(
        FieldKind(field.kind),
        text,
        today=today,
        country=country,
        choices=tuple(value for value, _ in field.choices),
        maximum_length=field.maximum_length,
    )


def first_values(words: PolicyView, product: str, province: str) -> dict[str, str]:
    """Return the usual answers: where one decides about other fields, and the office's province."""
    deciding = words.deciding_fields()
    first: dict[str, str] = {}
    for field in words.application_form(product, {}):
        values = [value for value, _ in field.choices]
        if values and field.name in deciding:
            first[field.name] = values[0]
        elif province in values:
            first[field.name] = province
    return first


def shown_values(words: PolicyView, product: str, texts: Mapping[str, str]) -> dict[str, str]:
    """Return the filled-in values of the fields that these very values show."""
    fields = words.application_form(product, texts)
    return {field.name: texts[field.name] for field in fields if texts.get(field.name)}


def _choices(kind: FieldKind, translate: Translator) -> tuple[tuple[str, str], ...]:
    if kind is FieldKind.YES_NO:
        return (("yes", translate(N_("Yes"))), ("no", translate(N_("No"))))
    if kind is FieldKind.COUNTRY:
        names = Locale(translate.language).territories
        pairs = ((code, str(names.get(code, code))) for code in COUNTRIES)
        return tuple(sorted(pairs, key=lambda pair: fold(pair[1])))
    return ()
