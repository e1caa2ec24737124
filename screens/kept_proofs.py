"""The documents a certifier saw, kept at the station until the requests are decided."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from backend_client.station import DraftKey, Station
from issuance.findings import Finding
from issuance.institutions.portable_commands import ApprovePortable
from screens.step_draft import StepDraft

_STEP: Final = "request_approval"
_LIFETIME: Final = timedelta(days=30)
"""Of what was seen; a request that others decided meanwhile is not told to this station."""


class KeptProofs:
    """The proofs one certifier has typed, by certificate: leaving or a crash loses none.

    Args:
        station: the store of this computer.
        user: who certifies.
    """

    def __init__(self, station: Station, user: str) -> None:
        self._stored = StepDraft(station, DraftKey.of_operator(user, _STEP), user)
        self._proofs: dict[UUID, ApprovePortable] = {}

    async def load(self, today: date) -> Mapping[UUID, ApprovePortable]:
        """Return what is kept; what was seen long ago is no proof any more."""
        saved = await self._stored.load()
        for certificate, text in saved.values.items() if saved else ():
            proof = ApprovePortable.model_validate_json(text)
            if proof.seen_on >= today - _LIFETIME:
                self._proofs[UUID(certificate)] = proof
        return dict(self._proofs)

    async def keep(self, certificate: UUID, proof: ApprovePortable) -> Finding | None:
        """Keep one more."""
        self._proofs[certificate] = proof
        return await self._save()

    async def drop(self, certificates: Collection[UUID]) -> Finding | None:
        """Forget some: their requests were decided, or left out."""
        for certificate in certificates:
            self._proofs.pop(certificate, None)
        return await self._save()

    async def _save(self) -> Finding | None:
        values = {str(each): proof.model_dump_json() for each, proof in self._proofs.items()}
        outcome = await (self._stored.save(values) if values else self._stored.drop())
        return outcome if isinstance(outcome, Finding) else None
