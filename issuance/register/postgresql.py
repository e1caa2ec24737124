"""Opens a database of a PostgreSQL server: https://www.psycopg.org/psycopg3/docs/.

A writer is READ COMMITTED: whoever waited for a locked row sees what the other one committed. A
reader's snapshot is REPEATABLE READ and read only. Nothing here needs more of a server than rows,
row locks and unique indexes, so that databases that speak its protocol stay within reach.
"""

from typing import Any, Final

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from sqlalchemy import Engine, ExceptionContext, create_engine, event
from sqlalchemy.pool import QueuePool

from issuance.register.place import Postgresql

_CONNECTIONS: Final = 4
_AT_MOST: Final = 12
_PATIENCE_SECONDS: Final = 10

# A server that is gone without a word is given up in half a minute.
_UNLESS_SAID_OTHERWISE: Final[dict[str, Any]] = {
    "application_name": "ventanilla",
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}

# What was told is done must survive; what a frozen process holds is given back.
_SETTINGS: Final = f"""
SELECT set_config('lock_timeout', '{_PATIENCE_SECONDS}s', false),
       set_config('idle_in_transaction_session_timeout', '60s', false),
       set_config('synchronous_commit', CASE current_setting('synchronous_commit')
           WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, false)
"""


def postgresql_engines(place: Postgresql) -> tuple[Engine, Engine]:
    """Return the engines of writers and readers; they share their connections."""
    conninfo = _conninfo(place)

    def connect() -> Any:
        connection = psycopg.connect(conninfo, autocommit=True)
        try:
            connection.execute(_SETTINGS.encode())
            connection.autocommit = False
        except BaseException:
            connection.close()
            raise
        return connection

    writers = create_engine(
        "postgresql+psycopg://",
        creator=connect,
        isolation_level="READ COMMITTED",
        poolclass=QueuePool,
        pool_size=_CONNECTIONS,
        max_overflow=_AT_MOST - _CONNECTIONS,
        pool_timeout=_PATIENCE_SECONDS,
        # An error message must not show personal data.
        hide_parameters=True,
    )
    event.listen(writers, "handle_error", _hide_values)
    readers = writers.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return writers, readers


def described(place: Postgresql) -> str:
    """Say for a person which database is meant."""
    known = conninfo_to_dict(_conninfo(place))
    return f"{known.get('host', '')}/{known.get('dbname', '')}"


def _conninfo(place: Postgresql) -> str:
    said: dict[str, Any] = {**conninfo_to_dict(place.conninfo.reveal())}
    return make_conninfo("", **(_UNLESS_SAID_OTHERWISE | said))


def _hide_values(context: ExceptionContext) -> None:
    """Leave of the server's message the first line: the next quote the row it is about."""
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None:
            error.args = (str(error).partition("\n")[0],)
