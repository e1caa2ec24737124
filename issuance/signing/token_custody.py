"""Holders' keys in a PKCS#11 token: one log-in serves them all, and none ever leaves it."""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from cryptography import x509

from issuance.certificates.keys import sign_digest
from issuance.certificates.pkcs11_signer import PIN_REFUSED
from issuance.certificates.to_be_signed import key_of
from issuance.certificates.token_calls import TokenAddress, TokenFailure, answered
from issuance.findings import Finding, blocks
from issuance.findings.tokens import TokenFinding
from issuance.secret import Secret
from issuance.signing.custody import CustodyKey, KeptKey, require_known

if TYPE_CHECKING:
    from issuance.certificates.pkcs11_key import TokenKey
    from issuance.certificates.pkcs11_token import TokenSession

T = TypeVar("T")


class TokenCustody:
    """The token that keeps holders' keys; a module allows one log-in at a time for each token.

    A session that was lost is opened once more. A PIN that is refused is never tried again: the
    token would lock.
    """

    def __init__(self, address: TokenAddress, pin: Secret) -> None:
        self.address, self._pin = address, pin
        self._session: TokenSession | None = None
        self._found: dict[str, TokenKey] = {}
        self._refused: Finding | None = None
        self._lock = threading.RLock()

    def make(
        self, key_id: str, algorithm: str, use: "Callable[[TokenKey], T]"
    ) -> tuple[KeptKey, T] | Finding:
        """Make a holder's key and use it once, for the certificate request.

        If `use` raises, the key is destroyed again. Raises ValueError for an unknown algorithm.
        """
        require_known(algorithm)
        octets = bytes.fromhex(key_id)

        def act(session: "TokenSession") -> T:
            key = session.make_key(octets, algorithm, key_id)
            try:
                return use(key)
            except BaseException:
                session.remove(octets)
                raise

        made = self._answered(act)
        if isinstance(made, Finding):
            return made
        return KeptKey(key_id=key_id, algorithm=algorithm, token=self.address), made

    def open(self, key_id: str, certificate: x509.Certificate) -> CustodyKey | Finding:
        """Return the key, which must be there, unexportable, and the certificate's."""
        found = self._answered(lambda session: self._find(session, key_id, certificate))
        return found if isinstance(found, Finding) else _TokenCustodyKey(self, key_id, certificate)

    def destroy(self, key_id: str) -> Finding | None:
        """Destroy a key whose certificate has ended."""
        with self._lock:
            self._found.pop(key_id, None)
            return self._answered(lambda session: session.remove(bytes.fromhex(key_id)))

    def sign_digest(self, key_id: str, certificate: x509.Certificate, digest: bytes) -> bytes:
        """Return the raw signature; raises `TokenFailure` where the token does not sign now."""
        signature = self._answered(
            lambda session: sign_digest(self._find(session, key_id, certificate), digest)
        )
        if isinstance(signature, Finding):
            raise TokenFailure(signature)
        return signature

    def close(self) -> None:
        """Log out."""
        with self._lock:
            if self._session is not None:
                answered(self.address.module, self._session.close)
            self._forget()

    def _find(
        self, session: "TokenSession", key_id: str, certificate: x509.Certificate
    ) -> "TokenKey":
        public = key_of(certificate)
        found = self._found.get(key_id) or session.find_key(bytes.fromhex(key_id))
        if found is None:
            raise TokenFailure(blocks(TokenFinding.TOKEN_KEY_MISSING, label=key_id))
        if found.public_key() != public:
            raise TokenFailure(blocks(TokenFinding.TOKEN_KEY_DIFFERS))
        self._found[key_id] = found
        return found

    def _answered(self, act: "Callable[[TokenSession], T]") -> T | Finding:
        with self._lock:
            if self._refused is not None:
                return self._refused
            done = answered(self.address.module, lambda: act(self._logged_in()))
            if isinstance(done, Finding) and done.code == TokenFinding.TOKEN_LOST:
                self.close()
                done = answered(self.address.module, lambda: act(self._logged_in()))
            if isinstance(done, Finding) and done.code in PIN_REFUSED:
                self._refused = done
            return done

    def _logged_in(self) -> "TokenSession":
        # The package is optional; `answered` tells that it is missing.
        from issuance.certificates.pkcs11_token import TokenSession

        if self._session is None:
            self._session = TokenSession(self.address, self._pin, spare_last_try=True)
        return self._session

    def _forget(self) -> None:
        self._session = None
        self._found.clear()


class _TokenCustodyKey:
    """A holder's key that stays in the token."""

    __slots__ = ("_custody", "_key_id", "certificate")

    def __init__(self, custody: TokenCustody, key_id: str, certificate: x509.Certificate) -> None:
        self._custody, self._key_id, self.certificate = custody, key_id, certificate

    def sign_digest(self, digest: bytes) -> bytes:
        """Let the token sign; raises `TokenFailure` when it does not now."""
        return self._custody.sign_digest(self._key_id, self.certificate, digest)
