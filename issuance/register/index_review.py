"""What a verification reads of the indexes beside the chain: fingerprints and lives."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, select

from issuance.register.paging import LARGEST_PAGE, require_page_size
from issuance.register.tables import certificate_lives as lives
from issuance.register.tables import fingerprints, renewed_certificates
from issuance.register.transaction import Transaction, columns_of

_LIFE = (lives.c.serial, lives.c.case_id, lives.c.state, lives.c.not_before, lives.c.not_after)
_ITS_SUCCESSOR = and_(
    renewed_certificates.c.office == lives.c.office,
    renewed_certificates.c.serial == lives.c.serial,
)


@dataclass(frozen=True, slots=True)
class FingerprintRow:
    """The fingerprint of a photo in hand, and the entry that brought it."""

    seq: int
    case_id: UUID
    slot: str
    person: UUID
    fingerprint: str


@dataclass(frozen=True, slots=True)
class LifeRow:
    """How the list of certificates knows one; `renewed_by` is the serial that follows it."""

    serial: str
    case_id: UUID
    state: str
    not_before: datetime
    not_after: datetime
    renewed_by: str | None


class IndexReview(Transaction):
    """Lists indexes whole, in pages."""

    def fingerprint_rows(self, after: int = 0, limit: int = LARGEST_PAGE) -> list[FingerprintRow]:
        """Return fingerprints in the order of their entries."""
        require_page_size(limit)
        rows = self._connection.execute(
            select(*columns_of(fingerprints, FingerprintRow))
            .where(fingerprints.c.office == self._office, fingerprints.c.seq > after)
            .order_by(fingerprints.c.seq)
            .limit(limit)
        )
        return [FingerprintRow(*row) for row in rows]

    def life_rows(self, after_serial: str = "", limit: int = LARGEST_PAGE) -> list[LifeRow]:
        """Return lives in the order of their serial's text."""
        require_page_size(limit)
        rows = self._connection.execute(
            select(*_LIFE, renewed_certificates.c.by_serial)
            .outerjoin(renewed_certificates, _ITS_SUCCESSOR)
            .where(lives.c.office == self._office, lives.c.serial > after_serial)
            .order_by(lives.c.serial)
            .limit(limit)
        )
        return [LifeRow(*row) for row in rows]
