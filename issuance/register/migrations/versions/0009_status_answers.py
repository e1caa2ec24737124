"""Until when the status answers of institutions' certificates hold."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "status_answers",
        sa.Column("office", sa.Uuid, primary_key=True),
        sa.Column(
            "serial",
            sa.String().with_variant(sa.String(collation="C"), "postgresql"),
            primary_key=True,
        ),
        sa.Column("state", sa.String, nullable=False),
        sa.Column(
            "until",
            sa.String().with_variant(sa.String(collation="C"), "postgresql"),
            nullable=False,
        ),
    )
