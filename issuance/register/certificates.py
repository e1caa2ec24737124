"""Certificates from their issue intent on; no certificate is signed that is not here first."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import and_, bindparam, insert, or_, select, update

from issuance.register.model import (
    AnswerRow,
    CertificateRow,
    CertificateState,
    RevokedRow,
    StandingRow,
)
from issuance.register.paging import LARGEST_PAGE, require_page_size
from issuance.register.statements import Change
from issuance.register.tables import certificate_lives as lives
from issuance.register.tables import certificates, renewed_certificates
from issuance.register.transaction import Transaction, columns_of, values_of

_ROW = columns_of(certificates, CertificateRow)
_ITSELF = and_(certificates.c.office == lives.c.office, certificates.c.serial == lives.c.serial)
_BEFORE: Final = {
    CertificateState.ISSUED: (CertificateState.SUSPENDED,),
    CertificateState.SUSPENDED: (CertificateState.ISSUED,),
    CertificateState.REVOKED: (CertificateState.ISSUED, CertificateState.SUSPENDED),
}
"""Where a change of standing begins: nothing leads out of revoked."""

_THIS = and_(
    certificates.c.office == bindparam("this_office"),
    certificates.c.serial == bindparam("this_serial"),
)
_INSERT_INTENT = Change(insert(certificates))
_MOVE = Change(
    update(certificates).where(
        _THIS,
        or_(
            certificates.c.state == bindparam("begins"),
            certificates.c.state == bindparam("or_begins"),
        ),
    )
)
_BEGIN_LIFE = Change(insert(lives))
_RENEW = Change(insert(renewed_certificates))
_RENEW_AGAIN = Change(
    update(renewed_certificates).where(
        renewed_certificates.c.office == bindparam("this_office"),
        renewed_certificates.c.serial == bindparam("this_serial"),
    )
)
_CHANGE_LIFE = Change(
    update(lives).where(
        lives.c.office == bindparam("this_office"), lives.c.serial == bindparam("this_serial")
    )
)


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

    def certificate_of_case(self, case_id: UUID) -> list[str]:
        """Return the serials of a case's issued certificates."""
        query = select(lives.c.serial).where(
            lives.c.office == self._office, lives.c.case_id == case_id
        )
        return list(self._connection.execute(query).scalars())

    def standings(self, authority_key_id: str) -> list[StandingRow]:
        """Return everything of one authority key that a full revocation list must name."""
        query = (
            select(
                certificates.c.serial,
                certificates.c.revoked_at,
                certificates.c.revocation_reason,
                lives.c.invalid_since,
            )
            .join(lives, _ITSELF)
            .where(
                certificates.c.office == self._office,
                certificates.c.state.in_((CertificateState.REVOKED, CertificateState.SUSPENDED)),
                certificates.c.authority_key_id == authority_key_id,
            )
            .order_by(certificates.c.serial)
        )
        return [StandingRow(*row) for row in self._connection.execute(query)]

    def revoked_by(self, authority_key_id: str) -> list[RevokedRow]:
        """Return what was revoked of an authority whose certificates' lives are not kept here."""
        query = (
            select(
                certificates.c.serial,
                certificates.c.case_id,
                certificates.c.revoked_at,
                certificates.c.revocation_reason,
            )
            .where(
                certificates.c.office == self._office,
                certificates.c.state == CertificateState.REVOKED,
                certificates.c.authority_key_id == authority_key_id,
            )
            .order_by(certificates.c.serial)
        )
        return [RevokedRow(*row) for row in self._connection.execute(query)]

    def has_unlisted(self) -> bool:
        """Tell whether a certificate's standing changed since the last revocation list."""
        query = select(lives.c.serial).where(
            lives.c.office == self._office, lives.c.unlisted.is_(True)
        )
        return self._connection.execute(query.limit(1)).first() is not None

    def certificates_due(self, now: datetime, limit: int = LARGEST_PAGE) -> list[tuple[str, UUID]]:
        """Return serial and case of certificates the clock has something to do for."""
        query = (
            select(lives.c.serial, lives.c.case_id)
            .where(lives.c.office == self._office, lives.c.due_at <= now)
            .order_by(lives.c.due_at)
            .limit(limit)
        )
        return [(row.serial, row.case_id) for row in self._connection.execute(query)]

    def answers_due(
        self, now: datetime, before: datetime, limit: int = LARGEST_PAGE
    ) -> list[AnswerRow]:
        """Return what has not ended and whose status answer is missing or ends before a moment."""
        query = (
            select(
                lives.c.serial,
                lives.c.state,
                certificates.c.revoked_at,
                certificates.c.revocation_reason,
                lives.c.invalid_since,
            )
            .join(certificates, _ITSELF)
            .where(
                lives.c.office == self._office,
                or_(lives.c.answered_until.is_(None), lives.c.answered_until <= before),
                lives.c.not_after > now,
            )
            .limit(limit)
        )
        return [AnswerRow(*row) for row in self._connection.execute(query)]

    def revocations_unanswered(self) -> list[str]:
        """Return the serials of what was revoked since something was last answered about it."""
        query = (
            select(lives.c.serial)
            .join(certificates, _ITSELF)
            .where(
                lives.c.office == self._office,
                lives.c.answered_until.is_(None),
                certificates.c.revoked_at.is_not(None),
            )
        )
        return list(self._connection.execute(query).scalars())

    def has_answers(self) -> bool:
        """Tell whether a certificate's status was answered."""
        query = select(lives.c.serial).where(
            lives.c.office == self._office, lives.c.answered_until.is_not(None)
        )
        return self._connection.execute(query.limit(1)).first() is not None

    def answers_ended(self, now: datetime, limit: int = LARGEST_PAGE) -> list[str]:
        """Return the serials of what has ended by itself, and whose last answer has ended too."""
        query = (
            select(lives.c.serial)
            .where(
                lives.c.office == self._office,
                lives.c.answered_until <= now,
                lives.c.not_after <= now,
            )
            .limit(limit)
        )
        return [row.serial for row in self._connection.execute(query)]


class CertificateWriting(CertificateReading):
    """Moves a certificate from intent to issued, abandoned or revoked; only a suspension ends.

    Every step raises ValueError when the certificate is not where the step begins.
    """

    def record_intent(self, row: CertificateRow) -> None:
        """Record what may be signed; a used serial raises `IntegrityError`."""
        if row.state != CertificateState.INTENDED or row.certificate is not None:
            raise ValueError("an intent comes before its certificate")
        _INSERT_INTENT.send(self._connection, values_of(row) | {"office": self._office})

    def record_certificate(self, serial: str, der: bytes) -> None:
        """Record the signed certificate of an intent."""
        self._move(
            serial, CertificateState.INTENDED, state=CertificateState.ISSUED, certificate=der
        )

    def record_abandoned(self, serial: str) -> None:
        """Record that an intent was given up before anything was signed."""
        self._move(serial, CertificateState.INTENDED, state=CertificateState.ABANDONED)

    def record_revoked(self, standing: StandingRow) -> None:
        """Record that an issued or suspended certificate was revoked for good."""
        self._stand(standing.serial, CertificateState.REVOKED, standing)

    def record_suspended(self, standing: StandingRow) -> None:
        """Record that an issued certificate was suspended."""
        self._stand(standing.serial, CertificateState.SUSPENDED, standing)

    def record_reinstated(self, serial: str) -> None:
        """Record that a suspension was lifted."""
        self._stand(serial, CertificateState.ISSUED, None)

    def _stand(self, serial: str, state: CertificateState, standing: StandingRow | None) -> None:
        self._move(
            serial,
            *_BEFORE[state],
            state=state,
            revoked_at=standing and standing.revoked_at,
            revocation_reason=standing and standing.reason,
        )
        self._change_life(
            serial,
            state=state,
            invalid_since=standing and standing.invalid_since,
            answered_until=None,
            unlisted=True,
        )

    def begin_life(
        self,
        serial: str,
        case_id: UUID,
        begins: datetime,
        ends: datetime,
        due_at: datetime | None = None,
    ) -> None:
        """Begin to keep the life of a certificate that was just recorded."""
        _BEGIN_LIFE.send(
            self._connection,
            {
                "office": self._office,
                "serial": serial,
                "case_id": case_id,
                "state": CertificateState.ISSUED,
                "not_before": begins,
                "not_after": ends,
                "due_at": due_at,
            },
        )

    def record_renewed(self, serial: str, by_serial: str) -> None:
        """Record which certificate follows one last, whose holder need not be told of its end."""
        follows = {"by_serial": by_serial}
        # Of two terms asked for at once each is handed over.
        if not _RENEW_AGAIN.send(self._connection, self._this_certificate(serial) | follows):
            _RENEW.send(self._connection, {"office": self._office, "serial": serial} | follows)

    def claim_due(self, now: datetime, until: datetime, limit: int) -> list[tuple[str, UUID]]:
        """Put what the clock has to do off until a moment, for whoever does it now.

        What another worker is claiming is passed over.
        """
        query = (
            select(lives.c.serial, lives.c.case_id)
            .where(lives.c.office == self._office, lives.c.due_at <= now)
            .order_by(lives.c.due_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        due = [(row.serial, row.case_id) for row in self._connection.execute(query)]
        for serial, _ in due:
            self._change_life(serial, due_at=until)
        return due

    def record_due(self, serial: str, due_at: datetime | None) -> None:
        """Record when the clock next has something to do for a certificate."""
        self._change_life(serial, due_at=due_at)

    def record_answered(self, serial: str, state: str, until: datetime) -> None:
        """Record until when the answer holds that calls a certificate so, if it still is so."""
        self._connection.execute(
            update(lives)
            .where(lives.c.office == self._office, lives.c.serial == serial, lives.c.state == state)
            .values(answered_until=until)
        )

    def record_unanswered(self, serials: Sequence[str]) -> None:
        """Record that nothing answers for these any more."""
        self._connection.execute(
            update(lives)
            .where(lives.c.office == self._office, lives.c.serial.in_(serials))
            .values(answered_until=None)
        )

    def record_answers_lost(self) -> None:
        """Record that nothing answers for any certificate."""
        self._connection.execute(
            update(lives)
            .where(lives.c.office == self._office, lives.c.answered_until.is_not(None))
            .values(answered_until=None)
        )

    def record_listed(self) -> None:
        """Record that a list was signed in this transaction, with every change of standing."""
        self._connection.execute(
            update(lives)
            .where(lives.c.office == self._office, lives.c.unlisted.is_(True))
            .values(unlisted=None)
        )

    def _change_life(self, serial: str, **values: Any) -> None:
        _CHANGE_LIFE.send(self._connection, self._this_certificate(serial) | values)

    def _move(self, serial: str, *begin: CertificateState, **values: Any) -> None:
        moved = _MOVE.send(
            self._connection,
            self._this_certificate(serial) | {"begins": begin[0], "or_begins": begin[-1]} | values,
        )
        if moved != 1:
            raise ValueError(f"certificate {serial} is not {' or '.join(begin)}")

    def _this_certificate(self, serial: str) -> dict[str, Any]:
        return {"this_office": self._office, "this_serial": serial}
