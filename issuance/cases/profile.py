"""What the certificate of a case will say, by the policy's profile and the case's values."""

from issuance.cases.state import CaseState
from issuance.certificates.profile import ResolvedProfile, resolve
from issuance.findings import Finding
from issuance.policies.model import Policy


def resolved_profile(policy: Policy, state: CaseState) -> ResolvedProfile | list[Finding]:
    """Return what the certificate of this case will say, or what does not fit."""
    product = policy.product(state.product)
    if product is None:
        raise ValueError("the product of a case is one of its policy")
    return resolve(policy.profile_of(product), state.values)
