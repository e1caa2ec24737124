"""Keyset pages, newest first: every page costs the same however far back it lies."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from sqlalchemy import Column, Connection, Select, func, literal, select, tuple_

from issuance.register.model import Page, PageKey

LARGEST_PAGE: Final = 200

RowT = TypeVar("RowT")


def require_page_size(limit: int, largest: int = LARGEST_PAGE) -> None:
    """Raise ValueError for a page nobody should ask for."""
    if not 1 <= limit <= largest:
        raise ValueError(f"a page has 1 to {largest} rows")


def newest_first(
    query: Select[Any], at: Column[Any], identifier: Column[Any], after: PageKey | None, limit: int
) -> Select[Any]:
    """Return the query for one page and one row more, which tells whether another page follows."""
    require_page_size(limit)
    if after is not None:
        key = tuple_(literal(after.at, at.type), literal(after.id, identifier.type))
        query = query.where(tuple_(at, identifier) < key)
    return query.order_by(at.desc(), identifier.desc()).limit(limit + 1)


def page_of(rows: list[RowT], limit: int, key: Callable[[RowT], PageKey]) -> Page[RowT]:
    """Make a page of what `newest_first` found."""
    shown = tuple(rows[:limit])
    return Page(shown, key(shown[-1]) if len(rows) > limit else None)


def count_up_to(connection: Connection, query: Select[Any], ceiling: int) -> int:
    """Count what a query finds; `ceiling + 1` means more than the ceiling."""
    some = query.limit(ceiling + 1).subquery()
    return connection.execute(select(func.count()).select_from(some)).scalar_one()
