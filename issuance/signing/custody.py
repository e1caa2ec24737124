"""Holders' keys in custody: made here, sealed or in a token, used to sign digests, never exported.

A sealed key lies under a key-encryption key that is handed in and has a version: another one seals
what comes new, and those before still open. The seal is bound to what it holds and whose it is. In
a token the token keeps the key.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol, Self

from cryptography import x509
from pydantic import model_validator

from issuance.certificates.keys import (
    PrivateKey,
    PublicKey,
    is_public_key,
    private_key_bytes,
    read_private_key,
    sign_digest,
)
from issuance.certificates.sealing import KEY_LENGTH, Sealed, seal, unseal
from issuance.certificates.token_calls import TokenAddress
from issuance.findings import Finding, blocks
from issuance.findings.signing import SigningCode
from issuance.model import Frozen
from issuance.sources import Clock, Randomness

CUSTODY_ALGORITHMS: Final = ("rsa-2048", "rsa-3072", "rsa-4096", "p-256")
"""What holders' keys are made of; all of them sign SHA-256."""


class CustodyKey(Protocol):
    """A holder's key: signs what hashes to a digest, and does nothing else."""

    @property
    def certificate(self) -> x509.Certificate:
        """Return the holder's certificate."""
        ...

    def sign_digest(self, digest: bytes) -> bytes:
        """Return the raw signature (PKCS#1 v1.5, or ECDSA in DER) of what has this SHA-256.

        Raises `TokenFailure` where the key lies in a token that does not sign now.
        """
        ...


@dataclass(frozen=True, slots=True)
class KeyEncryptionKeys:
    """The keys that seal what is in custody, by version; `current` seals, the others still open."""

    current: int
    keys: Mapping[int, bytes]

    def __post_init__(self) -> None:
        if self.current not in self.keys or any(len(k) != KEY_LENGTH for k in self.keys.values()):
            raise ValueError("key-encryption keys have 32 octets, and the current one is there")

    def __repr__(self) -> str:
        return f"KeyEncryptionKeys(current={self.current})"


class Wrapped(Frozen):
    """Something sealed under the key-encryption key of this version."""

    version: int
    sealed: Sealed


class KeptKey(Frozen):
    """A key in custody, as it is recorded: sealed, or the place in a token where it stays."""

    key_id: str
    algorithm: str
    wrapped: Wrapped | None = None
    token: TokenAddress | None = None

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.wrapped is None) == (self.token is None):
            raise ValueError("a key is sealed, or in a token")
        return self


class TokenKeys(Protocol):
    """The token that keeps holders' keys; see `token_custody`."""

    def open(self, key_id: str, certificate: x509.Certificate) -> CustodyKey | Finding:
        """Return the key, which must be the certificate's."""
        ...


def wrap(keys: KeyEncryptionKeys, secret: bytes, label: str, randomness: Randomness) -> Wrapped:
    """Seal something under the current key, bound to what it is and whose (the label)."""
    sealed = seal(keys.keys[keys.current], secret, label, randomness)
    return Wrapped(version=keys.current, sealed=sealed)


def unwrap(keys: KeyEncryptionKeys, wrapped: Wrapped, label: str) -> bytes | None:
    """Open a seal; None when its key is not here, the label is another, or it is damaged."""
    key = keys.keys.get(wrapped.version)
    return unseal(key, wrapped.sealed, label) if key else None


def make_sealed_key(
    key_id: str,
    algorithm: str,
    keys: KeyEncryptionKeys,
    make_key: Callable[[str], PrivateKey],
    randomness: Randomness,
) -> tuple[KeptKey, PrivateKey]:
    """Make a holder's key and seal it; the open one is for the request, and then forgotten.

    Args:
        key_id: 32 hexadecimal digits that no other key has.
        algorithm: one of `CUSTODY_ALGORITHMS`.
        keys: what seals it.
        make_key: makes a private key of an algorithm.
        randomness: for the seal.

    Raises:
        ValueError: for another algorithm.
    """
    require_known(algorithm)
    private = make_key(algorithm)
    wrapped = wrap(keys, private_key_bytes(private), key_label(key_id), randomness)
    return KeptKey(key_id=key_id, algorithm=algorithm, wrapped=wrapped), private


def key_label(key_id: str) -> str:
    """Return what the seal of a holder's key is bound to."""
    return f"holder key:{key_id}"


class OpenKeys:
    """Opens keys in custody and keeps them for a while, at most so many; safe between threads.

    What it keeps is in memory alone; `forget` drops a key at once when its certificate ends.
    """

    def __init__(
        self,
        keys: KeyEncryptionKeys,
        clock: Clock,
        *,
        token: TokenKeys | None = None,
        seconds: int = 300,
        most: int = 256,
    ) -> None:
        self._keys, self._clock, self._token = keys, clock, token
        self._lifetime, self._most = timedelta(seconds=seconds), most
        self._opened: OrderedDict[str, tuple[datetime, CustodyKey]] = OrderedDict()
        self._lock = threading.Lock()

    def open(self, kept: KeptKey, certificate: x509.Certificate) -> CustodyKey | Finding:
        """Return the key, which must be the certificate's."""
        now = self._clock.now()
        with self._lock:
            self._drop_stale(now)
            if (known := self._opened.get(kept.key_id)) and known[1].certificate == certificate:
                self._opened.move_to_end(kept.key_id)
                return known[1]
        opened = self._open(kept, certificate)
        if not isinstance(opened, Finding):
            with self._lock:
                self._put(kept.key_id, now, opened)
        return opened

    def forget(self, key_id: str) -> None:
        """Drop a key."""
        with self._lock:
            self._opened.pop(key_id, None)

    def close(self) -> None:
        """Drop every key."""
        with self._lock:
            self._opened.clear()

    def __len__(self) -> int:
        return len(self._opened)

    def _open(self, kept: KeptKey, certificate: x509.Certificate) -> CustodyKey | Finding:
        if kept.wrapped is not None:
            return _open_sealed(self._keys, kept.key_id, kept.wrapped, certificate)
        if self._token is None:
            return blocks(SigningCode.CUSTODY_TOKEN_CLOSED)
        return self._token.open(kept.key_id, certificate)

    def _put(self, key_id: str, now: datetime, opened: CustodyKey) -> None:
        self._opened.pop(key_id, None)
        self._opened[key_id] = (now, opened)
        while len(self._opened) > self._most:
            self._opened.popitem(last=False)

    def _drop_stale(self, now: datetime) -> None:
        stale = [k for k, (at, _) in self._opened.items() if not at <= now < at + self._lifetime]
        for key_id in stale:
            del self._opened[key_id]


class SoftwareCustodyKey:
    """A holder's key that was unsealed into this process's memory."""

    __slots__ = ("_private_key", "certificate")

    def __init__(self, private_key: PrivateKey, certificate: x509.Certificate) -> None:
        self._private_key = private_key
        self.certificate = certificate

    def sign_digest(self, digest: bytes) -> bytes:
        """Return the raw signature of what has this SHA-256."""
        return sign_digest(self._private_key, digest)


def _open_sealed(
    keys: KeyEncryptionKeys, key_id: str, wrapped: Wrapped, certificate: x509.Certificate
) -> CustodyKey | Finding:
    der = unwrap(keys, wrapped, key_label(key_id))
    if der is None:
        return _damaged()
    private = read_private_key(der)
    if not _is_of(private.public_key(), certificate):
        return blocks(SigningCode.CUSTODY_KEY_DIFFERS)
    return SoftwareCustodyKey(private, certificate)


def _is_of(public: PublicKey, certificate: x509.Certificate) -> bool:
    certified = certificate.public_key()
    return is_public_key(certified) and certified == public


def _damaged() -> Finding:
    return blocks(SigningCode.CUSTODY_KEY_DAMAGED)


def require_known(algorithm: str) -> None:
    """Raise ValueError for what is not in `CUSTODY_ALGORITHMS`."""
    if algorithm not in CUSTODY_ALGORITHMS:
        raise ValueError(f"no algorithm of keys in custody: {algorithm!r}")
