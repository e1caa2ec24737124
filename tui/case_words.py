"""The program's words for what the engine names by codes: acts, events, roles, queues, states.

What a policy names itself (steps, documents, reasons, products) comes from the policy's own words.
"""

from collections.abc import Mapping
from typing import Final

from issuance.findings import Finding
from tui.institution_words import STATUSES
from tui.translation import N_, Translator

ACTS: Final = {
    "open_case": N_("Open the case"),
    "amend_application": N_("Correct the application"),
    "send_email_code": N_("Send a new code for the e-mail"),
    "confirm_email": N_("Confirm the e-mail"),
    "approve": N_("Approve the application"),
    "return_application": N_("Return the application for correction"),
    "capture_evidence": N_("Add photo and documents"),
    "claim_exemption": N_("Claim an exemption"),
    "request_evidence": N_("Ask for another photo or document"),
    "override_evidence": N_("Set a warning about a photo or document aside"),
    "accept_evidence": N_("Accept photo and documents"),
    "return_evidence": N_("Return photo or documents"),
    "record_payment": N_("Record the payment"),
    "confirm_payment": N_("Confirm the payment"),
    "refuse_payment": N_("Refuse the payment"),
    "record_billing": N_("Record the billing data"),
    "confirm_person": N_("Confirm the person"),
    "confirm_data": N_("Confirm the data"),
    "send_activation_code": N_("Send a new activation code"),
    "enter_activation_code": N_("Enter the activation code"),
    "request_certificate": N_("Request the certificate"),
    "record_delivery": N_("Hand over the certificate"),
    "give_up_key": N_("Replace a certificate whose password was lost"),
    "prepare_contract": N_("Prepare the contract"),
    "record_signed_contract": N_("Have the contract signed"),
    "reject": N_("Reject the case"),
    "hold_case": N_("Put the case on hold"),
    "resume_case": N_("Resume the case"),
    "cancel_case": N_("Cancel the case"),
    "resend_notice": N_("Send a message again"),
    "revoke_certificate": N_("Revoke the certificate"),
    "confirm_revocation": N_("Confirm the revocation"),
    "decline_revocation": N_("Decline the revocation"),
    "suspend_certificate": N_("Suspend the certificate"),
    "reinstate_certificate": N_("Reinstate the certificate"),
    "ask_unregistered_revocation": N_("Ask to revoke a certificate without a case"),
    "confirm_unregistered_revocation": N_("Revoke a certificate without a case"),
    "decline_unregistered_revocation": N_("Decline to revoke a certificate without a case"),
}
"""What a person may do in a case, by the kind of its command."""

EVENTS: Final = {
    "case_opened": N_("Opened the case"),
    "application_amended": N_("Corrected the application"),
    "code_sent": N_("Sent a code"),
    "code_attempted": N_("Tried a code"),
    "code_refused": N_("The code was not accepted"),
    "email_confirmed": N_("Confirmed the e-mail"),
    "application_approved": N_("Approved the application"),
    "application_returned": N_("Returned the application for correction"),
    "case_rejected": N_("Rejected the case"),
    "evidence_captured": N_("Added a photo or document"),
    "exemption_claimed": N_("Claimed an exemption"),
    "evidence_requested": N_("Asked for another photo or document"),
    "evidence_accepted": N_("Accepted photo and documents"),
    "evidence_returned": N_("Returned photo or documents"),
    "payment_recorded": N_("Recorded the payment"),
    "payment_confirmed": N_("Confirmed the payment"),
    "payment_refused": N_("Refused the payment"),
    "billing_recorded": N_("Recorded the billing data"),
    "person_confirmed": N_("Confirmed the person"),
    "data_confirmed": N_("The applicant confirmed the data"),
    "activation_authorised": N_("Entered the activation code"),
    "issue_intended": N_("Requested the certificate"),
    "certificate_issued": N_("The certificate was issued"),
    "issue_abandoned": N_("The certificate was not issued"),
    "certificate_delivered": N_("Handed over the certificate"),
    "key_given_up": N_("Revoked a certificate whose key was lost"),
    "contract_prepared": N_("Prepared the contract for signing"),
    "contract_signed": N_("The applicant signed the contract"),
    "contract_countersigned": N_("The office sealed the contract"),
    "revocation_requested": N_("Asked to revoke the certificate"),
    "revocation_declined": N_("Declined the revocation"),
    "certificate_revoked": N_("Revoked the certificate"),
    "certificate_suspended": N_("Suspended the certificate"),
    "certificate_reinstated": N_("Reinstated the certificate"),
    "standing_carried_over": N_("Carried over from the published revocation list"),
    "certificate_renewed": N_("Another certificate follows this one"),
    "certificate_expired": N_("The certificate ended"),
    "expiry_noticed": N_("The holder was told that the certificate ends"),
    "contract_reminded": N_("The holder was reminded of the contract"),
    "case_held": N_("Held the case"),
    "case_resumed": N_("Resumed the case"),
    "case_cancelled": N_("Cancelled the case"),
    "notice_resent": N_("Sent a message again"),
    "act_denied": N_("Was refused an act"),
}
"""What happened in a case, by the kind of its event."""

ROLES: Final = {
    "operator": N_("operator"),
    "approver": N_("approver"),
    "cashier": N_("cashier"),
    "administrator": N_("administrator"),
    "auditor": N_("auditor"),
    "service": N_("service (no person)"),
    "member": N_("member of an institution"),
}

QUEUES: Final = {
    "approval": N_("to review"),
    "applicant": N_("applicant"),
    "ready": N_("ready"),
    "working": N_("in work"),
    "held": N_("on hold"),
    "closed": N_("closed"),
}
"""Whose turn it is in a case, short enough for a column."""

ENDINGS: Final = {
    "rejected": N_("rejected"),
    "cancelled": N_("cancelled"),
    "active": N_("delivered"),
    "suspended": N_("suspended"),
    "revoked": N_("revoked"),
    "expired": N_("ended"),
}
"""How a closed case ended, short enough for a column."""

STEP_STATES: Final = {
    "blocked": N_("not yet"),
    "open": N_("to do"),
    "in_work": N_("in work"),
    "returned": N_("returned for correction"),
    "waiting_for_applicant": N_("waits for the applicant"),
    "waiting_for_approval": N_("waits for review"),
    "done": N_("done"),
}

CASE_STATUSES: Final = {
    "open": N_("open"),
    "held": N_("on hold"),
    "rejected": N_("rejected"),
    "cancelled": N_("cancelled"),
    "active": N_("certificate handed over"),
    "suspended": N_("certificate suspended"),
    "revoked": N_("certificate revoked"),
    "expired": N_("certificate ended"),
}

EVIDENCE_STATUSES: Final = {
    "captured": N_("waits for review"),
    "accepted": N_("accepted"),
    "returned": N_("to be brought again"),
    "requested": N_("asked for again"),
}

PAYMENT_STATUSES: Final = {
    "recorded": N_("waits for review"),
    "confirmed": N_("confirmed"),
    "refused": N_("refused"),
}

NOTICE_STATES: Final = {
    "queued": N_("waiting to leave"),
    "sent": N_("sent"),
    "failed": N_("will be tried again"),
    "dead": N_("not sent"),
}

NOTICES: Final = {
    "email_code": N_("Code for the e-mail"),
    "activation_code": N_("Activation code"),
    "activation_code_link": N_("Activation link"),
    "application_approved": N_("Application approved"),
    "application_returned": N_("Application to be corrected"),
    "case_rejected": N_("Case rejected"),
    "case_cancelled": N_("Case cancelled"),
    "evidence_accepted": N_("Photo and documents accepted"),
    "evidence_returned": N_("Documents to be brought again"),
    "evidence_requested": N_("Another file is needed"),
    "payment_confirmed": N_("Payment confirmed"),
    "payment_refused": N_("Payment refused"),
    "certificate_issued": N_("Certificate issued"),
    "key_given_up": N_("Certificate revoked"),
    "certificate_revoked": N_("Certificate revoked"),
    "certificate_suspended": N_("Certificate suspended"),
    "certificate_reinstated": N_("Certificate reinstated"),
    "certificate_expiring": N_("Certificate ends soon"),
    "contract_reminder": N_("Contract not signed yet"),
}
"""Messages to the applicant, by the name of their text in the policy."""

STANDINGS: Final = {
    "valid": N_("valid"),
    "suspended": N_("suspended"),
    "revoked": N_("revoked"),
    "expired": N_("ended"),
}
"""How a certificate stands, short enough for a column."""

ABANDONMENTS: Final = {
    "authority_changed": N_("the authority has another key"),
    "published_list": N_("the published list revokes it"),
}
"""Why an issue was given up, where no policy has words for it."""

ASKERS: Final = {
    "holder": N_("the holder"),
    "representative": N_("the legal representative"),
    "authority": N_("an authority"),
    "office": N_("the office"),
    "clock": N_("nobody: a deadline passed"),
}
"""Who asks for a revocation."""

PUBLICATIONS: Final = {"list": N_("revocation list"), "responder": N_("status answers")}
"""What of the world's news can wait for somebody who may issue."""

CODE_PURPOSES: Final = {"email": N_("for the e-mail"), "activation": N_("for the activation")}


def said(words: Mapping[str, str], code: str, translate: Translator) -> str:
    """Return the words for a code; a code without words is shown itself."""
    return translate(words[code]) if code in words else code


def roles_said(roles: tuple[str, ...], translate: Translator) -> str:
    """Return roles in words, separated by commas."""
    return ", ".join(said(ROLES, role, translate) for role in roles)


def finding_in_words(finding: Finding, translate: Translator) -> Finding:
    """Return a finding whose act, roles and status are named in words."""
    parameters = dict(finding.parameters)
    if "act" in parameters:
        parameters["act"] = said(ACTS, str(parameters["act"]), translate)
    if "kind" in parameters:
        parameters["kind"] = said(ACTS, str(parameters["kind"]), translate)
    if "roles" in parameters:
        roles = str(parameters["roles"]).split(", ")
        parameters["roles"] = roles_said(tuple(roles), translate)
    if finding.code == "PUBLICATION_WAITS":
        parameters["what"] = said(PUBLICATIONS, str(parameters["what"]), translate)
    if "status" in parameters:
        words = _status_words(finding.code)
        parameters["status"] = said(words, str(parameters["status"]), translate)
    return Finding(finding.code, finding.severity, finding.field, parameters)


def _status_words(code: str) -> Mapping[str, str]:
    """Return the words for the status that a finding of a code tells."""
    if code == "PORTABLE_NOT_POSSIBLE":
        # Imports models, which the log-in has no use for.
        from tui.portable_words import STATES

        return {status.value: words for status, words in STATES.items()}
    return STATUSES.get(code, CASE_STATUSES)
