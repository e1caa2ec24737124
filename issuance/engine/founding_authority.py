"""The issuing authority an office is founded with: made for it, or taken over."""

from collections.abc import Callable

from issuance.certificates.authority import AuthorityPlan, NewAuthority, create_authority
from issuance.certificates.authority_token import IssuingToken, TokenPlan
from issuance.certificates.imported_authority import (
    AuthorityFiles,
    ImportedAuthority,
    read_authority,
)
from issuance.certificates.keys import PrivateKey
from issuance.certificates.token_calls import TokenFailure
from issuance.engine.office import Sources
from issuance.findings import Finding
from issuance.policies.loader import load_policy


def issuing_token(plan: TokenPlan | None, sources: Sources) -> IssuingToken | None:
    """Return the token that is to hold the authority's key; None where a file holds it."""
    return IssuingToken(plan, sources.identifiers.new().hex) if plan else None


def authority_findings(
    files: AuthorityFiles, policy: str, sources: Sources, token: TokenPlan | None
) -> tuple[Finding, ...]:
    """Tell what keeps an existing authority from being taken over by a real office."""
    held = issuing_token(token, sources)
    read = existing_authority(files, policy, sources, held, demonstration=False)
    return tuple(read) if isinstance(read, list) else ()


def existing_authority(
    files: AuthorityFiles,
    policy: str,
    sources: Sources,
    token: IssuingToken | None,
    *,
    demonstration: bool,
) -> ImportedAuthority | list[Finding]:
    """Read an authority that is to issue what a policy sells, or say why it cannot."""
    return read_authority(
        files,
        sources.clock.now(),
        demonstration=demonstration,
        token=token,
        authorities_below=_authorities_below(policy),
        policies=[profile.policy_oids for profile in load_policy(policy).policy.profiles],
    )


def new_authority(
    plan: AuthorityPlan,
    policy: str,
    make_key: Callable[[str], PrivateKey],
    sources: Sources,
    token: IssuingToken | None,
) -> NewAuthority | list[Finding]:
    """Make root and issuing authority; in the token, if there is one, the key of the latter."""
    try:
        return create_authority(
            plan,
            make_key,
            sources.randomness,
            sources.clock.now(),
            token.make if token else None,
            issuing_path_length=_authorities_below(policy),
        )
    except TokenFailure as failure:
        return [failure.finding]


def _authorities_below(policy: str) -> int:
    """Return how many stand between the issuing authority and a holder: institutions' have one."""
    return 0 if load_policy(policy).policy.portable is None else 1
