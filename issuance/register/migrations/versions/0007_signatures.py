"""What was signed and what was refused, as searches find it."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def _moment() -> sa.types.TypeEngine[str]:
    return sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "signatures",
        sa.Column("office", sa.Uuid, primary_key=True),
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", _moment(), nullable=False),
        sa.Column("institution", sa.Uuid, nullable=False),
        sa.Column("official", sa.Uuid),
        sa.Column("certificate", sa.Uuid, nullable=False),
        sa.Column("application", sa.Uuid),
        sa.Column("run", sa.String, nullable=False),
        sa.Column("result", sa.String, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
    )
    op.create_index("signatures_by_time", "signatures", ["office", "at", "number"])
    for name, column in (
        ("signatures_of_institution", "institution"),
        ("signatures_of_certificate", "certificate"),
        ("signatures_of_application", "application"),
        ("signatures_of_run", "run"),
    ):
        op.create_index(name, "signatures", ["office", column, "at", "number"])
    op.create_table(
        "signature_numbers",
        sa.Column("office", sa.Uuid, primary_key=True),
        sa.Column("next", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "refused_requests",
        sa.Column("office", sa.Uuid, primary_key=True),
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("at", _moment(), nullable=False),
        sa.Column("institution", sa.Uuid),
        sa.Column("official", sa.Uuid),
        sa.Column("application", sa.Uuid),
        sa.Column("interface", sa.String, nullable=False),
        sa.Column("purpose", sa.String, nullable=False),
        sa.Column("run", sa.String, nullable=False),
        sa.Column("finding", sa.LargeBinary, nullable=False),
    )
    op.create_index(
        "refused_by_application", "refused_requests", ["office", "application", "at", "id"]
    )
    op.create_index(
        "refused_by_institution", "refused_requests", ["office", "institution", "at", "id"]
    )
    op.create_index("refused_by_time", "refused_requests", ["office", "at", "id"])
