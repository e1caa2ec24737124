"""Whether the parts of a policy fit together, so that nothing breaks only at the counter."""

from collections import Counter
from collections.abc import Iterable, Iterator

from issuance.certificates.profile import CertificateProfile
from issuance.policies.model import Policy, Product
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
        *_twice("pieces of evidence", (each.id for each in policy.evidence)),
        *(said for profile in policy.profiles for said in _of_profile(policy, profile)),
        *(
            f"product {product.id}: {said}"
            for product in policy.products
            for said in _of_product(policy, product)
        ),
    ]


def _twice(what: str, names: Iterable[str]) -> Iterator[str]:
    for name, count in Counter(names).items():
        if count > 1:
            yield f"two {what} are called {name}"


def _of_profile(policy: Policy, profile: CertificateProfile) -> Iterator[str]:
    known = {rule.name for rule in policy.fields} | _not_asked(policy)
    for name in sorted(profile.names - known):
        yield f"profile {profile.id} reads {name}, which no field of the policy is called"


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
    profile = policy.profile_of(product)
    allowed = profile.key_algorithms
    for algorithm in product.key_algorithms:
        if algorithm not in allowed:
            yield f"its profile has no {algorithm}, only {', '.join(allowed)}"
    asked = set(kind.fields) | _not_asked(policy)
    for field in profile.fields:
        if field.required and not field.constants and not asked.intersection(field.names):
            yield (
                f"profile {profile.id} needs {field.name}, which the form of {kind.id} does not ask"
            )


def _not_asked(policy: Policy) -> frozenset[str]:
    """Name what certificates may say that no form asks."""
    return INSTITUTION_DATA if policy.portable else frozenset()
