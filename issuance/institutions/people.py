"""What is known of an official, read from what somebody typed or from a list."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from issuance.findings import Finding, any_blocks, blocks
from issuance.findings.institutions import InstitutionCode
from issuance.identity.kinds import read
from issuance.institutions.names import CERTIFICATE_LENGTH
from issuance.model import Frozen, Text
from issuance.policies.model import FieldRule, Policy


class Person(Frozen):
    """An official as registered; `run` is `12345678-5`, `phone` E.164 or empty.

    `certificate_name` is the form for the certificate where the full name does not fit.
    """

    run: Text
    given_names: Text
    first_surname: Text
    second_surname: Text = ""
    certificate_name: Text = ""
    email: Text
    position: Text
    phone: Text = ""

    @property
    def full_name(self) -> str:
        """Return the name as on the identity card."""
        names = (self.given_names, self.first_surname, self.second_surname)
        return " ".join(name for name in names if name)


@dataclass(frozen=True, slots=True)
class PersonReading:
    """What became of typed data; without a person where a finding blocks."""

    person: Person | None
    findings: tuple[Finding, ...]


def person_rules(policy: Policy) -> tuple[FieldRule, ...]:
    """Return the fields of an official's form, which the policy lists."""
    return tuple(rule for rule in policy.fields if rule.name in Person.model_fields)


def read_person(policy: Policy, typed: Mapping[str, str], today: date) -> PersonReading:
    """Read the data of one official; every finding names its field."""
    values: dict[str, str] = {}
    findings: list[Finding] = []
    for rule in person_rules(policy):
        reading = read(
            rule.kind,
            typed.get(rule.name, ""),
            today=today,
            country=policy.country,
            maximum_length=rule.maximum_length,
        )
        values[rule.name] = reading.value
        findings += [_at(rule.name, each) for each in reading.findings]
        if rule.required and not reading.value and not reading.findings:
            name = rule.name
            findings.append(blocks(InstitutionCode.OFFICIAL_FIELD_MISSING, name, name=name))
    if any_blocks(findings):
        return PersonReading(None, tuple(findings))
    person = Person.model_validate(values)
    if finding := _check_name(person):
        return PersonReading(None, (*findings, finding))
    return PersonReading(person, tuple(findings))


def _check_name(person: Person) -> Finding | None:
    length = len(person.full_name)
    if length <= CERTIFICATE_LENGTH or person.certificate_name:
        return None
    code = InstitutionCode.CERTIFICATE_NAME_NEEDED
    return blocks(code, "certificate_name", length=length, limit=CERTIFICATE_LENGTH)


def _at(name: str, finding: Finding) -> Finding:
    return Finding(finding.code, finding.severity, name, finding.parameters)
