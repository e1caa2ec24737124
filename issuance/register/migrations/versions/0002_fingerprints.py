"""Fingerprints of photos, to recognise another applicant's."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the table; photos captured before have no fingerprint."""
    op.create_table(
        "fingerprints",
        sa.Column("office", sa.Uuid, primary_key=True),
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("slot", sa.String, nullable=False),
        sa.Column("person", sa.Uuid, nullable=False),
        sa.Column("fingerprint", sa.String, nullable=False),
    )
    op.create_index(
        "fingerprints_of_slot", "fingerprints", ["office", "case_id", "slot"], unique=True
    )
