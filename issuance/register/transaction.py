"""What every part of a transaction has: the connection and the office whose rows it sees."""

from dataclasses import fields
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Connection, Insert, Table
from sqlalchemy.dialects import postgresql, sqlite

from issuance.register.statements import Change


class Transaction:
    """One snapshot of the database or one change of it."""

    def __init__(self, connection: Connection, office: UUID) -> None:
        self._connection = connection
        self._office = office
        self._put_off: list[tuple[Change, dict[str, Any]]] = []

    def put_off(self, change: Change, row: dict[str, Any]) -> None:
        """Insert a row later, together with others; whoever commits, or asks for it, sees to it."""
        self._put_off.append((change, row))

    def write_put_off(self) -> None:
        """Insert what was put off, in as few statements as that takes."""
        waiting, self._put_off = self._put_off, []
        rows: dict[Change, list[dict[str, Any]]] = {}
        for change, row in waiting:
            rows.setdefault(change, []).append(row)
        for change, together in rows.items():
            change.send(self._connection, *together)


def columns_of(table: Table, record: Any) -> list[Column[Any]]:
    """Return a table's columns in the order of a record's fields, so that a row makes a record."""
    return [table.c[field.name] for field in fields(record)]


def values_of(record: Any) -> dict[str, Any]:
    """Return a record's fields by name, so that a record makes a row."""
    return {name: getattr(record, name) for name in _names_of(record.__class__)}


@cache
def _names_of(record: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(record))


def unless_there(table: Table, *told: Column[Any]) -> dict[str, Insert]:
    """Return by database what inserts rows that are not there, and returns these columns of them.

    Both databases know the words, but the library has them apart.
    """
    return {
        dialect.dialect.name: dialect.insert(table).on_conflict_do_nothing().returning(*told)
        for dialect in (postgresql, sqlite)
    }
