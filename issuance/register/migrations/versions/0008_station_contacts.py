"""When a station was heard of last, and what it said then waits there."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def _moment() -> sa.types.TypeEngine[str]:
    return sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "station_contacts",
        sa.Column("office", sa.Uuid, primary_key=True),
        sa.Column("station", sa.Uuid, primary_key=True),
        sa.Column("at", _moment(), nullable=False),
        sa.Column("waiting", sa.Integer, nullable=False),
        sa.Column("octets", sa.BigInteger, nullable=False),
        sa.Column("oldest", _moment()),
    )
