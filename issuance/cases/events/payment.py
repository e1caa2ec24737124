from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from issuance.cases.events.base import CaseEvent
from issuance.cases.events.evidence import CheckRecord
from issuance.evidence.blob import BlobRef
from issuance.model import PERSONAL, Text
from issuance.money.amounts import Money


class PaymentRecorded(CaseEvent):
    """A deposit of the exact amount was recorded with its proof."""

    KIND: ClassVar[str] = "payment_recorded"
    ACT: ClassVar[str] = "record_payment"
    PURGED: ClassVar[Mapping[str, Any]] = {"values": {}, "proof": None}
    amount: Money
    province: str
    account: str
    checks: tuple[CheckRecord, ...]
    values: Annotated[dict[str, Text], PERSONAL]
    proof: Annotated[BlobRef | None, PERSONAL]


class PaymentConfirmed(CaseEvent):
    """The cashier saw the money on the account."""

    KIND: ClassVar[str] = "payment_confirmed"
    ACT: ClassVar[str] = "confirm_payment"
    amount: Money


class PaymentRefused(CaseEvent):
    """The recorded deposit was not found or not right."""

    KIND: ClassVar[str] = "payment_refused"
    ACT: ClassVar[str] = "refuse_payment"
    PURGED: ClassVar[Mapping[str, Any]] = {"note": ""}
    reason: str
    note: Annotated[Text, PERSONAL]


class BillingRecorded(CaseEvent):
    """It is known who the invoice is for."""

    KIND: ClassVar[str] = "billing_recorded"
    ACT: ClassVar[str] = "record_billing"
    PURGED: ClassVar[Mapping[str, Any]] = {"values": {}}
    same_as_applicant: bool
    values: Annotated[dict[str, Text], PERSONAL]
