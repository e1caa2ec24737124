# ruff: noqa: S608 -- the SQL is made of the names of our own tables and columns
"""Takes back what was changed in a register's file: https://www.sqlite.org/undoredo.html.

Triggers write beside every change the statement that takes it back. Only a station's working copy
has them: what it decided by itself is taken back before it hears what the server decided.
"""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import CursorResult, Table

from issuance.register.tables import metadata
from issuance.register.transaction import Transaction

_LOG: Final = "undo"


class UndoWriting(Transaction):
    """Remembers changes from a moment on, forgets them, or takes them back."""

    def remember_changes(self) -> None:
        """Begin to remember, in this transaction and in all that follow."""
        self._run(f"CREATE TABLE IF NOT EXISTS {_LOG} (number INTEGER PRIMARY KEY, statement TEXT)")
        for table in metadata.sorted_tables:
            for change, statement in _taking_back(table).items():
                trigger = f"{_LOG}_{change.lower()}_{table.name}"
                self._run(f"DROP TRIGGER IF EXISTS {trigger}")
                kept = f"INSERT INTO {_LOG} (statement) VALUES ({statement})"
                self._run(
                    f'CREATE TRIGGER {trigger} AFTER {change} ON "{table.name}" BEGIN {kept}; END'
                )

    def forget_changes(self) -> None:
        """Let what was changed so far stand."""
        self._run(f"DELETE FROM {_LOG}")

    def take_back_changes(self) -> None:
        """Make the file what it was when changes were last forgotten."""
        kept = self._run(f"SELECT statement FROM {_LOG} ORDER BY number DESC").scalars().all()
        for statement in kept:
            # Its quoted values are no parameters, whatever stands in them.
            self._connection.connection.cursor().execute(statement)
        self.forget_changes()

    def _run(self, statement: str) -> CursorResult[Any]:
        return self._connection.exec_driver_sql(statement)


def _taking_back(table: Table) -> dict[str, str]:
    """Return by kind of change the SQL that makes the statement which takes it back."""
    names = [f'"{column.name}"' for column in table.columns]
    keys = [f'"{column.name}"' for column in table.primary_key.columns]
    its_row = f"' WHERE {_pairs(keys, 'NEW', ' AND ')}"
    values = " || ',' || ".join(f"quote(OLD.{name})" for name in names)
    row = f'"{table.name}" ({", ".join(names)})'
    return {
        "INSERT": f"'DELETE FROM \"{table.name}\"' || {its_row}",
        "UPDATE": f'\'UPDATE "{table.name}" SET {_pairs(names, "OLD", ", ")} || {its_row}',
        "DELETE": f"'INSERT INTO {row} VALUES (' || {values} || ')'",
    }


def _pairs(names: Sequence[str], row: str, between: str) -> str:
    """Return the rest of a quoted text with `name = value` for each name of a changed row."""
    return f" || '{between}".join(f"{name} = ' || quote({row}.{name})" for name in names)
