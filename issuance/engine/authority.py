"""The office's issuing authority: its certificates, and its key once somebody may use it."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography import x509

from issuance.certificates.signer import AuthoritySigner
from issuance.certificates.to_be_signed import ThrowAwayKeys


@dataclass(slots=True)
class Authority:
    """Opens the issuing key once a process, on first need.

    `open_signer` is None for people without the right to issue.
    """

    key_id: str
    issuing: x509.Certificate
    root: x509.Certificate
    throw_away: ThrowAwayKeys
    open_signer: Callable[[], AuthoritySigner] | None
    _signer: AuthoritySigner | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def signer(self) -> AuthoritySigner | None:
        """Return what signs in the authority's name, or None where this person may not issue."""
        with self._lock:
            if self._signer is None and self.open_signer is not None:
                self._signer = self.open_signer()
            return self._signer

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        """Return the certificates from the issuing authority to the root."""
        return (self.issuing, self.root)
