"""Finds what was signed and what was refused, for whoever may see it; derived from the events."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from sqlalchemy import Column, and_, delete, func, insert, select, tuple_, update
from sqlalchemy import literal as bound

from issuance.institutions.actors import Scope
from issuance.register.entries import EntryReading
from issuance.register.institution_items import seen_by
from issuance.register.paging import require_page_size
from issuance.register.signature_tables import refused_requests, signature_numbers, signatures
from issuance.register.transaction import columns_of

Result = Literal["signed", "partly", "failed"]

_REFUSALS_KEPT: Final = 50
"""For each application, and for those nobody registered together."""


@dataclass(frozen=True, slots=True)
class SignatureRow:
    """An answered request; `seq` is its entry. Whoever purges the entry empties `run` here."""

    number: int
    at: datetime
    institution: UUID
    official: UUID | None
    certificate: UUID
    application: UUID | None
    run: str
    result: str
    seq: int


@dataclass(frozen=True, slots=True)
class SignatureFilter:
    """Which requests to list; what is empty leaves nothing out. `until` is not included."""

    institution: UUID | None = None
    certificate: UUID | None = None
    applications: tuple[UUID, ...] = ()
    run: str = ""
    results: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class SignatureKey:
    """The last line of a page; the next page continues behind it."""

    at: datetime
    number: int


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A request that was refused; `finding` is a finding in JSON, without any secret.

    Without an institution nobody knows who asked, and the centre alone sees it.
    """

    id: UUID
    at: datetime
    institution: UUID | None
    official: UUID | None
    application: UUID | None
    interface: str
    purpose: str
    run: str
    finding: bytes


_ROW: Final = columns_of(signatures, SignatureRow)
_REFUSED: Final = columns_of(refused_requests, RefusedRow)
_INSERT: Final = insert(signatures)
_INSERT_REFUSED: Final = insert(refused_requests)


class SignatureReading(EntryReading):
    """Lists and searches requests to sign."""

    def signature_page(
        self,
        scope: Scope,
        wanted: SignatureFilter,
        after: SignatureKey | None = None,
        limit: int = 50,
    ) -> tuple[list[SignatureRow], SignatureKey | None]:
        """Return a page of what a filter lets through and the scope sees, the newest first."""
        require_page_size(limit)
        query = select(*_ROW).where(signatures.c.office == self._office, seen_by(scope, signatures))
        for name in ("institution", "certificate", "run"):
            if value := getattr(wanted, name):
                query = query.where(signatures.c[name] == value)
        if wanted.applications:
            query = query.where(signatures.c.application.in_(wanted.applications))
        if wanted.results:
            query = query.where(signatures.c.result.in_(wanted.results))
        if wanted.since is not None:
            query = query.where(signatures.c.at >= wanted.since)
        if wanted.until is not None:
            query = query.where(signatures.c.at < wanted.until)
        if after is not None:
            last = tuple_(bound(after.at, signatures.c.at.type), bound(after.number))
            query = query.where(tuple_(signatures.c.at, signatures.c.number) < last)
        query = query.order_by(signatures.c.at.desc(), signatures.c.number.desc())
        rows = [SignatureRow(*row) for row in self._connection.execute(query.limit(limit + 1))]
        shown = rows[:limit]
        more = len(rows) > limit
        return shown, SignatureKey(shown[-1].at, shown[-1].number) if more else None

    def refused_page(
        self, scope: Scope, institution: UUID | None, applications: Collection[UUID], limit: int
    ) -> list[RefusedRow]:
        """Return the last refused requests that the scope sees, the newest first."""
        require_page_size(limit)
        query = select(*_REFUSED).where(
            refused_requests.c.office == self._office, seen_by(scope, refused_requests)
        )
        if institution is not None:
            query = query.where(refused_requests.c.institution == institution)
        if applications:
            query = query.where(refused_requests.c.application.in_(applications))
        order = (refused_requests.c.at.desc(), refused_requests.c.id.desc())
        rows = self._connection.execute(query.order_by(*order).limit(limit))
        return [RefusedRow(*row) for row in rows]


class SignatureWriting(SignatureReading):
    """Keeps the lines, and gives requests their numbers."""

    def keep_signature(self, row: SignatureRow) -> None:
        """Keep an answered request."""
        self._connection.execute(_INSERT, asdict(row) | {"office": self._office})

    def keep_refusal(self, row: RefusedRow) -> None:
        """Keep a refused request, and forget those long behind it."""
        self._connection.execute(_INSERT_REFUSED, asdict(row) | {"office": self._office})
        same: Column[UUID] = refused_requests.c.application
        of_the_same = and_(
            refused_requests.c.office == self._office,
            same.is_(None) if row.application is None else same == row.application,
        )
        newest = (
            select(refused_requests.c.at)
            .where(of_the_same)
            .order_by(refused_requests.c.at.desc())
            .limit(_REFUSALS_KEPT)
            .subquery()
        )
        oldest = select(func.min(newest.c.at)).scalar_subquery()
        gone = delete(refused_requests).where(of_the_same, refused_requests.c.at < oldest)
        self._connection.execute(gone)

    def reserve_numbers(self, count: int) -> int:
        """Reserve numbers of requests; return the first. One writer at a time."""
        ours = signature_numbers.c.office == self._office
        following = signature_numbers.c.next + count
        taken = update(signature_numbers).where(ours).values(next=following)
        reserved = self._connection.execute(taken.returning(signature_numbers.c.next))
        reached: int | None = reserved.scalar_one_or_none()
        if reached is None:
            first = {"office": self._office, "next": count + 1}
            self._connection.execute(insert(signature_numbers), first)
            return 1
        return reached - count
