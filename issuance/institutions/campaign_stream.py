"""A campaign that has many certificates issued again: its filter, and how far it has come."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Final, Self
from uuid import UUID

from pydantic import model_validator

from issuance.events import Event
from issuance.institutions.portable_stream import REISSUABLE, PortableState
from issuance.model import PERSONAL, Count, Frozen, Identifier, Instant, Text

FOLD_VERSION: Final = 1
STREAM_KIND: Final = "campaign"


class CampaignFilter(Frozen):
    """Which certificates a campaign is about; an empty part leaves nothing out.

    `generations` are those of the root they were issued under, `ends_by` the last end of a term.
    """

    institutions: tuple[Identifier, ...] = ()
    purposes: tuple[Text, ...] = ()
    generations: tuple[Text, ...] = ()
    ends_by: Instant | None = None

    @model_validator(mode="after")
    def _nothing_twice(self) -> Self:
        for part in (self.institutions, self.purposes, self.generations):
            if len(set(part)) != len(part):
                raise ValueError("a filter names everything once")
        return self

    @property
    def is_empty(self) -> bool:
        """Tell whether it would take every certificate there is."""
        parts = (self.institutions, self.purposes, self.generations)
        return self.ends_by is None and not any(parts)

    def takes(self, certificate: PortableState) -> bool:
        """Tell whether a certificate belongs to the campaign."""
        ends = certificate.not_after
        return (
            certificate.status in REISSUABLE
            and (not self.institutions or certificate.institution in self.institutions)
            and (not self.purposes or certificate.purpose in self.purposes)
            and (not self.generations or certificate.generation in self.generations)
            and (self.ends_by is None or (ends is not None and ends <= self.ends_by))
        )


class CampaignEvent(Event):
    """Something that happened to a campaign."""


class CampaignOpened(CampaignEvent):
    """A campaign began; `institution` is None for one of the centre."""

    KIND: ClassVar[str] = "campaign_opened"
    PURGED: ClassVar[Mapping[str, Any]] = MappingProxyType({"ground": ""})
    institution: Identifier | None
    name: Text
    ground: Annotated[Text, PERSONAL] = ""
    filter: CampaignFilter
    at: Instant
    by: str


class CampaignBatchDone(CampaignEvent):
    """A batch of certificates was gone through, up to the certificate `last`.

    `asked` requests were made and `refused` were not; `finished` when no certificate follows.
    """

    KIND: ClassVar[str] = "campaign_batch_done"
    number: Count
    last: Identifier | None
    asked: Count
    refused: Count
    finished: bool


class CampaignPaused(CampaignEvent):
    """It makes no more requests until it is resumed."""

    KIND: ClassVar[str] = "campaign_paused"
    by: str


class CampaignResumed(CampaignEvent):
    """It goes on where it stopped."""

    KIND: ClassVar[str] = "campaign_resumed"
    by: str


class CampaignClosed(CampaignEvent):
    """It ended; requests it made go on."""

    KIND: ClassVar[str] = "campaign_closed"
    by: str


class CampaignStatus(StrEnum):
    """Where a campaign stands."""

    RUNNING = "running"
    PAUSED = "paused"
    ASKED = "asked"
    """Every certificate was gone through; certifiers and holders have the rest."""
    CLOSED = "closed"


class CampaignState(Frozen):
    """A campaign; `last` is the certificate it has come to."""

    institution: Identifier | None
    name: str
    ground: str
    filter: CampaignFilter
    status: CampaignStatus = CampaignStatus.RUNNING
    batches: Count = 0
    last: Identifier | None = None
    asked: Count = 0
    refused: Count = 0


def evolve_campaign(state: CampaignState | None, event: CampaignEvent) -> CampaignState:
    """Return the campaign after an event."""
    if isinstance(event, CampaignOpened):
        return CampaignState(
            institution=event.institution,
            name=event.name,
            ground=event.ground,
            filter=event.filter,
        )
    if state is None:
        raise TypeError(f"no rule for {event.KIND}")
    return state.model_copy(update=_changes(state, event))


def _changes(state: CampaignState, event: CampaignEvent) -> Mapping[str, Any]:
    match event:
        case CampaignBatchDone():
            last: UUID | None = event.last or state.last
            return {
                "batches": event.number,
                "last": last,
                "asked": state.asked + event.asked,
                "refused": state.refused + event.refused,
                "status": CampaignStatus.ASKED if event.finished else state.status,
            }
        case CampaignPaused():
            return {"status": CampaignStatus.PAUSED}
        case CampaignResumed():
            return {"status": CampaignStatus.RUNNING}
        case CampaignClosed():
            return {"status": CampaignStatus.CLOSED}
        case _:
            raise TypeError(f"no rule for {event.KIND}")
