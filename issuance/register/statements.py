"""What every command sends and asks: bound without SQLAlchemy's detour where there is a file.

SQLAlchemy keeps the text of a statement, but for every execution finds out anew which value stands
where and how it is written. A file stores or finds a row in less time than that takes; a server is
too far away for it to matter.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import CompoundSelect, Connection, Dialect, Insert, Select, Update

Row = Mapping[str, Any]
Bind = Callable[[Row], tuple[Any, ...]]
AnySelect = Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]]


class _Place(NamedTuple):
    """Where a statement takes a value from: a row's field, or what it says itself."""

    name: str
    given: bool
    value: Any
    written: Callable[[Any], Any] | None

    def bound(self, row: Row) -> Any:
        """Return what is handed to the driver for a row."""
        value = row[self.name] if self.given else self.value
        return value if self.written is None else self.written(value)


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
        bound = [bind(row) for row in rows]
        return connection.exec_driver_sql(text, bound if len(bound) > 1 else bound[0]).rowcount


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
        return [read(found) for found in connection.exec_driver_sql(text, bind(row))]


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
    places: list[_Place] = []
    for name in compiled.positiontup:
        parameter = compiled.binds[name]
        written = parameter.type.dialect_impl(dialect).bind_processor(dialect)
        if name not in fields and parameter.required:
            raise ValueError(f"a row has no {name}")
        places.append(_Place(name, name in fields, parameter.value, written))
    return str(compiled), partial(_bound, tuple(places))


def _bound(places: tuple[_Place, ...], row: Row) -> tuple[Any, ...]:
    return tuple(place.bound(row) for place in places)
