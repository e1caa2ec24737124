"""What is asked before a certificate is revoked, with a case or without one."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, cast

from backend_client.life_view import LifeView
from issuance.cases.commands.life import AskedBy
from issuance.findings import blocks
from issuance.findings.revocation import RevocationFinding
from issuance.identity.kinds import FieldKind
from issuance.identity.verdict import Reading, impossible
from screens.changing_form import ChangingForm
from tui.case_words import ASKERS, said
from tui.form_fields import FieldSpec
from tui.translation import N_, Translator

FIRST_ASKER: Mapping[str, str] = {"asked_by": "holder"}
CAUSE_BY_ASKER: Mapping[str, str] = {"asked_by": "cause"}
"""Whether a cause can be asked for depends on who asks."""


def revocation_fields(form: ChangingForm[Any], texts: Mapping[str, str]) -> list[FieldSpec]:
    """Return who asks, how identified, cause, day and note."""
    asked_by, cause = texts.get("asked_by", ""), texts.get("cause", "")
    translate, terms = form.translate, form.terms
    askers = tuple((each, said(ASKERS, each, translate)) for each in terms.askers)
    fields = [form.choice("asked_by", N_("Who asks for it"), askers)]
    if asked_by != "holder":
        fields.append(
            FieldSpec(
                "asker",
                FieldKind.FREE_TEXT,
                translate(N_("Name, or letter and number")),
                help=translate(
                    N_(
                        "Of a representative the name and the card; of an authority its name "
                        "and the number of its letter."
                    )
                ),
            )
        )
    return [
        *fields,
        form.choice("identified_by", N_("How identified"), terms.ways(asked_by)),
        form.choice("cause", N_("Cause"), form.words.reasons("revoke")),
        effective_field(translate, needed=terms.needs_effective_date(cause)),
        form.note(cause),
    ]


def effective_field(translate: Translator, *, needed: bool) -> FieldSpec:
    """Return the field of the day since when nothing signed should be relied on."""
    example = N_("31/12/2025") if needed else N_("31/12/2025, or empty for today")
    return FieldSpec(
        "effective",
        FieldKind.DATE,
        translate(N_("Not to be relied on since")),
        help=translate(
            N_(
                "The day since when nothing signed with it should be relied on, where that "
                "is not today: of a death its date. The revocation itself is never dated "
                "back."
            )
        ),
        example=translate(example),
        required=needed,
    )


def judged(
    form: ChangingForm[Any], name: str, reading: Reading, not_before: datetime | None
) -> Reading:
    """Return a reading, refused where the holder cannot ask for that, or the day is to come.

    `not_before` is the certificate's, where it is known: a day before it passes with a warning.
    """
    if not reading.acceptable:
        return reading
    value, terms = reading.value, form.terms
    if name == "cause" and not terms.may_ask(form.typed["asked_by"], value):
        return impossible(value, blocks(RevocationFinding.HOLDER_CANNOT_ASK, name))
    return judged_day(reading, form.today, terms, not_before) if name == "effective" else reading


def judged_day(
    reading: Reading, today: date, terms: LifeView, not_before: datetime | None
) -> Reading:
    """Return the reading of a day, refused where it is to come; one before the issue is told."""
    day = date.fromisoformat(reading.value)
    if day > today:
        later = RevocationFinding.EFFECTIVE_DATE_LATER
        return impossible(reading.value, blocks(later, "effective", effective=terms.day(day)))
    if not_before is None:
        return reading
    odd = terms.effective_date_findings(day, not_before)
    return replace(reading, findings=(*reading.findings, *odd))


def request_values(values: Mapping[str, str]) -> dict[str, Any]:
    """Return the fields' values as a `RevocationRequest` has them."""
    effective = values.get("effective", "")
    return {
        "cause": values["cause"],
        "note": values.get("note", ""),
        "effective": date.fromisoformat(effective) if effective else None,
        "asked_by": cast("AskedBy", values["asked_by"]),
        "identified_by": values["identified_by"],
        "asker": values.get("asker", ""),
    }
