from typing import Final, Literal

from issuance.evidence.blob import BlobRef
from issuance.model import Frozen

HowSigned = Literal["session", "file", "token", "upload"]
"""Where the applicant signed: in the activation, with key file or token brought along, elsewhere.
"""

APPLICANT_FIELD: Final = "applicant"
"""The name of the empty signature field a prepared contract has."""


class PrepareContract(Frozen):
    """Make the contract with the issued certificate's data, ready to be signed."""

    kind: Literal["prepare_contract"] = "prepare_contract"


class RecordSignedContract(Frozen):
    """Hand in the contract as the applicant signed it; the office countersigns what is right."""

    kind: Literal["record_signed_contract"] = "record_signed_contract"
    serial: str
    document: BlobRef
    how: HowSigned
