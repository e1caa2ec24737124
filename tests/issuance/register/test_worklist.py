"""Lists page completely and steadily, count up to a ceiling, and are searched by any word."""

import unicodedata
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from issuance.register.model import PageKey, Queue, WorklistFilter, WorklistRow
from issuance.register.reading import Reading
from issuance.register.register import Register
from issuance.register.search import query_prefixes, search_tokens
from tests.examples import examples
from tests.issuance.register.samples import START, OfficeFolder, index, worklist_row

ALL = WorklistFilter()
QUEUES = [queue.value for queue in Queue]

some_rows = st.lists(
    st.builds(
        dict,
        queue=st.sampled_from(QUEUES),
        captured_by=st.sampled_from(["ana", "eva"]),
        in_work_by=st.sampled_from([None, "ana", "eva", "leo"]),
        # Many at the same moment, so that ties fall on the edges of pages.
        updated_at=st.integers(0, 3).map(lambda minutes: START + timedelta(minutes=minutes)),
    ),
    max_size=25,
)
filters = st.builds(
    WorklistFilter,
    queue=st.none() | st.sampled_from(QUEUES),
    operator=st.none() | st.sampled_from(["ana", "eva", "leo", "nobody"]),
)
each_example_starts_empty = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    max_examples=examples(8),
    deadline=None,
)


class Undo(Exception):  # noqa: N818
    """Leaves a transaction without a trace."""


def belongs(row: WorklistRow, wanted: WorklistFilter) -> bool:
    mine = row.queue != "closed" and wanted.operator in (row.captured_by, row.in_work_by)
    return wanted.queue in (None, row.queue) and (wanted.operator is None or mine)


def all_pages(reading: Reading, wanted: WorklistFilter, limit: int) -> list[WorklistRow]:
    rows: list[WorklistRow] = []
    after: PageKey | None = None
    while True:
        page = reading.case_page(wanted, after, limit)
        assert len(page.rows) <= limit
        rows += page.rows
        if page.next is None:
            return rows
        after = page.next


@pytest.fixture
def office(either: OfficeFolder) -> OfficeFolder:
    """Everything here holds on both databases."""
    return either


@each_example_starts_empty
@given(changes=some_rows, wanted=filters, limit=st.integers(1, 7))
def test_pages_are_complete_and_in_order(register: Register, changes, wanted, limit):
    rows = [worklist_row(number, **change) for number, change in enumerate(changes)]
    expected = sorted(
        (row for row in rows if belongs(row, wanted)),
        key=lambda row: (row.updated_at, row.case_id),
        reverse=True,
    )
    with suppress(Undo), register.writing() as writing:
        for row in rows:
            index(writing, row)
        assert all_pages(writing, wanted, limit) == expected
        counted = writing.counts({"wanted": wanted}, ceiling=5)
        assert counted == {"wanted": min(len(expected), 6)}
        raise Undo


def test_a_page_does_not_move_when_newer_cases_arrive(register: Register):
    with register.writing() as writing:
        for number in range(6):
            index(writing, worklist_row(number))
    with register.reading() as reading:
        first = reading.case_page(ALL, limit=3)
    with register.writing() as writing:
        index(writing, worklist_row(99))
    with register.reading() as reading:
        second = reading.case_page(ALL, first.next, limit=3)
    numbers = [row.number[-1] for row in (*first.rows, *second.rows)]
    assert numbers == ["5", "4", "3", "2", "1", "0"]
    assert second.next is None


def test_a_case_changes_hands_queue_and_words(register: Register):
    with register.writing() as writing:
        index(writing, worklist_row(1, in_work_by="eva"))
        index(writing, worklist_row(1, person_name="Otra Persona", queue="held", in_work_by="leo"))
    with register.reading() as reading:
        assert reading.search("zoila").rows == ()
        [found] = reading.search("otra").rows
        assert (found.queue, found.in_work_by) == ("held", "leo")
        filters = {name: WorklistFilter(operator=name) for name in ("ana", "eva", "leo")}
        assert reading.counts(filters) == {"ana": 1, "eva": 0, "leo": 1}
    with register.writing() as writing:
        index(writing, worklist_row(1, queue="closed"))
        assert writing.counts(filters) == {"ana": 0, "eva": 0, "leo": 0}
        assert writing.counts({"all": ALL}) == {"all": 1}


@each_example_starts_empty
@given(
    changes=some_rows,
    names=st.lists(st.sampled_from(["Ana Uno", "Eva Dos"]), min_size=25),
    told=st.lists(st.sampled_from(["the row before", "another row", "nothing"]), min_size=25),
)
def test_a_case_stands_where_its_last_change_put_it(register: Register, changes, names, told):
    """Whatever the writer takes for the row before, rightly or wrongly."""
    row = None
    with suppress(Undo), register.writing() as writing:
        for change, name, known in zip(changes, names, told, strict=False):
            before = {"the row before": row, "another row": worklist_row(1, person_name="Otra")}
            row = worklist_row(1, person_name=name, **change)
            index(writing, row, before.get(known))
            assert writing.case_page(ALL).rows == (row,)
            assert writing.search(name).rows == (row,)
            other = "Ana Uno" if name == "Eva Dos" else "Eva Dos"
            assert writing.search(other).rows == ()
            for operator in ("ana", "eva", "leo"):
                wanted = WorklistFilter(operator=operator)
                expected = (row,) if belongs(row, wanted) else ()
                assert writing.case_page(wanted).rows == expected
        raise Undo


def test_counting_stops_at_the_ceiling(register: Register):
    with register.writing() as writing:
        for number in range(5):
            index(writing, worklist_row(number))
        wanted = {"all": ALL, "held": WorklistFilter(queue="held")}
        assert writing.counts(wanted, ceiling=3) == {"all": 4, "held": 0}
        assert writing.counts(wanted, ceiling=5) == {"all": 5, "held": 0}


@pytest.mark.parametrize("limit", [0, -1, 201])
def test_nobody_loads_everything(register: Register, limit: int):
    with register.reading() as reading:
        with pytest.raises(ValueError, match="200"):
            reading.case_page(ALL, limit=limit)
        with pytest.raises(ValueError, match="200"):
            reading.search("zoila", limit=limit)
        with pytest.raises(ValueError, match="200"):
            reading.notices(limit=limit)


@pytest.mark.parametrize(
    "text",
    [
        "zoila",
        "ZOILA",
        "zoi",
        "nacato",
        "ÑACATO",
        "quishpe zoila",
        "Zoila Quishpe-Ñacato",
        "  zoila\t\n  quishpe ",
        "0000000007",
        "000000000-7",
        "ICERT-2026-000007",
        "icert 2026",
        "2026-000007",
        "000007",
        "persona7@example.ec",
        "PERSONA7@EXAMPLE.EC",
        "persona7@exa",
        "@example.ec",
        "persona7",
        "example",
    ],
)
def test_a_case_is_found_by(register: Register, text: str):
    with register.writing() as writing:
        index(writing, worklist_row(7))
        [found] = writing.search(text).rows
        assert found == worklist_row(7)


@pytest.mark.parametrize(
    "text", ["", "   ", "%", "*", "zoila perez", "oila", "' OR 1=1 --", "\x00", "\ud800", "ü" * 500]
)
def test_a_case_is_not_found_by(register: Register, text: str):
    with register.writing() as writing:
        index(writing, worklist_row(7))
        assert writing.search(text).rows == ()


def test_common_and_rare_words_find_the_same(register: Register, monkeypatch):
    with register.writing() as writing:
        for number in range(12):
            name = "Rosa Mora" if number % 3 else "Rosa Única"
            index(writing, worklist_row(number, person_name=name))

        def found(text: str) -> list[UUID]:
            first = writing.search(text, limit=2)
            rest = writing.search(text, first.next) if first.next else first
            return [row.case_id for row in (*first.rows, *rest.rows)]

        rare = [found(text) for text in ("rosa", "rosa mora", "unica rosa", "mora unica")]
        monkeypatch.setattr("issuance.register.worklist._RARE", 1)
        common = [found(text) for text in ("rosa", "rosa mora", "unica rosa", "mora unica")]
    assert rare == common
    assert [len(each) for each in rare[:3]] == [12, 8, 4]


words = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12)


@given(words=st.lists(words, min_size=1, max_size=5), data=st.data())
def test_any_beginning_of_any_word_leads_to_a_token(words: list[str], data: st.DataObject):
    word = data.draw(st.sampled_from(words))
    typed = word[: data.draw(st.integers(1, len(word)))]
    tokens = search_tokens([" ".join(words)])
    for prefix in query_prefixes(typed):
        assert any(token.startswith(prefix) for token in tokens)


@given(text=st.text())
def test_any_text_becomes_plain_tokens(text: str):
    for token in search_tokens([text]):
        assert 0 < len(token) <= 64
        assert token.isalnum()
        assert not any(map(unicodedata.combining, token))
    assert len(query_prefixes(text)) <= 8
