"""Whether every name a policy uses stands for something in it: a slip of the pen changes rules."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from typing import Final

from issuance.certificates.revocation_reasons import RevocationReason
from issuance.identity.kinds import FieldKind
from issuance.policies.model import Condition, FieldRule, Policy, StepKind
from issuance.policies.roles import COUNTER_ACTS, INSTITUTION_ACTS, Role, SeatRole

_OF_THE_PRODUCT: Final = frozenset({"type", "container", "validity"})
_AT_EVERY_COUNTER: Final = (StepKind.APPLICATION, StepKind.ACTIVATION)
_NO_REVOCATION: Final = (RevocationReason.UNSPECIFIED, RevocationReason.CERTIFICATE_HOLD)


def unknown_names(policy: Policy) -> list[str]:
    """Return every name that nothing in the policy is called, with where it stands."""
    return [
        *_of_the_head(policy),
        *_of_forms(policy),
        *_of_steps(policy),
        *_of_prices(policy),
        *_of_acts(policy),
        *_of_life(policy),
    ]


def _unless_known(
    where: str, names: Iterable[str], known: Collection[str], what: str
) -> Iterator[str]:
    for name in names:
        if name not in known:
            yield f"{where}: {name} is {what}"


def _of_the_head(policy: Policy) -> Iterator[str]:
    fields, no_field = {rule.name for rule in policy.fields}, "no field of the policy"
    for where, names in (
        ("identification_fields", policy.identification_fields),
        ("name_fields", policy.name_fields),
        ("email_field", (policy.email_field,)),
        ("identification_issuers", policy.identification_issuers.keys()),
        ("identification_issuers", policy.identification_issuers.values()),
    ):
        yield from _unless_known(where, names, fields, no_field)
    if policy.portable is not None:
        sold = {each.id for each in policy.products}
        purposes = policy.portable.purposes.values()
        yield from _unless_known("portable.purposes", purposes, sold, "no product")
    billing = {rule.name for rule in policy.billing_fields}
    for name, sources in policy.billing_from_applicant.items():
        yield from _unless_known("billing_from_applicant", (name,), billing, "no billing field")
        yield from _unless_known(f"billing_from_applicant.{name}", sources, fields, no_field)

    for kind in policy.types:
        yield from _unless_known(f'types "{kind.id}"', kind.fields, fields, no_field)
    for person, items in policy.people.items():
        for item, names in items:
            yield from _unless_known(f"people.{person}.{item}", names, fields, no_field)


def _of_forms(policy: Policy) -> Iterator[str]:
    forms = {
        "fields": policy.fields,
        "billing_fields": policy.billing_fields,
        "payment_fields": policy.payment_fields,
    }
    for form, rules in forms.items():
        for rule in rules:
            where = f'{form} "{rule.name}"'
            if rule.kind is FieldKind.CHOICE and not rule.choices:
                yield f"{where}: a choice needs choices"
            for condition in rule.shown_when:
                yield from _of_condition(where, condition, rules, policy)
    for evidence in policy.evidence:
        if evidence.dated == "ends" and "document_expired" not in policy.reasons.evidence:
            yield f'evidence "{evidence.id}": reasons.evidence needs document_expired'
        people = policy.people or (evidence.person,)
        yield from _unless_known(f'evidence "{evidence.id}"', (evidence.person,), people, "nobody")
        for condition in evidence.required_when:
            yield from _of_condition(f'evidence "{evidence.id}"', condition, policy.fields, policy)


def _of_condition(
    where: str, condition: Condition, rules: tuple[FieldRule, ...], policy: Policy
) -> Iterator[str]:
    fields = {rule.name: rule for rule in rules}
    if condition.value not in _OF_THE_PRODUCT | fields.keys():
        yield f"{where}: {condition.value} is no field of the form"
        return
    possible = {
        "type": {each.id for each in policy.types},
        "container": {each.id for each in policy.containers},
        "validity": {each.validity for each in policy.products},
    }
    rule = fields.get(condition.value)
    if rule is not None and rule.kind is FieldKind.CHOICE:
        possible[rule.name] = set(rule.choices)
    if condition.value in possible:
        yield from _unless_known(
            where, condition.one_of, possible[condition.value], f"no {condition.value}"
        )


def _of_steps(policy: Policy) -> Iterator[str]:
    before: set[str] = set()
    for step in policy.steps:
        yield from _unless_known(f'steps "{step.id}"', step.needs, before, "no step before it")
        before.add(step.id)
    kinds = Counter(step.kind for step in policy.steps)
    for kind, times in kinds.items():
        if times > 1:
            yield f"steps: {times} are of the kind {kind.value}"
    for kind in _AT_EVERY_COUNTER:
        if policy.steps and kind not in kinds:
            yield f"steps: none is of the kind {kind.value}"
    if StepKind.ACTIVATION in kinds and not policy.activation.contract_version:
        yield "activation.contract_version: missing, and every activation has a contract signed"


def _of_prices(policy: Policy) -> Iterator[str]:
    products = {(each.certificate_type, each.container, each.validity) for each in policy.products}
    for row in policy.tariffs:
        product = (row.certificate_type, row.container, row.validity)
        if product not in products:
            yield f"tariffs: {'-'.join(product)} is no product"
    types, containers = ({each.id for each in group} for group in (policy.types, policy.containers))
    for pair in policy.impossible:
        yield from _unless_known("impossible", (pair.certificate_type,), types, "no type")
        yield from _unless_known("impossible", (pair.container,), containers, "no container")


def _of_acts(policy: Policy) -> Iterator[str]:
    known, acts = (Role, COUNTER_ACTS) if policy.portable is None else (SeatRole, INSTITUTION_ACTS)
    yield from _unless_known("roles", policy.roles, acts, "no act")
    for act, roles in policy.roles.items():
        yield from _unless_known(f"roles.{act}", roles, {each.value for each in known}, "no role")
    for pair in policy.four_eyes:
        acts = (pair.first, pair.second)
        yield from _unless_known("four_eyes", acts, policy.roles, "given to no role")


def _of_life(policy: Policy) -> Iterator[str]:
    life, reasons = policy.life, policy.reasons
    for where, names in (
        ("life.effective_date_for", life.effective_date_for),
        ("life.never_by_holder", life.never_by_holder),
    ):
        yield from _unless_known(where, names, reasons.revoke, "no cause of reasons.revoke")
    known = {
        *reasons.reject, *reasons.hold, *reasons.resume, *reasons.cancel, *reasons.new_code,
        *reasons.resend, *reasons.payment, *reasons.evidence, *reasons.override, *reasons.revoke,
        *reasons.suspend, *reasons.reinstate,
    }  # fmt: skip
    yield from _unless_known("reasons.note_required", reasons.note_required, known, "no reason")
    needed = ["renewed"]
    if policy.activation.contract_version:
        needed.append("contract_unsigned")
    yield from _unless_known("life.own_causes", needed, life.own_causes, "missing")
    for cause, reason in life.own_causes.items():
        if reason in _NO_REVOCATION:
            yield f"life.own_causes: {cause}: {reason.value} is no reason to revoke"
