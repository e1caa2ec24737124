"""Which of institutions' certificates need a status answer, on both databases."""

from datetime import timedelta
from uuid import UUID

import pytest

from issuance.register.model import CertificateRow, StandingRow
from issuance.register.register import Register
from issuance.register.status_answers import AnswerGiven
from tests.issuance.register.samples import START, OfficeFolder, index, worklist_row

NOW = START + timedelta(days=1)
UNTIL = NOW + timedelta(days=4)
AUTHORITIES = ("key-1", "key-1", "key-2", "key-2", "key-2")


def serial(number: int) -> str:
    return str(2**120 + number)


@pytest.fixture
def office(either: OfficeFolder) -> OfficeFolder:
    """Everything here holds on both databases."""
    return either


@pytest.fixture
def filled(register: Register) -> Register:
    """Two certificates of one authority, two of another, and an intent; the last has a life."""
    with register.writing() as writing:
        for number, authority in enumerate(AUTHORITIES):
            case = UUID(int=number)
            index(writing, worklist_row(number))
            writing.record_intent(CertificateRow(serial(number), case, b"", "", authority, START))
            if number != 2:
                writing.record_certificate(serial(number), b"der")
        writing.begin_life(serial(4), UUID(int=4), START, START + timedelta(days=50))
    return register


def due(register: Register, without: tuple[str, ...] = (), limit: int = 200) -> list[int]:
    with register.reading() as reading:
        rows = reading.institution_answers_due(NOW, without, limit)
    assert all(row.certificate == b"der" for row in rows)
    return [int(row.serial) - 2**120 for row in rows]


def test_what_was_issued_is_due_until_answered_and_a_change_makes_it_due_again(filled: Register):
    assert due(filled) == [0, 1, 3]
    assert due(filled, without=("key-1",)) == [3]
    assert due(filled, limit=1) == [0]
    with filled.writing() as writing:
        writing.keep_answers_given(
            [AnswerGiven(serial(each), "issued", UNTIL) for each in (0, 1)]
            + [AnswerGiven(serial(3), "issued", NOW)]
        )
    assert due(filled) == [3], "its answer ends by now"
    with filled.writing() as writing:
        writing.record_revoked(StandingRow(serial(1), NOW, "keyCompromise"))
    assert due(filled) == [1, 3]
    with filled.reading() as reading:
        revoked = reading.institution_answers_due(NOW)[0]
    assert (revoked.state, revoked.revoked_at, revoked.reason) == ("revoked", NOW, "keyCompromise")
    with filled.writing() as writing:
        writing.keep_answers_given([AnswerGiven(serial(1), "revoked", UNTIL)])
    assert due(filled) == [3]
