"""The list of issued certificates: by holder, state and end, a keyset page at a time."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Select, and_, exists, false, literal, select, tuple_

from issuance.register.model import (
    CertificateFilter,
    CertificateLineRow,
    CertificateState,
    SerialKey,
)
from issuance.register.paging import count_up_to, require_page_size
from issuance.register.search import LAST_CHARACTER, query_prefixes
from issuance.register.tables import cases, certificates, renewed_certificates
from issuance.register.tables import certificate_lives as lives
from issuance.register.tables import search_tokens as tokens
from issuance.register.transaction import Transaction

_COLUMNS: list[Column[Any]] = [
    lives.c.serial,
    lives.c.case_id,
    cases.c.number,
    cases.c.person_name,
    cases.c.identification,
    cases.c.product,
    lives.c.state,
    lives.c.not_before,
    lives.c.not_after,
    certificates.c.revoked_at,
    certificates.c.revocation_reason,
]
_ITS_CASE = and_(cases.c.office == lives.c.office, cases.c.case_id == lives.c.case_id)
_ITSELF = and_(certificates.c.office == lives.c.office, certificates.c.serial == lives.c.serial)
_IS_FOLLOWED = exists().where(
    renewed_certificates.c.office == lives.c.office,
    renewed_certificates.c.serial == lives.c.serial,
)


class CertificateListReading(Transaction):
    """Lists and searches certificates."""

    def certificate_page(
        self,
        wanted: CertificateFilter,
        now: datetime,
        after: SerialKey | None = None,
        limit: int = 50,
    ) -> tuple[tuple[CertificateLineRow, ...], SerialKey | None]:
        """Return a page and where the next begins: the newest first.

        With `ends_before` the first to end comes first, and what another one follows is left out.
        A text is a serial (decimal, or hexadecimal
        with or without colons) or words that begin something in the case; nothing is found for a
        text of signs alone.
        """
        require_page_size(limit)
        ending = wanted.ends_before is not None
        order: Column[Any] = lives.c.not_after if ending else lives.c.not_before
        query = self._wanted(wanted, now)
        if after is not None:
            key = tuple_(literal(after.at, order.type), literal(after.serial))
            place = tuple_(order, lives.c.serial)
            query = query.where(place > key if ending else place < key)
        columns = (order, lives.c.serial)
        query = query.order_by(*(each if ending else each.desc() for each in columns))
        rows = [
            CertificateLineRow(*row) for row in self._connection.execute(query.limit(limit + 1))
        ]
        shown = tuple(rows[:limit])
        if len(rows) <= limit:
            return shown, None
        last = shown[-1]
        return shown, SerialKey(last.not_after if ending else last.not_before, last.serial)

    def expiring_counts(
        self, now: datetime, moments: Mapping[str, datetime], ceiling: int
    ) -> dict[str, int]:
        """Count what ends by each moment, is not revoked and not followed by another.

        `ceiling + 1` means more than that.
        """
        require_page_size(ceiling)
        of_office = select(lives.c.serial).where(
            lives.c.office == self._office,
            lives.c.state != CertificateState.REVOKED,
            lives.c.not_after > now,
            ~_IS_FOLLOWED,
        )
        return {
            name: count_up_to(
                self._connection, of_office.where(lives.c.not_after <= moment), ceiling
            )
            for name, moment in moments.items()
        }

    def certificate_line(self, serial: str) -> CertificateLineRow | None:
        """Return an issued certificate's line by its decimal serial."""
        row = self._connection.execute(self._lines().where(lives.c.serial == serial)).one_or_none()
        return None if row is None else CertificateLineRow(*row)

    def _lines(self) -> Select[Any]:
        return (
            select(*_COLUMNS)
            .join(certificates, _ITSELF)
            .join(cases, _ITS_CASE)
            .where(lives.c.office == self._office)
        )

    def _wanted(self, wanted: CertificateFilter, now: datetime) -> Select[Any]:
        query = self._lines()
        if wanted.state is not None:
            query = query.where(lives.c.state == wanted.state)
        if wanted.unrevoked:
            query = query.where(lives.c.state != CertificateState.REVOKED)
        if wanted.ended is not None:
            ended = lives.c.not_after <= now
            query = query.where(ended if wanted.ended else ~ended)
        if wanted.ends_before is not None:
            query = query.where(lives.c.not_after <= wanted.ends_before, ~_IS_FOLLOWED)
        if serials := serials_meant(wanted.text):
            known = select(lives.c.serial).where(
                lives.c.office == self._office, lives.c.serial.in_(serials)
            )
            if self._connection.execute(known.limit(1)).first():
                return query.where(lives.c.serial.in_(serials))
        prefixes = query_prefixes(wanted.text)
        if wanted.text.strip() and not prefixes:
            return query.where(false())
        for prefix in prefixes:
            found = select(tokens.c.case_id).where(
                tokens.c.office == self._office,
                tokens.c.token >= prefix,
                tokens.c.token < prefix + LAST_CHARACTER,
            )
            query = query.where(lives.c.case_id.in_(found))
        return query


def serials_meant(text: str) -> tuple[str, ...]:
    """Return the decimal serials a text may stand for: it is decimal, hexadecimal, or neither."""
    digits = "".join(text.split()).replace(":", "").lower().removeprefix("0x")
    if not digits or len(digits) > 50 or not all(each in "0123456789abcdef" for each in digits):
        return ()
    hexadecimal = str(int(digits, 16))
    return (digits.lstrip("0") or "0", hexadecimal) if digits.isdecimal() else (hexadecimal,)
