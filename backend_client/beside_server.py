"""What a station that also works without its server can do beside it."""

from typing import TYPE_CHECKING, Protocol
from uuid import UUID

if TYPE_CHECKING:  # see `backend`
    from backend_client.captured import Captured, Paper
    from backend_client.unsettled import Unsettled
    from issuance.commands import Receipt
    from issuance.findings import Finding
    from issuance.stations.lease import Lease
    from issuance.sync.push import Mending
    from issuance.sync.sides import BothSides


class BesideServer(Protocol):
    """A station's own work, as its screens see it."""

    async def unsettled(self) -> "tuple[Unsettled, ...]":
        """Return what was recorded here and is not applied at the server, in its order."""
        ...

    async def both_sides(self, seq: int) -> "BothSides":
        """Return a command the server did not apply beside what is there in its place."""
        ...

    async def mend(self, seq: int, how: "Mending") -> "Receipt":
        """Try again, or give up, what the server did not apply."""
        ...

    async def capture_receipt(self, case: UUID) -> "Captured | Finding":
        """Return what an applicant gets for a case of which something waits here."""
        ...

    async def receipt_pdf(self, paper: "Paper", case: UUID) -> bytes:
        """Return a receipt in words as a PDF with its code."""
        ...

    async def work_file(self) -> "bytes | Finding":
        """Return what waits here, encrypted to the server, for somebody to carry there."""
        ...

    @property
    def lease(self) -> "Lease | Finding":
        """Return what this station may do by itself, and until when."""
        ...

    @property
    def disk(self) -> "Finding | None":
        """Return how much room is left on this computer's disk, once that is little."""
        ...

    @property
    def clock(self) -> "Finding | None":
        """Return by how much this computer's clock is off, once that is more than two minutes."""
        ...

    @property
    def next_try(self) -> float | None:
        """Return the seconds until the server is tried again; None while nothing is wrong."""
        ...

    async def exchange_now(self) -> None:
        """Exchange with the server at once; the link tells what came of it."""
        ...
