"""Revoking a certificate of this authority that the register does not know: always two people."""

from typing import Annotated, Literal

from pydantic import Field

from issuance.cases.commands.life import RevocationRequest
from issuance.model import Frozen, Instant, Text


class AskUnregisteredRevocation(RevocationRequest):
    """Ask to revoke the certificate in a file; `file` is its contents, PEM or DER, in base64."""

    kind: Literal["ask_unregistered_revocation"] = "ask_unregistered_revocation"
    file: Annotated[str, Field(max_length=100_000)]


class ConfirmUnregisteredRevocation(Frozen):
    """Revoke as another person asked at that moment; the serial is hexadecimal."""

    kind: Literal["confirm_unregistered_revocation"] = "confirm_unregistered_revocation"
    serial: str
    asked_at: Instant


class DeclineUnregisteredRevocation(Frozen):
    """Let the certificate stand that another person asked to revoke at that moment."""

    kind: Literal["decline_unregistered_revocation"] = "decline_unregistered_revocation"
    serial: str
    asked_at: Instant
    note: Text


UnregisteredBody = (
    AskUnregisteredRevocation | ConfirmUnregisteredRevocation | DeclineUnregisteredRevocation
)
