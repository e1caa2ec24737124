"""A log-in by an identity provider, from the terminal that begins it to the session it gives.

Three bonds keep it with one person at one terminal: the terminal has a token, the browser that went
to the provider a cookie, and the code on the page that the provider's answer leads to is typed at
the terminal. Everything secret is an HMAC of the log-in's handle and purpose.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from pydantic import TypeAdapter

from issuance.access.attempts import AttemptCause
from issuance.access.key_ring import Purpose
from issuance.access.office_stream import StrangerRefused
from issuance.access.oidc_token import ProvedIdentity
from issuance.access.operators import LoggedInByProvider, LogInRefused, OperatorState
from issuance.access.roles import Session
from issuance.engine.noted_attempts import append_stranger, append_to_operator
from issuance.engine.office import Office, named_stream
from issuance.engine.oidc_accounts import account_finding, account_with_run
from issuance.engine.oidc_settings import IdentityProvider, read_identity_provider
from issuance.engine.streams import read_state
from issuance.findings import Finding, blocks
from issuance.findings.oidc import ProviderCode
from issuance.register.model import Origin
from issuance.register.provider_log_ins import LogInStage, ProviderLogInRow
from issuance.register.register import Writing
from issuance.secret import Secret

LIFETIME: Final = timedelta(minutes=5)
TRIES: Final = 3
CODE_DIGITS: Final = 6
MOST_AT_ONCE: Final = 200
_HANDLE_OCTETS: Final = 10
_SIGN_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_SIGN_LENGTH: Final = 6
_NOTED: Final = frozenset({
    ProviderCode.PROVIDER_TOKEN_INVALID.value,
    ProviderCode.PROVIDER_LEVEL_TOO_LOW.value,
    ProviderCode.PROVIDER_ACCOUNT_MISSING.value,
    ProviderCode.PROVIDER_ACCOUNTS_SEVERAL.value,
    ProviderCode.PROVIDER_ACCOUNT_NEW.value,
})  # fmt: skip
"""Refusals that are chained: somebody was proved, or should have been, and did not get in."""
_Finding: Final = TypeAdapter(Finding)
_OVER: Final = blocks(ProviderCode.PROVIDER_LOG_IN_OVER)


@dataclass(frozen=True, slots=True)
class BegunLogIn:
    """What the terminal that begins a log-in shows and keeps."""

    token: Secret
    address: str
    sign: str
    ends: datetime


@dataclass(frozen=True, slots=True)
class Departure:
    """Where a browser goes, and the cookie it must come back with."""

    address: str
    cookie: Secret


@dataclass(frozen=True, slots=True)
class Arrival:
    """A browser that came back: what the provider is asked with."""

    handle: str
    nonce: str
    verifier: Secret


def begin_log_in(
    office: Office, provider: IdentityProvider, certificate: str
) -> BegunLogIn | Finding:
    """Begin a log-in for a terminal; `certificate` is the one it speaks with, empty without."""
    now = office.now()
    handle = base64.b32encode(office.sources.randomness.octets(_HANDLE_OCTETS)).decode().lower()
    row = ProviderLogInRow(handle, LogInStage.BEGUN.value, now + LIFETIME, TRIES)

    def begin(writing: Writing) -> bool:
        writing.purge_provider_log_ins(now)
        if writing.provider_log_ins_under_way() >= MOST_AT_ONCE:
            return False
        writing.keep_provider_log_in(row)
        return True

    if not office.register.write(begin):
        return blocks(ProviderCode.PROVIDER_BUSY)
    token = Secret(f"{handle}.{_bond(office, handle, f'terminal {certificate}')}")
    address = f"{provider.settings.base}/oidc/{handle}"
    return BegunLogIn(token, address, sign_of(office, handle), row.expires_at)


def stage_of(office: Office, token: Secret, certificate: str) -> LogInStage | Finding:
    """Tell a terminal how far its log-in has come, or why it came to nothing."""
    handle = _handle(office, token, f"terminal {certificate}")
    row = _row(office, handle) if handle else None
    if row is None:
        return _OVER
    return _Finding.validate_json(row.finding) if row.finding else LogInStage(row.stage)


def leave_log_in(office: Office, token: Secret, certificate: str) -> None:
    """Forget a log-in that its terminal does not want any more."""
    if handle := _handle(office, token, f"terminal {certificate}"):
        office.register.write(lambda writing: writing.end_provider_log_in(handle))


def sign_of(office: Office, handle: str) -> str:
    """Return the sign that terminal and page both show."""
    octets = hashlib.sha256(_bond(office, handle, "sign").encode()).digest()
    letters = "".join(_SIGN_LETTERS[each % 32] for each in octets[:_SIGN_LENGTH])
    return f"{letters[:3]}-{letters[3:]}"


def waits_for_browser(office: Office, handle: str) -> bool:
    """Tell whether no browser went to the provider for this log-in yet."""
    row = _row(office, handle)
    return row is not None and row.stage == LogInStage.BEGUN


def depart(office: Office, provider: IdentityProvider, handle: str) -> Departure | None:
    """Send one browser to the provider, the first that asks (Core 3.1.2.1, RFC 7636)."""
    if not waits_for_browser(office, handle) or not _advanced(
        office, handle, LogInStage.BEGUN, LogInStage.OPENED
    ):
        return None
    settings, verifier = provider.settings, _bond(office, handle, "verifier")
    challenge = hashlib.sha256(verifier.encode()).digest()
    asked = {
        "response_type": "code",
        "client_id": settings.client,
        "redirect_uri": settings.redirect,
        "scope": settings.scope,
        "state": f"{handle}.{_bond(office, handle, 'state')}",
        "nonce": _bond(office, handle, "nonce"),
        "code_challenge": _text(challenge),
        "code_challenge_method": "S256",
    } | ({"acr_values": settings.levels} if settings.levels else {})
    cookie = Secret(_bond(office, handle, "browser"))
    return Departure(f"{settings.authorization}?{urlencode(asked)}", cookie)


def arrive(office: Office, state: Secret, cookie: Secret) -> Arrival | None:
    """Take the browser back that went to the provider, once."""
    handle = _handle(office, state, "state")
    if not handle or not cookie.matches(Secret(_bond(office, handle, "browser"))):
        return None
    if _row(office, handle) is None or not _advanced(
        office, handle, LogInStage.OPENED, LogInStage.CHECKING
    ):
        return None
    verifier = Secret(_bond(office, handle, "verifier"))
    return Arrival(handle, _bond(office, handle, "nonce"), verifier)


def prove(
    office: Office, arrival: Arrival, proved: tuple[ProvedIdentity, str] | Finding
) -> Secret | Finding:
    """Keep who the provider says it is (with RUN), or why nobody; return the code of the page."""

    def keep(writing: Writing) -> Finding | None:
        account = proved if isinstance(proved, Finding) else _account(office, writing, proved[1])
        if isinstance(account, Finding) or isinstance(proved, Finding):
            refused = account if isinstance(account, Finding) else _OVER
            _refuse(office, writing, arrival.handle, LogInStage.CHECKING, refused)
            if refused.code in _NOTED:
                at = office.now()
                stranger = StrangerRefused(cause=refused.code.lower(), attempted_at=at)
                append_stranger(writing, office.id, stranger, Origin(at, "", None, None))
            return refused
        identity, _ = proved
        known = writing.advance_provider_log_in(
            arrival.handle,
            LogInStage.CHECKING,
            stage=LogInStage.PROVED.value,
            operator=account.user,
            # What the provider calls somebody may be their RUN: only this office can tell.
            subject=office.person_id("provider", f"{identity.issuer} {identity.subject}"),
            level=identity.level,
        )
        return None if known else _OVER

    return office.register.write(keep) or Secret(_code(office, arrival.handle))


def enter_by_provider(
    office: Office, token: Secret, certificate: str, code: Secret
) -> Session | tuple[Finding, ...]:
    """Begin a session with the code of the page; the third wrong one ends the log-in."""
    handle = _handle(office, token, f"terminal {certificate}")
    provider = read_identity_provider(office.folder, office.keys)
    if not handle or provider is None:
        return (_OVER,)
    now, session_id = office.now(), office.sources.identifiers.new()

    def enter(writing: Writing) -> Session | Finding:
        row = writing.provider_log_in(handle, now)
        if row is None or row.stage != LogInStage.PROVED or not row.operator or not row.subject:
            return _OVER
        origin = Origin(now, row.operator, None, None)
        if not code.matches(Secret(_code(office, handle))):
            return _wrong_code(office, writing, row, origin)
        session = _session(office, writing, row.operator, session_id, now)
        if not writing.end_provider_log_in(handle) or session is None:
            return _OVER
        if refused := account_finding(office, writing, session):
            return refused
        logged_in = LoggedInByProvider(
            issuer=provider.settings.issuer,
            subject=row.subject,
            level=row.level or "",
            session=session_id,
        )
        append_to_operator(writing, office.id, row.operator, (logged_in,), origin)
        return session

    entered = office.register.write(enter)
    return (entered,) if isinstance(entered, Finding) else entered


def _wrong_code(office: Office, writing: Writing, row: ProviderLogInRow, origin: Origin) -> Finding:
    left = row.tries - 1
    if left > 0:
        writing.advance_provider_log_in(row.handle, LogInStage.PROVED, tries=left)
        return blocks(ProviderCode.PROVIDER_RETURN_CODE_WRONG, "code", tries=left)
    _refuse(office, writing, row.handle, LogInStage.PROVED, _OVER)
    refused = LogInRefused(cause=AttemptCause.WRONG_CODE, attempted_at=origin.at)
    append_to_operator(writing, office.id, origin.operator, (refused,), origin)
    return _OVER


def _account(office: Office, writing: Writing, run: str) -> OperatorState | Finding:
    account = account_with_run(writing, run)
    if isinstance(account, Finding):
        return account
    identifier = office.sources.identifiers.new()
    session = _session(office, writing, account.user, identifier, office.now())
    refused = account_finding(office, writing, session) if session else _OVER
    return refused or account


def _session(
    office: Office, writing: Writing, user: str, identifier: UUID, now: datetime
) -> Session | None:
    state, _ = read_state(writing, named_stream(office.id, "operator", user), OperatorState)
    if state is None:
        return None
    return Session(
        id=identifier,
        office=office.id,
        operator=user,
        name=state.name,
        roles=state.roles,
        started_at=now,
        demonstration=office.sign.demonstration,
    )


def _refuse(
    office: Office, writing: Writing, handle: str, before: LogInStage, finding: Finding
) -> None:
    text = _Finding.dump_json(finding).decode()
    stage = LogInStage.REFUSED.value
    writing.advance_provider_log_in(handle, before, stage=stage, finding=text)


def _advanced(office: Office, handle: str, before: LogInStage, after: LogInStage) -> bool:
    return office.register.write(
        lambda writing: writing.advance_provider_log_in(handle, before, stage=after.value)
    )


def _row(office: Office, handle: str) -> ProviderLogInRow | None:
    with office.register.reading() as reading:
        return reading.provider_log_in(handle, office.now())


def _handle(office: Office, bound: Secret, purpose: str) -> str | None:
    """Return the handle in a token or state, if the rest of it is ours."""
    handle, _, bond = bound.reveal().partition(".")
    return handle if Secret(bond).matches(Secret(_bond(office, handle, purpose))) else None


def _code(office: Office, handle: str) -> str:
    number = int.from_bytes(_mac(office, handle, "code")) % 10**CODE_DIGITS
    return f"{number:0{CODE_DIGITS}d}"


def _bond(office: Office, handle: str, purpose: str) -> str:
    return _text(_mac(office, handle, purpose))


def _mac(office: Office, handle: str, purpose: str) -> bytes:
    message = f"{purpose}:{handle}".encode("utf-8", "replace")
    return hmac.new(office.keys.key(Purpose.PROVIDER), message, hashlib.sha256).digest()


def _text(octets: bytes) -> str:
    """Write octets in 43 characters that stand in an address (RFC 4648 section 5)."""
    return base64.urlsafe_b64encode(octets).decode("ascii").rstrip("=")
