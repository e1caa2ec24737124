from typing import Literal

from issuance.model import Frozen, Text
from issuance.secret import SecretField


class ConfirmPerson(Frozen):
    """The operator has compared the person with photo and card, question by question."""

    kind: Literal["confirm_person"] = "confirm_person"
    answers: tuple[str, ...]


class ConfirmData(Frozen):
    """The applicant has read the certificate's fields and the contract, and agrees."""

    kind: Literal["confirm_data"] = "confirm_data"
    contract_version: str


class SendActivationCode(Frozen):
    """Send an activation code to the confirmed e-mail; older codes die.

    Every code but the first has a coded reason.
    """

    kind: Literal["send_activation_code"] = "send_activation_code"
    reason: str = ""
    note: Text = ""


class EnterActivationCode(Frozen):
    """Enter the activation code, or the token of the link, that was sent."""

    kind: Literal["enter_activation_code"] = "enter_activation_code"
    code: SecretField


class RequestCertificate(Frozen):
    """Ask for the certificate of a key the applicant's password already seals (PKCS#10, base64)."""

    kind: Literal["request_certificate"] = "request_certificate"
    request: str


class RecordDelivery(Frozen):
    """The PKCS#12 was saved and read back without fault; `file_sha256` identifies the file."""

    kind: Literal["record_delivery"] = "record_delivery"
    serial: str
    file_sha256: str
    checks: tuple[str, ...]


class GiveUpKey(Frozen):
    """The sealed key cannot be opened: revoke its certificate so that another is issued free."""

    kind: Literal["give_up_key"] = "give_up_key"
    reason: str
    note: Text = ""
