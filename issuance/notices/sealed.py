"""The code a message carries: sealed in its row until the message left or the code died."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from issuance.model import canonical_bytes, format_instant
from issuance.secret import Secret
from issuance.sources import Randomness


class Sealing(Protocol):
    """Authenticated encryption under the office's key for notices (`access.sealing`)."""

    def seal(self, plaintext: bytes, associated: bytes, randomness: Randomness, /) -> bytes:
        """Encrypt and bind to `associated`."""
        ...

    def open(self, sealed: bytes, associated: bytes, /) -> bytes | None:
        """Decrypt; None when key, content or `associated` are not the same."""
        ...


@dataclass(frozen=True, slots=True)
class NoticeSecret:
    """A secret under the name a template calls it, and the moment it is worth nothing."""

    placeholder: str
    secret: Secret
    expires_at: datetime


def seal_secret(
    sealing: Sealing, notice_id: UUID, content: NoticeSecret, randomness: Randomness
) -> bytes:
    """Seal a secret for one notice; another notice's row cannot open it."""
    clear = canonical_bytes(
        {
            "placeholder": content.placeholder,
            "secret": content.secret.reveal(),
            "expires_at": format_instant(content.expires_at),
        }
    )
    return sealing.seal(clear, notice_id.bytes, randomness)


def open_secret(sealing: Sealing, notice_id: UUID, sealed: bytes) -> NoticeSecret | None:
    """Open a notice's secret, None when it was sealed for another notice or office."""
    clear = sealing.open(sealed, notice_id.bytes)
    if clear is None:
        return None
    content = json.loads(clear)
    return NoticeSecret(
        content["placeholder"],
        Secret(content["secret"]),
        datetime.fromisoformat(content["expires_at"]),
    )
