"""The exchange page counts the seconds to the next try, and tells a clock that is off."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from backend_client.backend import Link
from backend_client.embedded import EmbeddedBackend
from issuance.findings import Finding, blocks, warns
from issuance.findings.sync import SyncCode
from issuance.model import format_instant
from tests.keys import press_and_wait, wait_until
from tests.screens.conftest import RunCounter, shown

LOST = Link(online=False, since=datetime(2026, 3, 2, 15, 0, tzinfo=UTC))


@dataclass
class Beside:
    """A station's own work, of which there is none, beside a server that is away."""

    next_try: float | None = None
    clock: Finding | None = None
    exchanged: int = 0
    disk = None
    lease = blocks(SyncCode.LEASE_ENDED, ended=format_instant(datetime(2026, 3, 2, 15, tzinfo=UTC)))

    async def unsettled(self) -> tuple[()]:
        return ()

    async def exchange_now(self) -> None:
        self.exchanged += 1
        self.next_try = 0


@pytest.mark.parametrize(("language", "size"), [("es", (80, 24)), ("en", (120, 40))])
async def test_the_seconds_to_the_next_try_are_counted(
    counter: RunCounter, monkeypatch: pytest.MonkeyPatch, language: str, size: tuple[int, int]
):
    beside = Beside(clock=warns(SyncCode.CLOCK_DIFFERS, minutes=120))
    monkeypatch.setattr(EmbeddedBackend, "beside_server", beside)
    monkeypatch.setattr(EmbeddedBackend, "link", LOST)
    spanish = language == "es"
    tries = "Próximo intento en {} s; F10" if spanish else "Next try in {} s; F10"
    trying = "Intentando ahora" if spanish else "Trying now"
    async with counter("olga", "sync", language=language, size=size) as pilot:
        await wait_until(lambda: "120 minut" in shown(pilot))
        assert tries.partition("{")[0] not in shown(pilot)
        beside.next_try = 11.5
        await wait_until(lambda: tries.format(12) in shown(pilot))
        await press_and_wait(pilot, "f10", until=lambda: beside.exchanged == 1)
        await wait_until(lambda: trying in shown(pilot))
