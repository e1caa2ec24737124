"""An institution's stream: asked for, approved by the centre, with its authority, ended."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Final

from issuance.events import Event
from issuance.evidence.blob import BlobRef
from issuance.institutions.people import Person
from issuance.model import PERSONAL, Frozen, Identifier, Instant, Text

FOLD_VERSION: Final = 1
STREAM_KIND: Final = "institution"


class Agreement(Frozen):
    """The ministry's agreement with the platform (convenio), and where it is on file."""

    number: Text
    signed_on: date
    file: BlobRef


class InstitutionEvent(Event):
    """Something that happened to an institution."""


class InstitutionAsked(InstitutionEvent):
    """A ticket asked to enable an institution: agreement, its own act, its operator's data."""

    KIND: ClassVar[str] = "institution_asked"
    PURGED: ClassVar[Mapping[str, Any]] = MappingProxyType(
        {"agreement": None, "administrative_act": None, "operator": None}
    )
    name: Text
    short_name: Text
    rut: Text
    ministry: Text
    ticket: Identifier
    agreement: Annotated[Agreement | None, PERSONAL]
    administrative_act: Annotated[BlobRef | None, PERSONAL]
    operator: Annotated[Person | None, PERSONAL]
    by: str


class InstitutionApproved(InstitutionEvent):
    """The central administrator approved; the institution manages itself from now on."""

    KIND: ClassVar[str] = "institution_approved"
    by: str


class InstitutionRefused(InstitutionEvent):
    """The central administrator refused, for a coded reason."""

    KIND: ClassVar[str] = "institution_refused"
    PURGED: ClassVar[Mapping[str, Any]] = MappingProxyType({"note": ""})
    reason: str
    note: Annotated[Text, PERSONAL] = ""
    by: str


class InstitutionRenamed(InstitutionEvent):
    """The institution has another name from now on, as the signing interface will have to say it.

    Certificates keep the name they were issued with.
    """

    KIND: ClassVar[str] = "institution_renamed"
    name: Text
    short_name: Text
    by: str


class OperatorReplaced(InstitutionEvent):
    """Another person is the institution's operator; the one before is none any more."""

    KIND: ClassVar[str] = "institution_operator_replaced"
    PURGED: ClassVar[Mapping[str, Any]] = MappingProxyType({"operator": None})
    operator: Annotated[Person | None, PERSONAL]
    ticket: Identifier
    by: str


class IssuingAuthorityRecorded(InstitutionEvent):
    """The institution got an issuing authority; it issues from now on.

    `generation` is that of the root above (`G2`), `certificate` DER in base64.
    """

    KIND: ClassVar[str] = "institution_authority_recorded"
    generation: Text
    authority_key: str
    certificate: str
    not_after: Instant
    by: str


class InstitutionEnded(InstitutionEvent):
    """The institution is served no more; its people's access ended with it."""

    KIND: ClassVar[str] = "institution_ended"
    PURGED: ClassVar[Mapping[str, Any]] = MappingProxyType({"note": ""})
    reason: str
    note: Annotated[Text, PERSONAL] = ""
    by: str


class InstitutionStatus(StrEnum):
    """Where an institution stands."""

    ASKED = "asked"
    ACTIVE = "active"
    REFUSED = "refused"
    ENDED = "ended"


class IssuingAuthority(Frozen):
    """The authority an institution issues with."""

    generation: str
    authority_key: str
    certificate: str
    not_after: Instant


class InstitutionState(Frozen):
    """An institution; `authorities` has the issuing one last."""

    name: str
    short_name: str
    rut: str
    ministry: str
    ticket: Identifier
    status: InstitutionStatus
    agreement: Agreement | None
    administrative_act: BlobRef | None
    operator: Person | None
    asked_by: str
    authorities: tuple[IssuingAuthority, ...] = ()

    @property
    def authority(self) -> IssuingAuthority | None:
        """Return the authority that issues now."""
        return self.authorities[-1] if self.authorities else None


def evolve_institution(state: InstitutionState | None, event: InstitutionEvent) -> InstitutionState:
    """Return the institution after an event."""
    if isinstance(event, InstitutionAsked):
        return InstitutionState(
            name=event.name,
            short_name=event.short_name,
            rut=event.rut,
            ministry=event.ministry,
            ticket=event.ticket,
            status=InstitutionStatus.ASKED,
            agreement=event.agreement,
            administrative_act=event.administrative_act,
            operator=event.operator,
            asked_by=event.by,
        )
    if state is None:
        raise TypeError(f"no rule for {event.KIND}")
    return state.model_copy(update=_changes(state, event))


def _changes(state: InstitutionState, event: InstitutionEvent) -> Mapping[str, Any]:
    match event:
        case InstitutionApproved():
            return {"status": InstitutionStatus.ACTIVE}
        case InstitutionRefused():
            return {"status": InstitutionStatus.REFUSED}
        case InstitutionEnded():
            return {"status": InstitutionStatus.ENDED, "operator": None}
        case InstitutionRenamed():
            return {"name": event.name, "short_name": event.short_name}
        case OperatorReplaced():
            return {"operator": event.operator}
        case IssuingAuthorityRecorded():
            issuing = IssuingAuthority(
                generation=event.generation,
                authority_key=event.authority_key,
                certificate=event.certificate,
                not_after=event.not_after,
            )
            return {"authorities": (*state.authorities, issuing)}
        case _:
            raise TypeError(f"no rule for {event.KIND}")
