"""What becomes of a station's unsent work that somebody carries to the server in a file."""

from typing import Final

from issuance.findings import Finding
from issuance.model import Count, Frozen

LARGEST_WORK: Final = 256 << 20
"""Octets of a file with unsent work."""
WORK_ENDING: Final = ".work.age"


class WorkTaken(Frozen):
    """How many of a station's commands came to what; `stopped` says why the rest was not taken.

    `station` is its name. A file that is taken in a second time counts the same and changes
    nothing.
    """

    station: str
    outcomes: dict[str, Count]
    stopped: Finding | None = None
