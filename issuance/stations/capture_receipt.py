"""What an applicant gets where the server cannot be reached: proof that a station has their data.

As a code it is Base32 (RFC 4648), which scanners read in a QR code's alphanumeric mode and type the
same on every keyboard. In octets: 1 (the version), station 16, epoch 16, number of the command 8,
its hash 32, case 16, microseconds since 1970 in UTC 8, signature 64, the case number (ASCII).
"""

import base64
import struct
from datetime import UTC, datetime, timedelta
from typing import Annotated, ClassVar, Final, Self
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import Field

from issuance.findings import Finding, blocks
from issuance.findings.sync import SyncCode
from issuance.model import Count, Frozen, Identifier, Instant, canonical_bytes
from issuance.stations.signed import Signable, SignedText

LONGEST_CODE: Final = 400
_VERSION: Final = 1
_LAYOUT: Final = struct.Struct(">B16s16sQ32s16sQ64s")
_LONGEST_NUMBER: Final = 20
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_GROUP: Final = 8


class CaptureReceipt(Signable):
    """A case as a station recorded it: `command_hash` covers every command before it, too."""

    SIGNED_AS: ClassVar[str] = "capture receipt 1"
    station: Identifier
    epoch: Identifier
    seq: Count
    command_hash: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    case: Identifier
    number: Annotated[str, Field(max_length=_LONGEST_NUMBER, pattern=r"^[\x20-\x7e]*$")]
    at: Instant

    def code(self, key: Ed25519PrivateKey) -> str:
        """Return the receipt with its station's signature as one line of capitals and digits."""
        signature = base64.b64decode(SignedText.of(self, key).signature)
        octets = _LAYOUT.pack(
            _VERSION,
            self.station.bytes,
            self.epoch.bytes,
            self.seq,
            bytes.fromhex(self.command_hash),
            self.case.bytes,
            (self.at - _EPOCH) // timedelta(microseconds=1),
            signature,
        )
        return base64.b32encode(octets + self.number.encode("ascii")).decode("ascii").rstrip("=")


class PresentedReceipt(Frozen):
    """A code as it was typed or scanned, of which nothing is believed yet."""

    receipt: CaptureReceipt
    signature: str

    @classmethod
    def read(cls, code: str) -> Self | Finding:
        """Read a code, whatever spaces and small letters it has."""
        text = "".join(code.split()).upper().rstrip("=")
        try:
            octets = base64.b32decode(text + "=" * (-len(text) % _GROUP))
            fields = _LAYOUT.unpack_from(octets)
            version, station, epoch, seq, digest, case, microseconds, signature = fields
            receipt = CaptureReceipt(
                station=UUID(bytes=station),
                epoch=UUID(bytes=epoch),
                seq=seq,
                command_hash=digest.hex(),
                case=UUID(bytes=case),
                number=octets[_LAYOUT.size :].decode("ascii"),
                at=_EPOCH + timedelta(microseconds=microseconds),
            )
        except (ValueError, OverflowError, struct.error):
            return blocks(SyncCode.RECEIPT_UNREADABLE)
        if version != _VERSION:
            return blocks(SyncCode.RECEIPT_UNREADABLE)
        return cls(receipt=receipt, signature=base64.b64encode(signature).decode("ascii"))

    def opened(self, public_key: bytes) -> CaptureReceipt | Finding:
        """Return the receipt, once its signature is right."""
        text = canonical_bytes(self.receipt).decode()
        return SignedText(text=text, signature=self.signature).opened(CaptureReceipt, public_key)
