"""Signature activation data: leave to sign certain hashes once, within some minutes.

What it says is readable and sealed by an HMAC-SHA-256 of the server's; that it was used is
recorded in the key's own stream, so that no process has to remember it.
"""

import base64
import binascii
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final
from uuid import UUID

from pydantic import Field, ValidationError

from issuance.model import Frozen, Identifier, canonical_bytes
from issuance.signing.csc_answer import CscRefusalError, invalid

SAD_LIFETIME: Final = timedelta(minutes=5)
MOST_HASHES: Final = 50
_LONGEST: Final = 16_384
_PURPOSE: Final = b"csc signature activation 1:"


class Authorisation(Frozen):
    """Leave to sign these hashes (base64) with a credential until a moment (Unix seconds)."""

    id: Identifier
    credential: str
    hashes: Annotated[tuple[str, ...], Field(max_length=MOST_HASHES)]
    until: int

    @property
    def expires_at(self) -> datetime:
        """Return the moment it ends."""
        return datetime.fromtimestamp(self.until, UTC)


def new_authorisation(
    authorisation: UUID, credential: str, hashes: tuple[str, ...], now: datetime
) -> Authorisation:
    """Return leave to sign these hashes from now on."""
    until = int((now + SAD_LIFETIME).timestamp())
    return Authorisation(id=authorisation, credential=credential, hashes=hashes, until=until)


def write_sad(authorisation: Authorisation, key: bytes) -> str:
    """Return the text that carries an authorisation; `key` is the server's."""
    payload = canonical_bytes(authorisation)
    return f"{_encoded(payload)}.{_encoded(_mac(payload, key))}"


def read_sad(text: str, credential: str, key: bytes, now: datetime) -> Authorisation:
    """Return a genuine authorisation for the credential that still is good.

    Raises `CscRefusalError`.
    """
    if len(text) > _LONGEST:
        raise invalid("SAD")
    payload_text, _, mac_text = text.partition(".")
    try:
        payload, mac = _decoded(payload_text), _decoded(mac_text)
    except (binascii.Error, ValueError) as error:
        raise invalid("SAD") from error
    if not hmac.compare_digest(mac, _mac(payload, key)):
        raise invalid("SAD")
    try:
        authorisation = Authorisation.model_validate_json(payload)
    except ValidationError as error:
        raise invalid("SAD") from error
    if authorisation.credential != credential:
        raise invalid("SAD")
    if not now < authorisation.expires_at:
        raise CscRefusalError("SAD expired")
    return authorisation


def _mac(payload: bytes, key: bytes) -> bytes:
    return hmac.digest(key, _PURPOSE + payload, hashlib.sha256)


def _encoded(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode("ascii")


def _decoded(text: str) -> bytes:
    padded = text.encode("ascii") + b"=" * (-len(text) % 4)
    return base64.b64decode(padded, altchars=b"-_", validate=True)
