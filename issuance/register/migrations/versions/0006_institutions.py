"""What belongs to the institutions of an office, as lists and searches find it."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def _ordered() -> sa.types.TypeEngine[str]:
    return sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "institution_items",
        sa.Column("office", sa.Uuid, primary_key=True),
        sa.Column("kind", sa.String, primary_key=True),
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("institution", sa.Uuid),
        sa.Column("official", sa.Uuid),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("type", sa.String, nullable=False),
        sa.Column("place", _ordered(), nullable=False),
        sa.Column("ends_at", _ordered()),
        sa.Column("campaign", sa.Uuid),
    )
    for name, *columns in (
        ("items_in_place", "kind", "place", "id"),
        ("items_by_status", "kind", "status", "place", "id"),
        ("items_of_institution", "institution", "kind", "place", "id"),
        ("items_of_official", "official", "kind", "place", "id"),
        ("items_of_campaign", "campaign", "status"),
        ("items_by_end", "kind", "ends_at"),
    ):
        op.create_index(name, "institution_items", ["office", *columns])
    op.create_table(
        "institution_item_tokens",
        sa.Column("office", sa.Uuid, primary_key=True),
        sa.Column("kind", sa.String, primary_key=True),
        sa.Column("token", _ordered(), primary_key=True),
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.ForeignKeyConstraint(
            ["office", "kind", "id"],
            ["institution_items.office", "institution_items.kind", "institution_items.id"],
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "item_tokens_of_item", "institution_item_tokens", ["office", "kind", "id", "token"]
    )
    op.create_table(
        "institution_entries",
        sa.Column("office", sa.Uuid, primary_key=True),
        sa.Column("institution", sa.Uuid, primary_key=True),
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
