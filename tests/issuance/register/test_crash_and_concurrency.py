"""Several writers at once lose nothing; a killed one loses nothing it was told is done."""

import json
import multiprocessing
import random
import threading
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

from issuance.register.errors import RevisionConflict
from issuance.register.register import Register
from issuance.streams import StreamRef
from tests.issuance.register.samples import OfficeFolder, event, note, origin, stream

SHARED = stream(1, "shared")


@pytest.fixture(scope="module")
def processes() -> ForkServerContext:
    """A server that has imported everything, so that a child starts in milliseconds."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.issuance.register.samples"])
    return context


def increment(register: Register, ref: StreamRef) -> None:
    """Add one to a stream's counter, whatever it is now."""
    with register.writing() as writing:
        stored = writing.stream(ref)
        revision, count = (0, 0) if stored is None else (stored.revision, int(stored.state or b""))
        writing.append(ref, revision, [event(count)], origin(), str(count + 1).encode(), 1)


def increment_often(folder: Path, times: int) -> None:
    register = OfficeFolder(folder).open()
    for _ in range(times):
        increment(register, SHARED)
    register.close()


def counter(register: Register) -> tuple[int, bytes | None]:
    with register.reading() as reading:
        stored = reading.stream(SHARED)
        assert stored is not None
        return stored.revision, stored.state


def test_threads_lose_no_update(register: Register, office: OfficeFolder):
    failures: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(30):
                increment(register, SHARED)
                with register.reading() as reading:
                    reading.entries(limit=5)
        except BaseException as failure:
            failures.append(failure)
            raise

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert counter(register) == (90, b"90")
    assert office.verify(register).faults == ()


def test_processes_lose_no_update(office: OfficeFolder, processes: ForkServerContext):
    children = [
        processes.Process(target=increment_often, args=(office.folder, 40)) for _ in range(2)
    ]
    for child in children:
        child.start()
    for child in children:
        child.join()
    assert [child.exitcode for child in children] == [0, 0]
    register = office.open()
    assert counter(register) == (80, b"80")
    assert office.verify(register).faults == ()
    register.close()


def test_of_two_who_read_the_same_revision_one_is_told(register: Register):
    increment(register, SHARED)
    with register.reading() as reading:
        stale = reading.stream(SHARED)
    assert stale is not None
    increment(register, SHARED)
    with pytest.raises(RevisionConflict), register.writing() as writing:
        writing.append(SHARED, stale.revision, [event(0)], origin(), b"2", 1)
    assert counter(register) == (2, b"2")


def write_until_killed(folder: Path, acknowledge: Connection, number: int) -> None:
    register = OfficeFolder(folder).open()
    ref = stream(number)
    while True:
        number += 1
        with register.writing() as writing:
            entry = note(writing, number, ref)
            writing.take_claim("number", str(number), ref.id)
        acknowledge.send((entry.seq, number))


@pytest.mark.soak
def test_a_killed_writer_loses_nothing_acknowledged(
    office: OfficeFolder, processes: ForkServerContext
):
    chosen = random.Random(20)
    acknowledged: dict[int, int] = {}
    for number in range(20):
        receiver, sender = processes.Pipe(duplex=False)
        child = processes.Process(
            target=write_until_killed, args=(office.folder, sender, number * 10_000)
        )
        child.start()
        sender.close()
        # From before the register is open to the middle of its writing.
        wanted, moment = chosen.randrange(6), chosen.random() * 0.02
        acknowledged.update(receiver.recv() for _ in range(wanted))
        acknowledged.update(received_until(receiver, time.monotonic() + moment))
        child.kill()
        child.join()
        acknowledged.update(received_until(receiver, time.monotonic() + 1))
        receiver.close()

        register = office.open()
        report = office.verify(register)
        assert report.faults == (), f"kill {number}"
        with register.reading() as reading:
            for seq, said in list(acknowledged.items())[-20:]:
                [entry] = reading.entries(seq - 1, 1)
                assert entry.public == {"number": said}
                assert reading.claim("number", str(said)) == entry.stream.id
            if (stored := reading.stream(stream(number * 10_000))) is not None:
                numbers = json.loads(stored.state or b"")["numbers"]
                assert len(numbers) == stored.revision
        register.close()
    assert len(acknowledged) > 20


def received_until(receiver: Connection, end: float) -> Iterator[tuple[int, int]]:
    """Yield what arrives before a moment, and end with the sender."""
    try:
        while receiver.poll(max(0, end - time.monotonic())):
            yield receiver.recv()
            if time.monotonic() > end:
                return
    except EOFError:
        return
