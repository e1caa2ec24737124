from typing import Literal

from issuance.evidence.blob import BlobRef
from issuance.model import Count, Frozen, Text


class RecordPayment(Frozen):
    """Record a deposit into the account of a province; `amount` is in minor units."""

    kind: Literal["record_payment"] = "record_payment"
    province: str
    amount: Count
    values: dict[str, Text]
    proof: BlobRef


class ConfirmPayment(Frozen):
    """Confirm that the exact amount arrived; `amount` repeats what the cashier was shown."""

    kind: Literal["confirm_payment"] = "confirm_payment"
    amount: Count


class RefusePayment(Frozen):
    """Refuse a recorded payment for a coded reason."""

    kind: Literal["refuse_payment"] = "refuse_payment"
    reason: str
    note: Text = ""


class RecordBilling(Frozen):
    """Record who the invoice is for; from the application where `same_as_applicant`."""

    kind: Literal["record_billing"] = "record_billing"
    same_as_applicant: bool
    values: dict[str, Text] = {}
