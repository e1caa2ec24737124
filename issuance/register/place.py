"""Where a register is: in a file, or in a database of a PostgreSQL server."""

from dataclasses import dataclass
from pathlib import Path

from issuance.secret import Secret


@dataclass(frozen=True, slots=True)
class Postgresql:
    """A database by its connection string or URL, as libpq reads it.

    https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING. A password belongs
    into a password file or the environment; where it stands here, nothing shows it.
    """

    conninfo: Secret


Place = Path | Postgresql
"""A path is an encrypted SQLite file's; what is in PostgreSQL the server's owner encrypts."""
