"""What may be asked about a portable certificate."""

from datetime import date
from typing import Literal

from issuance.model import Frozen, Identifier, Text


class RequestPortable(Frozen):
    """Ask for a certificate of one's own."""

    kind: Literal["request_portable"] = "request_portable"
    institution: Identifier
    official: Identifier
    purpose: Text
    phone: Text


class ReissuePortable(Frozen):
    """Ask for an official's certificate again, for a campaign."""

    kind: Literal["reissue_portable"] = "reissue_portable"
    replaces: Identifier
    campaign: Identifier


class WithdrawPortable(Frozen):
    """Take the own request back."""

    kind: Literal["withdraw_portable"] = "withdraw_portable"


class NudgeCertifiers(Frozen):
    """Remind the certifiers of a request that waits."""

    kind: Literal["nudge_certifiers"] = "nudge_certifiers"


class ApprovePortable(Frozen):
    """Say how the official's identity was proved in person; the certificate is issued then."""

    kind: Literal["approve_portable"] = "approve_portable"
    document: Text
    number: Text
    seen_on: date


class RejectPortable(Frozen):
    """Reject a request."""

    kind: Literal["reject_portable"] = "reject_portable"
    reason: Text
    note: Text = ""


class RevokePortable(Frozen):
    """Revoke a certificate; `effective` is the day since when it should not be relied on."""

    kind: Literal["revoke_portable"] = "revoke_portable"
    cause: Text
    note: Text = ""
    effective: date | None = None


PortableBody = (
    RequestPortable
    | ReissuePortable
    | WithdrawPortable
    | NudgeCertifiers
    | ApprovePortable
    | RejectPortable
    | RevokePortable
)
