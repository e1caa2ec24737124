"""The station's store against other processes and `kill -9`."""

import random
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from uuid import UUID

import pytest

from backend_client.station import DraftKey, SavedDraft, Station

KEY = bytes(range(32))
WRITER = """
import os, sys
from datetime import datetime, UTC
from pathlib import Path
from uuid import UUID
from backend_client.station import DraftKey, SavedDraft, Station

class Clock:
    def now(self):
        return datetime.now(UTC)

class Randomness:
    octets = staticmethod(os.urandom)

path, case, count = Path(sys.argv[1]), UUID(int=int(sys.argv[2])), int(sys.argv[3])
station = Station(path, bytes(range(32)), Clock(), Randomness())
for number in range(1, count + 1):
    values = {"number": str(number), "padding": "x" * 20_000}
    saved = station.save_draft(DraftKey.of_case(case, "photo"), values, "maria")
    assert isinstance(saved, SavedDraft), saved
    print(number, flush=True)
"""


class NoClock:
    """Reading needs no time; a store set aside would, and that is the failure."""

    def now(self):
        raise AssertionError("the store was damaged")


class NoRandomness:
    """Reading needs no randomness."""

    def octets(self, count: int) -> bytes:
        raise AssertionError(count)

    def digits(self, count: int) -> str:
        raise AssertionError(count)


def start(path: Path, case: int, count: int) -> subprocess.Popen[bytes]:
    arguments = [sys.executable, "-c", WRITER, str(path), str(case), str(count)]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE)


def number_in(path: Path, case: int) -> int:
    draft = Station(path, KEY, NoClock(), NoRandomness()).load_draft(
        DraftKey.of_case(UUID(int=case), "photo")
    )
    assert isinstance(draft, SavedDraft)
    return int(draft.values["number"])


@pytest.mark.parametrize("batch", range(4))
def test_a_killed_writer_loses_nothing_it_acknowledged(tmp_path: Path, batch: int):
    moments = random.Random(batch)
    # Five writers at once: their start takes longer than what is tested.
    writers = [(tmp_path / f"{number}.bin", number) for number in range(5)]
    running = [(path, number, start(path, number, 10_000)) for path, number in writers]
    for path, number, writer in running:
        with writer:
            assert writer.stdout is not None
            acknowledged = [writer.stdout.readline() for _ in range(moments.randint(1, 6))][-1]
            with suppress(subprocess.TimeoutExpired):
                writer.wait(timeout=moments.uniform(0, 0.02))
            writer.kill()
            acknowledged = [acknowledged, *writer.stdout.readlines()][-1]
        # A write may have become durable without the word having got out.
        assert number_in(path, number) in {int(acknowledged), int(acknowledged) + 1}


def test_two_processes_lose_nothing(tmp_path: Path):
    path = tmp_path / "station.bin"
    writers = [start(path, case, 15) for case in (1, 2)]
    for writer in writers:
        writer.communicate()
        assert writer.returncode == 0
    assert [number_in(path, case) for case in (1, 2)] == [15, 15]
