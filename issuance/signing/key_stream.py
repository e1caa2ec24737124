"""The stream of a holder's key in custody: the key, its certificate, its one-time codes."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Final, Literal

from issuance.events import Event
from issuance.model import PERSONAL, Count, Frozen, Identifier, Instant, Text
from issuance.signing.custody import KeptKey, Wrapped

FOLD_VERSION = 2
STREAM_KIND: Final = "signing_key"

CodeCause = Literal["wrong", "used", "not_in_a_row"]


class SigningKeyEvent(Event):
    """Something that happened to a key in custody."""


class KeyKept(SigningKeyEvent):
    """A key was made in custody for a holder of an institution; `run` is digits alone."""

    KIND: ClassVar[str] = "signing_key_kept"
    PURGED: ClassVar[Mapping[str, Any]] = MappingProxyType({"kept": None, "run": ""})
    entity: Text
    purpose: Text
    run: Annotated[Text, PERSONAL]
    kept: Annotated[KeptKey | None, PERSONAL]


class CertificateIntended(SigningKeyEvent):
    """Exactly these bytes may be signed for the key; `serial` is decimal."""

    KIND: ClassVar[str] = "signing_key_intended"
    serial: str
    authority_key: str
    to_be_signed_sha256: str
    not_before: Instant
    not_after: Instant


class KeyCertified(SigningKeyEvent):
    """The key got the certificate that was intended (DER in base64)."""

    KIND: ClassVar[str] = "signing_key_certified"
    PURGED: ClassVar[Mapping[str, Any]] = MappingProxyType({"certificate": ""})
    serial: str
    certificate: Annotated[str, PERSONAL]
    certificate_sha256: str


class SandboxKeyCertified(SigningKeyEvent):
    """A key of the sandbox got a certificate under the sandbox's own root (DER in base64)."""

    KIND: ClassVar[str] = "signing_key_for_tests"
    certificate: str
    not_before: Instant
    not_after: Instant


class OtpOffered(SigningKeyEvent):
    """A secret of one-time codes was shown once, and waits for two codes."""

    KIND: ClassVar[str] = "signing_otp_offered"
    PURGED: ClassVar[Mapping[str, Any]] = MappingProxyType({"secret": None})
    secret: Annotated[Wrapped | None, PERSONAL]
    by: str


class OtpConfirmed(SigningKeyEvent):
    """Two codes in a row came; from now on the offered secret is the certificate's."""

    KIND: ClassVar[str] = "signing_otp_confirmed"
    step: Count


class OtpCleared(SigningKeyEvent):
    """The holder lost what makes the codes: none works until another secret is set up.

    `identified` says how they proved to `by` who they are.
    """

    KIND: ClassVar[str] = "signing_otp_cleared"
    PURGED: ClassVar[Mapping[str, Any]] = MappingProxyType({"identified": ""})
    identified: Annotated[Text, PERSONAL]
    by: str


class CodeTried(SigningKeyEvent):
    """A code came and was counted, before it was checked."""

    KIND: ClassVar[str] = "signing_code_tried"
    tries: Count
    locked_until: Instant | None = None


class CodeAccepted(SigningKeyEvent):
    """The code counted last was right; its time step never works again."""

    KIND: ClassVar[str] = "signing_code_accepted"
    step: Count


class CodeRefused(SigningKeyEvent):
    """The code counted last was refused."""

    KIND: ClassVar[str] = "signing_code_refused"
    cause: CodeCause


class AuthorisationSpent(SigningKeyEvent):
    """An authorisation to sign certain hashes was used, and is not used again."""

    KIND: ClassVar[str] = "signing_authorisation_spent"
    authorisation: Identifier
    expires_at: Instant
    spent_at: Instant


class KeyEnded(SigningKeyEvent):
    """The key signs no more; nothing brings it back: it is purged with this.

    `revocation_reason` is RFC 5280's, empty where its certificate was not revoked; `invalid_since`
    says from when on the certificate should not be relied on, where that was before.
    """

    KIND: ClassVar[str] = "signing_key_ended"
    serial: str
    reason: str
    revocation_reason: str = ""
    invalid_since: Instant | None = None
    by: str


class SpentAuthorisation(Frozen):
    """An authorisation that was used and would still be good."""

    id: Identifier
    expires_at: Instant


class SigningKeyState(Frozen):
    """A key in custody.

    `otp` is the secret in use and `offered` the one that waits for its two codes, both sealed.
    `tries` counts the codes since the last right one.
    """

    entity: str
    purpose: str
    run: str
    kept: KeptKey | None
    serial: str = ""
    authority_key: str = ""
    certificate: str = ""
    not_before: Instant | None = None
    not_after: Instant | None = None
    otp: Wrapped | None = None
    offered: Wrapped | None = None
    last_step: Count | None = None
    tries: Count = 0
    locked_until: Instant | None = None
    spent: tuple[SpentAuthorisation, ...] = ()
    ended: str = ""
    invalid_since: Instant | None = None


def evolve_signing_key(state: SigningKeyState | None, event: SigningKeyEvent) -> SigningKeyState:
    """Return the key after an event."""
    if isinstance(event, KeyKept):
        return SigningKeyState(
            entity=event.entity, purpose=event.purpose, run=event.run, kept=event.kept
        )
    if state is None:
        raise TypeError(f"no rule for {event.KIND}")
    return state.model_copy(update=_changes(state, event))


def _changes(state: SigningKeyState, event: SigningKeyEvent) -> Mapping[str, Any]:
    match event:
        case CertificateIntended():
            names = ("serial", "authority_key", "not_before", "not_after")
            return {name: getattr(event, name) for name in names}
        case SandboxKeyCertified():
            names = ("certificate", "not_before", "not_after")
            return {name: getattr(event, name) for name in names}
        case KeyCertified():
            return {"certificate": event.certificate}
        case OtpOffered():
            return {"offered": event.secret, "tries": 0, "locked_until": None}
        case OtpCleared():
            return {"otp": None, "offered": None, "tries": 0, "locked_until": None}
        case OtpConfirmed():
            return {"otp": state.offered, "offered": None, **_accepted(event.step)}
        case CodeTried():
            return {"tries": event.tries, "locked_until": event.locked_until}
        case CodeAccepted():
            return _accepted(event.step)
        case CodeRefused():
            return {}
        case AuthorisationSpent():
            known = [each for each in state.spent if each.expires_at > event.spent_at]
            spent = SpentAuthorisation(id=event.authorisation, expires_at=event.expires_at)
            return {"spent": (*known, spent)}
        case KeyEnded():
            secrets = {"kept": None, "otp": None, "offered": None}
            return {"ended": event.reason, "invalid_since": event.invalid_since, **secrets}
        case _:
            raise TypeError(f"no rule for {event.KIND}")


def _accepted(step: int) -> Mapping[str, Any]:
    return {"last_step": step, "tries": 0, "locked_until": None}
