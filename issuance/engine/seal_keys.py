"""The private keys of the office's seal, beside the authority's and opened by the same people."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from issuance.access.durable_file import write_finding
from issuance.certificates.authority_keys import (
    AuthorityKeyFile,
    SealedAuthorityKey,
    open_companion,
    seal_companion,
)
from issuance.certificates.keys import PrivateKey
from issuance.engine.authority_file import read_authority_keys, write_authority_keys
from issuance.findings import Finding, blocks
from issuance.findings.engine import EngineCode
from issuance.sources import Randomness


@dataclass(slots=True)
class SealKeys:
    """Opens and makes seal keys through one person's slot of the issuing key; each once a process.

    Loading an RSA key costs up to a quarter of a second.
    """

    folder: Path
    user: str
    slot_key: bytes | None = field(repr=False)
    make_key: Callable[[str], PrivateKey]
    randomness: Randomness
    _opened: dict[str, PrivateKey] = field(default_factory=dict[str, PrivateKey], repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def open(self, identifier: str) -> PrivateKey | Finding | None:
        """Return a seal's key, or why this person cannot; None where it is not kept."""
        with self._lock:
            if identifier in self._opened:
                return self._opened[identifier]
            found = self._issuing()
            if isinstance(found, Finding):
                return found
            keys, issuing, slot_key = found
            companion = keys.companions.get(identifier)
            if companion is None:
                return None
            key = open_companion(issuing, self.user, slot_key, identifier, companion)
            if not isinstance(key, Finding):
                self._opened[identifier] = key
            return key

    def make(self, identifier: str, algorithm: str) -> PrivateKey | Finding:
        """Make a seal's key; it is durable when this returns it."""
        with self._lock:
            found = self._issuing()
            if isinstance(found, Finding):
                return found
            keys, issuing, slot_key = found
            key = self.make_key(algorithm)
            sealed = seal_companion(issuing, self.user, slot_key, identifier, key, self.randomness)
            if isinstance(sealed, Finding):
                return sealed
            companions = {**keys.companions, identifier: sealed}
            renewed = keys.model_copy(update={"companions": companions})
            try:
                write_authority_keys(self.folder, renewed)
            except OSError as error:
                return write_finding(error, self.folder)
            self._opened[identifier] = key
            return key

    def _issuing(self) -> tuple[AuthorityKeyFile, SealedAuthorityKey, bytes] | Finding:
        keys = read_authority_keys(self.folder)
        if isinstance(keys, Finding):
            return keys
        issuing = keys.keys.get("issuing")
        if issuing is None or self.slot_key is None or self.user not in issuing.slots:
            return blocks(EngineCode.NO_ISSUING_RIGHT)
        return keys, issuing, self.slot_key
