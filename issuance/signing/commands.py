"""What holders and institutions ask about keys in custody and about applications.

Secrets are made where they are shown once; here they arrive to be sealed, and never go back.
"""

from typing import Literal

from issuance.model import Count, Frozen, Identifier, Text
from issuance.secret import SecretField
from issuance.signing.application_stream import Grant
from issuance.signing.time_stamp_settings import TimeStampSettings


class OfferOtp(Frozen):
    """Begin to set up the one-time codes of the own certificate with a secret that was shown.

    `secret` is base32 of 20 octets (`access.totp.new_totp_secret`).
    """

    kind: Literal["offer_signing_otp"] = "offer_signing_otp"
    secret: SecretField


class ConfirmOtp(Frozen):
    """Take the offered secret into use with two codes in a row."""

    kind: Literal["confirm_signing_otp"] = "confirm_signing_otp"
    first: SecretField
    second: SecretField


class AllowNewOtp(Frozen):
    """Take away the codes of a holder who lost them and was identified; they set up others."""

    kind: Literal["allow_new_otp"] = "allow_new_otp"
    identified: Text


class RegisterApplication(Frozen):
    """Register an application of an institution; `secret` has 32 hexadecimal digits."""

    kind: Literal["register_application"] = "register_application"
    institution: Identifier
    name: Text
    key: Text
    grants: tuple[Grant, ...]
    secret: SecretField


class ChangeApplication(Frozen):
    """Let an application sign for these purposes and RUNs from now on."""

    kind: Literal["change_application"] = "change_application"
    grants: tuple[Grant, ...]


class RotateApplicationSecret(Frozen):
    """Give an application another secret; the present one works for some days more."""

    kind: Literal["rotate_application_secret"] = "rotate_application_secret"
    secret: SecretField
    overlap_days: Count = 0


class EndApplication(Frozen):
    """Let an application sign no more."""

    kind: Literal["end_application"] = "end_application"
    reason: Text


class SetApplicationPermission(Frozen):
    """Let an application sign with the own unattended certificate, or not any more."""

    kind: Literal["set_application_permission"] = "set_application_permission"
    certificate: Identifier
    application: Identifier
    enabled: bool


class SwitchSandbox(Frozen):
    """Let the published test identities sign, or not any more."""

    kind: Literal["switch_sandbox"] = "switch_sandbox"
    on: bool


class SetTimeStamping(Frozen):
    """Stamp signed PDFs at an authority, or without settings at none; for administrators.

    Without a password the former one stays, if user and address do.
    """

    kind: Literal["set_time_stamping"] = "set_time_stamping"
    settings: TimeStampSettings | None = None
    password: SecretField


OtpBody = OfferOtp | ConfirmOtp | AllowNewOtp
ApplicationBody = RegisterApplication | ChangeApplication | RotateApplicationSecret | EndApplication
SigningBody = OtpBody | ApplicationBody | SetApplicationPermission | SwitchSandbox | SetTimeStamping
