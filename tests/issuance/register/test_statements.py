"""What a file is sent past SQLAlchemy's detour is what SQLAlchemy would send it."""

from collections.abc import Iterator
from typing import Any
from unittest.mock import patch
from uuid import UUID

import pytest
from sqlalchemy import Connection, bindparam, create_engine, event, insert, select, update
from sqlalchemy.exc import IntegrityError

from issuance.register import statements
from issuance.register.model import Queue
from issuance.register.statements import Change, Question, Row, hand_over
from issuance.register.tables import cases, certificate_lives, metadata
from tests.issuance.register.samples import OFFICE, START

CASE = UUID(int=2)
ROW: dict[str, Any] = {
    "office": OFFICE, "case_id": CASE, "number": "1", "person_name": "Ñusta", "identification": "",
    "email": "", "product": "p", "queue": Queue.READY, "captured_by": "ana", "in_work_by": None,
    "updated_at": START, "step": "s", "policy": "ec-icert",
}  # fmt: skip
LIFE: dict[str, Any] = {
    "office": OFFICE, "serial": "7", "case_id": CASE, "state": "issued", "not_before": START,
    "not_after": START, "due_at": None, "unlisted": True,
}  # fmt: skip
CHANGE = Change(
    update(cases).where(
        cases.c.office == bindparam("this_office"),
        cases.c.in_work_by.is_not_distinct_from(bindparam("same")),
        cases.c.queue != Queue.CLOSED,
    )
)
ASK = Question(
    select(cases.c.case_id, cases.c.in_work_by, cases.c.updated_at, cases.c.queue).where(
        cases.c.office == bindparam("this_office"), cases.c.person_name == bindparam("name")
    )
)
BEGIN = Change(insert(certificate_lives))


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(cases), ROW)
        yield connection
    engine.dispose()


@pytest.mark.parametrize(
    ("change", "rows", "changed"),
    [
        (CHANGE, [{"this_office": OFFICE, "same": None, "updated_at": START, "step": "t"}], 1),
        (CHANGE, [{"this_office": OFFICE, "same": "eva", "queue": Queue.CLOSED}], 0),
        (BEGIN, [LIFE], 1),
        (BEGIN, [LIFE, LIFE | {"serial": "8"}], 2),
    ],
)
def test_the_driver_is_told_the_same_by_both_ways(
    connection: Connection, change: Change, rows: list[Row], changed: int
):
    told: list[tuple[object, object]] = []

    def remember(_c: object, _cursor: object, text: object, given: object, *_: object) -> None:
        told.append((text, given))

    def handed(connection: Connection, text: str, bound: list[tuple[object, ...]]) -> object:
        told.append((text, bound if bound[1:] else bound[0]))
        return hand_over(connection, text, bound)

    with patch.object(statements, "hand_over", handed):
        assert change.send(connection, *rows) == changed
    connection.exec_driver_sql("DELETE FROM certificate_lives")
    event.listen(connection, "before_cursor_execute", remember)
    connection.execute(change.statement, [dict(row) for row in rows] if rows[1:] else rows[0])
    assert told[0] == told[1]


def test_a_row_that_lacks_a_value_or_breaks_a_rule_is_refused(connection: Connection):
    with pytest.raises(ValueError, match="same"):
        CHANGE.send(connection, {"this_office": OFFICE, "step": "t"})
    BEGIN.send(connection, LIFE)
    with pytest.raises(IntegrityError):
        BEGIN.send(connection, LIFE)


@pytest.mark.parametrize("name", ["Ñusta", "nobody"])
def test_a_question_is_answered_the_same_by_both_ways(connection: Connection, name: str):
    asked = {"this_office": OFFICE, "name": name}
    answers = ASK.answers(connection, asked)
    assert [*map(tuple, answers)] == [*map(tuple, connection.execute(ASK.statement, asked))]
    assert [row[0] for row in answers] == ([CASE] if name == "Ñusta" else [])
