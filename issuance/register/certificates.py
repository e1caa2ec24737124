"""Certificates from their issue intent on; no certificate is signed that is not here first."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from issuance.register.model import CertificateRow, CertificateState
from issuance.register.paging import LARGEST_PAGE, require_page_size
from issuance.register.tables import certificates
from issuance.register.transaction import Transaction, columns_of

_ROW = columns_of(certificates, CertificateRow)


class CertificateReading(Transaction):
    """Looks up certificates."""

    def certificate(self, serial: str) -> CertificateRow | None:
        """Return a certificate or intent by its decimal serial."""
        row = self._connection.execute(
            select(*_ROW).where(
                certificates.c.office == self._office, certificates.c.serial == serial
            )
        ).one_or_none()
        return None if row is None else CertificateRow(*row)

    def open_intents(self) -> list[CertificateRow]:
        """Return the intents that were neither finished nor given up (at most 200)."""
        return self.certificates(state=CertificateState.INTENDED)

    def certificates(
        self, after_serial: str = "", limit: int = LARGEST_PAGE, *, state: str | None = None
    ) -> list[CertificateRow]:
        """Return certificates and intents in the order of their serial's text."""
        require_page_size(limit)
        query = select(*_ROW).where(
            certificates.c.office == self._office, certificates.c.serial > after_serial
        )
        if state is not None:
            query = query.where(certificates.c.state == state)
        rows = self._connection.execute(query.order_by(certificates.c.serial).limit(limit))
        return [CertificateRow(*row) for row in rows]


class CertificateWriting(CertificateReading):
    """Moves a certificate from intent to issued, abandoned or revoked, never back.

    Every step raises ValueError when the certificate is not where the step begins.
    """

    def record_intent(self, row: CertificateRow) -> None:
        """Record what may be signed; a used serial raises `IntegrityError`."""
        if row.state != CertificateState.INTENDED or row.certificate is not None:
            raise ValueError("an intent comes before its certificate")
        self._connection.execute(
            insert(certificates).values(asdict(row) | {"office": self._office})
        )

    def record_certificate(self, serial: str, der: bytes) -> None:
        """Record the signed certificate of an intent."""
        self._move(
            serial, CertificateState.INTENDED, state=CertificateState.ISSUED, certificate=der
        )

    def record_abandoned(self, serial: str) -> None:
        """Record that an intent was given up before anything was signed."""
        self._move(serial, CertificateState.INTENDED, state=CertificateState.ABANDONED)

    def record_revoked(self, serial: str, at: datetime, reason: str) -> None:
        """Record that an issued certificate was revoked (reasons of RFC 5280, 5.3.1)."""
        self._move(
            serial,
            CertificateState.ISSUED,
            state=CertificateState.REVOKED,
            revoked_at=at,
            revocation_reason=reason,
        )

    def _move(self, serial: str, begin: CertificateState, **values: Any) -> None:
        moved = self._connection.execute(
            update(certificates)
            .where(
                certificates.c.office == self._office,
                certificates.c.serial == serial,
                certificates.c.state == begin,
            )
            .values(values)
        )
        if moved.rowcount != 1:
            raise ValueError(f"certificate {serial} is not {begin}")
