"""A real identity provider on loopback that is set up, and a terminal that begins log-ins by it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from issuance.access.oidc_settings import SetIdentityProvider
from issuance.secret import Secret
from issuance.streams import StreamRef
from issuance.wire import SessionStarted
from issuance.wire_provider import ProviderLogInBegun
from tests.engine.desk import SetClock
from tests.identity_provider import (
    CLIENT_SECRET,
    Mischief,
    RunningProvider,
    code_on,
    identity_provider,
)
from tests.live_server import LiveServer
from tests.server.speaking import Voice

OFFICE = "office"


@dataclass
class Terminal:
    """A terminal that begins log-ins."""

    client: httpx.Client
    begun: ProviderLogInBegun

    @classmethod
    def begins(cls, server: LiveServer) -> "Terminal":
        client = server.client()
        told = client.post("/v1/provider-log-ins")
        assert told.status_code == 201, told.text
        begun = ProviderLogInBegun.model_validate_json(told.content)
        client.headers["Authorization"] = f"Bearer {begun.token.reveal()}"
        return cls(client, begun)

    def stage(self) -> tuple[str, list[str]]:
        told = self.client.get("/v1/provider-log-ins/current").json()
        return told["stage"], [each["code"] for each in told["findings"]]

    def types(self, code: str) -> httpx.Response:
        return self.client.post(
            "/v1/provider-log-ins/current/session", json={"secrets": {"code": code}}
        )

    def refused_with(self, code: str) -> str:
        answered = self.types(code)
        assert answered.status_code == 403, answered.text
        return answered.json()["findings"][0]["code"]

    def enters(self, code: str) -> Voice:
        answered = self.types(code)
        assert answered.status_code == 201, answered.text
        del self.client.headers["Authorization"]
        return Voice(self.client, SessionStarted.model_validate_json(answered.content))


@pytest.fixture(scope="module")
def provider(clock: SetClock) -> Iterator[RunningProvider]:
    with identity_provider(clock.now) as running:
        yield running


def set_up(
    administrator: Voice,
    provider: RunningProvider,
    server: LiveServer,
    secret: str | None = CLIENT_SECRET,
    **changed: Any,
) -> list[str]:
    """Set the provider up, and return what is wrong."""
    settings = provider.settings(server.url, **changed)
    body = SetIdentityProvider(settings=settings, client_secret=Secret(secret) if secret else None)
    stream = StreamRef(kind=OFFICE, id=administrator.started.session.office)
    return [each.code for each in administrator.give(body, stream).findings]


@pytest.fixture
def ready(administrator: Voice, provider: RunningProvider, platform: LiveServer) -> RunningProvider:
    """A provider that is set up and behaves."""
    provider.mischief, provider.run = Mischief(), (12345678, "5")
    assert set_up(administrator, provider, platform) == []
    return provider


def entries(server: LiveServer, kind: str) -> list[Any]:
    """Return the public parts of the latest entries of a kind."""
    register = server.served.office.register
    with register.reading() as reading:
        newest = reading.entries(max(0, reading.head().seq - 100), 100)
    return [each.public for each in newest if each.kind == kind]


def refusal(server: LiveServer, ready: RunningProvider) -> tuple[str, dict[str, Any]]:
    """Return what a terminal is told after its person went the whole way in the browser."""
    terminal = Terminal.begins(server)
    page = ready.browser().whole_way(terminal.begun.address)
    assert page.status_code == 200
    assert not code_on(page)
    told = terminal.client.get("/v1/provider-log-ins/current").json()
    assert told["stage"] == "refused"
    (finding,) = told["findings"]
    assert terminal.types("000000").status_code == 403
    return finding["code"], finding["parameters"]
