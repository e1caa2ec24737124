"""Who is speaking: a log-in makes a session, its token says who speaks from then on."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from issuance.access.log_in import OpenedSlot, check_own_password, open_with_password
from issuance.access.operators import OperatorState
from issuance.access.roles import Session
from issuance.access.totp import enrolment_of
from issuance.engine.authority_file import authority_token_of
from issuance.engine.entering import enter
from issuance.engine.office import named_stream
from issuance.engine.session import session_findings
from issuance.engine.station_keys import ReleasedKeys, released_keys
from issuance.engine.streams import read_state
from issuance.findings import Finding
from issuance.register.sessions import SessionRow
from issuance.secret import Secret
from issuance.wire import EnrolmentSecrets, LogIn, OfficeSign, SessionStarted
from server.counter_door import AtTheDoor
from server.opened_office import Served, ServedOffice
from server.problems import Refusal

Findings = tuple[Finding, ...]

LONGEST_SESSION: Final = timedelta(hours=10)
_TOUCHED_EVERY: Final = timedelta(minutes=1)
_TOKEN_OCTETS: Final = 32
_Bearer = HTTPBearer(auto_error=False, description="The token of a session")


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody whose token holds."""

    session: Session
    token_hash: bytes
    station: UUID | None


def client_certificate(shown: AtTheDoor) -> str:
    """Return what the client's certificate ties a session to; empty without one."""
    return shown.binding


Certificate = Annotated[str, Depends(client_certificate)]
Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(_Bearer)]


def speaker(
    request: Request,
    served: Served,
    certificate: Certificate,
    credentials: Bearer,
) -> Speaker:
    """Return who speaks; raises `Refusal` where no session holds."""
    if credentials is None:
        raise _nobody()
    token_hash = hash_token(credentials.credentials, certificate)
    office, now = served.office, served.office.now()
    with office.register.reading() as reading:
        row = reading.session(token_hash, now)
        if row is None:
            raise _nobody()
        stream = named_stream(office.id, "operator", row.operator)
        state, _ = read_state(reading, stream, OperatorState)
        session = _session(served, row, state)
        ended = session_findings(office, session, reading, "change_password")
    if ended:
        # It began before the person was removed or given other roles.
        raise Refusal(401, "The session has ended", ended, WWW_Authenticate="Bearer")
    if now - row.last_used_at >= _TOUCHED_EVERY:
        with office.register.writing() as writing:
            writing.touch_session(token_hash, now)
    request.state.operator = stream.id
    return Speaker(session, token_hash, row.station)


Anyone = Annotated[Speaker, Depends(speaker)]
"""Somebody with a session; the engine says what they may do."""


def settled_speaker(served: Served, found: Anyone) -> Speaker:
    """Return who speaks; raises `Refusal` as long as the first password was not changed."""
    with served.office.register.reading() as reading:
        due = session_findings(served.office, found.session, reading, "")
    if due:
        raise Refusal(403, "The first password must be changed", due)
    return found


Settled = Annotated[Speaker, Depends(settled_speaker)]


def begin(served: ServedOffice, log_in: LogIn, certificate: str) -> SessionStarted | Findings:
    """Log a person in as at a counter: password, then one-time code; both count their attempts."""
    office, secrets = served.office, log_in.secrets
    opened = open_with_password(office.folder, log_in.user, secrets.password, office.now())
    if isinstance(opened, Finding):
        return (opened,)
    # Without a code only a service enters, and none comes this way.
    code = secrets.code or Secret("")
    session = enter(office.folder, office.register, opened, code, office.sources)
    if not isinstance(session, Session):
        return session
    return start(served, session, certificate, log_in.station, opened)


def start(
    served: ServedOffice,
    session: Session,
    certificate: str,
    station: UUID | None,
    opened: OpenedSlot | None = None,
) -> SessionStarted:
    """Keep the session of somebody who may enter; `opened` is the slot of who has a password."""
    token = _new_token(served)
    ends = session.started_at + LONGEST_SESSION
    with served.office.register.writing() as writing:
        writing.purge_sessions(session.started_at)
        writing.keep_session(_row(session, hash_token(token, certificate), station, ends))
    return _started(served, session, token, ends, opened, station)


def end(served: ServedOffice, found: Speaker) -> None:
    """End a session."""
    with served.office.register.writing() as writing:
        writing.end_session(found.token_hash)


def unlock(served: ServedOffice, found: Speaker, password: Secret) -> Findings:
    """Check the password of who speaks; attempts count as in a log-in."""
    office, user = served.office, found.session.operator
    opened = check_own_password(office.folder, user, password, office.now())
    return (opened,) if isinstance(opened, Finding) else ()


def hash_token(token: str, certificate: str) -> bytes:
    """Return what is kept of a token: it holds only together with the certificate it began with."""
    return hashlib.sha256(f"{certificate}:{token}".encode()).digest()


def office_sign(served: ServedOffice) -> OfficeSign:
    """Return what may be known of the office before anybody logs in."""
    sign = served.office.sign
    return OfficeSign(
        id=sign.office,
        name=sign.name,
        province=sign.province,
        language=sign.language,
        theme=sign.theme,
        demonstration=sign.demonstration,
        policy=served.office.policy.reference,
    )


def _new_token(served: ServedOffice) -> str:
    octets = served.office.sources.randomness.octets(_TOKEN_OCTETS)
    return base64.urlsafe_b64encode(octets).decode("ascii").rstrip("=")


def _row(session: Session, token_hash: bytes, station: UUID | None, ends: datetime) -> SessionRow:
    return SessionRow(
        token_hash=token_hash,
        id=session.id,
        operator=session.operator,
        roles=tuple(role.value for role in session.roles),
        station=station,
        started_at=session.started_at,
        last_used_at=session.started_at,
        expires_at=ends,
    )


def _session(served: ServedOffice, row: SessionRow, state: OperatorState | None) -> Session:
    return Session.model_validate({
        "id": row.id,
        "office": served.office.id,
        "operator": row.operator,
        "name": state.name if state else "",
        "roles": row.roles,
        "started_at": row.started_at,
        "demonstration": served.office.sign.demonstration,
    })  # fmt: skip


def _started(
    served: ServedOffice,
    session: Session,
    token: str,
    ends: datetime,
    opened: OpenedSlot | None,
    station: UUID | None,
) -> SessionStarted:
    office = served.office
    enrolment = None
    if session.enrolling and opened:
        made = enrolment_of(opened.contents.totp_secret, opened.user)
        enrolment = EnrolmentSecrets(secret=made.secret, address=made.address)
    keys = released_keys(office, station) if station else ReleasedKeys(None)
    knows_codes = keys.enrolled and not session.enrolling
    authority = authority_token_of(office.folder)
    return SessionStarted(
        token=Secret(token),
        session=session,
        ends=ends,
        office=office_sign(served),
        now=office.now(),
        authority_token=authority.address.serial if authority else "",
        enrolment=enrolment,
        station_key=_told(keys.current) if keys.current else None,
        former_keys=tuple(map(_told, keys.former)),
        totp_secret=opened.contents.totp_secret if opened and knows_codes else None,
    )


def _told(key: bytes) -> Secret:
    return Secret(base64.b64encode(key).decode("ascii"))


def _nobody() -> Refusal:
    return Refusal(401, "No session with this token", WWW_Authenticate="Bearer")
