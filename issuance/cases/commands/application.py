from typing import Literal

from issuance.model import Frozen, Text
from issuance.secret import SecretField


class OpenCase(Frozen):
    """Open a case for a product with the application form filled in and consent given.

    `renews` is the serial of the person's certificate that the new one is to follow.
    """

    kind: Literal["open_case"] = "open_case"
    policy: str
    product: str
    values: dict[str, Text]
    consent_version: str
    language: str
    renews: str = ""


class AmendApplication(Frozen):
    """Replace the application form's values before approval, or after a return for correction."""

    kind: Literal["amend_application"] = "amend_application"
    values: dict[str, Text]


class SendEmailCode(Frozen):
    """Send a code to the applicant's e-mail; older codes die.

    A code that replaces another has a coded reason; the first to an address has none.
    """

    kind: Literal["send_email_code"] = "send_email_code"
    reason: str = ""
    note: Text = ""


class ConfirmEmail(Frozen):
    """Confirm the e-mail with the code that was sent to it."""

    kind: Literal["confirm_email"] = "confirm_email"
    code: SecretField


class Approve(Frozen):
    """Approve the application."""

    kind: Literal["approve"] = "approve"


class ReturnApplication(Frozen):
    """Return the application for correction of exactly the named fields."""

    kind: Literal["return_application"] = "return_application"
    items: tuple[str, ...]
    note: Text = ""


class Reject(Frozen):
    """Reject the case for a coded reason; it ends here."""

    kind: Literal["reject"] = "reject"
    reason: str
    note: Text = ""
