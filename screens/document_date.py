"""The date that stands on a document, as a field of its form."""

from datetime import date

from issuance.identity.kinds import FieldKind
from tui.form_fields import FieldSpec
from tui.translation import N_, Translator

NAME = "document_date"
_LABELS = {"issued": N_("Date of issue"), "ends": N_("Office ends on")}


def document_date(
    dated: str, explanation: str, initial: str, today: date, translate: Translator
) -> FieldSpec:
    """Return the field; `dated` tells which date is meant, `issued` or `ends`."""
    return FieldSpec(
        name=NAME,
        kind=FieldKind.DATE.value,
        label=translate(_LABELS[dated]),
        help=explanation,
        example=f"{today:%d/%m/%Y}",
        # One more than a date has, so that a stray key does not cut what is pasted after it.
        maximum_length=11,
        initial=initial,
    )
