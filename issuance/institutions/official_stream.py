"""An authority or official of an institution: registered, changed, made a certifier, ended."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Final
from uuid import UUID

from issuance.events import Event
from issuance.evidence.blob import BlobRef
from issuance.institutions.actors import Seat, SeatRole
from issuance.institutions.people import Person
from issuance.model import PERSONAL, Frozen, Identifier, Text

FOLD_VERSION: Final = 2
STREAM_KIND: Final = "official"


class MandateGround(StrEnum):
    """Why somebody is a certifier (DS 181/2002, art. 40)."""

    LAW = "law"
    """A law says who it is: the secretary of a municipality."""
    DESIGNATION = "designation"
    """The head of the service designated a permanent official by resolution."""


class Mandate(Frozen):
    """What makes an official a certifier, for some days or until it is withdrawn.

    `substitutes` is the certifier stood in for (subrogancia); `until_day` is the last day.
    """

    id: Identifier
    ground: MandateGround
    substitutes: Identifier | None
    from_day: date
    until_day: date | None

    def in_force(self, day: date) -> bool:
        """Tell whether it holds on a day of the office's calendar."""
        return self.from_day <= day and (self.until_day is None or day <= self.until_day)


class OfficialEvent(Event):
    """Something that happened to an official."""


class OfficialRegistered(OfficialEvent):
    """The institution's operator registered an official; `listed_in` is the import it came with."""

    KIND: ClassVar[str] = "official_registered"
    PURGED: ClassVar[Mapping[str, Any]] = MappingProxyType({"person": None})
    institution: Identifier
    person: Annotated[Person | None, PERSONAL]
    listed_in: Identifier | None = None
    by: str


class OfficialChanged(OfficialEvent):
    """The registered data changed; `fields` names which."""

    KIND: ClassVar[str] = "official_changed"
    PURGED: ClassVar[Mapping[str, Any]] = MappingProxyType({"person": None})
    person: Annotated[Person | None, PERSONAL]
    fields: tuple[str, ...]
    listed_in: Identifier | None = None
    by: str


class OfficialEnded(OfficialEvent):
    """The official signs and sees nothing for the institution any more, at once.

    `effective` is the day since when the certificates should not be relied on, where it differs.
    """

    KIND: ClassVar[str] = "official_ended"
    PURGED: ClassVar[Mapping[str, Any]] = MappingProxyType({"note": ""})
    reason: str
    note: Annotated[Text, PERSONAL] = ""
    effective: date | None = None
    by: str


class CertifierGranted(OfficialEvent):
    """The central administrator made an official a certifier, as a ticket asked."""

    KIND: ClassVar[str] = "official_certifier_granted"
    PURGED: ClassVar[Mapping[str, Any]] = MappingProxyType({"resolution": None})
    mandate: Mandate
    law: Text
    resolution: Annotated[BlobRef | None, PERSONAL]
    ticket: Identifier
    by: str


class CertifierWithdrawn(OfficialEvent):
    """The central administrator ended a mandate before its last day."""

    KIND: ClassVar[str] = "official_certifier_withdrawn"
    PURGED: ClassVar[Mapping[str, Any]] = MappingProxyType({"note": ""})
    mandate: Identifier
    note: Annotated[Text, PERSONAL] = ""
    by: str


class AuditorNamed(OfficialEvent):
    """The central administrator let an official read everything of the institution."""

    KIND: ClassVar[str] = "official_auditor_named"
    by: str


class AuditorDismissed(OfficialEvent):
    """The official audits no more."""

    KIND: ClassVar[str] = "official_auditor_dismissed"
    by: str


class OfficialState(Frozen):
    """An official; `person` is None after a purge."""

    institution: Identifier
    person: Person | None
    mandates: tuple[Mandate, ...] = ()
    auditor: bool = False
    ended: bool = False

    def mandate_on(self, day: date) -> Mandate | None:
        """Return the mandate by which the official certifies on a day, if any."""
        if self.ended:
            return None
        return next((each for each in self.mandates if each.in_force(day)), None)


def evolve_official(state: OfficialState | None, event: OfficialEvent) -> OfficialState:
    """Return the official after an event."""
    if isinstance(event, OfficialRegistered):
        return OfficialState(institution=event.institution, person=event.person)
    if state is None:
        raise TypeError(f"no rule for {event.KIND}")
    return state.model_copy(update=_changes(state, event))


def seats_of(official: UUID, state: OfficialState, day: date) -> tuple[Seat, ...]:
    """Return what an official may sit as on a day: nothing once ended."""
    if state.ended:
        return ()
    roles = [SeatRole.HOLDER]
    if state.mandate_on(day) is not None:
        roles.append(SeatRole.CERTIFIER)
    if state.auditor:
        roles.append(SeatRole.AUDITOR)
    return tuple(
        Seat(role=role, institution=state.institution, official=official) for role in roles
    )


def _changes(state: OfficialState, event: OfficialEvent) -> Mapping[str, Any]:
    match event:
        case OfficialChanged():
            return {"person": event.person}
        case OfficialEnded():
            return {"ended": True, "mandates": (), "auditor": False}
        case AuditorNamed():
            return {"auditor": True}
        case AuditorDismissed():
            return {"auditor": False}
        case CertifierGranted():
            return {"mandates": (*state.mandates, event.mandate)}
        case CertifierWithdrawn():
            return {"mandates": tuple(e for e in state.mandates if e.id != event.mandate)}
        case _:
            raise TypeError(f"no rule for {event.KIND}")
