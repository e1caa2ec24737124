"""The authority's key in a PKCS#11 token: made there or found there, and never outside."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from cryptography import x509

from issuance.certificates.keys import KEY_ALGORITHMS, is_public_key, sign, verifies
from issuance.certificates.token_calls import TokenAddress, TokenFailure, answered
from issuance.findings import Finding, blocks
from issuance.findings.tokens import TokenFinding
from issuance.model import Frozen
from issuance.secret import Secret

if TYPE_CHECKING:
    from issuance.certificates.pkcs11_key import TokenKey
    from issuance.certificates.pkcs11_token import TokenSession

T = TypeVar("T")

_TEST_MESSAGE: Final = b"a message signed to try the authority's key"
PIN_REFUSED: Final = (
    TokenFinding.TOKEN_PIN_WRONG,
    TokenFinding.TOKEN_PIN_LAST_TRY,
    TokenFinding.TOKEN_PIN_LOCKED,
    TokenFinding.TOKEN_PIN_EXPIRED,
)
"""After these the same PIN is not tried again: the token would lock."""


class AuthorityToken(Frozen):
    """Where an authority's key is; `key_id` is its CKA_ID in hexadecimal digits."""

    address: TokenAddress
    key_id: str
    key_label: str = ""


@dataclass(frozen=True, slots=True)
class TokenPin:
    """What stands for a private key that stays in its token: where it is, and its PIN."""

    place: AuthorityToken
    pin: Secret


@dataclass(frozen=True, slots=True)
class _OpenKey:
    session: "TokenSession"
    key: "TokenKey"


class Pkcs11Signer:
    """An `AuthoritySigner` whose key stays in its token.

    A session that was lost is opened once more, with the PIN that opened it first. A PIN that is
    refused then is never tried again: the token would lock.
    """

    def __init__(
        self, place: AuthorityToken, pin: Secret, certificate: x509.Certificate, opened: _OpenKey
    ) -> None:
        self.certificate = certificate
        # Another token of the same name must not take its place.
        self._place = place.model_copy(update={"address": opened.session.address})
        self._pin = pin
        self._opened = opened
        self._lost = False
        self._refused: Finding | None = None
        self._lock = threading.Lock()

    def sign(self, to_be_signed: bytes) -> bytes:
        """Return the signature over these bytes.

        Raises:
            TokenFailure: the token does not sign now; the same bytes may be signed later.
        """
        with self._lock:
            if self._refused is not None:
                raise TokenFailure(self._refused)
            try:
                # The module itself may be closed since the session was lost.
                if not self._lost:
                    return sign(self._opened.key, to_be_signed)
            except TokenFailure as failure:
                if failure.finding.code != TokenFinding.TOKEN_LOST:
                    raise
            self._open_again()
            return sign(self._opened.key, to_be_signed)

    def close(self) -> None:
        """Log out."""
        with self._lock:
            answered(self._place.address.module, self._opened.session.close)

    def _open_again(self) -> None:
        self._lost = True

        def act() -> _OpenKey:
            self._opened.session.close()
            return _open_key(self._place, self._pin, self.certificate)

        opened = answered(self._place.address.module, act)
        if isinstance(opened, Finding):
            if opened.code in PIN_REFUSED:
                self._refused = opened
            raise TokenFailure(opened)
        self._opened, self._lost = opened, False


def open_pkcs11_signer(
    place: AuthorityToken, pin: Secret, certificate: x509.Certificate
) -> Pkcs11Signer | Finding:
    """Log in to the authority's token; the key must be there, unexportable, the certificate's."""
    opened = answered(place.address.module, lambda: _open_key(place, pin, certificate))
    if isinstance(opened, Finding):
        return opened
    return Pkcs11Signer(place, pin, certificate, opened)


def with_new_authority_key(
    place: AuthorityToken, pin: Secret, algorithm: str, use: Callable[["TokenKey"], T]
) -> T | Finding:
    """Make an authority's key pair in its token and use it, for a certificate or a request.

    `use` gets a key that `cryptography` signs with. If it raises, the key pair is destroyed again.

    Raises:
        ValueError: for an algorithm that is not in `KEY_ALGORITHMS`.
    """
    if algorithm not in KEY_ALGORITHMS:
        raise ValueError(f"unknown key algorithm {algorithm!r}")
    key_id = bytes.fromhex(place.key_id)

    def act() -> T:
        with _session(place.address, pin) as session:
            key = session.make_key(key_id, algorithm, place.key_label or place.address.label)
            try:
                return use(key)
            except BaseException:
                session.remove(key_id)
                raise

    return answered(place.address.module, act)


def _session(address: TokenAddress, pin: Secret, *, spare_last_try: bool = False) -> "TokenSession":
    # The package is optional; `answered` tells that it is missing.
    from issuance.certificates.pkcs11_token import TokenSession

    return TokenSession(address, pin, spare_last_try=spare_last_try)


def _open_key(place: AuthorityToken, pin: Secret, certificate: x509.Certificate) -> _OpenKey:
    session = _session(place.address, pin, spare_last_try=True)
    try:
        return _OpenKey(session, _key_of(certificate, session, bytes.fromhex(place.key_id)))
    except BaseException:
        session.close()
        raise


def _key_of(certificate: x509.Certificate, session: "TokenSession", key_id: bytes) -> "TokenKey":
    public_key = certificate.public_key()
    if not is_public_key(public_key):
        raise TokenFailure(blocks(TokenFinding.TOKEN_KEY_DIFFERS))
    key = session.find_key(key_id, public_key)
    if key is None:
        raise TokenFailure(blocks(TokenFinding.TOKEN_KEY_MISSING, label=session.address.label))
    if not verifies(public_key, sign(key, _TEST_MESSAGE), _TEST_MESSAGE):
        raise TokenFailure(blocks(TokenFinding.TOKEN_KEY_DIFFERS))
    return key
