"""What every command sends and asks: bound without SQLAlchemy's detour where there is a file.

SQLAlchemy keeps the text of a statement, but for every execution finds out anew which value stands
where and how it is written, and what its answer looks like. A file stores or finds a row in less
time than that takes; a server is too far away for it to matter.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import CompoundSelect, Connection, Dialect, Insert, Select, Update
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import DBAPIError

Row = Mapping[str, Any]
Values = tuple[Any, ...]
Bind = Callable[[Row], Values]
AnySelect = Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]]


class _Places(NamedTuple):
    """Where a statement takes its values from, in their order, and how they are written.

    That is a row's field, or what the statement says itself (`own`).
    """

    names: tuple[str, ...]
    own: Row
    written: tuple[tuple[int, Callable[[Any], Any]], ...]

    def bound(self, row: Row) -> Values:
        """Return what is handed to the driver for a row."""
        said = {**self.own, **row} if self.own else row
        values = [said[name] for name in self.names]
        for place, written in self.written:
            values[place] = written(values[place])
        return tuple(values)


class Change:
    """An insert or update by rows, whose text and places are worked out once for the same fields.

    It tells nothing back but how many rows it changed.
    """

    def __init__(self, statement: Insert | Update) -> None:
        self.statement = statement
        self._known: dict[tuple[str, ...], tuple[str, Bind]] = {}

    def send(self, connection: Connection, *rows: Row) -> int:
        """Execute it for rows with the same fields; return how many were changed."""
        if connection.dialect.name != "sqlite":
            sent = [dict(row) for row in rows]
            return connection.execute(self.statement, sent if len(sent) > 1 else sent[0]).rowcount
        fields = tuple(rows[0])
        if fields not in self._known:
            self._known[fields] = _worked_out(self.statement, connection.dialect, fields)
        text, bind = self._known[fields]
        return hand_over(connection, text, [bind(row) for row in rows]).rowcount


class Question:
    """A select that is asked with always the same fields, worked out at the first time."""

    def __init__(self, statement: AnySelect) -> None:
        self.statement = statement
        self._known: tuple[str, Bind, Callable[[Sequence[Any]], Sequence[Any]]] | None = None

    def answers(self, connection: Connection, row: Row) -> Sequence[Sequence[Any]]:
        """Return the rows it finds for the fields."""
        if connection.dialect.name != "sqlite":
            return connection.execute(self.statement, dict(row)).all()
        if self._known is None:
            dialect = connection.dialect
            text, bind = _worked_out(self.statement, dialect, tuple(row))
            self._known = text, bind, _reader(self.statement, dialect)
        text, bind, read = self._known
        return [read(found) for found in hand_over(connection, text, [bind(row)]).fetchall()]


def hand_over(connection: Connection, text: str, bound: Sequence[Values] = ((),)) -> DBAPICursor:
    """Let a file's driver execute a statement for what is bound to it; it fails as by Core."""
    cursor = connection.connection.cursor()
    try:
        if len(bound) > 1:
            cursor.executemany(text, bound)
        else:
            cursor.execute(text, bound[0])
    except connection.dialect.loaded_dbapi.Error as error:
        raise DBAPIError.instance(text, None, error, type(error)) from error
    return cursor


def _reader(statement: AnySelect, dialect: Dialect) -> Callable[[Sequence[Any]], Sequence[Any]]:
    """Return what makes values of a row as the driver tells it."""
    processors = [
        (place, processor)
        for place, each in enumerate(statement.selected_columns)
        if (processor := each.type.dialect_impl(dialect).result_processor(dialect, None))
    ]

    def read(found: Sequence[Any]) -> Sequence[Any]:
        values = list(found)
        for place, processor in processors:
            values[place] = processor(values[place])
        return values

    return read


def _worked_out(
    statement: Insert | Update | AnySelect,
    dialect: Dialect,
    fields: tuple[str, ...],
) -> tuple[str, Bind]:
    """Return a statement's text, and what puts a row's values in the order it wants them."""
    compiled = statement.compile(dialect=dialect, column_keys=sorted(fields))
    if compiled.positiontup is None:
        raise TypeError("a file's statements take their values by position")
    own: dict[str, Any] = {}
    written: list[tuple[int, Callable[[Any], Any]]] = []
    for place, name in enumerate(compiled.positiontup):
        parameter = compiled.binds[name]
        if name not in fields:
            if parameter.required:
                raise ValueError(f"a row has no {name}")
            own[name] = parameter.value
        if processor := parameter.type.dialect_impl(dialect).bind_processor(dialect):
            written.append((place, processor))
    return str(compiled), _Places(tuple(compiled.positiontup), own, tuple(written)).bound
