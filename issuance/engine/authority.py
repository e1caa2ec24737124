"""The office's issuing authority: its certificates, and its key once somebody may use it."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeVar

from cryptography import x509

from issuance.certificates.keys import PrivateKey
from issuance.certificates.pkcs11_signer import PIN_REFUSED, Pkcs11Signer
from issuance.certificates.signer import AuthoritySigner
from issuance.certificates.to_be_signed import ThrowAwayKeys
from issuance.certificates.token_calls import TokenFailure
from issuance.findings import Finding, blocks, warns
from issuance.findings.revocation import RevocationFinding
from issuance.findings.tokens import TokenFinding

T = TypeVar("T")

_TEST_MESSAGE: Final = b"a message signed to try the authority's token"
_TOKEN_CODES: Final = frozenset(each.value for each in TokenFinding)


@dataclass(frozen=True, slots=True)
class OpenedResponder:
    """A status responder with what it was opened from: the sealed key and the certificate."""

    sealed: bytes
    certificate: str
    signer: AuthoritySigner


@dataclass(slots=True)
class Authority:
    """Opens the issuing key once a process, on first need.

    `open_signer` says why the key does not open, to people without the right to issue for one.
    `trouble` is what the token with the key last refused, until it signs again. `responder` is the
    one opened last: to read its key takes longer than all else of a status answer. `root_list` is
    the root's revocation list, empty for a root that is elsewhere.
    """

    key_id: str
    issuing: x509.Certificate
    root: x509.Certificate
    throw_away: ThrowAwayKeys
    make_key: Callable[[str], PrivateKey]
    open_signer: Callable[[], AuthoritySigner | Finding]
    between: tuple[x509.Certificate, ...] = ()
    root_list: bytes = b""
    trouble: Finding | None = None
    responder: OpenedResponder | None = None
    _signer: AuthoritySigner | None = None
    _refused: Finding | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def signer(self) -> AuthoritySigner | Finding:
        """Return what signs in the authority's name, or why this person cannot."""
        with self._lock:
            if self._refused is not None:
                return self._refused
            if self._signer is None:
                opened = self.open_signer()
                if isinstance(opened, Finding):
                    return self._not_opened(opened)
                self._signer = opened
            return self._signer

    def use(self, act: Callable[[AuthoritySigner], T]) -> T | Finding:
        """Do something with what signs; a token that fails at it is told as a finding."""
        signer = self.signer()
        if isinstance(signer, Finding):
            return signer
        try:
            done = act(signer)
        except TokenFailure as failure:
            return self._told(failure.finding)
        self.trouble = None
        return done

    def look_again(self) -> None:
        """Try the token that failed last, so that it is not called silent longer than it is."""
        if self.trouble is not None:
            self.use(lambda signer: signer.sign(_TEST_MESSAGE))

    def waits(self, what: str) -> Finding:
        """Tell what waits: for the token to sign again, or for somebody who may issue."""
        return self.warning or warns(RevocationFinding.PUBLICATION_WAITS, what=what)

    @property
    def warning(self) -> Finding | None:
        """Tell what is in trouble to those whose work goes on meanwhile."""
        if self.trouble is None:
            return None
        return warns(TokenFinding.AUTHORITY_TOKEN_FAILS, cause=self.trouble.parameters["cause"])

    def close(self) -> None:
        """Log out of the token the key is in, so that the next person can log in."""
        with self._lock:
            signer, self._signer, self.responder = self._signer, None, None
            if isinstance(signer, Pkcs11Signer):
                signer.close()

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        """Return the certificates from the issuing authority to the root."""
        # A root may issue by itself.
        above = () if self.issuing == self.root else (*self.between, self.root)
        return (self.issuing, *above)

    def _not_opened(self, finding: Finding) -> Finding:
        if finding.code not in _TOKEN_CODES:
            return finding
        told = self._told(finding)
        if finding.code in PIN_REFUSED:
            # Tried again with every round, the same PIN would lock the token.
            self._refused = told
        return told

    def _told(self, finding: Finding) -> Finding:
        self.trouble = blocks(TokenFinding.AUTHORITY_TOKEN_FAILS, cause=finding.code)
        return self.trouble
