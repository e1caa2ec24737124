"""What travels between a server and a station that also works without it."""

from typing import Annotated, Any, Final, Literal

from pydantic import Field, TypeAdapter, ValidationError

from issuance.evidence.blob import BlobRef
from issuance.findings import Finding, blocks
from issuance.findings.remote import RemoteCode
from issuance.model import Count, Frozen, Identifier
from issuance.stations.client_certificate import MOST_CHARACTERS
from issuance.stations.signed import SignedText
from issuance.sync.pull import Pull
from issuance.sync.push import Push
from issuance.sync.work import WorkTaken
from issuance.wire import BlobPart, Refused
from issuance.wire_secrets import Sent, WireSecret

STATIONS: Final = "/v1/stations"
PUSH: Final = "/v1/push"
PULL: Final = "/v1/pull"
LEASES: Final = "/v1/leases"
CERTIFICATES: Final = "/v1/station-certificates"
RECEIVED: Final = "/v1/blobs/received"
MOST_FILES_ASKED: Final = 100
GZIP: Final = "gzip"
ONE_PACKET: Final = 1400
"""Octets: what fits into one packet arrives no sooner compressed."""
WORK: Final = "/v1/carried"
WORK_TYPE: Final = "application/age"

Key = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
"""An Ed25519 public key, in hexadecimal."""


class Enrol(Sent):
    """A computer that wants to be a station, with the code of an invitation."""

    class Secrets(Frozen):
        """What is typed."""

        code: WireSecret

    public_key: Key
    secrets: Secrets


class StationEnrolled(Frozen):
    """A computer is a station now.

    `secrets` (base64, 32 octets each): the key of the station's own store, which is told again at
    every log-in and kept nowhere in clear, and the one that makes a person's id of a document.
    """

    class Secrets(Frozen):
        """What only the station may know."""

        station_key: WireSecret
        persons_key: WireSecret

    station: Identifier
    epoch: Identifier
    name: str
    server_key: Key
    lease: SignedText
    secrets: Secrets


class PushSent(Sent):
    """What a station pushes."""

    push: Push


class PullSent(Sent):
    """What a station asks to hear."""

    pull: Pull


class FilesAsked(Sent):
    """Files that would be sent, unless they are there."""

    files: Annotated[tuple[BlobRef, ...], Field(max_length=MOST_FILES_ASKED)]


class FilesThere(Frozen):
    """How many octets of each file are there, in the order they were asked for."""

    received: tuple[Count, ...]


class LeaseTold(Frozen):
    """A new lease."""

    lease: SignedText


class CertificateWish(Sent):
    """What a station wants certified for TLS: a point of P-256 (SEC 1, uncompressed), in hex."""

    public_key: Annotated[str, Field(pattern=r"^04[0-9a-f]{128}$")]


class StationCertified(Frozen):
    """A certificate in PEM."""

    certificate: Annotated[str, Field(max_length=MOST_CHARACTERS)]


class WorkTold(Frozen):
    """What became of a file with unsent work."""

    kind: Literal["taken"] = "taken"
    taken: WorkTaken


WorkAnswer = Annotated[WorkTold | BlobPart | Refused, Field(discriminator="kind")]
_WorkAnswer: Final = TypeAdapter[Any](WorkAnswer)


def read_work_answer(octets: bytes) -> WorkTaken | int | Finding:
    """Return what became of unsent work, or how many octets of its file are there."""
    try:
        read = _WorkAnswer.validate_json(octets)
    except ValidationError:
        return blocks(RemoteCode.SERVER_ANSWER_UNREADABLE, status=200)
    match read:
        case WorkTold():
            return read.taken
        case BlobPart():
            return read.received
        case _:
            return read.findings[0]
