"""The office's issuing authority: its certificates, and its key once somebody may use it."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography import x509

from issuance.certificates.keys import PrivateKey
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
    make_key: Callable[[str], PrivateKey]
    open_signer: Callable[[], AuthoritySigner | Finding]
    between: tuple[x509.Certificate, ...] = ()
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
        # A root may issue by itself.
        above = () if self.issuing == self.root else (*self.between, self.root)
        return (self.issuing, *above)
