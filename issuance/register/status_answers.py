"""Until when the status answers hold of certificates whose lives are not kept here: institutions'.

What a certificate was last called stands beside it, so that every change makes a new answer due.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Column, String, Table, Uuid, and_, delete, insert, or_, select

from issuance.register.model import CertificateState
from issuance.register.paging import LARGEST_PAGE, require_page_size
from issuance.register.tables import Moment, certificate_lives, certificates, metadata, ordered_text
from issuance.register.transaction import Transaction


@dataclass(frozen=True, slots=True)
class DueAnswer:
    """A certificate that needs an answer, as it stands now; `serial` is decimal.

    Its DER is None where the register has only what a list of before a restore says of it.
    """

    serial: str
    authority_key: str
    state: str
    certificate: bytes | None
    revoked_at: datetime | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class AnswerGiven:
    """An answer that calls a certificate so, until a moment."""

    serial: str
    state: str
    until: datetime


status_answers = Table(
    "status_answers",
    metadata,
    Column("office", Uuid, primary_key=True),
    Column("serial", ordered_text(), primary_key=True),
    Column("state", String, nullable=False),
    Column("until", Moment, nullable=False),
)

_ANSWERED: Final = (CertificateState.ISSUED, CertificateState.REVOKED)
_OF_IT = and_(
    status_answers.c.office == certificates.c.office,
    status_answers.c.serial == certificates.c.serial,
)
_ITS_LIFE = and_(
    certificate_lives.c.office == certificates.c.office,
    certificate_lives.c.serial == certificates.c.serial,
)


class StatusAnswerReading(Transaction):
    """Finds what needs an answer."""

    def institution_answers_due(
        self, before: datetime, without: Collection[str] = (), limit: int = LARGEST_PAGE
    ) -> list[DueAnswer]:
        """Return what has no answer as it stands now, or one that ends before a moment.

        Those of one authority stand together; some authorities (by their keys) are left out.
        """
        require_page_size(limit)
        query = (
            select(
                certificates.c.serial,
                certificates.c.authority_key_id,
                certificates.c.state,
                certificates.c.certificate,
                certificates.c.revoked_at,
                certificates.c.revocation_reason,
            )
            .outerjoin(status_answers, _OF_IT)
            .outerjoin(certificate_lives, _ITS_LIFE)
            .where(
                certificates.c.office == self._office,
                certificates.c.state.in_(_ANSWERED),
                certificate_lives.c.serial.is_(None),
                certificates.c.authority_key_id.not_in(without),
                or_(
                    status_answers.c.serial.is_(None),
                    status_answers.c.state != certificates.c.state,
                    status_answers.c.until <= before,
                ),
            )
            .order_by(certificates.c.authority_key_id, certificates.c.serial)
            .limit(limit)
        )
        return [DueAnswer(*row) for row in self._connection.execute(query)]

    def institution_revocations_unanswered(self, authority_key: str) -> list[str]:
        """Return the serials of what was revoked and is answered as something else."""
        query = (
            select(certificates.c.serial)
            .join(status_answers, _OF_IT)
            .where(
                certificates.c.office == self._office,
                certificates.c.authority_key_id == authority_key,
                certificates.c.state == CertificateState.REVOKED,
                status_answers.c.state != CertificateState.REVOKED,
            )
        )
        return list(self._connection.execute(query).scalars())

    def unknown_answered(self, beyond: datetime) -> set[str]:
        """Return what is not on record here and has an answer that holds beyond a moment."""
        query = (
            select(status_answers.c.serial)
            .outerjoin(certificates, _OF_IT)
            .where(
                status_answers.c.office == self._office,
                certificates.c.serial.is_(None),
                status_answers.c.until > beyond,
            )
        )
        return set(self._connection.execute(query).scalars())

    def has_institution_answers(self) -> bool:
        """Tell whether the status of an institution's certificate was answered."""
        query = select(status_answers.c.serial).where(status_answers.c.office == self._office)
        return self._connection.execute(query.limit(1)).first() is not None


class StatusAnswerWriting(StatusAnswerReading):
    """Keeps until when answers hold."""

    def forget_answers_given(self) -> None:
        """Forget all answers of institutions' certificates, so that each is due."""
        table = status_answers
        self._connection.execute(delete(table).where(table.c.office == self._office))

    def keep_answers_given(self, answers: Sequence[AnswerGiven]) -> None:
        """Keep the newest answers of these certificates."""
        table = status_answers
        serials = [each.serial for each in answers]
        self._connection.execute(
            delete(table).where(table.c.office == self._office, table.c.serial.in_(serials))
        )
        rows = [
            {
                "office": self._office,
                "serial": each.serial,
                "state": each.state,
                "until": each.until,
            }
            for each in answers
        ]
        self._connection.execute(insert(table), rows)
