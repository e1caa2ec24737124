"""The tables by which what was signed, or refused, is found.

The migrations build them; a test proves that both agree.
"""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, String, Table, Uuid

from issuance.register.tables import Moment, metadata

signatures = Table(
    "signatures",
    metadata,
    Column("office", Uuid, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("institution", Uuid, nullable=False),
    Column("official", Uuid),
    Column("certificate", Uuid, nullable=False),
    Column("application", Uuid),
    Column("run", String, nullable=False),
    Column("result", String, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Index("signatures_by_time", "office", "at", "number"),
    Index("signatures_of_institution", "office", "institution", "at", "number"),
    Index("signatures_of_certificate", "office", "certificate", "at", "number"),
    Index("signatures_of_application", "office", "application", "at", "number"),
    Index("signatures_of_run", "office", "run", "at", "number"),
)
"""An answered request as a line; `seq` is the entry of the chain that says all of it."""

signature_numbers = Table(
    "signature_numbers",
    metadata,
    Column("office", Uuid, primary_key=True),
    Column("next", BigInteger, nullable=False),
)

refused_requests = Table(
    "refused_requests",
    metadata,
    Column("office", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("institution", Uuid),
    Column("official", Uuid),
    Column("application", Uuid),
    Column("interface", String, nullable=False),
    Column("purpose", String, nullable=False),
    Column("run", String, nullable=False),
    Column("finding", LargeBinary, nullable=False),
    Index("refused_by_application", "office", "application", "at", "id"),
    Index("refused_by_institution", "office", "institution", "at", "id"),
    Index("refused_by_time", "office", "at", "id"),
)
"""The last requests to sign that were refused as a whole, for who looks for the reason.

Nothing rests on them: they are no entries of the chain, and the older ones are forgotten.
"""
