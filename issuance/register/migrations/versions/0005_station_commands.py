"""What stations sent, in the order each of them gave it, and what became of it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "station_commands",
        sa.Column("office", sa.Uuid, primary_key=True),
        sa.Column("station", sa.Uuid, primary_key=True),
        sa.Column("epoch", sa.Uuid, primary_key=True),
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("hash", sa.String, nullable=False),
        sa.Column("stream_id", sa.Uuid, nullable=False),
        sa.Column("outcome", sa.String, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("sent", sa.LargeBinary, nullable=False),
        sa.Column("receipt", sa.LargeBinary, nullable=False),
        sa.Column("noted", sa.LargeBinary, nullable=False),
    )
    op.create_index(
        "station_commands_of_stream",
        "station_commands",
        ["office", "stream_id", "station", "epoch", "seq"],
    )
    op.create_index(
        "station_commands_by_outcome",
        "station_commands",
        ["office", "station", "epoch", "outcome", "seq"],
    )
