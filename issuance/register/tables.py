"""The register's tables: the same on SQLite and PostgreSQL, every key beginning with the office.

The migrations build them; a test proves that both agree.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Uuid,
)
from sqlalchemy.types import TypeDecorator, TypeEngine

from issuance.model import format_instant

SCHEMA_VERSION: Final = "0011"
"""The newest migration."""


def ordered_text() -> TypeEngine[str]:
    """Return text that both databases order by code point, as prefix search and paging need."""
    return String().with_variant(String(collation="C"), "postgresql")


class Moment(TypeDecorator[datetime]):
    """A moment as canonical text (UTC, six decimals, `Z`), whose order is the order of time."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str]:
        """Order by code point on every database."""
        collation = "C" if dialect.name == "postgresql" else None
        return dialect.type_descriptor(String(collation=collation))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Write a moment."""
        return None if value is None else format_instant(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """Read a moment."""
        return None if value is None else datetime.fromisoformat(value)


metadata = MetaData()

heads = Table(
    "heads",
    metadata,
    Column("office", Uuid, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)

entries = Table(
    "entries",
    metadata,
    Column("office", Uuid, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("stream_kind", String, nullable=False),
    Column("stream_id", Uuid, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Index("entries_of_stream", "office", "stream_kind", "stream_id", "revision", unique=True),
)

personal_parts = Table(
    "personal_parts",
    metadata,
    Column("office", Uuid, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("salt", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    ForeignKeyConstraint(["office", "seq"], ["entries.office", "entries.seq"]),
)

streams = Table(
    "streams",
    metadata,
    Column("office", Uuid, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("state", LargeBinary),
    Column("fold_version", Integer, nullable=False),
)

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("office", Uuid, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("body", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),
)

receipts = Table(
    "receipts",
    metadata,
    Column("office", Uuid, primary_key=True),
    Column("sender", Uuid, primary_key=True),
    Column("command_id", Uuid, primary_key=True),
    Column("command_hash", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

claims = Table(
    "claims",
    metadata,
    Column("office", Uuid, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("value", String, primary_key=True),
    Column("holder", Uuid, nullable=False),
    Index("claims_of_holder", "office", "holder"),
)

cases = Table(
    "cases",
    metadata,
    Column("office", Uuid, primary_key=True),
    Column("case_id", Uuid, primary_key=True),
    Column("number", String, nullable=False),
    Column("person_name", String, nullable=False),
    Column("identification", String, nullable=False),
    Column("email", String, nullable=False),
    Column("product", String, nullable=False),
    Column("queue", String, nullable=False),
    Column("captured_by", String, nullable=False),
    Column("in_work_by", String),
    Column("updated_at", Moment, nullable=False),
    Column("step", String, nullable=False),
    Column("policy", String, nullable=False),
    Index("cases_by_time", "office", "updated_at", "case_id"),
    Index("cases_by_queue", "office", "queue", "updated_at", "case_id"),
)

cases_in_hand = Table(
    "cases_in_hand",
    metadata,
    Column("office", Uuid, primary_key=True),
    Column("operator", String, primary_key=True),
    Column("updated_at", Moment, primary_key=True),
    Column("case_id", Uuid, primary_key=True),
    ForeignKeyConstraint(["office", "case_id"], ["cases.office", "cases.case_id"]),
    Index("cases_in_hand_of_case", "office", "case_id"),
    sqlite_with_rowid=False,
)

search_tokens = Table(
    "search_tokens",
    metadata,
    Column("office", Uuid, primary_key=True),
    Column("token", ordered_text(), primary_key=True),
    Column("case_id", Uuid, primary_key=True),
    ForeignKeyConstraint(["office", "case_id"], ["cases.office", "cases.case_id"]),
    Index("search_tokens_of_case", "office", "case_id", "token"),
    sqlite_with_rowid=False,
)

fingerprints = Table(
    "fingerprints",
    metadata,
    Column("office", Uuid, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("case_id", Uuid, nullable=False),
    Column("slot", String, nullable=False),
    Column("person", Uuid, nullable=False),
    Column("fingerprint", String, nullable=False),
    Index("fingerprints_of_slot", "office", "case_id", "slot", unique=True),
)

certificates = Table(
    "certificates",
    metadata,
    Column("office", Uuid, primary_key=True),
    Column("serial", ordered_text(), primary_key=True),
    Column("case_id", Uuid, nullable=False),
    Column("state", String, nullable=False),
    Column("to_be_signed", LargeBinary, nullable=False),
    Column("csr_sha256", String, nullable=False),
    Column("authority_key_id", String, nullable=False),
    Column("certificate", LargeBinary),
    Column("at", Moment, nullable=False),
    Column("revoked_at", Moment),
    Column("revocation_reason", String),
    Index("certificates_by_state", "office", "state", "serial"),
)

certificate_lives = Table(
    "certificate_lives",
    metadata,
    Column("office", Uuid, primary_key=True),
    Column("serial", ordered_text(), primary_key=True),
    Column("case_id", Uuid, nullable=False),
    Column("state", String, nullable=False),
    Column("not_before", Moment, nullable=False),
    Column("not_after", Moment, nullable=False),
    Column("invalid_since", Moment),
    Column("due_at", Moment),
    Column("answered_until", Moment),
    Column("unlisted", Boolean),
    ForeignKeyConstraint(["office", "serial"], ["certificates.office", "certificates.serial"]),
    Index("lives_by_beginning", "office", "not_before", "serial"),
    Index("lives_by_state", "office", "state", "not_before", "serial"),
    Index("lives_by_end", "office", "not_after", "serial"),
    Index("lives_of_case", "office", "case_id"),
    Index("lives_due", "office", "due_at"),
    Index("lives_answered", "office", "answered_until"),
    Index("lives_unlisted", "office", "unlisted"),
)

renewed_certificates = Table(
    "renewed_certificates",
    metadata,
    Column("office", Uuid, primary_key=True),
    Column("serial", ordered_text(), primary_key=True),
    Column("by_serial", String, nullable=False),
)

notices = Table(
    "notices",
    metadata,
    Column("office", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("case_id", Uuid),
    Column("template", String, nullable=False),
    Column("language", String, nullable=False),
    Column("to", String, nullable=False),
    Column("parameters", LargeBinary, nullable=False),
    Column("sealed_secret", LargeBinary),
    Column("state", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", Moment, nullable=False),
    Column("last_error", String),
    Column("created_at", Moment, nullable=False),
    Index("notices_by_time", "office", "created_at", "id"),
    Index("notices_of_case", "office", "case_id", "created_at", "id"),
    Index("notices_due", "office", "state", "next_attempt_at"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("office", Uuid, primary_key=True),
    Column("token_hash", LargeBinary, primary_key=True),
    Column("id", Uuid, nullable=False),
    Column("operator", String, nullable=False),
    Column("roles", String, nullable=False),
    Column("station", Uuid),
    Column("started_at", Moment, nullable=False),
    Column("last_used_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Index("sessions_of_operator", "office", "operator"),
    Index("sessions_by_end", "office", "expires_at"),
)

station_contacts = Table(
    "station_contacts",
    metadata,
    Column("office", Uuid, primary_key=True),
    Column("station", Uuid, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("waiting", Integer, nullable=False),
    Column("octets", BigInteger, nullable=False),
    Column("oldest", Moment),
)

leases = Table(
    "leases",
    metadata,
    Column("office", Uuid, primary_key=True),
    Column("name", String, primary_key=True),
    Column("holder", Uuid, nullable=False),
    Column("until", Moment, nullable=False),
)

station_commands = Table(
    "station_commands",
    metadata,
    Column("office", Uuid, primary_key=True),
    Column("station", Uuid, primary_key=True),
    Column("epoch", Uuid, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", String, nullable=False),
    Column("stream_id", Uuid, nullable=False),
    Column("outcome", String, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("sent", LargeBinary, nullable=False),
    Column("receipt", LargeBinary, nullable=False),
    Column("noted", LargeBinary, nullable=False),
    Index("station_commands_of_stream", "office", "stream_id", "station", "epoch", "seq"),
    Index("station_commands_by_outcome", "office", "station", "epoch", "outcome", "seq"),
)
