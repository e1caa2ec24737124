"""What a station hears of the office: its chain, entry by entry, from where the station stands.

The position is (office, seq) of the chain itself, whose numbers are given in the order of commits
and without gaps: nothing can slip in behind it.
"""

from typing import Annotated, Final

from pydantic import Field

from issuance.findings import Finding
from issuance.model import Count, Frozen, Identifier, Instant
from issuance.streams import StreamRef
from issuance.sync.push import Seen

MOST_ENTRIES: Final = 500
NOTHING_SEEN: Final = Seen(seq=0, hash="0" * 64)

Octets = Annotated[str, Field(pattern=r"^([0-9a-f]{2})*$")]
"""Octets in hexadecimal."""


class PulledEntry(Frozen):
    """An entry as the chain has it; `personal` is None where there is no personal part (any more).

    `body` and `personal` are the canonical texts, never written anew; `salt` belongs to the latter.
    """

    seq: Count
    stream: StreamRef
    revision: Count
    body: str
    hash: Octets
    salt: Octets = ""
    personal: str | None = None


class Waiting(Frozen):
    """What waits at a station: commands, the octets of their files, since when the oldest does."""

    commands: Count
    octets: Count = 0
    oldest: Instant | None = None


class Pull(Frozen):
    """Ask for what follows `after`, the end of the chain as the station has it.

    `waiting` is what the station has still to send, for who looks after the stations.
    """

    station: Identifier
    epoch: Identifier
    after: Seen
    waiting: Waiting | None = None


class PullAnswer(Frozen):
    """The next entries, and the chain's end at that moment; `stopped` says why there are none."""

    entries: tuple[PulledEntry, ...] = ()
    head: Seen = NOTHING_SEEN
    stopped: Finding | None = None
