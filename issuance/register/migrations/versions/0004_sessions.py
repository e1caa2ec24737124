"""What several processes of a server share: sessions, and leases of work one of them does."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def _ordered() -> sa.types.TypeEngine[str]:
    return sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "sessions",
        sa.Column("office", sa.Uuid, primary_key=True),
        sa.Column("token_hash", sa.LargeBinary, primary_key=True),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("operator", sa.String, nullable=False),
        sa.Column("roles", sa.String, nullable=False),
        sa.Column("station", sa.Uuid),
        sa.Column("started_at", _ordered(), nullable=False),
        sa.Column("last_used_at", _ordered(), nullable=False),
        sa.Column("expires_at", _ordered(), nullable=False),
    )
    op.create_index("sessions_of_operator", "sessions", ["office", "operator"])
    op.create_index("sessions_by_end", "sessions", ["office", "expires_at"])
    op.create_table(
        "leases",
        sa.Column("office", sa.Uuid, primary_key=True),
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("holder", sa.Uuid, nullable=False),
        sa.Column("until", _ordered(), nullable=False),
    )
