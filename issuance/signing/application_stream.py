"""Applications that ask for signatures, and what a holder lets one sign unattended."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Final
from uuid import UUID

from issuance.events import Event
from issuance.findings import Finding, FindingCode, blocks
from issuance.findings.signing import SigningCode
from issuance.model import PERSONAL, Frozen, Identifier, Instant, Text
from issuance.secret import Secret
from issuance.signing.custody import KeyEncryptionKeys, Wrapped, unwrap
from issuance.signing.ticket_token import PURPOSES, UNATTENDED
from issuance.sources import Randomness

FOLD_VERSION = 1
APPLICATION_KIND: Final = "application"
PERMISSION_KIND: Final = "application_permission"
LONGEST_OVERLAP: Final = timedelta(days=90)
_RUN: Final = re.compile(r"[1-9][0-9]{0,7}")
_KEY: Final = re.compile(r"[A-Za-z0-9._-]{3,64}")
_SECRET_OCTETS: Final = 16


class Grant(Frozen):
    """A purpose and a RUN (digits alone) that an application may sign for."""

    purpose: Text
    run: Text


class KeptSecret(Frozen):
    """A secret of an application; one with an end was replaced and still works until then."""

    secret: Wrapped
    until: Instant | None = None


class ApplicationEvent(Event):
    """Something that happened to an application."""


class ApplicationRegistered(ApplicationEvent):
    """An application of an institution was registered with its key and first secret."""

    KIND: ClassVar[str] = "application_registered"
    PURGED: ClassVar[Mapping[str, Any]] = MappingProxyType({"grants": ()})
    name: Text
    institution: Identifier
    entity: Text
    key: Text
    grants: Annotated[tuple[Grant, ...], PERSONAL]
    secret: Wrapped
    by: str


class GrantsChanged(ApplicationEvent):
    """The application may sign for these purposes and RUNs from now on."""

    KIND: ClassVar[str] = "application_grants_changed"
    PURGED: ClassVar[Mapping[str, Any]] = MappingProxyType({"grants": ()})
    grants: Annotated[tuple[Grant, ...], PERSONAL]
    by: str


class SecretRotated(ApplicationEvent):
    """The application got another secret; the one before works until then."""

    KIND: ClassVar[str] = "application_secret_rotated"
    secret: Wrapped
    overlap_until: Instant
    by: str


class ApplicationEnded(ApplicationEvent):
    """The application asks for no more signatures."""

    KIND: ClassVar[str] = "application_ended"
    reason: Text
    by: str


class ApplicationState(Frozen):
    """An application; its newest secret stands last.

    `entity` is the institution's name when it was registered.
    """

    name: str
    institution: Identifier
    entity: str
    key: str
    grants: tuple[Grant, ...]
    secrets: tuple[KeptSecret, ...]
    ended: bool = False

    @property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """Return the purposes and RUNs it may sign for."""
        return frozenset((each.purpose, each.run) for each in self.grants)


class PermissionEvent(Event):
    """A holder decided what an application may sign unattended."""


class PermissionEnabled(PermissionEvent):
    """The application signs with this certificate from now on."""

    KIND: ClassVar[str] = "application_enabled"
    by: str


class PermissionDisabled(PermissionEvent):
    """The application does not sign with this certificate any more."""

    KIND: ClassVar[str] = "application_disabled"
    by: str


class PermissionState(Frozen):
    """Whether an application signs with a certificate."""

    enabled: bool = False


@dataclass(frozen=True, slots=True)
class ApplicationDecision:
    """What happens, or why nothing does."""

    events: tuple[ApplicationEvent | PermissionEvent, ...] = ()
    findings: tuple[Finding, ...] = ()


def evolve_application(state: ApplicationState | None, event: ApplicationEvent) -> ApplicationState:
    """Return the application after an event."""
    if isinstance(event, ApplicationRegistered):
        return ApplicationState(
            name=event.name,
            institution=event.institution,
            entity=event.entity,
            key=event.key,
            grants=event.grants,
            secrets=(KeptSecret(secret=event.secret),),
        )
    if isinstance(event, GrantsChanged) and state is not None:
        return state.model_copy(update={"grants": event.grants})
    if isinstance(event, SecretRotated) and state is not None:
        before = state.secrets[-1].model_copy(update={"until": event.overlap_until})
        return state.model_copy(update={"secrets": (before, KeptSecret(secret=event.secret))})
    if isinstance(event, ApplicationEnded) and state is not None:
        return state.model_copy(update={"ended": True, "secrets": ()})
    raise TypeError(f"no rule for {event.KIND}")


def evolve_permission(state: PermissionState | None, event: PermissionEvent) -> PermissionState:
    """Return the permission after an event."""
    known = state or PermissionState()
    return known.model_copy(update={"enabled": isinstance(event, PermissionEnabled)})


def new_application_secret(randomness: Randomness) -> Secret:
    """Return a secret of 32 hexadecimal digits, as the published ones are."""
    return Secret(randomness.octets(_SECRET_OCTETS).hex())


def application_label(key: str) -> str:
    """Return what the seal of an application's secret is bound to."""
    return f"application secret:{key}"


def decide_register(
    state: ApplicationState | None,
    name: str,
    institution: UUID,
    entity: str,
    key: str,
    grants: tuple[Grant, ...],
    secret: Wrapped,
    by: str,
) -> ApplicationDecision:
    """Register an application; its key must be nobody else's, which the register sees to."""
    if state is not None or not _KEY.fullmatch(key):
        return _refused(SigningCode.APPLICATION_KEY, "key")
    if not name.strip():
        return _refused(SigningCode.APPLICATION_NAME, "name")
    if findings := _check_grants(grants):
        return ApplicationDecision(findings=findings)
    registered = ApplicationRegistered(
        name=name.strip(),
        institution=institution,
        entity=entity,
        key=key,
        grants=grants,
        secret=secret,
        by=by,
    )
    return ApplicationDecision((registered,))


def decide_change_grants(
    state: ApplicationState, grants: tuple[Grant, ...], by: str
) -> ApplicationDecision:
    """Replace what the application may sign for."""
    if findings := (*_check_alive(state), *_check_grants(grants)):
        return ApplicationDecision(findings=findings)
    return ApplicationDecision((GrantsChanged(grants=grants, by=by),))


def decide_rotate(
    state: ApplicationState, secret: Wrapped, now: datetime, overlap: timedelta, by: str
) -> ApplicationDecision:
    """Give the application another secret; the present one works on for a while, or not at all."""
    if findings := _check_alive(state):
        return ApplicationDecision(findings=findings)
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        return _refused(SigningCode.OVERLAP, "overlap", days=LONGEST_OVERLAP.days)
    return ApplicationDecision((SecretRotated(secret=secret, overlap_until=now + overlap, by=by),))


def decide_end_application(state: ApplicationState, reason: str, by: str) -> ApplicationDecision:
    """End an application."""
    if findings := _check_alive(state):
        return ApplicationDecision(findings=findings)
    return ApplicationDecision((ApplicationEnded(reason=reason, by=by),))


def decide_permission(
    state: PermissionState | None,
    purpose: str,
    *,
    enable: bool,
    is_holder: bool,
    by: str,
) -> ApplicationDecision:
    """Enable or disable an application for a certificate of this purpose; only its holder may."""
    if not is_holder:
        return _refused(SigningCode.HOLDER_ONLY)
    if purpose != UNATTENDED:
        return _refused(SigningCode.PERMISSION_NOT_NEEDED)
    if (state or PermissionState()).enabled == enable:
        return _refused(SigningCode.PERMISSION_UNCHANGED)
    event = PermissionEnabled(by=by) if enable else PermissionDisabled(by=by)
    return ApplicationDecision((event,))


def check_permission(purpose: str, permission: PermissionState | None) -> Finding | None:
    """Return why an application does not sign with a certificate: its holder did not enable it."""
    if purpose != UNATTENDED or (permission is not None and permission.enabled):
        return None
    return blocks(SigningCode.APPLICATION_NOT_ENABLED)


def live_secrets(
    state: ApplicationState | None, keys: KeyEncryptionKeys, now: datetime
) -> tuple[Secret, ...]:
    """Return the secrets that work now; none of an application that is unknown or ended."""
    if state is None or state.ended:
        return ()
    label = application_label(state.key)
    live = [each for each in state.secrets if each.until is None or now < each.until]
    opened = [unwrap(keys, each.secret, label) for each in live]
    return tuple(Secret(octets.decode("ascii")) for octets in opened if octets is not None)


def _check_alive(state: ApplicationState) -> tuple[Finding, ...]:
    return (blocks(SigningCode.APPLICATION_ENDED),) if state.ended else ()


def _check_grants(grants: tuple[Grant, ...]) -> tuple[Finding, ...]:
    if not grants:
        return (blocks(SigningCode.GRANTS_MISSING, "grants"),)
    known = all(each.purpose in PURPOSES and _RUN.fullmatch(each.run) for each in grants)
    return () if known else (blocks(SigningCode.GRANT_INVALID, "grants"),)


def _refused(
    code: FindingCode, field_name: str | None = None, **parameters: str | int
) -> ApplicationDecision:
    return ApplicationDecision(findings=(blocks(code, field_name, **parameters),))
