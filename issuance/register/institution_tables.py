"""The tables by which an office finds what belongs to its institutions.

The migrations build them; a test proves that both agree.
"""

from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Index, String, Table, Uuid

from issuance.register.tables import Moment, metadata, ordered_text

items = Table(
    "institution_items",
    metadata,
    Column("office", Uuid, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("institution", Uuid),
    Column("official", Uuid),
    Column("status", String, nullable=False),
    Column("type", String, nullable=False),
    Column("place", ordered_text(), nullable=False),
    Column("ends_at", Moment),
    Column("campaign", Uuid),
    Index("items_in_place", "office", "kind", "place", "id"),
    Index("items_by_status", "office", "kind", "status", "place", "id"),
    Index("items_of_institution", "office", "institution", "kind", "place", "id"),
    Index("items_of_official", "office", "official", "kind", "place", "id"),
    Index("items_of_campaign", "office", "campaign", "status"),
    Index("items_by_end", "office", "kind", "ends_at"),
)
"""A stream of an institution as a line: `place` is what lists are ordered by."""

item_tokens = Table(
    "institution_item_tokens",
    metadata,
    Column("office", Uuid, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("token", ordered_text(), primary_key=True),
    Column("id", Uuid, primary_key=True),
    ForeignKeyConstraint(
        ["office", "kind", "id"],
        ["institution_items.office", "institution_items.kind", "institution_items.id"],
    ),
    Index("item_tokens_of_item", "office", "kind", "id", "token"),
    sqlite_with_rowid=False,
)

institution_entries = Table(
    "institution_entries",
    metadata,
    Column("office", Uuid, primary_key=True),
    Column("institution", Uuid, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
"""Which entries of the chain are about which institution."""
