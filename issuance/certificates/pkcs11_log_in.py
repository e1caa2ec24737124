"""Which PKCS#11 tokens are there, and how one logs in to them.

Needs the optional package python-pkcs11, as `pkcs11_token` does, and is called as that is.
"""

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from weakref import WeakSet

import pkcs11
from pkcs11 import TokenFlag

from issuance.certificates.token_calls import (
    TokenAddress,
    TokenDescription,
    TokenFailure,
    is_typable,
)
from issuance.findings import blocks
from issuance.findings.tokens import TokenFinding
from issuance.secret import Secret

SESSIONS: Final[defaultdict[str, WeakSet[object]]] = defaultdict(WeakSet)
"""The sessions that are open now, by their modules."""


def tokens_present(module: str) -> tuple[TokenDescription, ...]:
    """Describe the tokens a module sees now."""
    return tuple(
        TokenDescription(
            label=token.label,
            serial=serial_of(token),
            ready=TokenFlag.USER_PIN_INITIALIZED in token.flags,
            locked=TokenFlag.USER_PIN_LOCKED in token.flags,
        )
        for token in _tokens(module, lambda _: True, anew=True)
    )


def change_pin(address: TokenAddress, old: Secret, new: Secret) -> None:
    """Replace the PIN of a token's user by another."""
    with log_in(find_token(address), old) as session:
        session.set_pin(old.reveal(), new.reveal())


def set_first_pin(address: TokenAddress, officer_pin: Secret, new: Secret) -> None:
    """Set the PIN of a token's user by means of the security officer's; it also unlocks."""
    with log_in(find_token(address), officer_pin, officer=True) as session:
        session.init_pin(new.reveal())


def _tokens(
    module: str, is_meant: Callable[[pkcs11.Token], bool], *, anew: bool = False
) -> list[pkcs11.Token]:
    """Return the tokens that are meant, looked for once more where there is none.

    Some modules see what was taken out or put in only after a new start, which ends every session;
    so there must be none. `anew` asks for one at once: an empty place may look like a token.
    """
    library = _library(module)
    try:
        found = [] if anew and not SESSIONS[module] else _found(library, is_meant)
    except pkcs11.PKCS11Error:
        if SESSIONS[module]:
            raise
        found = []
    if not found and not SESSIONS[module]:
        found = _found(_library(module, anew=True), is_meant)
    return found


def _found(library: Any, is_meant: Callable[[pkcs11.Token], bool]) -> list[pkcs11.Token]:
    tokens = (slot.get_token() for slot in library.get_slots(token_present=True))
    return [token for token in tokens if is_meant(token)]


def _library(module: str, *, anew: bool = False) -> Any:
    if not Path(module).is_file():
        raise TokenFailure(blocks(TokenFinding.TOKEN_MODULE_MISSING, path=module))
    try:
        library = pkcs11.lib(module)
        if anew:
            library.reinitialize()
    except (pkcs11.PKCS11Error, RuntimeError) as error:
        # One that has worked may not start without what was taken out.
        failed = blocks(TokenFinding.TOKEN_LOST, error=type(error).__name__)
        unusable = blocks(TokenFinding.TOKEN_MODULE_UNUSABLE, path=module)
        raise TokenFailure(failed if module in SESSIONS else unusable) from error
    return library


def find_token(address: TokenAddress) -> pkcs11.Token:
    """Return the one token that the address means."""

    def is_meant(token: pkcs11.Token) -> bool:
        return token.label == address.label and address.serial in ("", serial_of(token))

    found = _tokens(address.module, is_meant)
    if not found:
        raise TokenFailure(blocks(TokenFinding.TOKEN_MISSING, label=address.label))
    if len(found) > 1:
        several = blocks(TokenFinding.TOKEN_AMBIGUOUS, label=address.label, count=len(found))
        raise TokenFailure(several)
    return found[0]


def log_in(
    token: pkcs11.Token, pin: Secret, *, officer: bool = False, spare_last_try: bool = False
) -> pkcs11.Session:
    """Open a session as the token's user, or as its security officer.

    `spare_last_try` refuses where one wrong PIN more would lock the token: for a PIN that nobody
    has just typed.
    """
    if not pin.reveal():
        raise TokenFailure(blocks(TokenFinding.TOKEN_PIN_EMPTY))
    if not is_typable(pin):
        raise TokenFailure(blocks(TokenFinding.TOKEN_PIN_CHARACTER))
    if TokenFlag.TOKEN_INITIALIZED not in token.flags:
        raise TokenFailure(blocks(TokenFinding.TOKEN_PIN_NOT_SET))
    if spare_last_try and TokenFlag.USER_PIN_FINAL_TRY in token.flags:
        raise TokenFailure(blocks(TokenFinding.TOKEN_PIN_LAST_TRY))
    try:
        if officer:
            return token.open(rw=True, so_pin=pin.reveal())
        return token.open(rw=True, user_pin=pin.reveal())
    except pkcs11.PinIncorrect as error:
        raise TokenFailure(blocks(_wrong_pin(token, officer=officer))) from error


def _wrong_pin(token: pkcs11.Token, *, officer: bool) -> TokenFinding:
    if officer:
        return TokenFinding.TOKEN_UNLOCKING_PIN_WRONG
    flags = token.slot.get_token().flags
    if TokenFlag.USER_PIN_LOCKED in flags:
        return TokenFinding.TOKEN_PIN_LOCKED
    is_last = TokenFlag.USER_PIN_FINAL_TRY in flags
    return TokenFinding.TOKEN_PIN_LAST_TRY if is_last else TokenFinding.TOKEN_PIN_WRONG


def serial_of(token: pkcs11.Token) -> str:
    """Return a token's serial number as its maker writes it."""
    return token.serial.decode("ascii", "replace").strip()
