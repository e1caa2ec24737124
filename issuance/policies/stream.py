"""A policy's stream: which version is in force, and which is proposed."""

from collections.abc import Mapping
from typing import ClassVar, Literal

from issuance.events import Event
from issuance.findings import Finding, blocks
from issuance.findings.policies import PolicyFinding
from issuance.model import Frozen

FOLD_VERSION = 2


class ProposePolicy(Frozen):
    """Propose the shipped version of a policy; another person brings it into force."""

    kind: Literal["propose_policy"] = "propose_policy"
    policy: str
    digest: str


class EnactPolicy(Frozen):
    """Bring the proposed version into force."""

    kind: Literal["enact_policy"] = "enact_policy"
    policy: str
    digest: str


PolicyBody = ProposePolicy | EnactPolicy


class PolicyVersion(Frozen):
    """A version of a policy, by its hash and by that of each of its files."""

    policy: str
    version: str
    digest: str
    files: dict[str, str]


class PolicyEvent(Event):
    """Something that happened about a policy."""


class PolicyProposed(PolicyEvent):
    """Somebody wants this version in force."""

    KIND: ClassVar[str] = "policy_proposed"
    policy: str
    version: str
    digest: str
    by: str


class PolicyEnacted(PolicyEvent):
    """This version is in force; `proposed_by` is empty for the one the office was founded with."""

    KIND: ClassVar[str] = "policy_enacted"
    policy: str
    version: str
    digest: str
    proposed_by: str
    by: str
    files: dict[str, str] = {}


class PolicyState(Frozen):
    """The version in force, and the one that waits for a second person.

    `files` is empty for a version that came into force before its files were recorded.
    """

    policy: str = ""
    version: str = ""
    digest: str = ""
    files: dict[str, str] = {}
    proposed_digest: str = ""
    proposed_version: str = ""
    proposed_by: str = ""


def evolve_policy(state: PolicyState | None, event: PolicyEvent) -> PolicyState:
    """Return the policy's standing after an event."""
    known = state or PolicyState()
    if isinstance(event, PolicyProposed):
        return known.model_copy(
            update={
                "proposed_digest": event.digest,
                "proposed_version": event.version,
                "proposed_by": event.by,
            }
        )
    if isinstance(event, PolicyEnacted):
        return PolicyState(
            policy=event.policy, version=event.version, digest=event.digest, files=event.files
        )
    raise TypeError(f"no rule for {event.KIND}")


def decide_policy(
    body: PolicyBody,
    state: PolicyState,
    shipped: PolicyVersion,
    by: str,
) -> PolicyEvent | Finding:
    """Propose or enact the shipped version: two people, and only what is really installed."""
    shipped_version, shipped_digest = shipped.version, shipped.digest
    if (body.policy, body.digest) != (shipped.policy, shipped_digest):
        return blocks(PolicyFinding.POLICY_NOT_SHIPPED)
    if state.digest == shipped_digest:
        return blocks(PolicyFinding.POLICY_ALREADY_IN_FORCE)
    if isinstance(body, ProposePolicy):
        return PolicyProposed(
            policy=body.policy, version=shipped_version, digest=shipped_digest, by=by
        )
    if state.proposed_digest != shipped_digest:
        return blocks(PolicyFinding.POLICY_NOT_PROPOSED)
    if state.proposed_by == by:
        return blocks(PolicyFinding.POLICY_NEEDS_SECOND_PERSON)
    return PolicyEnacted(
        policy=body.policy,
        version=shipped_version,
        digest=shipped_digest,
        proposed_by=state.proposed_by,
        by=by,
        files=shipped.files,
    )


def changed_files(state: PolicyState, installed: Mapping[str, str]) -> tuple[str, ...]:
    """Return the files that are other, new or gone in the installed version, by name."""
    if not state.files:
        return ()
    return tuple(sorted({name for name, _ in state.files.items() ^ installed.items()}))
