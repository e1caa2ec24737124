"""What is typed and attached in a form among institutions, kept until its command is accepted."""

from collections.abc import Mapping
from typing import Final

from pydantic import TypeAdapter

from backend_client.station import DraftHeldBy, DraftKey, Station
from issuance.evidence.blob import BlobRef
from issuance.findings import Finding
from screens.step_draft import StepDraft

Files = Mapping[str, tuple[BlobRef, str]]

_FILE: Final = "file:"
_ATTACHED: Final = TypeAdapter(tuple[BlobRef, str])


class EntryDraft:
    """One form's draft, of one person; what another of the house types is theirs.

    Args:
        station: the store of this computer.
        user: who types.
        name: of the form, and of what it is about.
    """

    def __init__(self, station: Station, user: str, name: str) -> None:
        self._stored = StepDraft(station, DraftKey.of_operator(user, name), user)
        self._is_kept = False

    async def load(self) -> tuple[dict[str, str], dict[str, tuple[BlobRef, str]]]:
        """Return the texts by field, and the files by place."""
        saved = await self._stored.load()
        values = dict(saved.values) if saved else {}
        self._is_kept = bool(values)
        files = {
            name.removeprefix(_FILE): _ATTACHED.validate_json(value)
            for name, value in values.items()
            if name.startswith(_FILE)
        }
        return {n: value for n, value in values.items() if not n.startswith(_FILE)}, files

    async def keep(self, texts: Mapping[str, str], files: Files) -> Finding | None:
        """Keep these; where there is nothing, nothing is kept any more."""
        values = dict(texts)
        values |= {_FILE + name: _ATTACHED.dump_json(file).decode() for name, file in files.items()}
        if not values:
            return await self.drop()
        self._is_kept = True
        outcome = await self._stored.save(values)
        if isinstance(outcome, DraftHeldBy):
            raise TypeError("a person's own draft is nobody else's")
        return outcome if isinstance(outcome, Finding) else None

    async def drop(self) -> Finding | None:
        """Forget it: the command was accepted, or everything was taken back."""
        if not self._is_kept:
            return None
        self._is_kept = False
        return await self._stored.drop()
