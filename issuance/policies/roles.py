"""Who may do what: the roles a policy gives acts to, and the acts, by their names in its data."""

from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What somebody may do; a policy says which role may give which command."""

    OPERATOR = "operator"
    APPROVER = "approver"
    CASHIER = "cashier"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
    SERVICE = "service"
    """No person: a timer that lets clocks run and publishes who may be trusted."""
    MEMBER = "member"
    """Somebody of an institution: may do what their seats there give at this moment, no more."""


class SeatRole(StrEnum):
    """What somebody is among institutions; a policy says which may give which command."""

    CENTRAL_ADMINISTRATOR = "central_administrator"
    CENTRAL_STAFF = "central_staff"
    """The help desk."""
    CENTRAL_AUDITOR = "central_auditor"
    OPERATOR = "institution_operator"
    CERTIFIER = "certifier"
    """The ministro de fe."""
    AUDITOR = "institution_auditor"
    HOLDER = "holder"


COUNTER_ACTS: Final = (
    "accept_evidence", "amend_application", "approve", "cancel_case", "capture_evidence",
    "claim_exemption", "confirm_data", "confirm_email", "confirm_payment", "confirm_person",
    "confirm_revocation", "decline_revocation", "enter_activation_code", "give_up_key",
    "hold_case", "open_case", "override_evidence", "prepare_contract", "record_billing",
    "record_delivery", "record_payment", "record_signed_contract", "refuse_payment",
    "reinstate_certificate", "reject", "request_certificate", "request_evidence",
    "resend_notice", "resume_case", "return_application", "return_evidence",
    "revoke_certificate", "send_activation_code", "send_email_code", "suspend_certificate",
)  # fmt: skip
"""What is done at a counter."""

INSTITUTION_ACTS: Final = (
    "allow_new_otp", "answer_ticket", "approve_institution", "approve_portable",
    "ask_institution", "begin_import", "change_application", "change_official",
    "close_campaign", "close_ticket", "confirm_signing_otp", "continue_import",
    "dismiss_auditor", "end_application", "end_institution", "end_official", "grant_certifier",
    "invite_member", "invite_operator", "name_auditor", "nudge_certifiers", "offer_signing_otp",
    "open_campaign", "open_ticket", "pause_campaign", "record_export",
    "record_issuing_authority", "refuse_institution", "register_application",
    "register_official", "reissue_portable", "reject_portable", "rename_institution",
    "reopen_ticket", "replace_operator", "request_portable", "reset_access", "resume_campaign",
    "revoke_portable", "rotate_application_secret", "set_application_permission",
    "sign_documents", "switch_sandbox", "withdraw_certifier", "withdraw_portable",
)  # fmt: skip
"""What is done among institutions."""
