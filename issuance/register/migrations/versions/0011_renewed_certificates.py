"""Which certificate follows one that was renewed."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Create the table, with a row for every certificate renewed before."""
    renewed = op.create_table(
        "renewed_certificates",
        sa.Column("office", sa.Uuid, primary_key=True),
        sa.Column(
            "serial",
            sa.String().with_variant(sa.String(collation="C"), "postgresql"),
            primary_key=True,
        ),
        sa.Column("by_serial", sa.String, nullable=False),
    )
    if not op.get_context().as_sql:
        _renewed_before(op.get_bind(), renewed)


def _renewed_before(connection: sa.Connection, renewed: sa.Table) -> None:
    """Read it in the states of the cases, one after the other."""
    streams = sa.table(
        "streams", sa.column("office", sa.Uuid), sa.column("kind"), sa.column("state")
    )
    wanted = sa.select(streams.c.office, streams.c.state).where(
        streams.c.kind == "case", streams.c.state.is_not(None)
    )
    rows: list[dict[str, Any]] = []
    for row in connection.execute(wanted):
        state: dict[str, Any] = json.loads(row.state)
        certificate: dict[str, Any] = state.get("activation", {}).get("certificate") or {}
        if follows := certificate.get("life", {}).get("renewed_by"):
            rows.append(
                {"office": row.office, "serial": certificate["serial"], "by_serial": follows}
            )
    if rows:
        connection.execute(renewed.insert(), rows)
