"""The stream of an institution's issuing authority: its certificate, and its key in custody."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Final

from issuance.certificates.stream import InheritedRevocation
from issuance.events import Event
from issuance.model import PERSONAL, Count, Frozen, Identifier, Instant, Text
from issuance.signing.custody import KeptKey, Wrapped

FOLD_VERSION = 3
STREAM_KIND: Final = "institution_authority"


class InstitutionAuthorityEvent(Event):
    """Something that happened to the authority of an institution."""


class AuthorityKept(InstitutionAuthorityEvent):
    """An authority was made; `serial` is decimal, `certificate` DER in base64.

    The sealed key stands apart, so that it can be destroyed.
    """

    KIND: ClassVar[str] = "institution_authority_kept"
    PURGED: ClassVar[Mapping[str, Any]] = MappingProxyType({"kept": None})
    institution: Identifier
    generation: Text
    serial: str
    certificate: str
    not_after: Instant
    kept: Annotated[KeptKey | None, PERSONAL]


class InstitutionListSigned(InstitutionAuthorityEvent):
    """Its revocation list was signed; the number is durable before the list is published."""

    KIND: ClassVar[str] = "institution_list_signed"
    number: Count
    this_update: Instant
    next_update: Instant
    entries: Count
    sha256: str


class InstitutionListTakenUp(InstitutionAuthorityEvent):
    """After a restore: what the list published last named, and this register did not know of.

    Every later list goes on naming it, and none is numbered or dated before that one.
    """

    KIND: ClassVar[str] = "institution_list_taken_up"
    number: Count
    this_update: Instant
    carried: tuple[InheritedRevocation, ...]


class InstitutionResponderCertified(InstitutionAuthorityEvent):
    """What signs status answers for it got a certificate (DER in base64); its key is sealed."""

    KIND: ClassVar[str] = "institution_responder_certified"
    PURGED: ClassVar[Mapping[str, Any]] = MappingProxyType({"key": None})
    serial: str
    certificate: str
    not_after: Instant
    key: Annotated[Wrapped | None, PERSONAL]


class InstitutionResponder(Frozen):
    """What signs status answers for an authority: its certificate (DER in base64) and key."""

    certificate: str
    key: Wrapped | None


class InstitutionList(Frozen):
    """The newest revocation list of an authority."""

    number: Count
    this_update: Instant
    next_update: Instant
    entries: Count
    sha256: str


class InstitutionAuthorityState(Frozen):
    """An institution's issuing authority.

    `list_number` and `last_dated` (thisUpdate) are of the newest list known, which `list` is not
    after a restore; `inherited` is what only lists of before that restore tell.
    """

    institution: Identifier
    generation: str
    serial: str
    certificate: str
    not_after: Instant
    kept: KeptKey | None
    list: InstitutionList | None = None
    responder: InstitutionResponder | None = None
    list_number: Count = 0
    last_dated: Instant | None = None
    inherited: tuple[InheritedRevocation, ...] = ()


def evolve_institution_authority(
    state: InstitutionAuthorityState | None, event: InstitutionAuthorityEvent
) -> InstitutionAuthorityState:
    """Return the authority after an event; there is one."""
    if isinstance(event, AuthorityKept) and state is None:
        return InstitutionAuthorityState(
            institution=event.institution,
            generation=event.generation,
            serial=event.serial,
            certificate=event.certificate,
            not_after=event.not_after,
            kept=event.kept,
        )
    if isinstance(event, InstitutionListSigned) and state is not None:
        known = {name: getattr(event, name) for name in InstitutionList.model_fields}
        dated = {"list_number": event.number, "last_dated": event.this_update}
        return state.model_copy(update={"list": InstitutionList(**known), **dated})
    if isinstance(event, InstitutionListTakenUp) and state is not None:
        taken = {each.serial: each for each in (*state.inherited, *event.carried)}
        dated = {"list_number": event.number, "last_dated": event.this_update}
        return state.model_copy(update={"inherited": tuple(taken.values()), **dated})
    if isinstance(event, InstitutionResponderCertified) and state is not None:
        responder = InstitutionResponder(certificate=event.certificate, key=event.key)
        return state.model_copy(update={"responder": responder})
    raise TypeError(f"no rule for {event.KIND}")
