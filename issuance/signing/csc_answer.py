"""What the CSC interface answers when it refuses; the texts are those of the specification.

Source: Cloud Signature Consortium, API 1.0.4.0, 10.1 and the error tables of each method.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Final, ParamSpec, TypeVar

from issuance.findings import Finding
from issuance.findings.signing import SigningCode

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CscAnswer:
    """An HTTP status with the object of its JSON body."""

    status: int
    body: dict[str, Any] = field(repr=False)


class CscRefusalError(Exception):
    """A request that is answered with an error of the specification's."""

    def __init__(self, description: str, error: str = "invalid_request", status: int = 400) -> None:
        super().__init__(description)
        self.answer = CscAnswer(status, {"error": error, "error_description": description})


_REFUSALS: Final[dict[str, tuple[str, str]]] = {
    SigningCode.OTP_WRONG: ("invalid_otp", "The OTP is invalid"),
    SigningCode.OTP_USED: ("invalid_otp", "The OTP is invalid"),
    SigningCode.OTP_LOCKS: ("invalid_otp", "The OTP is invalid"),
    SigningCode.OTP_MISSING: ("invalid_request", "Missing (or invalid type) string parameter OTP"),
    SigningCode.OTP_NOT_WANTED: ("invalid_request", "Invalid parameter OTP"),
    SigningCode.OTP_LOCKED: ("invalid_request", "Credential locked"),
    SigningCode.AUTHORISATION_SPENT: ("invalid_request", "Invalid parameter SAD"),
    SigningCode.APPLICATION_NOT_ENABLED: (
        "access_denied",
        "The user, authorization server or remote service denied the request",
    ),
}
_DISABLED: Final = "The credential identified by credentialID is disabled"


def csc_refusal(finding: Finding) -> CscAnswer:
    """Answer what a key's rules refused."""
    error, description = _REFUSALS.get(finding.code, ("invalid_request", _DISABLED))
    return CscRefusalError(description, error).answer


def answering(act: Callable[P, T]) -> Callable[P, T | CscAnswer]:
    """Let a function return the answer of a `CscRefusalError` instead of raising it."""

    @wraps(act)
    def answered(*args: P.args, **kwargs: P.kwargs) -> T | CscAnswer:
        try:
            return act(*args, **kwargs)
        except CscRefusalError as refusal:
            return refusal.answer

    return answered


def missing(kind: str, name: str) -> CscRefusalError:
    """Refuse a parameter that is not there, or of another kind."""
    return CscRefusalError(f"Missing (or invalid type) {kind} parameter {name}")


def invalid(name: str) -> CscRefusalError:
    """Refuse the value of a parameter."""
    return CscRefusalError(f"Invalid parameter {name}")
