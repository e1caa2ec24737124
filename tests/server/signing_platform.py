"""A served office of institutions: a ministry, an official, a system that signs for them."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import jwt

from issuance.access.roles import Session
from issuance.access.totp import current_code
from issuance.commands import Receipt
from issuance.engine.engine import Engine
from issuance.engine.portable_issuing import certify
from issuance.engine.signing_streams import permission_ref, sandbox_ref
from issuance.engine.storage import Storage
from issuance.secret import Secret
from issuance.signing.application_stream import Grant
from issuance.signing.chilean_time import chilean_text
from issuance.signing.commands import (
    ConfirmOtp,
    OfferOtp,
    RegisterApplication,
    SetApplicationPermission,
    SwitchSandbox,
)
from issuance.signing.ticket_token import ATTENDED, UNATTENDED
from tests.engine.desk import SetClock, sources_at
from tests.engine.ministry import NAME, Ministry, found_platform, give, opened
from tests.live_server import add_service

API_KEY = "gestor-documental"
SECRET = Secret("0123456789abcdef" * 2)
OTP_SECRET = Secret("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
RUN = "12345678"
TICKETS = "/firma/v2/files/tickets"


@dataclass(frozen=True)
class Known:
    """What a test of a copy of the office needs to know."""

    folder: Path
    office: UUID
    ministry: UUID
    official: UUID
    certificates: Mapping[str, UUID]
    application: UUID
    recovery_key: Secret
    ready_at: datetime


def prepared(folder: Path, clock: SetClock, storage: Storage | None = None) -> Known:
    """Found the office and let everybody do their part."""
    founded = found_platform(folder, storage)
    platform = opened(folder, sources_at(clock))
    engine, administrator = platform.engine, platform.session
    office = engine.office
    ministry = Ministry.enabled(office)
    official = ministry.register("12345678-5")
    holder = ministry.seat("ana", official)
    certificates = {each: ministry.approved(official, each) for each in (ATTENDED, UNATTENDED)}
    for each in certificates.values():
        assert certify(office, "mario", each) == ()
    grants = tuple(Grant(purpose=each, run=RUN) for each in certificates)
    application = office.sources.identifiers.new()
    registered = RegisterApplication(
        institution=ministry.id, name="Gestor", key=API_KEY, grants=grants, secret=SECRET
    )
    applied(give(engine, administrator, registered, "application", application))
    set_up_codes(engine, holder, certificates[ATTENDED], clock)
    enable(engine, holder, certificates[UNATTENDED], application)
    sandbox = sandbox_ref(office.id)
    applied(give(engine, administrator, SwitchSandbox(on=True), sandbox.kind, sandbox.id))
    platform.close()
    add_service(founded)
    return Known(
        folder,
        office.id,
        ministry.id,
        official,
        certificates,
        application,
        founded.recovery_key,
        clock.now(),
    )


def set_up_codes(
    engine: Engine, holder: Session, certificate: UUID, clock: SetClock, revision: int = 3
) -> None:
    """Let a holder set up the codes of a certificate: the key was kept, intended and certified."""
    stream = ("signing_key", certificate)
    applied(give(engine, holder, OfferOtp(secret=OTP_SECRET), *stream, revision))
    first = current_code(OTP_SECRET, clock.now())
    clock.pass_time(seconds=30)
    second = current_code(OTP_SECRET, clock.now())
    applied(give(engine, holder, ConfirmOtp(first=first, second=second), *stream))
    clock.pass_time(seconds=30)


def enable(engine: Engine, holder: Session, certificate: UUID, application: UUID) -> None:
    """Let a holder enable an application."""
    body = SetApplicationPermission(certificate=certificate, application=application, enabled=True)
    stream = permission_ref(certificate, application)
    applied(give(engine, holder, body, stream.kind, stream.id))


def applied(receipt: Receipt) -> Receipt:
    assert receipt.applied, receipt.findings
    return receipt


@dataclass
class System:
    """A program of an institution that signs, as the integrators' do."""

    client: httpx.Client
    clock: SetClock
    key: str = API_KEY
    secret: Secret = SECRET
    entity: str = NAME
    run: str = RUN
    purpose: str = UNATTENDED

    def token(self, minutes: float = 5, **changes: Any) -> str:
        """Return a token; a claim changed to None is left out."""
        claims: dict[str, Any] = {
            "entity": self.entity,
            "run": self.run,
            "purpose": self.purpose,
            "expiration": chilean_text(self.clock.now() + timedelta(minutes=minutes)),
        } | changes
        kept = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(kept, self.secret.reveal(), algorithm="HS256")

    def code(self, at: datetime | None = None) -> str:
        """Return the code of this moment."""
        return current_code(OTP_SECRET, at or self.clock.now()).reveal()

    def body(self, *items: Mapping[str, Any], variant: str = "files", **changes: Any) -> bytes:
        fields = {"token": self.token(), "api_token_key": self.key, variant: list(items)}
        return json.dumps(fields | changes, ensure_ascii=False).encode()

    def send(
        self, *items: Mapping[str, Any], code: str | None = None, **changes: Any
    ) -> httpx.Response:
        """Send a request to sign."""
        return self.post(self.body(*items, **changes), code)

    def post(self, body: bytes, code: str | None = None) -> httpx.Response:
        headers = {"Content-Type": "application/json"} | ({} if code is None else {"OTP": code})
        return self.client.post(TICKETS, content=body, headers=headers)


def file(content: bytes, content_type: str = "application/pdf", **more: Any) -> dict[str, Any]:
    return {"content-type": content_type, "content": base64.b64encode(content).decode(), **more}
