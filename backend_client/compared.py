"""Two sides of one thing, value by value and in words: what differs comes first."""

from dataclasses import dataclass

from backend_client.policy_view import PolicyView
from issuance.policies.model import FieldRule, Policy
from issuance.policies.person_fields import person_fields
from issuance.sync import sides

_BESIDE_FIELDS = (
    sides.PROVINCE, sides.AMOUNT, sides.FILE_OCTETS, sides.DOCUMENT_DATE, sides.ANSWERS,
    sides.EXEMPTION, sides.SAME_AS_APPLICANT,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Compared:
    """A value as each side has it; `says_who` tells that it says whose case it is.

    `label` is empty for what is no field of a form.
    """

    name: str
    label: str
    here: str
    there: str
    differs: bool
    says_who: bool


def compared(both: sides.BothSides, policy: Policy, words: PolicyView) -> tuple[Compared, ...]:
    """Return every value of both sides; where there is no other side nothing differs."""
    known = (*policy.fields, *policy.payment_fields, *policy.billing_fields)
    rules = {rule.name: rule for rule in known}
    who = person_fields(policy) | {*policy.name_fields}
    here = both.here.values
    there = both.there.values if both.there else here
    found = [
        Compared(
            name=name,
            label=words.word("fields", name) if name in rules else "",
            here=_said(name, here.get(name, ""), rules.get(name), words),
            there=_said(name, there.get(name, ""), rules.get(name), words),
            differs=any(here.get(each) != there.get(each) for each in _told_by(name)),
            says_who=name in who,
        )
        for name in (*rules, *_BESIDE_FIELDS)
        if name in here or name in there
    ]
    return tuple(sorted(found, key=lambda each: (not each.differs, not each.says_who)))


def _told_by(name: str) -> tuple[str, ...]:
    """Return the values a shown one stands for: two files of one size are two files."""
    return (sides.FILE_OCTETS, sides.FILE) if name == sides.FILE_OCTETS else (name,)


def _said(name: str, value: str, rule: FieldRule | None, words: PolicyView) -> str:
    if not value:
        return "–"
    if rule is not None:
        return words.value(rule, value)
    match name:
        case sides.AMOUNT:
            return words.amount_of(int(value))
        case sides.FILE_OCTETS:
            return f"{max(1, int(value) // 1024)} KB"
        case sides.PROVINCE | sides.SAME_AS_APPLICANT:
            return words.word("choices", value)
        case sides.EXEMPTION:
            return words.word("exemptions", value)
        case _:
            return value
