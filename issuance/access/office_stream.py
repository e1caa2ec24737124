"""The office's own stream: its first event says whether this is a demonstration."""

from typing import ClassVar

from issuance.events import Event
from issuance.model import Frozen, Instant

FOLD_VERSION = 1


class OfficeEvent(Event):
    """Something that happened to the office as a whole."""


class OfficeFounded(OfficeEvent):
    """The office began; always the first entry of its chain."""

    KIND: ClassVar[str] = "office_founded"
    name: str
    province: str
    policy: str
    demonstration: bool


class StrangerRefused(OfficeEvent):
    """Somebody tried to log in under a name nobody has, or the note of an attempt was lost."""

    KIND: ClassVar[str] = "stranger_refused"
    cause: str
    attempted_at: Instant | None


class MailServerChanged(OfficeEvent):
    """Mail leaves through another server from now on."""

    KIND: ClassVar[str] = "mail_server_changed"
    host: str
    port: int
    by: str


class IdentityProviderChanged(OfficeEvent):
    """People log in by this identity provider from now on; without an issuer by none."""

    KIND: ClassVar[str] = "identity_provider_changed"
    issuer: str
    client: str
    by: str


class TimeStampingChanged(OfficeEvent):
    """Signed PDFs get their time stamps from there from now on; without an address none."""

    KIND: ClassVar[str] = "time_stamping_changed"
    address: str
    without: str
    by: str


class OfficeRestored(OfficeEvent):
    """The office was restored from a backup: of when, with how many entries, mails it stopped."""

    KIND: ClassVar[str] = "office_restored"
    taken_at: Instant
    entries: int
    mails: int


class OfficeState(Frozen):
    """What the office is."""

    name: str
    province: str
    policy: str
    demonstration: bool


def evolve_office(state: OfficeState | None, event: OfficeEvent) -> OfficeState:
    """Return the office after an event."""
    if isinstance(event, OfficeFounded):
        return OfficeState(**{name: getattr(event, name) for name in OfficeState.model_fields})
    known = (
        StrangerRefused
        | MailServerChanged
        | IdentityProviderChanged
        | TimeStampingChanged
        | OfficeRestored
    )
    if isinstance(event, known) and state is not None:
        return state
    raise TypeError(f"no rule for {event.KIND}")
