"""What is asked before a certificate is revoked, with a case or without one."""

from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from issuance.cases.commands.life import AskedBy
from issuance.findings import Finding, blocks
from issuance.findings.revocation import RevocationFinding
from issuance.identity.kinds import FieldKind
from screens.changing_form import ChangingForm
from tui.case_words import ASKERS, said
from tui.form_fields import FieldSpec
from tui.translation import N_

FIRST_ASKER: Mapping[str, str] = {"asked_by": "holder"}


def revocation_fields(form: ChangingForm[Any], texts: Mapping[str, str]) -> list[FieldSpec]:
    """Return who asks, how identified, cause, day and note."""
    asked_by, cause = texts.get("asked_by", ""), texts.get("cause", "")
    needs_day = form.terms.needs_effective_date(cause)
    example = N_("31/12/2025") if needs_day else N_("31/12/2025, or empty for today")
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
        FieldSpec(
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
            required=needs_day,
        ),
        form.note(cause),
    ]


def later_day(form: ChangingForm[Any], values: Mapping[str, str]) -> Finding | None:
    """Return what is wrong with a day still to come: it is told before anybody says yes."""
    effective = values.get("effective", "")
    if not effective or date.fromisoformat(effective) <= form.today:
        return None
    day = form.terms.day(date.fromisoformat(effective))
    return blocks(RevocationFinding.EFFECTIVE_DATE_LATER, "effective", effective=day)


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
