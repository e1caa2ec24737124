"""A person's stream: which cases they had. Personal data stays with the cases."""

from typing import ClassVar

from issuance.events import Event
from issuance.model import Frozen, Identifier

FOLD_VERSION = 1


class PersonEvent(Event):
    """Something that happened about a person."""


class PersonCaseOpened(PersonEvent):
    """The person has a new case."""

    KIND: ClassVar[str] = "person_case_opened"
    case: Identifier
    product: str


class PersonCaseEnded(PersonEvent):
    """A case of the person ended: delivered, rejected or cancelled."""

    KIND: ClassVar[str] = "person_case_ended"
    case: Identifier
    status: str


class PersonState(Frozen):
    """The person's cases, the open ones with their product."""

    open: dict[str, str] = {}
    ended: dict[str, str] = {}


def evolve_person(state: PersonState | None, event: PersonEvent) -> PersonState:
    """Return the person after an event."""
    known = state or PersonState()
    if isinstance(event, PersonCaseOpened):
        return PersonState(open={**known.open, str(event.case): event.product}, ended=known.ended)
    if isinstance(event, PersonCaseEnded):
        still = {case: product for case, product in known.open.items() if case != str(event.case)}
        return PersonState(open=still, ended={**known.ended, str(event.case): event.status})
    raise TypeError(f"no rule for {event.KIND}")
