"""The list of cases: filtered, counted up to a ceiling, searched; derived from the events."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Select, and_, bindparam, delete, insert, select, update

from issuance.register.model import (
    CaseMarks,
    KnownCase,
    Page,
    PageKey,
    Queue,
    WorklistFilter,
    WorklistRow,
)
from issuance.register.paging import count_up_to, newest_first, page_of, require_page_size
from issuance.register.search import LAST_CHARACTER, query_prefixes, search_tokens
from issuance.register.statements import Change
from issuance.register.tables import cases
from issuance.register.tables import cases_in_hand as in_hand
from issuance.register.tables import search_tokens as tokens
from issuance.register.transaction import Transaction, columns_of, unless_there, values_of

COUNT_CEILING: Final = 200

_RARE: Final = 1000
_ROW = columns_of(cases, WorklistRow)
_ITS_CASE = and_(cases.c.office == in_hand.c.office, cases.c.case_id == in_hand.c.case_id)

_CHANGE_CASE = update(cases).where(
    cases.c.office == bindparam("this_office"), cases.c.case_id == bindparam("this_case")
)
_INSERT_CASE = unless_there(cases, cases.c.case_id)
_CHANGE_KNOWN = _CHANGE_CASE.where(
    *(cases.c[name].is_not_distinct_from(bindparam(f"same_{name}")) for name in CaseMarks._fields),
)
_CHANGE_CLOSED = Change(_CHANGE_KNOWN.where(cases.c.queue == Queue.CLOSED))
_CHANGE_OPEN = Change(_CHANGE_KNOWN.where(cases.c.queue != Queue.CLOSED))
_MOVE_HANDS = Change(
    update(in_hand).where(
        in_hand.c.office == bindparam("this_office"), in_hand.c.case_id == bindparam("this_case")
    )
)
_DROP_HANDS = delete(in_hand).where(
    in_hand.c.office == bindparam("this_office"), in_hand.c.case_id == bindparam("this_case")
)
_INSERT_HANDS = insert(in_hand)
_THESE_TOKENS = and_(
    tokens.c.office == bindparam("this_office"), tokens.c.case_id == bindparam("this_case")
)
_READ_TOKENS = select(tokens.c.token).where(_THESE_TOKENS)
_DROP_TOKENS = delete(tokens).where(
    _THESE_TOKENS, tokens.c.token.in_(bindparam("stale", expanding=True))
)
_INSERT_TOKENS = insert(tokens)


class WorklistReading(Transaction):
    """Lists, counts and searches cases."""

    def case_page(
        self, wanted: WorklistFilter, after: PageKey | None = None, limit: int = 50
    ) -> Page[WorklistRow]:
        """Return the cases a filter lets through, the last changed first."""
        ordered_by = cases if wanted.operator is None else in_hand
        at, identifier = ordered_by.c.updated_at, ordered_by.c.case_id
        return self._page(newest_first(self._filtered(wanted), at, identifier, after, limit), limit)

    def counts(
        self, wanted: Mapping[str, WorklistFilter], ceiling: int = COUNT_CEILING
    ) -> dict[str, int]:
        """Count the cases of each filter; `ceiling + 1` means more than the ceiling."""
        require_page_size(ceiling)
        return {
            name: count_up_to(self._connection, self._filtered(each), ceiling)
            for name, each in wanted.items()
        }

    def search(self, text: str, after: PageKey | None = None, limit: int = 50) -> Page[WorklistRow]:
        """Return the cases in which every word of the text begins something; none for no words."""
        require_page_size(limit)
        prefixes = query_prefixes(text)
        if not prefixes:
            return Page((), None)
        query = self._of_office()
        for prefix in prefixes:
            query = self._narrowed(query, prefix)
        query = newest_first(query, cases.c.updated_at, cases.c.case_id, after, limit)
        return self._page(query, limit)

    def _narrowed(self, query: Select[Any], prefix: str) -> Select[Any]:
        """Keep the cases with a token that begins so.

        A rare beginning leads from its tokens to their cases; a common one is looked for in the
        cases as they come, since collecting all its tokens would cost more than the page.
        """
        found = select(tokens.c.case_id).where(
            tokens.c.office == self._office,
            tokens.c.token >= prefix,
            tokens.c.token < prefix + LAST_CHARACTER,
        )
        if count_up_to(self._connection, found, _RARE) > _RARE:
            return query.where(found.where(tokens.c.case_id == cases.c.case_id).exists())
        hits = found.distinct().subquery()
        return query.join(hits, hits.c.case_id == cases.c.case_id)

    def _filtered(self, wanted: WorklistFilter) -> Select[Any]:
        query = self._of_office()
        if wanted.queue is not None:
            query = query.where(cases.c.queue == wanted.queue)
        if wanted.operator is not None:
            query = query.join(in_hand, _ITS_CASE).where(
                in_hand.c.office == self._office, in_hand.c.operator == wanted.operator
            )
        return query

    def _of_office(self) -> Select[Any]:
        return select(*_ROW).where(cases.c.office == self._office)

    def _page(self, query: Select[Any], limit: int) -> Page[WorklistRow]:
        rows = [WorklistRow(*row) for row in self._connection.execute(query)]
        return page_of(rows, limit, lambda row: PageKey(row.updated_at, row.case_id))


class WorklistWriting(WorklistReading):
    """Keeps the list in step with the events."""

    def index_case(
        self,
        row: WorklistRow,
        search_terms: Sequence[str],
        known: KnownCase | None = None,
        known_terms: Sequence[str] = (),
    ) -> None:
        """Replace the row of a case, in whose hands it is, and what it is found by.

        The terms follow from the row. Where it is `known` how the case stood, only what differs
        from that is written; whether it really stood so is looked at.
        """
        if known is not None and self._case_changed(row, known):
            self._change_hands(row, frozenset() if known.closed else _holders(known.marks))
            if search_terms != known_terms:
                self._change_tokens(row, search_tokens(search_terms), search_tokens(known_terms))
            return
        present: frozenset[str] = frozenset()
        if not self._case_inserted(row):
            self._connection.execute(_CHANGE_CASE, self._this_case(row) | values_of(row))
            self._connection.execute(_DROP_HANDS, self._this_case(row))
            found = self._connection.execute(_READ_TOKENS, self._this_case(row)).scalars()
            present = frozenset(found)
        self._insert_hands(row)
        self._change_tokens(row, search_tokens(search_terms), present)

    def _case_inserted(self, row: WorklistRow) -> bool:
        values = values_of(row) | {"office": self._office}
        inserting = _INSERT_CASE[self._connection.dialect.name]
        inserted = self._connection.execute(inserting, values)
        return inserted.first() is not None

    def _case_changed(self, row: WorklistRow, known: KnownCase) -> bool:
        same = {f"same_{name}": value for name, value in known.marks._asdict().items()}
        changing = _CHANGE_CLOSED if known.closed else _CHANGE_OPEN
        values = self._this_case(row) | same | values_of(row)
        return changing.send(self._connection, values) == 1

    def _change_hands(self, row: WorklistRow, before: frozenset[str]) -> None:
        if _hands(row) != before:
            self._connection.execute(_DROP_HANDS, self._this_case(row))
            self._insert_hands(row)
        elif before:
            _MOVE_HANDS.send(
                self._connection, self._this_case(row) | {"updated_at": row.updated_at}
            )

    def _insert_hands(self, row: WorklistRow) -> None:
        key = {"office": self._office, "updated_at": row.updated_at, "case_id": row.case_id}
        if operators := _hands(row):
            self._connection.execute(
                _INSERT_HANDS, [key | {"operator": operator} for operator in sorted(operators)]
            )

    def _change_tokens(
        self, row: WorklistRow, wanted: frozenset[str], present: frozenset[str]
    ) -> None:
        if stale := present - wanted:
            self._connection.execute(_DROP_TOKENS, self._this_case(row) | {"stale": sorted(stale)})
        if new := wanted - present:
            self._connection.execute(
                _INSERT_TOKENS,
                [
                    {"office": self._office, "token": token, "case_id": row.case_id}
                    for token in sorted(new)
                ],
            )

    def _this_case(self, row: WorklistRow) -> dict[str, Any]:
        return {"this_office": self._office, "this_case": row.case_id}


def _hands(row: WorklistRow) -> frozenset[str]:
    """Return who has a case in hand: nobody a closed one."""
    return frozenset() if row.queue == Queue.CLOSED else _holders(row)


def _holders(case: WorklistRow | CaseMarks) -> frozenset[str]:
    return frozenset({case.captured_by} | ({case.in_work_by} if case.in_work_by else set()))
