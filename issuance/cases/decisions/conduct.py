from issuance.cases.commands.conduct import CancelCase, HoldCase, ResendNotice, ResumeCase
from issuance.cases.decision import CaseFacts, Decision, NoticeRequest, refuse
from issuance.cases.decisions.application import claims_to_release
from issuance.cases.events.conduct import CaseCancelled, CaseHeld, CaseResumed, NoticeResent
from issuance.cases.reasons import act_reason_finding
from issuance.cases.state import CaseState
from issuance.findings.cases import CaseFinding
from issuance.policies.model import Policy


def hold_case(body: HoldCase, state: CaseState, policy: Policy, facts: CaseFacts) -> Decision:
    """Stop the case until somebody resumes it."""
    if finding := act_reason_finding(body.kind, state, policy, body.reason, body.note):
        return Decision(findings=(finding,))
    return Decision(events=(CaseHeld(reason=body.reason, note=body.note),))


def resume_case(body: ResumeCase, state: CaseState, policy: Policy, facts: CaseFacts) -> Decision:
    """Go on with a case on hold."""
    if finding := act_reason_finding(body.kind, state, policy, body.reason, body.note):
        return Decision(findings=(finding,))
    return Decision(events=(CaseResumed(reason=body.reason, note=body.note),))


def cancel_case(body: CancelCase, state: CaseState, policy: Policy, facts: CaseFacts) -> Decision:
    """End the case before a certificate was issued, and tell the applicant."""
    if finding := act_reason_finding(body.kind, state, policy, body.reason, body.note):
        return Decision(findings=(finding,))
    notice = NoticeRequest("case_cancelled", {"reason": body.reason, "note": body.note})
    cancelled = CaseCancelled(reason=body.reason, note=body.note)
    return Decision(events=(cancelled,), notices=(notice,), releases=claims_to_release(state))


def resend_notice(
    body: ResendNotice, state: CaseState, policy: Policy, facts: CaseFacts
) -> Decision:
    """Queue a mail of this case again, as it was; one that held a code is never sent twice."""
    if not facts.notice_template:
        return refuse(CaseFinding.NO_SUCH_NOTICE)
    if finding := act_reason_finding(body.kind, state, policy, body.reason, body.note):
        return Decision(findings=(finding,))
    resent = NoticeResent(
        notice=body.notice, template=facts.notice_template, reason=body.reason, note=body.note
    )
    return Decision(events=(resent,))
