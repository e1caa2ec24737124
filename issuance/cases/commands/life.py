from datetime import date
from typing import Literal

from issuance.model import Frozen, Text

AskedBy = Literal["holder", "representative", "authority"]


class RevocationRequest(Frozen):
    """Why a certificate is to be revoked, and who asks.

    `identified_by` says how whoever asks was identified or the order proven, `asker` who it is
    where it is not the holder. `effective` is the day since when nothing signed with it should be
    relied on, where that is not today (a death).
    """

    cause: str
    note: Text = ""
    effective: date | None = None
    asked_by: AskedBy
    identified_by: str = ""
    asker: Text = ""


class RevokeCertificate(RevocationRequest):
    """Revoke a certificate for good, or ask a second person to where the policy wants one."""

    kind: Literal["revoke_certificate"] = "revoke_certificate"
    serial: str


class ConfirmRevocation(Frozen):
    """Revoke as another person has asked for."""

    kind: Literal["confirm_revocation"] = "confirm_revocation"
    serial: str


class DeclineRevocation(Frozen):
    """Let a certificate stand that another person has asked to revoke."""

    kind: Literal["decline_revocation"] = "decline_revocation"
    serial: str
    note: Text


class SuspendCertificate(Frozen):
    """Suspend a certificate until it is reinstated or revoked."""

    kind: Literal["suspend_certificate"] = "suspend_certificate"
    serial: str
    cause: str
    note: Text = ""


class ReinstateCertificate(Frozen):
    """Lift a suspension."""

    kind: Literal["reinstate_certificate"] = "reinstate_certificate"
    serial: str
    cause: str
    note: Text = ""
