"""What makes a request a station's: a signed note of who asks what, with which body, and when."""

import base64
import hashlib
from datetime import datetime, timedelta
from typing import Annotated, ClassVar, Final, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import Field, ValidationError

from issuance.findings import Finding, blocks
from issuance.findings.sync import SyncCode
from issuance.model import Identifier, Instant
from issuance.stations.signed import Signable, SignedText

HEADER: Final = "Station-Ticket"
LONGEST: Final = 2000
"""Characters of the header's value."""
MOST_APART: Final = timedelta(minutes=5)
"""How far the clocks of station and server may differ; no older ticket serves again."""


class Ticket(Signable):
    """One request of one station: `body` is the SHA-256 of what it brings."""

    SIGNED_AS: ClassVar[str] = "ticket 1"
    station: Identifier
    epoch: Identifier
    method: Annotated[str, Field(max_length=10)]
    path: Annotated[str, Field(max_length=200)]
    body: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    at: Instant

    def header(self, key: Ed25519PrivateKey) -> str:
        """Return the value of the header that carries this ticket, signed."""
        signed = SignedText.of(self, key).model_dump_json().encode()
        return base64.b64encode(signed).decode("ascii")

    def finding(self, method: str, path: str, body: bytes, now: datetime) -> Finding | None:
        """Say why this ticket is not one for this request at this moment."""
        asked = (method, path, body_digest(body))
        if (self.method, self.path, self.body) != asked:
            return blocks(SyncCode.SIGNATURE_WRONG)
        apart = self.at - now
        if abs(apart) > MOST_APART:
            return blocks(SyncCode.STATION_CLOCK_WRONG, seconds=round(apart.total_seconds()))
        return None


class PresentedTicket(SignedText):
    """A ticket as it arrived, of which nothing is believed yet."""

    @classmethod
    def read(cls, header: str) -> Self | None:
        """Read a header's value; None where it holds no signed text."""
        if len(header) > LONGEST:
            return None
        try:
            return cls.model_validate_json(base64.b64decode(header, validate=True))
        except (ValueError, ValidationError):
            return None

    def claimed(self) -> Ticket | None:
        """Return what it says, so that the key it must be signed with can be found."""
        try:
            return Ticket.model_validate_json(self.text)
        except ValidationError:
            return None


def body_digest(body: bytes) -> str:
    """Return the digest a ticket names a body by (SHA-256, hexadecimal)."""
    return hashlib.sha256(body).hexdigest()
