"""What travels between a server and a station that also works without it."""

from typing import Annotated, Final

from pydantic import Field

from issuance.model import Frozen, Identifier
from issuance.stations.signed import SignedText
from issuance.sync.pull import Pull
from issuance.sync.push import Push
from issuance.wire_secrets import Sent, WireSecret

STATIONS: Final = "/v1/stations"
PUSH: Final = "/v1/push"
PULL: Final = "/v1/pull"
LEASES: Final = "/v1/leases"

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


class LeaseTold(Frozen):
    """A new lease."""

    lease: SignedText
