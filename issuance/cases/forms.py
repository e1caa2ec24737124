"""Checks the values of a form against the policy's list of fields."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from issuance.findings import Finding, any_blocks, blocks
from issuance.findings.cases import CaseFinding
from issuance.identity.kinds import FieldKind, read
from issuance.policies.model import FieldRule


@dataclass(frozen=True, slots=True)
class CheckedForm:
    """Normalised values of the fields that were filled in, and everything found."""

    values: Mapping[str, str]
    findings: tuple[Finding, ...]

    @property
    def refused(self) -> bool:
        """Tell whether the form cannot be taken as it is."""
        return any_blocks(self.findings)


def check_form(
    rules: Iterable[FieldRule], given: Mapping[str, str], today: date, country: str
) -> CheckedForm:
    """Normalise and check every field; a value for a field the form does not show is refused."""
    values: dict[str, str] = {}
    findings: list[Finding] = []
    asked: set[str] = set()
    for rule in rules:
        asked.add(rule.name)
        text = given.get(rule.name, "")
        if not text.strip():
            if rule.required:
                findings.append(blocks(CaseFinding.FIELD_REQUIRED, rule.name))
            continue
        reading = read(
            rule.kind,
            text,
            today=today,
            country=country,
            choices=rule.choices,
            maximum_length=rule.maximum_length,
        )
        findings += [_of_field(finding, rule.name) for finding in reading.findings]
        values[rule.name] = reading.value
    findings += [
        blocks(CaseFinding.FIELD_NOT_ASKED, name)
        for name, text in given.items()
        if name not in asked and text.strip()
    ]
    return CheckedForm(values, tuple(findings))


def normalised_choices(
    rules: Iterable[FieldRule], given: Mapping[str, str], today: date
) -> dict[str, str]:
    """Return the normal form of every choice and yes/no that was answered."""
    coded = (FieldKind.CHOICE, FieldKind.YES_NO)
    return {
        rule.name: read(rule.kind, given[rule.name], today=today, choices=rule.choices).value
        for rule in rules
        if rule.kind in coded and given.get(rule.name, "").strip()
    }


def _of_field(finding: Finding, name: str) -> Finding:
    return Finding(finding.code, finding.severity, name, finding.parameters)
