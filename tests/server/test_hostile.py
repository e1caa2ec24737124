"""Requests nobody thought of (Schemathesis), made from the schema the server itself publishes."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import CHECKS, load_all_checks

from tests.live_server import LiveServer
from tests.server.speaking import Voice, log_in

load_all_checks()
WANTED = [
    CHECKS.get_one(name)
    for name in (
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_schema_conformance",
    )
]
EXAMPLES = 4
MANY = 200
EVERY = (
    HealthCheck.too_slow,
    HealthCheck.filter_too_much,
    HealthCheck.data_too_large,
    HealthCheck.function_scoped_fixture,
)
api = schemathesis.pytest.from_fixture("published").exclude(method="DELETE")
"""All but the log-out: the rest would have no session any more."""


@schemathesis.serializer(
    "application/ocsp-request", "image/jpeg", "application/pdf", "application/age"
)
def raw(_: Any, value: Any) -> bytes:
    """Send what was invented as octets, whatever it is."""
    octets = getattr(value, "data", None)
    return octets if isinstance(octets, bytes) else str(value).encode("utf-8", "replace")


@pytest.fixture(scope="module")
def voice(server_of_module: LiveServer) -> Voice:
    return log_in(server_of_module, "jefa")


@pytest.fixture
def published(server_of_module: LiveServer) -> Any:
    return schemathesis.openapi.from_url(
        f"{server_of_module.url}/v1/openapi.json", wait_for_schema=60, timeout=60
    )


def ask(case: Any, voice: Voice) -> None:
    answer = case.call_and_validate(headers=voice.bearer, checks=WANTED)
    assert answer.status_code < 500


# Inventing a command or a query takes seconds; `test_commands` has hostile ones for every day.
@pytest.mark.timeout(600)
@api.exclude(path=["/v1/commands", "/v1/queries"]).parametrize()
@settings(
    max_examples=EXAMPLES, phases=[Phase.generate], deadline=None, suppress_health_check=EVERY
)
def test_no_request_finds_a_fault(case: Any, voice: Voice):
    ask(case, voice)


# One limit holds for all operations together.
@pytest.mark.soak
@pytest.mark.timeout(7200)
@api.parametrize()
@settings(max_examples=MANY, deadline=None, suppress_health_check=EVERY)
def test_many_requests_find_no_fault(case: Any, voice: Voice):
    ask(case, voice)
