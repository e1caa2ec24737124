"""The office's issuing authority: its certificates, and its key once somebody may use it."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography import x509

from issuance.certificates.signer import AuthoritySigner
from issuance.certificates.to_be_signed import ThrowAwayKeys
from issuance.findings import Finding


@dataclass(slots=True)
class Authority:
    """Opens the issuing key once a process, on first need.

    `open_signer` says why the key does not open, to people without the right to issue for one.
    """

    key_id: str
    issuing: x509.Certificate
    root: x509.Certificate
    throw_away: ThrowAwayKeys
    open_signer: Callable[[], AuthoritySigner | Finding]
    _signer: AuthoritySigner | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def signer(self) -> AuthoritySigner | Finding:
        """Return what signs in the authority's name, or why this person cannot."""
        with self._lock:
            if self._signer is None:
                opened = self.open_signer()
                if isinstance(opened, Finding):
                    return opened
                self._signer = opened
            return self._signer

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        """Return the certificates from the issuing authority to the root."""
        return (self.issuing, self.root)
