"""Requests nobody thought of (Schemathesis) to the log-in by an identity provider: both its sides.

The terminal's is in the schema the server publishes; the browser's is described here, since it is
for browsers alone. A real provider is set up, and a log-in waits that the requests may hit.
"""

from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import schemathesis
from hypothesis import settings

from tests.live_server import LiveServer
from tests.server.provider_log_in import RunningProvider, Terminal, provider, ready
from tests.server.test_hostile import EVERY, MANY, WANTED

__all__ = ["provider", "ready"]
_ANSWERS = {
    code: {"description": code, "content": {kind: {}}}
    for code, kind in (
        ("200", "text/html"), ("400", "application/problem+json"), ("404", "text/html"),
        ("405", "application/problem+json"), ("410", "text/html"),
        ("422", "application/problem+json"),
    )
} | {"303": {"description": "to the provider"}}  # fmt: skip


def _sent(name: str, place: str, *known: str) -> dict[str, Any]:
    invented = {"type": "string", "minLength": 1 if place == "path" else 0}
    schema = {"anyOf": [{"enum": [*known]}, invented]} if known else invented
    return {"name": name, "in": place, "required": place == "path", "schema": schema}


def browsers_schema(handle: str, state: str, cookie: str) -> dict[str, Any]:
    """Describe what a browser may ask, with the parts of a log-in that waits."""
    back = [_sent("state", "query", state), _sent("code", "query"), _sent("error", "query"),
            _sent("ventanilla_log_in", "cookie", cookie)]  # fmt: skip
    page = {"parameters": [_sent("handle", "path", handle)], "responses": _ANSWERS}
    return {
        "openapi": "3.1.0",
        "info": {"title": "browser", "version": "1"},
        "paths": {
            "/oidc/callback": {"get": {"parameters": back, "responses": _ANSWERS}},
            "/oidc/{handle}": {"get": page, "post": page},
        },
    }


@pytest.fixture
def terminal(platform: LiveServer, ready: RunningProvider) -> Terminal:
    return Terminal.begins(platform)


@pytest.fixture
def browsers(platform: LiveServer, terminal: Terminal) -> Any:
    """The browser's pages, with a log-in that has left for the provider."""
    address = urlsplit(terminal.begun.address)
    with httpx.Client(base_url=platform.url) as browser:
        left = browser.post(address.path)
        state = httpx.URL(left.headers["location"]).params["state"]
        cookie = left.cookies["ventanilla_log_in"]
    another = Terminal.begins(platform)
    handle = urlsplit(another.begun.address).path.rpartition("/")[2]
    return schemathesis.openapi.from_dict(browsers_schema(handle, state, cookie))


@pytest.fixture
def terminals(platform: LiveServer, terminal: Terminal) -> Any:
    del terminal
    return schemathesis.openapi.from_url(f"{platform.url}/v1/openapi.json")


pages = schemathesis.pytest.from_fixture("browsers")
waits = schemathesis.pytest.from_fixture("terminals").include(path_regex="^/v1/provider")


def ask(case: Any, platform: LiveServer, **headers: str) -> None:
    answer = case.call_and_validate(
        base_url=platform.url, headers=headers, checks=WANTED, allow_redirects=False
    )
    assert answer.status_code < 500


def ask_as(case: Any, platform: LiveServer, terminal: Terminal) -> None:
    ask(case, platform, Authorization=str(terminal.client.headers["Authorization"]))


@pages.parametrize()
@settings(max_examples=1, deadline=None, suppress_health_check=EVERY)
def test_no_browser_finds_a_fault(case: Any, platform: LiveServer):
    ask(case, platform)


@waits.parametrize()
@settings(max_examples=1, deadline=None, suppress_health_check=EVERY)
def test_no_terminal_finds_a_fault(case: Any, platform: LiveServer, terminal: Terminal):
    ask_as(case, platform, terminal)


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pages.parametrize()
@settings(max_examples=MANY, deadline=None, suppress_health_check=EVERY)
def test_many_requests_of_browsers_find_no_fault(case: Any, platform: LiveServer):
    ask(case, platform)


@pytest.mark.soak
@pytest.mark.timeout(1800)
@waits.parametrize()
@settings(max_examples=MANY, deadline=None, suppress_health_check=EVERY)
def test_many_requests_of_terminals_find_no_fault(
    case: Any, platform: LiveServer, terminal: Terminal
):
    ask_as(case, platform, terminal)
