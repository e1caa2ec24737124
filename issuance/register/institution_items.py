"""Finds what belongs to institutions, for whoever may see it; derived from the events.

Nothing is listed, searched or counted here without the scope of who asks.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    and_,
    delete,
    false,
    func,
    insert,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy import literal as bound

from issuance.institutions.actors import Scope
from issuance.register.entries import EntryReading
from issuance.register.institution_tables import institution_entries, item_tokens, items
from issuance.register.model import Entry, StoredStream
from issuance.register.paging import LARGEST_PAGE, count_up_to, require_page_size
from issuance.register.search import LAST_CHARACTER, query_prefixes, search_tokens
from issuance.register.tables import streams
from issuance.register.transaction import columns_of
from issuance.streams import StreamRef

_RARE: Final = 1000


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A stream of an institution as a line; without an institution it is the centre's alone.

    `place` is what lists are ordered by: a name, or the moment it began.
    """

    kind: str
    id: UUID
    institution: UUID | None
    official: UUID | None
    status: str
    type: str
    place: str
    ends_at: datetime | None = None
    campaign: UUID | None = None


@dataclass(frozen=True, slots=True)
class ItemFilter:
    """Which lines to list; what is empty leaves nothing out.

    With `found_by_official` the text is looked for in the official that a line is about.
    """

    kind: str
    institution: UUID | None = None
    official: UUID | None = None
    statuses: tuple[str, ...] = ()
    type: str = ""
    text: str = ""
    campaign: UUID | None = None
    ends_before: datetime | None = None
    found_by_official: bool = False


@dataclass(frozen=True, slots=True)
class ItemKey:
    """The last line of a page; the next page continues behind it."""

    place: str
    id: UUID


@dataclass(frozen=True, slots=True)
class ItemPage:
    """Some lines; `next` is None on the last page."""

    rows: tuple[ItemRow, ...]
    next: ItemKey | None


_ROW = columns_of(items, ItemRow)


class InstitutionReading(EntryReading):
    """Lists, searches and counts what belongs to institutions."""

    def items(
        self,
        scope: Scope,
        wanted: ItemFilter,
        after: ItemKey | None = None,
        limit: int = 50,
        *,
        newest_first: bool = False,
    ) -> ItemPage:
        """Return a page of what a filter lets through and the scope sees, by place."""
        require_page_size(limit)
        query = self._items_where(scope, wanted)
        key = tuple_(items.c.place, items.c.id)
        if after is not None:
            place, identifier = bound(after.place, items.c.place.type), bound(after.id)
            last = tuple_(place, identifier)
            query = query.where(key < last if newest_first else key > last)
        order = (items.c.place, items.c.id)
        query = query.order_by(*(each.desc() for each in order) if newest_first else order)
        rows = [ItemRow(*row) for row in self._connection.execute(query.limit(limit + 1))]
        shown = tuple(rows[:limit])
        following = ItemKey(shown[-1].place, shown[-1].id) if len(rows) > limit else None
        return ItemPage(shown, following)

    def items_by_id(
        self, scope: Scope, wanted: ItemFilter, after: UUID | None, limit: int
    ) -> list[UUID]:
        """Return the identifiers of what a filter lets through, in their own order."""
        require_page_size(limit)
        query = self._items_where(scope, wanted)
        if after is not None:
            query = query.where(items.c.id > after)
        rows = self._connection.execute(query.order_by(items.c.id).limit(limit))
        return [ItemRow(*row).id for row in rows]

    def item_row(self, kind: str, identifier: UUID) -> tuple[ItemRow, ...]:
        """Return the line of a stream; none where it has not begun."""
        rows = self._connection.execute(
            select(*_ROW).where(
                items.c.office == self._office, items.c.kind == kind, items.c.id == identifier
            )
        )
        return tuple(ItemRow(*row) for row in rows)

    def campaign_counts(self, scope: Scope, campaign: UUID) -> dict[str, int]:
        """Count the requests a campaign made by where they stand."""
        rows = self._connection.execute(
            select(items.c.status, func.count())
            .where(
                items.c.office == self._office, items.c.campaign == campaign, seen_by(scope, items)
            )
            .group_by(items.c.status)
        )
        return {row[0]: row[1] for row in rows}

    def item_count(self, scope: Scope, wanted: ItemFilter, ceiling: int = LARGEST_PAGE) -> int:
        """Count what a filter lets through; `ceiling + 1` means more than the ceiling."""
        require_page_size(ceiling)
        return count_up_to(self._connection, self._items_where(scope, wanted), ceiling)

    def stored_streams(self, kind: str, ids: Collection[UUID]) -> dict[UUID, StoredStream]:
        """Return several streams of a kind at once, by their identifiers."""
        rows = self._connection.execute(
            select(streams).where(
                streams.c.office == self._office, streams.c.kind == kind, streams.c.id.in_(ids)
            )
        )
        return {
            row.id: StoredStream(
                StreamRef(kind=kind, id=row.id), row.revision, row.state, row.fold_version
            )
            for row in rows
        }

    def entries_of_institution(
        self, scope: Scope, institution: UUID, before: int | None, limit: int
    ) -> list[Entry]:
        """Return the entries about an institution, the newest first; none if out of scope."""
        require_page_size(limit)
        if not scope.sees(institution):
            return []
        query = select(institution_entries.c.seq).where(
            institution_entries.c.office == self._office,
            institution_entries.c.institution == institution,
        )
        if before is not None:
            query = query.where(institution_entries.c.seq < before)
        query = query.order_by(institution_entries.c.seq.desc()).limit(limit)
        return self.entries_at(self._connection.execute(query).scalars().all())[::-1]

    def item_rows(self, after: ItemRow | None = None, limit: int = LARGEST_PAGE) -> list[ItemRow]:
        """Return lines in the order of kind and identifier, for whoever verifies them."""
        query = select(*_ROW).where(items.c.office == self._office)
        if after is not None:
            key = tuple_(bound(after.kind, items.c.kind.type), bound(after.id))
            query = query.where(tuple_(items.c.kind, items.c.id) > key)
        rows = self._connection.execute(query.order_by(items.c.kind, items.c.id).limit(limit))
        return [ItemRow(*row) for row in rows]

    def _items_where(self, scope: Scope, wanted: ItemFilter) -> Select[Any]:
        query = select(*_ROW).where(
            items.c.office == self._office, items.c.kind == wanted.kind, seen_by(scope, items)
        )
        for name in ("institution", "official", "campaign"):
            if (value := getattr(wanted, name)) is not None:
                query = query.where(items.c[name] == value)
        if wanted.statuses:
            query = query.where(items.c.status.in_(wanted.statuses))
        if wanted.type:
            query = query.where(items.c.type == wanted.type)
        if wanted.ends_before is not None:
            query = query.where(items.c.ends_at <= wanted.ends_before)
        for prefix in query_prefixes(wanted.text):
            query = self._items_found(query, wanted, prefix)
        return query

    def _items_found(self, query: Select[Any], wanted: ItemFilter, prefix: str) -> Select[Any]:
        """Keep what has a token that begins so; see `worklist` for why in two ways."""
        kind = "official" if wanted.found_by_official else wanted.kind
        column = items.c.official if wanted.found_by_official else items.c.id
        found = select(item_tokens.c.id).where(
            item_tokens.c.office == self._office,
            item_tokens.c.kind == kind,
            item_tokens.c.token >= prefix,
            item_tokens.c.token < prefix + LAST_CHARACTER,
        )
        if count_up_to(self._connection, found, _RARE) > _RARE:
            return query.where(found.where(item_tokens.c.id == column).exists())
        return query.where(column.in_(found))


class InstitutionWriting(InstitutionReading):
    """Keeps the lines in step with the events."""

    def keep_item(self, row: ItemRow, search_terms: Iterable[str]) -> None:
        """Replace a line and what it is found by."""
        this = and_(items.c.office == self._office, items.c.kind == row.kind, items.c.id == row.id)
        values = asdict(row)
        changed = self._connection.execute(items.update().where(this).values(values))
        if changed.rowcount == 0:
            self._connection.execute(insert(items), values | {"office": self._office})
        self._replace_item_tokens(row, search_tokens(search_terms))

    def note_entries(self, institution: UUID, seqs: Sequence[int]) -> None:
        """Remember which entries are about an institution."""
        rows = [{"office": self._office, "institution": institution, "seq": seq} for seq in seqs]
        self._connection.execute(insert(institution_entries), rows)

    def _replace_item_tokens(self, row: ItemRow, wanted: frozenset[str]) -> None:
        this = and_(
            item_tokens.c.office == self._office,
            item_tokens.c.kind == row.kind,
            item_tokens.c.id == row.id,
        )
        present = set(self._connection.execute(select(item_tokens.c.token).where(this)).scalars())
        if stale := present - wanted:
            gone = delete(item_tokens).where(this, item_tokens.c.token.in_(stale))
            self._connection.execute(gone)
        if new := wanted - present:
            key = {"office": self._office, "kind": row.kind, "id": row.id}
            self._connection.execute(
                insert(item_tokens), [key | {"token": token} for token in sorted(new)]
            )


def seen_by(scope: Scope, table: Table) -> ColumnElement[bool]:
    """Return what of a table the scope sees, as `Scope.sees` says it."""
    institution, official = table.c.institution, table.c.official
    if scope.everything:
        return true()
    whole = institution.in_(scope.institutions) if scope.institutions else false()
    own = tuple_(institution, official).in_(sorted(scope.officials)) if scope.officials else false()
    return or_(whole, own)
