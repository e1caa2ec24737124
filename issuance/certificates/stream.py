"""A certification authority's stream: its keys and certificates."""

from typing import ClassVar

from issuance.events import Event
from issuance.model import Frozen, Instant

FOLD_VERSION = 1


class AuthorityEvent(Event):
    """Something that happened to a certification authority."""


class AuthorityCreated(AuthorityEvent):
    """Root and issuing authority were made; certificates are DER in base64."""

    KIND: ClassVar[str] = "authority_created"
    key: str
    issuing: str
    root: str
    not_after: Instant


class AuthorityState(Frozen):
    """The authority in use."""

    key: str
    issuing: str
    root: str
    not_after: Instant


def evolve_authority(state: AuthorityState | None, event: AuthorityEvent) -> AuthorityState:
    """Return the authority after an event."""
    if isinstance(event, AuthorityCreated):
        return AuthorityState(
            key=event.key, issuing=event.issuing, root=event.root, not_after=event.not_after
        )
    raise TypeError(f"no rule for {event.KIND}")
