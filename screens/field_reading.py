"""What stands in a field, read by the rules of its kind."""

from datetime import date

from issuance.identity.kinds import FieldKind, read
from issuance.identity.verdict import Reading
from tui.form_fields import FieldSpec


def read_field(spec: FieldSpec, text: str, today: date, country: str) -> Reading:
    """Read a text as the kind of the field says; `today` is the day at the office."""
    return read(
        FieldKind(spec.kind),
        text,
        today=today,
        country=country,
        choices=tuple(value for value, _ in spec.choices),
        maximum_length=spec.maximum_length,
    )
