"""Brings a register's tables from any released version to the newest.

Alembic is imported only when there is something to do: opening an up-to-date register costs one
look at its version.
"""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from issuance.findings import blocks
from issuance.findings.register import RegisterCode
from issuance.register.errors import RegisterUnreadable
from issuance.register.tables import SCHEMA_VERSION


def migrate(connection: Connection) -> None:
    """Create or upgrade the tables inside the caller's transaction.

    Raises `RegisterUnreadable` when a newer program wrote them.
    """
    present = schema_version(connection)
    if present == SCHEMA_VERSION:
        return
    if present is not None and connection.dialect.name == "postgresql":
        # Another process may be upgrading: wait for it, and look again.
        connection.execute(text("LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE"))
        present = schema_version(connection)
        if present == SCHEMA_VERSION:
            return
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if present is not None and present not in known:
        raise RegisterUnreadable(blocks(RegisterCode.REGISTER_NEWER, schema=present))
    config.attributes["connection"] = connection
    command.upgrade(config, SCHEMA_VERSION)


def schema_version(connection: Connection) -> str | None:
    """Return the migration the tables are at, None where there are none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
