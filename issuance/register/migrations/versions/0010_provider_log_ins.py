"""Log-ins by an identity provider that are under way."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "provider_log_ins",
        sa.Column("office", sa.Uuid, primary_key=True),
        sa.Column("handle", sa.String, primary_key=True),
        sa.Column("stage", sa.String, nullable=False),
        sa.Column(
            "expires_at",
            sa.String().with_variant(sa.String(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("operator", sa.String),
        sa.Column("subject", sa.Uuid),
        sa.Column("level", sa.String),
        sa.Column("finding", sa.String),
    )
