"""What a certificate's life after its issue has come to."""

from datetime import date

from issuance.model import Frozen, Instant, Text


class Standing(Frozen):
    """Why a certificate does not stand good; `reason` of RFC 5280 (certificateHold suspends).

    `asker` is who asked for a revocation where it was not the holder.
    """

    cause: str
    reason: str
    at: Instant
    by: str
    invalid_since: Instant | None = None
    asked_by: str = ""
    asker: Text = ""
    note: Text = ""


class RevocationWish(Frozen):
    """A revocation somebody asked for, which a second person has to confirm."""

    cause: str
    effective: date | None
    asked_by: str
    identified_by: str
    asker: Text
    note: Text
    by: str
    at: Instant


class LifeState(Frozen):
    """A certificate's life; `standing` None is good.

    `noticed_days` is the last expiry notice, `renewed_by` the serial that follows this one.
    """

    issued_at: Instant | None = None
    standing: Standing | None = None
    wish: RevocationWish | None = None
    contract_reminded_at: Instant | None = None
    noticed_days: int | None = None
    expired_at: Instant | None = None
    renewed_by: str = ""
