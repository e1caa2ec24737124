"""What a server brings that a file does not: races, lost connections, several processes."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from issuance.findings.register import RegisterCode
from issuance.register.errors import (
    ConnectionLost,
    OutcomeUnknown,
    RegisterUnavailable,
    RegisterUnreadable,
    RevisionConflict,
)
from issuance.register.place import Postgresql
from issuance.register.register import Register, Writing
from issuance.secret import Secret
from issuance.streams import StreamRef
from tests.issuance.register.samples import (
    KEY,
    NAME,
    OFFICE,
    START,
    OfficeFolder,
    SystemRandomness,
    event,
    fill,
    note,
    origin,
    stream,
)
from tests.issuance.register.test_rows import notice
from tests.postgresql import query

SHARED = stream(1, "shared")
SENDER = UUID(int=5)
KILL_OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@pytest.fixture
def place(on_a_server: OfficeFolder) -> OfficeFolder:
    return on_a_server


@pytest.fixture
def postgresql(place: OfficeFolder) -> Postgresql:
    assert place.server is not None
    return place.server


@pytest.fixture
def register(place: OfficeFolder) -> Iterator[Register]:
    register = place.open()
    yield register
    register.close()


def increment(ref: StreamRef, command: UUID | None = None) -> Callable[[Writing], int]:
    """Add one to a stream's counter, whatever it is; a command does so once."""

    def work(writing: Writing) -> int:
        if command and (kept := writing.receipt(SENDER, command)):
            return int(kept.body)
        stored = writing.stream(ref)
        revision, counted = (stored.revision, int(stored.state or b"")) if stored else (0, 0)
        state = str(counted + 1).encode()
        writing.append(ref, revision, [event(counted)], origin(), state, 1)
        if command:
            writing.keep_receipt(SENDER, command, b"hash", state)
        return counted + 1

    return work


def counted(register: Register, ref: StreamRef = SHARED) -> tuple[int, bytes | None]:
    with register.reading() as reading:
        stored = reading.stream(ref)
    assert stored is not None
    return stored.revision, stored.state


def all_at_once(*works: Callable[[], object]) -> list[object]:
    """Run each in a thread of its own; return what they gave or raised, in their order."""
    together = threading.Barrier(len(works))
    results: list[object] = [None] * len(works)

    def run(place: int, work: Callable[[], object]) -> None:
        together.wait()
        try:
            results[place] = work()
        except Exception as failure:  # noqa: BLE001 -- whatever it is, the test shall tell it
            results[place] = failure

    threads = [threading.Thread(target=run, args=each) for each in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.parametrize("streams", [pytest.param(1, marks=pytest.mark.soak), 8])
def test_many_writers_lose_nothing(place: OfficeFolder, streams: int):
    """Two processes' worth of registers, eight threads, 25 commands each."""
    registers = [place.open(), place.open()]

    def work(number: int) -> Callable[[], list[int]]:
        register, ref = registers[number % 2], stream(number % streams, "shared")
        commands = [UUID(int=number * 100 + each) for each in range(25)]
        return lambda: [register.write(increment(ref, each)) for each in commands]

    results = all_at_once(*map(work, range(8)))

    given = [value for each in results if isinstance(each, list) for value in each]
    assert sorted(given) == sorted(list(range(1, 200 // streams + 1)) * streams), results
    with registers[0].reading() as reading:
        assert reading.head().seq == 200
    assert place.verify(registers[0]).faults == ()
    assert [each.checkpoint_finding for each in registers] == [None, None]
    for register in registers:
        register.close()
    assert place.verify_closed().faults == ()


def test_the_same_command_at_once_has_one_effect(place: OfficeFolder):
    registers = [place.open() for _ in range(2)]
    command = UUID(int=77)
    works = [
        lambda register=register: register.write(increment(SHARED, command))
        for register in registers * 3
    ]

    assert all_at_once(*works) == [1] * 6

    assert counted(registers[0]) == (1, b"1")
    for register in registers:
        register.close()


def test_of_two_who_read_the_same_revision_one_is_told(register: Register):
    register.write(increment(SHARED))
    register.write(increment(SHARED))
    with pytest.raises(RevisionConflict), register.writing() as writing:
        writing.append(SHARED, 1, [event(0)], origin(), b"2", 1)
    assert counted(register) == (2, b"2")


def test_who_must_be_alone_waits_for_whoever_writes(register: Register):
    """Two people leave at once; the second one sees that the first has gone."""
    register.write(lambda writing: [note(writing, each, stream(each)) for each in (1, 2)])

    def leave(number: int) -> Callable[[], str]:
        def work(writing: Writing) -> str:
            others = writing.stream(stream(3 - number))
            if others is None or others.revision > 1:
                return "last"
            note(writing, 9, stream(number))
            return "left"

        return lambda: register.write(work, alone=True)

    assert sorted(map(str, all_at_once(leave(1), leave(2)))) == ["last", "left"]


def test_a_lost_connection_is_taken_up_again(register: Register, postgresql: Postgresql):
    register.write(increment(SHARED))
    query(postgresql, KILL_OTHERS)
    register.write(increment(SHARED))
    killed: list[int] = []

    def cut_in_the_middle(writing: Writing) -> int:
        result = increment(SHARED)(writing)
        if not killed:
            killed.append(result)
            query(postgresql, KILL_OTHERS)
            writing.head()
            writing.stream(SHARED)
        return result

    assert register.write(cut_in_the_middle) == 3
    assert killed == [3]
    query(postgresql, KILL_OTHERS)
    assert register.retried(lambda: counted(register)) == (3, b"3")


def test_a_commit_that_was_cut_is_told_as_unknown(register: Register, postgresql: Postgresql):
    """The command's receipt tells; nothing else is run again."""
    tries: list[int] = []

    def cut_at_the_end(writing: Writing) -> None:
        tries.append(1)
        increment(SHARED)(writing)
        writing.write_chain()
        query(postgresql, KILL_OTHERS)

    with pytest.raises(OutcomeUnknown) as unknown:
        register.write(cut_at_the_end)
    assert unknown.value.finding.code == RegisterCode.REGISTER_OUTCOME_UNKNOWN
    assert len(tries) == 1

    def command() -> int:
        with register.writing() as writing:
            result = increment(SHARED, UUID(int=1))(writing)
            if len(tries) < 3:
                tries.append(2)
                writing.write_chain()
                query(postgresql, KILL_OTHERS)
        return result

    assert register.retried(command, outcome_tells=True) == 1
    assert counted(register) == (1, b"1")


def test_a_server_that_stays_away_is_told(monkeypatch):
    nobody = Postgresql(Secret("host=127.0.0.1 port=1 user=a password=secret dbname=b"))
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    with pytest.raises(ConnectionLost) as lost:
        Register.open(nobody, KEY, OFFICE, SystemRandomness())
    assert lost.value.finding.code == RegisterCode.REGISTER_UNREACHABLE
    assert "secret" not in repr(nobody)
    assert "secret" not in repr(lost.value.__cause__)


def test_a_writer_that_hangs_makes_others_say_busy(register: Register, postgresql: Postgresql):
    with register.writing() as holding:
        increment(SHARED)(holding)

        def impatient() -> None:
            with register.writing() as writing:
                writing._connection.execute(text("SET LOCAL lock_timeout = '50ms'"))
                increment(SHARED)(writing)

        with pytest.raises(RegisterUnavailable) as busy:
            impatient()
    assert busy.value.finding.code == RegisterCode.REGISTER_BUSY


def test_an_office_that_is_not_there(place: OfficeFolder, postgresql_server):
    with pytest.raises(RegisterUnreadable) as refused:
        Register.open(place.place, KEY, UUID(int=8), SystemRandomness())
    assert refused.value.finding.code == RegisterCode.REGISTER_OF_ANOTHER_OFFICE
    empty = postgresql_server.new_database()
    with pytest.raises(RegisterUnreadable) as refused:
        Register.open(empty, KEY, OFFICE, SystemRandomness())
    assert refused.value.finding.code == RegisterCode.REGISTER_MISSING
    assert query(empty, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]
    postgresql_server.remove(empty)


def test_offices_share_a_database_and_nothing_else(place: OfficeFolder, tmp_path: Path):
    (tmp_path / "other").mkdir()
    other = OfficeFolder(tmp_path / "other", place.server, UUID(int=8))
    first, second = place.open(), other.create()
    fill(first, 3)
    fill(second, 2)
    with first.reading() as reading:
        assert reading.head().seq == 3
    with second.reading() as reading:
        assert reading.head().seq == 2
    assert place.verify(first).faults == other.verify(second).faults == ()
    first.close()
    second.close()


def test_what_the_server_lost_is_found(place: OfficeFolder):
    """A restored older dump, or rows removed behind our back."""
    register = place.open()
    fill(register, 6)
    register.close()
    place.tamper(
        "DELETE FROM personal_parts WHERE seq > 4",
        "DELETE FROM entries WHERE seq > 4",
        "UPDATE heads SET seq = 4, hash = (SELECT hash FROM entries WHERE seq = 4)",
    )
    register = place.open()
    assert register.checkpoint_finding is not None
    assert register.checkpoint_finding.code == RegisterCode.TAIL_CUT
    assert RegisterCode.TAIL_CUT in [fault.code for fault in place.verify(register).faults]
    register.close()


def test_errors_do_not_show_what_is_in_the_rows(register: Register):
    def twice(writing: Writing) -> None:
        for _ in range(2):
            writing.queue_notice(notice(1, to=f"{NAME}@example.ec"))

    with pytest.raises(IntegrityError) as failure:
        register.write(twice)
    told = f"{failure.value} {failure.value!r} {failure.value.orig}"
    assert "notices_pkey" in told
    assert NAME not in told
    assert str(UUID(int=1)) not in told


def test_durability_rests_on_these_settings(register, place: OfficeFolder, postgresql):
    names = ("synchronous_commit", "transaction_isolation", "transaction_read_only")
    with register.writing() as writing:
        assert [show(writing, name) for name in names] == ["on", "read committed", "off"]
    with register.reading() as reading:
        assert [show(reading, name) for name in names] == ["on", "repeatable read", "on"]
    [(name,)] = query(postgresql, "SELECT current_database()")
    place.tamper(f"ALTER DATABASE {name} SET synchronous_commit = off")
    careless = place.open()
    with careless.writing() as writing:
        assert show(writing, "synchronous_commit") == "on"
    careless.close()


def show(transaction, name: str) -> str:
    return transaction._connection.execute(text(f"SHOW {name}")).scalar_one()


def test_workers_take_each_message_once(place: OfficeFolder):
    """Four workers, 200 messages that are due."""
    registers = [place.open() for _ in range(4)]
    registers[0].write(
        lambda writing: [writing.queue_notice(notice(number)) for number in range(200)]
    )
    until = START + timedelta(minutes=5)

    def work(register: Register) -> Callable[[], list[UUID]]:
        def take_all() -> list[UUID]:
            taken: list[UUID] = []
            while row := register.write(lambda writing: writing.claim_due_notice(START, until)):
                taken.append(row.id)
            return taken

        return take_all

    results = all_at_once(*map(work, registers))

    taken = [each for result in results if isinstance(result, list) for each in result]
    assert sorted(taken) == [UUID(int=number) for number in range(200)]
    again = registers[0].write(lambda writing: writing.claim_due_notice(until, until))
    assert again is not None, "who took it died: its lease has run out"
    assert again.attempts == 2
    for register in registers:
        register.close()


def test_a_lease_has_one_holder_and_runs_out(place: OfficeFolder):
    first, second = place.open(), place.open()
    now = [START]
    with first.leased("publishing", lambda: now[0]) as mine:
        with second.leased("publishing", lambda: now[0]) as theirs:
            assert (mine, theirs) == (True, False)
        now[0] += timedelta(minutes=5)
        with second.leased("publishing", lambda: now[0]) as theirs:
            assert theirs, "whoever had it may have died"
    with second.leased("publishing", lambda: now[0]) as theirs:
        assert theirs
    results = all_at_once(*(lambda each=each: hold(each) for each in (first, second) * 3))
    assert sorted(map(str, results)) == ["False"] * 5 + ["True"]
    first.close()
    second.close()


def hold(register: Register) -> bool:
    """Take a lease and die."""
    holder = UUID(bytes=SystemRandomness().octets(16))
    until = START + timedelta(days=1)
    return register.write(lambda writing: writing.take_lease("once", holder, START, until))
