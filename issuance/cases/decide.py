"""What a command on a case leads to: pure, and the one place where it is settled."""

from collections.abc import Callable
from typing import Any

from issuance.cases.commands.activation import (
    ConfirmData,
    ConfirmPerson,
    EnterActivationCode,
    GiveUpKey,
    RecordDelivery,
    RequestCertificate,
    SendActivationCode,
)
from issuance.cases.commands.application import (
    AmendApplication,
    Approve,
    ConfirmEmail,
    OpenCase,
    Reject,
    ReturnApplication,
    SendEmailCode,
)
from issuance.cases.commands.conduct import CancelCase, HoldCase, ResendNotice, ResumeCase
from issuance.cases.commands.contract import PrepareContract, RecordSignedContract
from issuance.cases.commands.evidence import (
    AcceptEvidence,
    CaptureEvidence,
    ClaimExemption,
    RequestEvidence,
    ReturnEvidence,
)
from issuance.cases.commands.life import (
    ConfirmRevocation,
    DeclineRevocation,
    ReinstateCertificate,
    RevokeCertificate,
    SuspendCertificate,
)
from issuance.cases.commands.payment import (
    ConfirmPayment,
    RecordBilling,
    RecordPayment,
    RefusePayment,
)
from issuance.cases.decision import CaseFacts, Decision
from issuance.cases.decisions import (
    activation,
    application,
    codes,
    conduct,
    contract,
    evidence,
    life,
    payment,
)
from issuance.cases.events.conduct import ActDenied
from issuance.cases.guards import OVERRIDE, Actor, role_finding, stands_in_the_way
from issuance.cases.outdated import as_of
from issuance.cases.state import CaseState
from issuance.findings import Finding
from issuance.findings.cases import CaseFinding
from issuance.policies.model import Policy

CaseBody = (
    OpenCase
    | AmendApplication
    | SendEmailCode
    | ConfirmEmail
    | Approve
    | ReturnApplication
    | Reject
    | CaptureEvidence
    | ClaimExemption
    | RequestEvidence
    | AcceptEvidence
    | ReturnEvidence
    | RecordPayment
    | ConfirmPayment
    | RefusePayment
    | RecordBilling
    | ConfirmPerson
    | ConfirmData
    | SendActivationCode
    | EnterActivationCode
    | RequestCertificate
    | RecordDelivery
    | GiveUpKey
    | PrepareContract
    | RecordSignedContract
    | HoldCase
    | ResumeCase
    | CancelCase
    | ResendNotice
    | RevokeCertificate
    | ConfirmRevocation
    | DeclineRevocation
    | SuspendCertificate
    | ReinstateCertificate
)

_Decide = Callable[[Any, CaseState, Policy, CaseFacts], Decision]

_DECISIONS: dict[str, _Decide] = {
    "amend_application": application.amend_application,
    "send_email_code": codes.send_code,
    "confirm_email": lambda _b, s, p, f: codes.confirm_email(s, p, f),
    "approve": application.approve,
    "return_application": application.return_application,
    "reject": application.reject,
    "capture_evidence": evidence.capture_evidence,
    "claim_exemption": evidence.claim_exemption,
    "request_evidence": evidence.request_evidence,
    "accept_evidence": evidence.accept_evidence,
    "return_evidence": evidence.return_evidence,
    "record_payment": payment.record_payment,
    "confirm_payment": payment.confirm_payment,
    "refuse_payment": payment.refuse_payment,
    "record_billing": payment.record_billing,
    "confirm_person": activation.confirm_person,
    "confirm_data": activation.confirm_data,
    "send_activation_code": codes.send_code,
    "enter_activation_code": lambda _b, s, p, f: codes.authorise_activation(s, p, f),
    "request_certificate": activation.intend_certificate,
    "record_delivery": activation.record_delivery,
    "give_up_key": activation.give_up_key,
    "prepare_contract": contract.prepare,
    "record_signed_contract": contract.record_signed,
    "hold_case": conduct.hold_case,
    "resume_case": conduct.resume_case,
    "cancel_case": conduct.cancel_case,
    "resend_notice": conduct.resend_notice,
    "revoke_certificate": life.revoke,
    "confirm_revocation": life.confirm_revocation,
    "decline_revocation": life.decline_revocation,
    "suspend_certificate": life.suspend,
    "reinstate_certificate": life.reinstate,
}

CODE_PURPOSES = {"confirm_email": "email", "enter_activation_code": "activation"}
"""Commands that present a code: their attempt is counted in a commit of its own, before it."""


def decide(
    state: CaseState | None, body: CaseBody, policy: Policy, actor: Actor, facts: CaseFacts
) -> Decision:
    """Return the events a command leads to, or the findings that refuse it."""
    if isinstance(body, OpenCase):
        if state is not None:
            raise ValueError("a new case needs a new stream")
        return application.open_case(body, policy, actor, facts)
    if state is None:
        raise ValueError("the case does not exist")
    state = as_of(state, policy, facts.now)
    if forbidden := stands_in_the_way(state, policy, actor, body.kind, facts.now):
        return Decision(events=_denials(body.kind, forbidden), findings=forbidden)
    # Not everybody who may bring a file may set a warning about it aside.
    overrides = isinstance(body, CaptureEvidence) and bool(body.overrides)
    if overrides and (forbidden := role_finding(policy, actor, OVERRIDE)):
        return Decision(events=_denials(OVERRIDE, forbidden), findings=forbidden)
    return _DECISIONS[body.kind](body, state, policy, facts)


def count_attempt(
    state: CaseState, body: CaseBody, policy: Policy, actor: Actor, facts: CaseFacts
) -> Decision:
    """Return the counted attempt of a command that presents a code, or why it may not be tried."""
    if forbidden := stands_in_the_way(state, policy, actor, body.kind, facts.now):
        return Decision(events=_denials(body.kind, forbidden), findings=forbidden)
    return codes.count_attempt(CODE_PURPOSES[body.kind], state, policy, facts)


def _denials(act: str, findings: tuple[Finding, ...]) -> tuple[ActDenied, ...]:
    """Return what the register keeps of a try that nobody may make by mistake."""
    return tuple(
        ActDenied(act=act, cause=finding.code)
        for finding in findings
        if finding.code in (CaseFinding.NOT_YOUR_ROLE, CaseFinding.SECOND_PERSON_NEEDED)
    )
