from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from issuance.cases.events.base import CaseEvent
from issuance.evidence.blob import BlobRef
from issuance.model import PERSONAL


class ContractPrepared(CaseEvent):
    """The contract with the issued certificate's data was made and kept, ready to be signed."""

    KIND: ClassVar[str] = "contract_prepared"
    ACT: ClassVar[str] = "prepare_contract"
    PURGED: ClassVar[Mapping[str, Any]] = {"document": None}
    serial: str
    contract_version: str
    document: Annotated[BlobRef | None, PERSONAL]


class ContractSigned(CaseEvent):
    """The applicant signed the contract with the certificate of that serial number.

    `how` says where the signature came about: in the activation (`session`), from the key file or
    with the token brought along (`file`, `token`), or elsewhere, brought as a signed PDF
    (`upload`).
    """

    KIND: ClassVar[str] = "contract_signed"
    ACT: ClassVar[str] = "record_signed_contract"
    PURGED: ClassVar[Mapping[str, Any]] = {"document": None}
    serial: str
    how: str
    document: Annotated[BlobRef | None, PERSONAL]


class ContractCountersigned(CaseEvent):
    """The office's seal of that serial number was put under the applicant's signature."""

    KIND: ClassVar[str] = "contract_countersigned"
    PURGED: ClassVar[Mapping[str, Any]] = {"document": None}
    serial: str
    seal_serial: str
    document: Annotated[BlobRef | None, PERSONAL]
