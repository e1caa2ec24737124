"""How long a station leaves a server alone that is gone, or that asks for it."""

import asyncio
from time import monotonic
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend_client.exchange_rounds import pause_after
from backend_client.server_connection import Patience, ServerConnection, Unanswered
from backend_client.server_link import ServerLink
from backend_client.server_settings import ServerSettings
from issuance.findings.remote import RemoteCode
from ventanilla.compose import system_sources

LONGEST = 12.0
CHANCES = st.floats(0, 1, exclude_max=True)


@given(st.integers(1, 10_000), CHANCES, CHANCES)
def test_lost_stations_come_back_scattered(lost: int, one: float, other: float):
    longest = min(LONGEST, 3.0 * 2 ** min(lost - 1, 10))
    assert pause_after(lost, 0, one) == pytest.approx(longest * one)
    assert (pause_after(lost, 0, one) < pause_after(lost, 0, other)) == (
        longest * one < longest * other
    )


@given(st.integers(0, 100), st.floats(0, 60), CHANCES)
def test_a_server_is_left_alone_as_long_as_it_asks(lost: int, asked: float, chance: float):
    assert pause_after(lost, asked, chance) >= asked


@pytest.mark.parametrize(("told", "least", "most"), [("30", 29, 30), ("9999", 59, 60)])
async def test_what_a_busy_server_asks_for_is_no_attempt_for_nothing(
    told: str, least: float, most: float
):
    asked = 0

    async def busy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        await reader.readuntil(b"\r\n\r\n")
        asked += 1
        writer.write(
            f"HTTP/1.1 503 Busy\r\nRetry-After: {told}\r\nContent-Length: 0\r\n\r\n".encode()
        )
        writer.close()

    async with await asyncio.start_server(busy, "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        sources = system_sources()
        settings = ServerSettings(address=f"http://127.0.0.1:{port}", station=UUID(int=1))
        connection = ServerConnection(settings, ServerLink(sources.clock), sources.randomness)
        began = monotonic()
        answer = await asyncio.to_thread(connection.request, "GET", "/", Patience(10, 25))
        pause = connection.asked_pause
        connection.close()
    assert isinstance(answer, Unanswered)
    assert [each.code for each in answer.findings] == [RemoteCode.SERVER_BUSY]
    assert asked == 1
    assert monotonic() - began < 20
    assert least < pause <= most
