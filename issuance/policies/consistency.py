"""Whether the parts of a policy fit together, so that nothing breaks only at the counter."""

from collections import Counter
from collections.abc import Iterable, Iterator

from issuance.certificates.profile import CertificateProfile
from issuance.policies.model import CertificateType, Policy, Product
from issuance.policies.portable import INSTITUTION_DATA


def contradictions(policy: Policy) -> list[str]:
    """Return everything that makes a profile or a product of the policy useless."""
    return [
        *_twice("profiles", (each.id for each in policy.profiles)),
        *_twice("products", (each.id for each in policy.products)),
        *_twice("types", (each.id for each in policy.types)),
        *_twice("containers", (each.id for each in policy.containers)),
        *_twice("fields", (each.name for each in policy.fields)),
        *_twice("steps", (each.id for each in policy.steps)),
        *_twice("evidence", (each.id for each in policy.evidence)),
        *(said for profile in policy.profiles for said in _of_profile(policy, profile)),
        *(
            f'products "{product.id}": {said}'
            for product in policy.products
            for said in _of_product(policy, product)
        ),
    ]


def _twice(what: str, names: Iterable[str]) -> Iterator[str]:
    for name, count in Counter(names).items():
        if count > 1:
            yield f'{what} "{name}": stands there more than once'


def _of_profile(policy: Policy, profile: CertificateProfile) -> Iterator[str]:
    known = {rule.name for rule in policy.fields} | _not_asked(policy)
    for name in sorted(profile.names - known):
        yield f'profiles "{profile.id}": reads {name}, which no field of the policy is called'


def _of_product(policy: Policy, product: Product) -> Iterator[str]:
    types = {each.id: each for each in policy.types}
    kind = types.get(product.certificate_type)
    if kind is None:
        yield f"no type {product.certificate_type}, only {', '.join(types)}"
        return
    containers = [each.id for each in policy.containers]
    if product.container not in containers:
        yield f"no container {product.container}, only {', '.join(containers)}"
    pairs = {(each.certificate_type, each.container) for each in policy.impossible}
    if (product.certificate_type, product.container) in pairs:
        yield "the pair is impossible"
    profiles = {each.id: each for each in policy.profiles}
    profile = profiles.get(product.profile)
    if profile is None:
        yield f"no profile {product.profile}, only {', '.join(profiles)}"
        return
    allowed = profile.key_algorithms
    for algorithm in product.key_algorithms:
        if algorithm not in allowed:
            yield f"its profile has no {algorithm}, only {', '.join(allowed)}"
    if policy.activation.contract_version and "nonRepudiation" not in profile.key_usage:
        yield (
            f"profile {profile.id} has no nonRepudiation, so that no holder could sign the contract"
        )
    asked = _asked_for(policy, kind, product) | _not_asked(policy)
    for field in profile.fields:
        if field.required and not field.constants and not asked.intersection(field.names):
            yield (
                f"profile {profile.id} needs {field.name}, which the form of {kind.id}"
                f" in {product.container} does not ask"
            )


def _asked_for(policy: Policy, kind: CertificateType, product: Product) -> frozenset[str]:
    """Name the fields that this product's form can show, whatever is answered."""
    parts = {
        "type": product.certificate_type,
        "container": product.container,
        "validity": product.validity,
    }
    rules = {rule.name: rule for rule in policy.fields}
    return frozenset(
        name
        for name in kind.fields
        if name in rules
        and all(each.holds(parts) for each in rules[name].shown_when if each.value in parts)
    )


def _not_asked(policy: Policy) -> frozenset[str]:
    """Name what certificates may say that no form asks."""
    return INSTITUTION_DATA if policy.portable else frozenset()
