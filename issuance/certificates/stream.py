"""A certification authority's stream: its keys and certificates."""

from typing import Any, ClassVar

from issuance.certificates.authority_event import AuthorityEvent
from issuance.certificates.revocation_reasons import Revocation, RevocationReason
from issuance.certificates.unregistered import (
    UnregisteredEvent,
    UnregisteredRevocation,
    UnregisteredRevoked,
    evolve_unregistered,
)
from issuance.model import Count, Frozen, Instant, plain

FOLD_VERSION = 5


class AuthorityCreated(AuthorityEvent):
    """Root and issuing authority were made; certificates and the root's list are DER in base64.

    The list revokes nothing, and holds as long as the issuing authority.
    """

    KIND: ClassVar[str] = "authority_created"
    key: str
    issuing: str
    root: str
    not_after: Instant
    root_list: str = ""


class InheritedCertificate(Frozen):
    """A certificate issued before the authority came here; the serial is hexadecimal."""

    serial: str
    not_after: Instant


class InheritedRevocation(Frozen):
    """A revocation made before the authority came here; the reason is one of RFC 5280, 5.3.1."""

    serial: str
    revoked_at: Instant
    reason: str
    invalid_since: Instant | None = None


class AuthorityImported(AuthorityEvent):
    """An existing authority was taken over with its history; certificates are DER in base64.

    `between` leads from above the issuing authority to below the root. `list_number` is that of the
    last revocation list made elsewhere: the next ones count on from there.
    """

    KIND: ClassVar[str] = "authority_imported"
    key: str
    issuing: str
    between: tuple[str, ...]
    root: str
    not_after: Instant
    list_number: Count
    issued: tuple[InheritedCertificate, ...]
    revoked: tuple[InheritedRevocation, ...]


class SealCreated(AuthorityEvent):
    """The office got a seal under this authority key; the certificate is DER in base64."""

    KIND: ClassVar[str] = "seal_created"
    key: str
    authority_key: str
    serial: str
    certificate: str
    not_after: Instant


class ListSigned(AuthorityEvent):
    """A revocation list was signed; its number is durable before the list is published."""

    KIND: ClassVar[str] = "list_signed"
    number: int
    this_update: Instant
    next_update: Instant
    entries: int
    sha256: str


class ListEpochBegun(AuthorityEvent):
    """After a restore: the next list's number lies above all that may have been published.

    Where the last published list was at hand, `list_number` and `list_dated` (thisUpdate) are its,
    and `carried` what it revokes that the backup knows no certificate of.
    """

    KIND: ClassVar[str] = "list_epoch_begun"
    number: int
    list_number: Count | None = None
    list_dated: Instant | None = None
    carried: tuple[InheritedRevocation, ...] = ()


class ResponderCertified(AuthorityEvent):
    """A responder's certificate (DER, base64) was signed; its key signs status answers."""

    KIND: ClassVar[str] = "responder_certified"
    serial: str
    certificate: str
    not_after: Instant


class ListState(Frozen):
    """The newest revocation list."""

    number: int
    this_update: Instant
    next_update: Instant
    sha256: str


class SealState(Frozen):
    """The office's seal, and the authority key that issued its certificate."""

    key: str
    authority_key: str
    serial: str
    certificate: str
    not_after: Instant


class AuthorityState(Frozen):
    """The authority in use, the seal the office has under it, and what tells of revocations.

    `list_number` is the highest given to a list, or reserved, so far, and `list_epoch` the one that
    the newest restore reserved, which no list of before reached; `last_dated` and `last_ends`
    are thisUpdate and nextUpdate of the last one known, which no later one comes before.
    `unregistered` are the revocations asked for of certificates this register does not know, in
    their order; `unlisted` tells that one took effect since the newest list.
    """

    key: str
    issuing: str
    root: str
    not_after: Instant
    seal: SealState | None = None
    list: ListState | None = None
    list_number: int = 0
    list_epoch: int = 0
    last_dated: Instant | None = None
    last_ends: Instant | None = None
    responder: str = ""
    root_list: str = ""
    between: tuple[str, ...] = ()
    inherited: tuple[InheritedRevocation, ...] = ()
    unregistered: tuple[UnregisteredRevocation, ...] = ()
    unlisted: bool = False


def evolve_authority(state: AuthorityState | None, event: AuthorityEvent) -> AuthorityState:
    """Return the authority after an event."""
    if isinstance(event, AuthorityCreated):
        return AuthorityState(
            key=event.key,
            issuing=event.issuing,
            root=event.root,
            not_after=event.not_after,
            root_list=event.root_list,
        )
    if isinstance(event, AuthorityImported):
        return AuthorityState(
            key=event.key,
            issuing=event.issuing,
            between=event.between,
            root=event.root,
            not_after=event.not_after,
            list_number=event.list_number,
            inherited=event.revoked,
        )
    if isinstance(event, ListSigned) and state is not None:
        known = {name: getattr(event, name) for name in ListState.model_fields}
        update = {
            "list": ListState(**known),
            "list_number": event.number,
            "last_dated": event.this_update,
            "last_ends": event.next_update,
            "unlisted": False,
        }
        return state.model_copy(update=update)
    if isinstance(event, ListEpochBegun) and state is not None:
        return state.model_copy(update=_new_epoch(state, event))
    if isinstance(event, ResponderCertified) and state is not None:
        return state.model_copy(update={"responder": event.certificate})
    if isinstance(event, SealCreated) and state is not None:
        return state.model_copy(update={"seal": SealState(**plain(event))})
    if isinstance(event, UnregisteredEvent) and state is not None:
        update = {
            "unregistered": evolve_unregistered(state.unregistered, event),
            "unlisted": state.unlisted or isinstance(event, UnregisteredRevoked),
        }
        return state.model_copy(update=update)
    raise TypeError(f"no rule for {event.KIND}")


def _new_epoch(state: AuthorityState, event: ListEpochBegun) -> dict[str, Any]:
    # A suspension that was inherited may have become a revocation since.
    inherited = {each.serial: each for each in (*state.inherited, *event.carried)}
    return {
        "list": None,
        "list_number": event.number,
        "list_epoch": event.number,
        "last_dated": event.list_dated or state.last_dated,
        "inherited": tuple(inherited.values()),
    }


def revoked_outside(state: AuthorityState) -> dict[str, InheritedRevocation]:
    """Return what every list goes on naming without a case here, by its serial.

    Another register revoked it, or this one revoked what it does not know.
    """
    known = {each.serial: each for each in state.inherited}
    for each in state.unregistered:
        if each.revoked_at is not None:
            known[each.serial] = InheritedRevocation(
                serial=each.serial,
                # In whole seconds, as a list names it that is carried over.
                revoked_at=each.revoked_at.replace(microsecond=0),
                reason=each.reason,
                invalid_since=each.invalid_since,
            )
    return known


def revocations_outside(state: AuthorityState) -> list[Revocation]:
    """Return the same as revocation lists know it."""
    return [
        Revocation(
            int(each.serial, 16),
            each.revoked_at,
            RevocationReason(each.reason),
            each.invalid_since,
        )
        for each in revoked_outside(state).values()
    ]
