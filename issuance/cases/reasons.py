"""Why an act is done: which acts need a coded reason, and whether one given will do."""

from typing import Final

from issuance.cases.state import CaseState
from issuance.findings import Finding
from issuance.policies.model import Policy

_LISTS: Final = {
    "hold_case": "hold",
    "resume_case": "resume",
    "cancel_case": "cancel",
    "reject": "reject",
    "send_email_code": "new_code",
    "send_activation_code": "new_code",
    "resend_notice": "resend",
}
"""Of an act, the policy's list of reasons."""


def reasons_for(act: str, state: CaseState, policy: Policy) -> tuple[str, ...]:
    """Return the coded reasons of which an act needs one, the usual one first; empty for none."""
    email, activation = state.codes.get("email"), state.codes.get("activation")
    # Another address spends the codes sent to the one before: the first sent to it replaces none.
    if act == "send_email_code" and (email is None or email.spent):
        return ()
    # So does the first of another certificate, after a key was given up.
    begun_anew = activation is None or (activation.spent and not state.activation.authorised_until)
    if act == "send_activation_code" and begun_anew:
        return ()
    name = _LISTS.get(act)
    return tuple(getattr(policy.reasons, name)) if name else ()


def act_reason_finding(
    act: str, state: CaseState, policy: Policy, reason: str, note: str
) -> Finding | None:
    """Return what is wrong with the reason of an act on a case, if anything."""
    return reason_finding(policy, reasons_for(act, state, policy) or ("",), reason, note)


def reason_finding(
    policy: Policy, reasons: tuple[str, ...], reason: str, note: str
) -> Finding | None:
    """Return what is wrong with a coded reason, if anything."""
    return policy.reasons.objection(reasons, reason, note)
