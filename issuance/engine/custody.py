"""The keys an office has in custody: made, opened for a while, forgotten; opened once a process."""

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from cryptography import x509

from issuance.access.key_ring import KeyRing
from issuance.certificates.keys import PrivateKey, PublicKey
from issuance.engine.custody_file import open_keys, open_pin, read_custody
from issuance.findings import Finding, blocks
from issuance.findings.signing import SigningCode
from issuance.signing.custody import (
    CustodyKey,
    KeptKey,
    KeyEncryptionKeys,
    OpenKeys,
    Wrapped,
    make_sealed_key,
    unwrap,
    wrap,
)
from issuance.signing.token_custody import TokenCustody
from issuance.sources import Clock, Randomness

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Opened:
    """What a process holds of the custody once it is open; `token` is where new keys are made."""

    keys: KeyEncryptionKeys
    open_keys: OpenKeys
    token: TokenCustody | None


@dataclass(slots=True)
class Custody:
    """Keys sealed by the office's key-encryption keys, or in the token of its custody file."""

    folder: Path
    ring: KeyRing = field(repr=False)
    clock: Clock
    randomness: Randomness
    make_private_key: Callable[[str], PrivateKey]
    _opened: _Opened | None = field(default=None, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def keys(self) -> KeyEncryptionKeys | Finding:
        """Return the key-encryption keys."""
        opened = self._open()
        return opened if isinstance(opened, Finding) else opened.keys

    def wrap(self, secret: bytes, label: str) -> Wrapped | Finding:
        """Seal a secret of the custody, bound to what it is and whose."""
        keys = self.keys()
        return keys if isinstance(keys, Finding) else wrap(keys, secret, label, self.randomness)

    def unwrap(self, wrapped: Wrapped, label: str) -> bytes | Finding:
        """Open a secret of the custody."""
        opened = self._open(wrapped)
        if isinstance(opened, Finding):
            return opened
        return unwrap(opened.keys, wrapped, label) or blocks(SigningCode.CUSTODY_KEY_DAMAGED)

    def make_key(
        self, key_id: str, algorithm: str, use: Callable[[PublicKey], T]
    ) -> tuple[KeptKey, T] | Finding:
        """Make a key that stays here and use its public half once, for what is to be certified.

        Raises ValueError for an algorithm that is not in `CUSTODY_ALGORITHMS`.
        """
        opened = self._open()
        if isinstance(opened, Finding):
            return opened
        if opened.token is not None:
            return opened.token.make(key_id, algorithm, lambda key: use(key.public_key()))
        kept, private = make_sealed_key(
            key_id, algorithm, opened.keys, self.make_private_key, self.randomness
        )
        return kept, use(private.public_key())

    def open(self, kept: KeptKey, certificate: x509.Certificate) -> CustodyKey | Finding:
        """Return a key, which must be the certificate's."""
        opened = self._open(kept.wrapped)
        return opened if isinstance(opened, Finding) else opened.open_keys.open(kept, certificate)

    def destroy(self, key_id: str) -> Finding | None:
        """Destroy a key in the token, where there is one; return why not now.

        A sealed key is destroyed with the record that holds it.
        """
        opened = self._open()
        if isinstance(opened, Finding):
            return opened
        return None if opened.token is None else opened.token.destroy(key_id)

    def forget(self, key_id: str) -> None:
        """Drop a key whose certificate has ended."""
        if self._opened is not None:
            self._opened.open_keys.forget(key_id)

    def close(self) -> None:
        """Drop every key and log out of the token."""
        with self._lock:
            opened, self._opened = self._opened, None
        if opened is not None:
            opened.open_keys.close()
            if opened.token is not None:
                opened.token.close()

    def _open(self, wrapped: Wrapped | None = None) -> _Opened | Finding:
        """Open the custody; again where something was sealed by a newer key than is known here."""
        with self._lock:
            known = self._opened
            if known is None or (wrapped is not None and wrapped.version not in known.keys.keys):
                opened = self._read()
                if isinstance(opened, Finding):
                    return opened
                if known is not None and known.token is not None:
                    # A token takes one log-in at a time.
                    known.token.close()
                self._opened = known = opened
            return known

    def _read(self) -> _Opened | Finding:
        file = read_custody(self.folder)
        if isinstance(file, Finding):
            return file
        keys, token = open_keys(self.ring, file), None
        if isinstance(keys, Finding):
            return keys
        if file.token is not None:
            pin = open_pin(self.ring, file.token)
            if isinstance(pin, Finding):
                return pin
            token = TokenCustody(file.token.address, pin)
        return _Opened(keys, OpenKeys(keys, self.clock, token=token), token)


@dataclass(frozen=True, slots=True)
class CustodySigner:
    """Signs in the name of an institution's authority with its key in custody.

    Raises `TokenFailure` where the key lies in a token that does not sign now.
    """

    key: CustodyKey

    @property
    def certificate(self) -> x509.Certificate:
        """Return the authority's certificate."""
        return self.key.certificate

    def sign(self, to_be_signed: bytes) -> bytes:
        """Return the signature over these bytes."""
        return self.key.sign_digest(hashlib.sha256(to_be_signed).digest())
