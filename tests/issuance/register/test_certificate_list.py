"""The list of issued certificates: filtered, searched, and paged in both orders."""

from datetime import timedelta
from uuid import UUID

import pytest

from issuance.register.certificate_list import serials_meant
from issuance.register.model import (
    CertificateFilter,
    CertificateRow,
    CertificateState,
    SerialKey,
    StandingRow,
)
from issuance.register.register import Register
from tests.issuance.register.samples import START, OfficeFolder, index, worklist_row

COUNT = 9
NOW = START + timedelta(days=100)


def serial(number: int) -> str:
    return str(2**120 + number)


@pytest.fixture
def office(either: OfficeFolder) -> OfficeFolder:
    """Everything here holds on both databases."""
    return either


@pytest.fixture
def filled(register: Register) -> Register:
    """Nine certificates: each begins a day later and ends thirty days later than the one before."""
    with register.writing() as writing:
        for number in range(COUNT):
            case = UUID(int=number)
            index(writing, worklist_row(number, person_name=f"Persona {number} Ñacato"))
            row = CertificateRow(serial(number), case, b"", "", "key-1", START)
            writing.record_intent(row)
            writing.record_certificate(serial(number), b"der")
            begins = START + timedelta(days=number)
            writing.begin_life(
                serial(number), case, begins, START + timedelta(days=50 + 30 * number)
            )
        since = START - timedelta(days=3)
        writing.record_revoked(StandingRow(serial(3), START, "keyCompromise", since))
        writing.record_suspended(StandingRow(serial(4), START, "certificateHold"))
    return register


def found(register: Register, wanted: CertificateFilter, limit: int = 200) -> list[int]:
    """Return the numbers of what a filter finds, walked through page by page."""
    numbers: list[int] = []
    after: SerialKey | None = None
    with register.reading() as reading:
        while True:
            rows, after = reading.certificate_page(wanted, NOW, after, limit)
            assert len(rows) <= limit
            numbers += [int(row.serial) - 2**120 for row in rows]
            if after is None:
                return numbers


@pytest.mark.parametrize("limit", [1, 2, 3, 200])
def test_pages_of_any_size_tell_all_once_the_newest_first(filled: Register, limit: int):
    assert found(filled, CertificateFilter(), limit) == list(reversed(range(COUNT)))


@pytest.mark.parametrize("limit", [1, 3, 200])
def test_what_ends_soon_comes_in_the_order_of_its_end(filled: Register, limit: int):
    until = NOW + timedelta(days=90)
    wanted = CertificateFilter(ended=False, ends_before=until, unrevoked=True)
    assert found(filled, wanted, limit) == [2, 4]


def test_what_another_one_follows_is_not_told_as_ending(filled: Register):
    with filled.writing() as writing:
        writing.record_renewed(serial(2), serial(8))
    until = NOW + timedelta(days=90)
    assert found(filled, CertificateFilter(ended=False, ends_before=until, unrevoked=True)) == [4]
    with filled.reading() as reading:
        assert reading.expiring_counts(NOW, {"90": until}, 5) == {"90": 1}
    with filled.writing() as writing:
        # Its holder asked for another term too, and got both.
        writing.record_renewed(serial(2), serial(7))
        successors = {row.serial: row.renewed_by for row in writing.life_rows()}
    assert (successors[serial(2)], successors[serial(4)]) == (serial(7), None)
    assert found(filled, CertificateFilter(text=serial(2))) == [2]
    assert 2 in found(filled, CertificateFilter(state=CertificateState.ISSUED, ended=False))


def test_states_and_ends_are_told_apart(filled: Register):
    assert found(filled, CertificateFilter(state=CertificateState.REVOKED)) == [3]
    assert found(filled, CertificateFilter(state=CertificateState.SUSPENDED)) == [4]
    assert found(filled, CertificateFilter(ended=True)) == [1, 0]
    valid = CertificateFilter(state=CertificateState.ISSUED, ended=False)
    assert found(filled, valid) == [8, 7, 6, 5, 2]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        (serial(5), [5]),
        (f"{2**120 + 5:x}", [5]),
        (f"0x{2**120 + 5:X}", [5]),
        ("01:00:00:00:00:00:00:00:00:00:00:00:00:00:00:06", [6]),
        ("nacato 7", [7]),
        ("Persona", list(reversed(range(COUNT)))),
        ("0000000002", [2]),
        ("nobody", []),
        ("de", []),
        ("%% 😀", []),
    ],
)
def test_a_text_is_a_serial_or_words(filled: Register, text: str, numbers: list[int]):
    assert found(filled, CertificateFilter(text=text)) == numbers


@pytest.mark.parametrize("text", ["", "   ", "x1", "f" * 51, "ñ", "0x"])
def test_what_is_no_serial_stands_for_none(text: str):
    assert serials_meant(text) == ()


def test_the_list_names_every_standing_and_its_changes_wait_to_be_listed(filled: Register):
    with filled.writing() as writing:
        revoked, suspended = writing.standings("key-1")
        assert (revoked.serial, revoked.reason) == (serial(3), "keyCompromise")
        assert revoked.invalid_since == START - timedelta(days=3)
        assert suspended.reason == "certificateHold"
        assert writing.standings("key-2") == []
        assert writing.has_unlisted()
        writing.record_listed()
        assert not writing.has_unlisted()
        writing.record_reinstated(serial(4))
        assert writing.has_unlisted()
        assert writing.standings("key-1") == [revoked]


def test_an_answer_about_a_standing_of_before_is_due_again(filled: Register):
    until = NOW + timedelta(days=4)
    with filled.writing() as writing:
        due = {row.serial for row in writing.answers_due(NOW, NOW)}
        # What has ended needs no answer any more.
        assert due == {serial(number) for number in range(2, COUNT)}
        for number in (2, 5):
            writing.record_answered(serial(number), CertificateState.ISSUED, until)
        # It was suspended while an answer was made that called it good.
        writing.record_answered(serial(4), CertificateState.ISSUED, until)
        left = {row.serial for row in writing.answers_due(NOW, NOW)}
        assert left == due - {serial(2), serial(5)}
        writing.record_suspended(StandingRow(serial(5), NOW, "certificateHold"))
        assert serial(5) in {row.serial for row in writing.answers_due(NOW, NOW)}


def test_nothing_leads_back_from_revoked(filled: Register):
    with filled.writing() as writing:
        for change in (
            lambda: writing.record_reinstated(serial(3)),
            lambda: writing.record_suspended(StandingRow(serial(3), NOW, "certificateHold")),
            lambda: writing.record_revoked(StandingRow(serial(3), NOW, "superseded")),
            lambda: writing.record_reinstated(serial(8)),
        ):
            with pytest.raises(ValueError, match=f"certificate {serial(3)[:5]}"):
                change()
