"""The lives of certificates: when they end, what the clock and the status answers owe them."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def _ordered() -> sa.types.TypeEngine[str]:
    return sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Create the table, with a row for every certificate issued before."""
    lives = op.create_table(
        "certificate_lives",
        sa.Column("office", sa.Uuid, primary_key=True),
        sa.Column("serial", _ordered(), primary_key=True),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("not_before", _ordered(), nullable=False),
        sa.Column("not_after", _ordered(), nullable=False),
        sa.Column("invalid_since", _ordered()),
        sa.Column("due_at", _ordered()),
        sa.Column("answered_until", _ordered()),
        sa.Column("unlisted", sa.Boolean),
        sa.ForeignKeyConstraint(
            ["office", "serial"], ["certificates.office", "certificates.serial"]
        ),
    )
    for name, *columns in (
        ("lives_by_beginning", "not_before", "serial"),
        ("lives_by_state", "state", "not_before", "serial"),
        ("lives_by_end", "not_after", "serial"),
        ("lives_of_case", "case_id"),
        ("lives_due", "due_at"),
        ("lives_answered", "answered_until"),
        ("lives_unlisted", "unlisted"),
    ):
        op.create_index(name, "certificate_lives", ["office", *columns])
    if not op.get_context().as_sql:
        _lives_of_before(op.get_bind(), lives)


def _lives_of_before(connection: sa.Connection, lives: sa.Table) -> None:
    """Everything about them is due at once: the next tick looks."""
    from cryptography import x509

    from issuance.model import format_instant

    certificates = sa.table(
        "certificates",
        sa.column("office", sa.Uuid),
        sa.column("serial"),
        sa.column("case_id", sa.Uuid),
        sa.column("state"),
        sa.column("certificate", sa.LargeBinary),
    )
    wanted = certificates.c.certificate.is_not(None)
    rows: list[dict[str, Any]] = []
    for row in connection.execute(sa.select(certificates).where(wanted)):
        certificate = x509.load_der_x509_certificate(row.certificate)
        begins = format_instant(certificate.not_valid_before_utc)
        rows.append(
            {
                "office": row.office,
                "serial": row.serial,
                "case_id": row.case_id,
                "state": row.state,
                "not_before": begins,
                "not_after": format_instant(certificate.not_valid_after_utc),
                "due_at": begins,
            }
        )
    if rows:
        connection.execute(lives.insert(), rows)
