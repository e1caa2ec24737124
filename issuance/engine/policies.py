"""The policy in force: case work is refused while the installed one is another."""

from issuance.access.roles import Role, Session
from issuance.commands import Command, Outcome, Receipt
from issuance.engine.denials import append_denials
from issuance.engine.office import Office, named_stream
from issuance.engine.receipts import keep_conflict, keep_receipt
from issuance.engine.streams import append, read_state
from issuance.findings import Finding, blocks
from issuance.findings.access import AccessCode
from issuance.findings.policies import PolicyFinding
from issuance.policies.stream import (
    PolicyBody,
    PolicyState,
    PolicyVersion,
    decide_policy,
    evolve_policy,
)
from issuance.register.model import Origin
from issuance.register.register import Reading

_WITHOUT_POLICY = frozenset({
    "add_operator", "change_roles", "remove_operator", "reset_access", "change_password",
    "propose_policy", "enact_policy", "record_export", "invite_station", "end_station",
    "invite_member", "set_identity_provider",
})  # fmt: skip


def policy_finding(office: Office, reading: Reading, kind: str) -> tuple[Finding, ...]:
    """Refuse case work under a policy file that no two people brought into force."""
    if kind in _WITHOUT_POLICY:
        return ()
    state, _ = policy_state(office, reading)
    if state.digest == office.policy.digest:
        return ()
    return (blocks(PolicyFinding.POLICY_NOT_IN_FORCE, version=office.policy.policy.version),)


def policy_state(office: Office, reading: Reading) -> tuple[PolicyState, int]:
    """Return which version of the office's policy is in force, and the revision of its stream."""
    stream = named_stream(office.id, "policy", office.policy.policy.id)
    state, revision = read_state(reading, stream, PolicyState)
    return state or PolicyState(), revision


def settle_policy(office: Office, command: Command, body: PolicyBody, session: Session) -> Receipt:
    """Propose or enact the installed policy; a refusal is told before a conflict."""
    shipped = office.policy
    stream = named_stream(office.id, "policy", shipped.policy.id)
    with office.register.writing(alone=True) as writing:
        state, revision = policy_state(office, writing)
        decided = (
            decide_policy(
                body,
                state,
                PolicyVersion(
                    policy=shipped.policy.id,
                    version=shipped.policy.version,
                    digest=shipped.digest,
                    files=dict(shipped.files),
                ),
                session.operator,
            )
            if Role.ADMINISTRATOR in session.roles
            else blocks(AccessCode.ADMINISTRATOR_ONLY)
        )
        if isinstance(decided, Finding):
            append_denials(writing, office, session, body.kind, (decided,), command.id)
            return keep_receipt(
                office, command, writing, Outcome.REJECTED, (decided,), revision, {}
            )
        if revision != command.base_revision:
            return keep_conflict(office, command, writing, revision)
        origin = Origin(office.now(), session.operator, command.id, shipped.reference)
        append(writing, stream, revision, [decided], origin, evolve_policy(state, decided))
        return keep_receipt(office, command, writing, Outcome.APPLIED, (), revision + 1, {})
