from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from issuance.cases.events.base import CaseEvent
from issuance.evidence.blob import BlobRef
from issuance.model import PERSONAL, Instant, Text


class PersonConfirmed(CaseEvent):
    """The operator recognised the person at the counter."""

    KIND: ClassVar[str] = "person_confirmed"
    ACT: ClassVar[str] = "confirm_person"
    answers: tuple[str, ...]


class DataConfirmed(CaseEvent):
    """The applicant agreed to the certificate's fields and the contract, which was kept."""

    KIND: ClassVar[str] = "data_confirmed"
    ACT: ClassVar[str] = "confirm_data"
    PURGED: ClassVar[Mapping[str, Any]] = {"contract": None}
    contract_version: str
    contract: Annotated[BlobRef | None, PERSONAL]


class ActivationAuthorised(CaseEvent):
    """The right code was entered: the applicant may make their key until `until`."""

    KIND: ClassVar[str] = "activation_authorised"
    ACT: ClassVar[str] = "enter_activation_code"
    until: Instant


class IssueIntended(CaseEvent):
    """Exactly these to-be-signed bytes may be signed; the certification authority has not yet."""

    KIND: ClassVar[str] = "issue_intended"
    ACT: ClassVar[str] = "request_certificate"
    serial: str
    authority_key: str
    request_sha256: str
    to_be_signed_sha256: str
    not_before: Instant
    not_after: Instant


class CertificateIssued(CaseEvent):
    """The certification authority signed the intended bytes."""

    KIND: ClassVar[str] = "certificate_issued"
    serial: str
    certificate_sha256: str


class IssueAbandoned(CaseEvent):
    """An intent was given up before anything was signed."""

    KIND: ClassVar[str] = "issue_abandoned"
    serial: str
    cause: str


class CertificateDelivered(CaseEvent):
    """The PKCS#12 was saved, read back and found right."""

    KIND: ClassVar[str] = "certificate_delivered"
    ACT: ClassVar[str] = "record_delivery"
    serial: str
    file_sha256: str
    checks: tuple[str, ...]


class KeyGivenUp(CaseEvent):
    """The sealed key was lost: its certificate is revoked and another may be issued free."""

    KIND: ClassVar[str] = "key_given_up"
    ACT: ClassVar[str] = "give_up_key"
    PURGED: ClassVar[Mapping[str, Any]] = {"note": ""}
    serial: str
    reason: str
    revocation_reason: str
    note: Annotated[Text, PERSONAL]
