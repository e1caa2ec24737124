"""What was typed in a step, kept at the station while it grows: a stop or a crash loses nothing."""

import asyncio
from collections.abc import Mapping

from backend_client.station import DraftHeldBy, DraftKey, SavedDraft, Station
from issuance.findings import Finding


class StepDraft:
    """One draft of one person; its writes happen in threads, one after the other.

    Args:
        station: the store of this computer.
        key: whose draft it is.
        user: who types.
    """

    def __init__(self, station: Station, key: DraftKey, user: str) -> None:
        self._station = station
        self._key = key
        self._user = user
        self._turn = asyncio.Lock()
        self._latest: Mapping[str, str] = {}

    async def load(self) -> SavedDraft | None:
        """Return what is kept, whoever typed it."""
        return await asyncio.to_thread(self._station.load_draft, self._key)

    async def save(self, values: Mapping[str, str]) -> SavedDraft | DraftHeldBy | Finding:
        """Keep these values instead of the former ones, unless somebody else works on them."""
        self._latest = dict(values)
        async with self._turn:
            return await asyncio.to_thread(
                self._station.save_draft, self._key, self._latest, self._user
            )

    async def take_over(self) -> SavedDraft | Finding | None:
        """Go on with what somebody else typed."""
        async with self._turn:
            return await asyncio.to_thread(self._station.take_over, self._key, self._user)

    async def drop(self) -> Finding | None:
        """Forget the draft: its step was accepted, or it was discarded."""
        async with self._turn:
            return await asyncio.to_thread(self._station.drop_draft, self._key)
