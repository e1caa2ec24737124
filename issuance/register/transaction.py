"""What every part of a transaction has: the connection and the office whose rows it sees."""

from dataclasses import fields
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Connection, Table


class Transaction:
    """One snapshot of the database or one change of it."""

    def __init__(self, connection: Connection, office: UUID) -> None:
        self._connection = connection
        self._office = office


def columns_of(table: Table, record: Any) -> list[Column[Any]]:
    """Return a table's columns in the order of a record's fields, so that a row makes a record."""
    return [table.c[field.name] for field in fields(record)]
