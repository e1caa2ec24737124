"""Commands planned ahead, each with an identifier of its own that a repetition has again.

A list or a campaign that stops in the middle is planned once more and given again from the start:
what was done already answers with the receipt it had.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID, uuid5

from issuance.institutions.portable_commands import PortableBody
from issuance.institutions.portable_stream import STREAM_KIND
from issuance.model import Frozen
from issuance.streams import StreamRef

BodyT = TypeVar("BodyT", bound=Frozen, covariant=True)


@dataclass(frozen=True, slots=True)
class PlannedCommand(Generic[BodyT]):
    """A command that is to be given: its identifier, its stream and what it asks."""

    id: UUID
    stream: StreamRef
    body: BodyT


def planned_id(plan: UUID, what: str, item: str) -> UUID:
    """Return the identifier of one item of a plan; the same for the same three."""
    return uuid5(plan, f"{what}:{item}")


def plan_for_each(
    plan: UUID, bodies: Mapping[UUID, PortableBody]
) -> tuple[PlannedCommand[PortableBody], ...]:
    """Plan one command for each request: many at once are one decision each."""
    return tuple(
        PlannedCommand(
            id=planned_id(plan, body.kind, str(certificate)),
            stream=StreamRef(kind=STREAM_KIND, id=certificate),
            body=body,
        )
        for certificate, body in bodies.items()
    )
