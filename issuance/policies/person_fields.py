from issuance.policies.model import Policy


def person_fields(policy: Policy) -> frozenset[str]:
    """Return the fields that say whose case it is: another value means another person's case."""
    numbers = frozenset(policy.identification_fields)
    rules = (rule for rule in policy.fields if rule.name in numbers)
    kinds = (condition.value for rule in rules for condition in rule.shown_when)
    return numbers.union(kinds, policy.identification_issuers.values())
