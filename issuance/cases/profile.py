"""What the certificate of a case will say, by the policy's profile and the case's values."""

from issuance.cases.state import CaseState
from issuance.certificates.profile import ResolvedProfile, resolve
from issuance.findings import Finding, blocks
from issuance.findings.cases import CaseFinding
from issuance.policies.model import Policy


def resolved_profile(policy: Policy, state: CaseState) -> ResolvedProfile | list[Finding]:
    """Return what the certificate of this case will say, or what does not fit.

    What is no longer sold cannot be issued: rules change while cases are open.
    """
    product = policy.product(state.product)
    if product is None:
        return [blocks(CaseFinding.UNKNOWN_PRODUCT)]
    return resolve(policy.profile_of(product), state.values)
