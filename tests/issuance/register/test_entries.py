"""Appending, reading back, conflicts, purging."""

import hashlib
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from issuance.findings.register import RegisterCode
from issuance.register.errors import RevisionConflict
from issuance.register.model import GENESIS, PURGED, PreparedEvent
from issuance.register.reading import Writing
from issuance.register.register import Register
from tests.examples import examples
from tests.issuance.register.samples import (
    NAME,
    OfficeFolder,
    event,
    fill,
    note,
    origin,
    replay,
    stream,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.dictionaries(st.text(), JSON, max_size=4)


@pytest.fixture
def office(either: OfficeFolder) -> OfficeFolder:
    """Everything here holds on both databases."""
    return either


def test_an_empty_chain_begins_at_the_genesis(register: Register):
    with register.reading() as reading:
        assert reading.head() == (0, GENESIS)
        assert reading.entries() == []
        assert reading.stream(stream(1)) is None


def test_entries_are_chained_by_their_stored_bytes(register: Register):
    fill(register, 3)

    with register.reading() as reading:
        previous = GENESIS
        for stored in reading.stored_entries():
            previous = hashlib.sha256(previous + stored.body).digest()
            assert stored.hash == previous
        assert reading.head() == (3, previous)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    max_examples=examples(10),
    deadline=None,
)
@given(public=OBJECTS, personal=OBJECTS, operator=st.text(max_size=20))
def test_what_is_appended_is_what_is_read(register: Register, public, personal, operator):
    prepared = PreparedEvent("kept", 3, public, personal)
    with register.writing() as writing:
        ref = stream(writing.head().seq + 1)
        said = origin(5, command=9)
        [entry] = writing.append(ref, 0, [prepared], said, b"state", 2)

    with register.reading() as reading:
        assert reading.events(ref) == [entry]
        found = reading.stream(ref)
    assert (entry.kind, entry.schema, entry.public) == ("kept", 3, public)
    assert entry.personal == personal
    assert (entry.at, entry.operator, entry.command_id) == (said.at, "ana", UUID(int=9))
    assert found is not None
    assert (found.revision, found.state, found.fold_version) == (1, b"state", 2)


def test_several_events_are_appended_together(register: Register):
    with register.writing() as writing:
        entries = writing.append(stream(1), 0, [event(1), event(2)], origin(), b"s", 1)
        more = writing.append(stream(1), 2, [event(3)], origin(), b"t", 1)

    assert [(entry.seq, entry.revision) for entry in entries + more] == [(1, 1), (2, 2), (3, 3)]
    with register.reading() as reading:
        assert [entry.revision for entry in reading.events(stream(1), 1)] == [2, 3]
        assert [entry.seq for entry in reading.entries(after_seq=1, limit=1)] == [2]


@pytest.mark.parametrize(("present", "expected"), [(0, 1), (1, 0), (2, 1), (1, 2)])
def test_another_revision_is_a_conflict_and_changes_nothing(register, present, expected):
    for number in range(present):
        with register.writing() as writing:
            note(writing, number, stream(1))

    def append_both() -> None:
        with register.writing() as writing:
            note(writing, 9, stream(2))
            writing.append(stream(1), expected, [event(9)], origin(), b"lost", 1)

    with pytest.raises(RevisionConflict) as conflict:
        append_both()

    assert conflict.value.finding.code == RegisterCode.REVISION_CONFLICT
    with register.reading() as reading:
        assert reading.head().seq == present
        assert reading.stream(stream(2)) is None


def test_an_exception_undoes_a_savepoint_alone(register: Register):
    def fail_in_between(writing: Writing) -> None:
        with writing.savepoint():
            note(writing, 2, stream(2))
            raise ZeroDivisionError

    with register.writing() as writing:
        with writing.savepoint():
            note(writing, 1, stream(1))
        with pytest.raises(ZeroDivisionError):
            fail_in_between(writing)
        assert writing.head().seq == 1
        with writing.savepoint():
            note(writing, 3, stream(3))

    with register.reading() as reading:
        assert [entry.public["number"] for entry in reading.entries()] == [1, 3]


def test_a_snapshot_does_not_move(register: Register):
    fill(register, 2)
    with register.reading() as reading:
        before = reading.head()
        fill(register, 3, streams=5)
        assert reading.head() == before
        assert len(reading.entries()) == before.seq


def test_a_state_of_another_version_can_be_replaced(register: Register):
    fill(register, 1)
    with register.writing() as writing:
        writing.keep_state(stream(0), 1, b"rebuilt", 2)
    with register.reading() as reading:
        found = reading.stream(stream(0))
        assert found is not None
        assert (found.revision, found.state, found.fold_version) == (1, b"rebuilt", 2)
    with pytest.raises(RevisionConflict), register.writing() as writing:
        writing.keep_state(stream(0), 2, b"too late", 3)


def test_a_purge_erases_personal_parts_and_the_chain_still_holds(
    register: Register, office: OfficeFolder
):
    fill(register, 6)
    with register.writing() as writing:
        state = replay([*writing.events(stream(0)), writing.events(stream(1))[0]])
        numbers = state.replace(b",1]", b",null]")
        said = writing.purge(stream(0), 2, [1, 2], origin(90), numbers, 1)

    assert (said.kind, said.public, said.personal) == (PURGED, {"entries": [1, 2]}, {})
    with register.reading() as reading:
        personal = [entry.personal for entry in reading.entries()]
    assert personal[:3] == [None, None, {"name": NAME}]
    assert office.verify(register).faults == ()


@pytest.mark.parametrize("erased", [[], [99], [1, 99]])
def test_a_purge_of_nothing_is_a_mistake(register: Register, erased):
    fill(register, 1)
    with pytest.raises(ValueError, match="personal part"), register.writing() as writing:
        writing.purge(stream(0), 1, erased, origin(), b"", 1)
    with register.reading() as reading:
        assert reading.entries()[0].personal == {"name": NAME}


def test_a_purge_cannot_be_appended_without_erasing(register: Register):
    lie = PreparedEvent(PURGED, 1, {"entries": [1]}, {})
    with pytest.raises(ValueError, match="purge"), register.writing() as writing:
        writing.append(stream(1), 0, [lie], origin(), b"", 1)


def test_appending_nothing_is_a_mistake(register: Register):
    with pytest.raises(ValueError, match="nothing"), register.writing() as writing:
        writing.append(stream(1), 0, [], origin(), b"", 1)
