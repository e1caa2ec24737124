"""Signed checkpoints: what the end of the chain was, provable without the chain.

One lies inside the database every 100 entries; the newest lies in a file outside, which follows
every commit. A register whose tail was cut, or that was rewritten, no longer agrees with it.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Self
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from issuance.access.durable_file import replace_file
from issuance.model import canonical_bytes, format_instant
from issuance.register.model import Head

INTERVAL: Final = 100
"""A checkpoint lies inside the database at least every so many entries."""

_LARGEST_FILE: Final = 4096


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The end of an office's chain; `at` is the last entry's time, None before the first."""

    office: UUID
    head: Head
    at: datetime | None


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint's canonical bytes with their Ed25519 signature (RFC 8032)."""

    body: bytes
    signature: bytes

    def verified(self, public_key: bytes) -> Checkpoint | None:
        """Return what was signed, None when this key did not sign it."""
        try:
            Ed25519PublicKey.from_public_bytes(public_key).verify(self.signature, self.body)
            document = json.loads(self.body)
            at = document["at"]
            return Checkpoint(
                UUID(document["office"]),
                Head(document["seq"], bytes.fromhex(document["hash"])),
                None if at is None else datetime.fromisoformat(at),
            )
        except (InvalidSignature, ValueError, KeyError, TypeError):
            return None

    def to_file(self, path: Path, *, settle_name: bool = True) -> None:
        """Replace the file atomically and durably; the caller holds it with `exclusive`.

        Without `settle_name` a power cut may bring the former content back. Raises OSError.
        """
        document = {"checkpoint": self.body.decode(), "signature": self.signature.hex()}
        replace_file(path, canonical_bytes(document), settle_name=settle_name)

    @classmethod
    def from_file(cls, path: Path) -> Self | None:
        """Read a file; None when it holds no checkpoint. Raises OSError."""
        with path.open("rb") as file:
            content = file.read(_LARGEST_FILE)
        try:
            document = json.loads(content)
            return cls(document["checkpoint"].encode(), bytes.fromhex(document["signature"]))
        except (ValueError, KeyError, TypeError, AttributeError):
            return None


class CheckpointSigner:
    """Signs checkpoints with a 32-byte Ed25519 seed; `path` is the file outside the database."""

    def __init__(self, seed: bytes, path: Path) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.path = path
        self.public_key = self._key.public_key().public_bytes_raw()

    def sign(self, checkpoint: Checkpoint) -> SignedCheckpoint:
        """Sign a checkpoint."""
        at = checkpoint.at
        body = canonical_bytes(
            {
                "office": str(checkpoint.office),
                "seq": checkpoint.head.seq,
                "hash": checkpoint.head.hash.hex(),
                "at": None if at is None else format_instant(at),
            }
        )
        return SignedCheckpoint(body, self._key.sign(body))

    def published(self) -> SignedCheckpoint | None:
        """Return what the file outside holds now, proven by nothing; raises OSError."""
        try:
            return SignedCheckpoint.from_file(self.path)
        except FileNotFoundError:
            return None
