from typing import Literal

from issuance.model import Frozen, Identifier, Text


class HoldCase(Frozen):
    """Stop the case for a coded reason until somebody resumes it."""

    kind: Literal["hold_case"] = "hold_case"
    reason: str
    note: Text = ""


class ResumeCase(Frozen):
    """Go on with a case on hold, for a coded reason."""

    kind: Literal["resume_case"] = "resume_case"
    reason: str
    note: Text = ""


class CancelCase(Frozen):
    """End the case for a coded reason; only before a certificate was issued."""

    kind: Literal["cancel_case"] = "cancel_case"
    reason: str
    note: Text = ""


class ResendNotice(Frozen):
    """Send a mail again, for a coded reason; instead of one with a code a new code is sent."""

    kind: Literal["resend_notice"] = "resend_notice"
    notice: Identifier
    reason: str
    note: Text = ""
