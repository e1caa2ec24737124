"""How calls into a PKCS#11 module are made: one at a time, and failing in words.

Nothing here loads the optional package, so that its absence can be told, too.
"""

from collections import defaultdict
from collections.abc import Callable, Generator
from contextlib import contextmanager
from threading import RLock
from typing import Final, TypeVar

from issuance.findings import Finding, blocks
from issuance.findings.tokens import TokenFinding
from issuance.model import Frozen
from issuance.secret import Secret

T = TypeVar("T")

_PACKAGE: Final = "pkcs11"
_LOCKS: Final[defaultdict[str, RLock]] = defaultdict(RLock)

_WITHOUT_PARAMETERS: Final = {
    "PinIncorrect": TokenFinding.TOKEN_PIN_WRONG,
    "PinLocked": TokenFinding.TOKEN_PIN_LOCKED,
    "PinExpired": TokenFinding.TOKEN_PIN_EXPIRED,
    "UserPinNotInitialized": TokenFinding.TOKEN_PIN_NOT_SET,
    "PinInvalid": TokenFinding.TOKEN_PIN_UNFIT,
    "PinLenRange": TokenFinding.TOKEN_PIN_UNFIT,
    "PinTooWeak": TokenFinding.TOKEN_PIN_UNFIT,
    "UserAlreadyLoggedIn": TokenFinding.TOKEN_IN_USE,
    "AnotherUserAlreadyLoggedIn": TokenFinding.TOKEN_IN_USE,
    "UserTooManyTypes": TokenFinding.TOKEN_IN_USE,
    "SessionCount": TokenFinding.TOKEN_IN_USE,
    "SessionReadOnlyExists": TokenFinding.TOKEN_IN_USE,
    "SessionReadWriteSOExists": TokenFinding.TOKEN_IN_USE,
    "TokenWriteProtected": TokenFinding.TOKEN_WRITE_PROTECTED,
    "DeviceMemory": TokenFinding.TOKEN_FULL,
}
"""By the names of python-pkcs11's exceptions, which are those of the CKR_ codes of PKCS#11."""

_LOST: Final = frozenset(
    {
        "DeviceRemoved",
        "DeviceError",
        "TokenNotPresent",
        "TokenNotRecognised",
        "SlotIDInvalid",
        "SessionClosed",
        "SessionHandleInvalid",
        "KeyHandleInvalid",
        "ObjectHandleInvalid",
        "UserNotLoggedIn",
        "GeneralError",
        "FunctionFailed",
    }
)
"""What modules answer when the token is gone; SoftHSM says no more than GeneralError."""


class TokenAddress(Frozen):
    """Where a token is: its module's path, its label, and its serial number if labels repeat."""

    module: str
    label: str
    serial: str = ""


class TokenDescription(Frozen):
    """A token that is present; one that is not ready is blank or has no PIN yet."""

    label: str
    serial: str
    ready: bool
    locked: bool


class TokenFailure(Exception):  # noqa: N818  (named by what happened)
    """A token did not do what was asked; `finding` says what to tell."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.code)
        self.finding = finding


@contextmanager
def token_calls(module: str) -> Generator[None]:
    """Make calls into a module (a path), alone; its errors become a `TokenFailure`.

    python-pkcs11 starts a module without asking it for locks (C_Initialize with no arguments), so
    two threads must never be inside the same one.
    """
    with _LOCKS[module]:
        try:
            yield
        except ModuleNotFoundError as error:
            if error.name != _PACKAGE:
                raise
            raise TokenFailure(blocks(TokenFinding.TOKEN_SOFTWARE_MISSING)) from error
        except Exception as error:
            if not type(error).__module__.startswith(_PACKAGE):
                raise
            raise TokenFailure(_finding(type(error).__name__)) from error


def answered(module: str, act: Callable[[], T]) -> T | Finding:
    """Do something with a token; what it refuses becomes a finding."""
    try:
        with token_calls(module):
            return act()
    except TokenFailure as failure:
        return failure.finding


def is_typable(pin: Secret) -> bool:
    """Tell whether a PIN is of printable ASCII, the same octets in every program."""
    text = pin.reveal()
    return text.isascii() and text.isprintable()


def _finding(error: str) -> Finding:
    if code := _WITHOUT_PARAMETERS.get(error):
        return blocks(code)
    if error in _LOST:
        return blocks(TokenFinding.TOKEN_LOST, error=error)
    return blocks(TokenFinding.TOKEN_REFUSED, error=error)
