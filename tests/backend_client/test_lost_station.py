"""A lost station erases itself when its server hears of it, and on nobody else's word."""

from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from backend_client.erasing import erased
from backend_client.offices import REMOTE, STATION_FILE, Offices
from backend_client.server_settings import ServerSettings, read_server_settings
from issuance.engine.station_register import REPLICA
from issuance.findings import Finding, blocks
from issuance.findings.sync import SyncCode
from issuance.queries import StationsAnswer, StationsQuery
from issuance.secret import Secret
from issuance.stations.erasure import EraseOrder
from issuance.stations.signed import SignedText
from issuance.stations.stream import EndStation
from issuance.streams import StreamRef
from tests.backend_client.test_offline import (
    FaultProxy,
    comes_true,
    counter,
    line,
    offices,
    server,
    with_copy,
)
from tests.live_server import LiveServer
from tests.server.speaking import log_in as speak

__all__ = ["line", "offices", "server"]


def report_lost(server: LiveServer) -> None:
    voice = speak(server, "jefa")
    known = voice.ask(StationsQuery())
    assert isinstance(known, StationsAnswer)
    (entry,) = known.entries
    ref = StreamRef(kind="station", id=entry.station)
    assert voice.give(EndStation(erase=True), ref, entry.revision).applied
    answer = voice.ask(StationsQuery())
    assert isinstance(answer, StationsAnswer)
    assert answer.entries[0].erase


def order(folder: Path, key: Ed25519PrivateKey, **changed: object) -> tuple[Finding, ...]:
    settings = read_server_settings(folder)
    assert isinstance(settings, ServerSettings)
    written = EraseOrder(
        office=settings.station, station=settings.station, at=datetime(2026, 11, 22, tzinfo=UTC)
    ).model_copy(update=changed)
    signed = SignedText.of(written, key).model_dump_json()
    return (blocks(SyncCode.STATION_LOST, order=signed),)


async def test_who_works_there_is_sent_out_and_nothing_stays(offices: Offices, server: LiveServer):
    backend = await with_copy(offices)
    folder = offices.folder(REMOTE)
    over: list[tuple[Finding, ...]] = []
    backend.watch(lambda link: link, over.append)
    report_lost(server)
    await comes_true(lambda: over)
    assert [each.code for each in over[0]] == [SyncCode.STATION_ERASED]
    assert not folder.exists()
    await backend.close()


async def test_whoever_finds_it_has_nothing_left_after_the_first_try(
    offices: Offices, server: LiveServer, line: FaultProxy
):
    backend = await with_copy(offices)
    await backend.close()
    folder = offices.folder(REMOTE)
    assert (folder / REPLICA).exists()
    # Nobody but the server says so.
    assert erased(folder, order(folder, Ed25519PrivateKey.from_private_bytes(bytes(32)))) is None
    assert erased(folder, (blocks(SyncCode.STATION_LOST, order="{}"),)) is None
    assert (folder / STATION_FILE).exists()
    report_lost(server)
    backend = counter(offices)
    refused = await backend.log_in("olga", Secret("a guess"), Secret("000000"))
    assert isinstance(refused, tuple)
    assert [each.code for each in refused] == [SyncCode.STATION_ERASED]
    assert not folder.exists()
    await backend.close()
