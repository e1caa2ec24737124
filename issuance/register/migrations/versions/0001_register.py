"""The first tables of the register."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def _ordered() -> sa.types.TypeEngine[str]:
    return sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Create the tables."""
    _chain()
    _commands()
    _worklist()
    _certificates()
    _notices()


def _chain() -> None:
    op.create_table(
        "heads",
        sa.Column("office", sa.Uuid, primary_key=True),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "entries",
        sa.Column("office", sa.Uuid, primary_key=True),
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("stream_kind", sa.String, nullable=False),
        sa.Column("stream_id", sa.Uuid, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
    )
    op.create_index(
        "entries_of_stream",
        "entries",
        ["office", "stream_kind", "stream_id", "revision"],
        unique=True,
    )
    op.create_table(
        "personal_parts",
        sa.Column("office", sa.Uuid, primary_key=True),
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("salt", sa.LargeBinary, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.ForeignKeyConstraint(["office", "seq"], ["entries.office", "entries.seq"]),
    )
    op.create_table(
        "streams",
        sa.Column("office", sa.Uuid, primary_key=True),
        sa.Column("kind", sa.String, primary_key=True),
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("state", sa.LargeBinary),
        sa.Column("fold_version", sa.Integer, nullable=False),
    )
    op.create_table(
        "checkpoints",
        sa.Column("office", sa.Uuid, primary_key=True),
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("signature", sa.LargeBinary, nullable=False),
    )


def _commands() -> None:
    op.create_table(
        "receipts",
        sa.Column("office", sa.Uuid, primary_key=True),
        sa.Column("sender", sa.Uuid, primary_key=True),
        sa.Column("command_id", sa.Uuid, primary_key=True),
        sa.Column("command_hash", sa.LargeBinary, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "claims",
        sa.Column("office", sa.Uuid, primary_key=True),
        sa.Column("kind", sa.String, primary_key=True),
        sa.Column("value", sa.String, primary_key=True),
        sa.Column("holder", sa.Uuid, nullable=False),
    )
    op.create_index("claims_of_holder", "claims", ["office", "holder"])


def _worklist() -> None:
    op.create_table(
        "cases",
        sa.Column("office", sa.Uuid, primary_key=True),
        sa.Column("case_id", sa.Uuid, primary_key=True),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("person_name", sa.String, nullable=False),
        sa.Column("identification", sa.String, nullable=False),
        sa.Column("email", sa.String, nullable=False),
        sa.Column("product", sa.String, nullable=False),
        sa.Column("queue", sa.String, nullable=False),
        sa.Column("captured_by", sa.String, nullable=False),
        sa.Column("in_work_by", sa.String),
        sa.Column("updated_at", _ordered(), nullable=False),
        sa.Column("step", sa.String, nullable=False),
        sa.Column("policy", sa.String, nullable=False),
    )
    op.create_index("cases_by_time", "cases", ["office", "updated_at", "case_id"])
    op.create_index("cases_by_queue", "cases", ["office", "queue", "updated_at", "case_id"])
    op.create_table(
        "cases_in_hand",
        sa.Column("office", sa.Uuid, primary_key=True),
        sa.Column("operator", sa.String, primary_key=True),
        sa.Column("updated_at", _ordered(), primary_key=True),
        sa.Column("case_id", sa.Uuid, primary_key=True),
        sa.ForeignKeyConstraint(["office", "case_id"], ["cases.office", "cases.case_id"]),
        sqlite_with_rowid=False,
    )
    op.create_index("cases_in_hand_of_case", "cases_in_hand", ["office", "case_id"])
    op.create_table(
        "search_tokens",
        sa.Column("office", sa.Uuid, primary_key=True),
        sa.Column("token", _ordered(), primary_key=True),
        sa.Column("case_id", sa.Uuid, primary_key=True),
        sa.ForeignKeyConstraint(["office", "case_id"], ["cases.office", "cases.case_id"]),
        sqlite_with_rowid=False,
    )
    op.create_index("search_tokens_of_case", "search_tokens", ["office", "case_id", "token"])


def _certificates() -> None:
    op.create_table(
        "certificates",
        sa.Column("office", sa.Uuid, primary_key=True),
        sa.Column("serial", _ordered(), primary_key=True),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("to_be_signed", sa.LargeBinary, nullable=False),
        sa.Column("csr_sha256", sa.String, nullable=False),
        sa.Column("authority_key_id", sa.String, nullable=False),
        sa.Column("certificate", sa.LargeBinary),
        sa.Column("at", _ordered(), nullable=False),
        sa.Column("revoked_at", _ordered()),
        sa.Column("revocation_reason", sa.String),
    )
    op.create_index("certificates_by_state", "certificates", ["office", "state", "serial"])


def _notices() -> None:
    op.create_table(
        "notices",
        sa.Column("office", sa.Uuid, primary_key=True),
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("case_id", sa.Uuid),
        sa.Column("template", sa.String, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("to", sa.String, nullable=False),
        sa.Column("parameters", sa.LargeBinary, nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_attempt_at", _ordered(), nullable=False),
        sa.Column("last_error", sa.String),
        sa.Column("created_at", _ordered(), nullable=False),
    )
    op.create_index("notices_by_time", "notices", ["office", "created_at", "id"])
    op.create_index("notices_of_case", "notices", ["office", "case_id", "created_at", "id"])
    op.create_index("notices_due", "notices", ["office", "state", "next_attempt_at"])
