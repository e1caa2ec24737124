"""How long a station leaves a server alone that is gone, or that asks for it."""

import asyncio
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend_client.exchange_rounds import ExchangeRounds, pause_after
from backend_client.server_connection import Patience, ServerConnection, Unanswered
from backend_client.server_link import ServerLink
from backend_client.server_settings import ServerSettings
from issuance.findings import Finding, blocks
from issuance.findings.remote import RemoteCode
from tests.keys import wait_until
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


class Refused:
    """An exchange whose every round a server refuses that wants to be left alone."""

    asked_pause = 30.0

    def __init__(self) -> None:
        self.rounds = 0

    def round(self) -> Finding:
        self.rounds += 1
        return blocks(RemoteCode.SERVER_BUSY)

    def end(self) -> None: ...

    def close(self) -> None: ...


class NothingWaits:
    """A station's own office with everything at the server."""

    def waiting(self) -> tuple[int, None]:
        return 0, None


async def test_the_next_try_is_told_and_comes_at_once_when_somebody_wants_it(tmp_path: Path):
    exchange: Any = Refused()
    own: Any = NothingWaits()
    sources = system_sources()
    rounds = ExchangeRounds(
        tmp_path, "", exchange, own, ServerLink(sources.clock), print, print,
        sources.randomness, lambda: None,
    )  # fmt: skip
    assert rounds.next_try is None
    rounds.start()
    await wait_until(lambda: rounds.next_try)
    assert exchange.rounds == 1
    assert 0 < (rounds.next_try or 0) <= 30
    rounds.hurry()
    await wait_until(lambda: exchange.rounds == 2)
    rounds.stop()


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
