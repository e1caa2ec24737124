"""What every query for a page of a list has."""

from pydantic import Field

from issuance.model import Frozen, Identifier


class ListKey(Frozen):
    """Where a page ends and the next begins."""

    place: str
    id: Identifier


class PagedQuery(Frozen):
    """A page of a list: what follows `after`; `text` finds words by their beginnings."""

    text: str = ""
    statuses: tuple[str, ...] = ()
    after: ListKey | None = None
    limit: int = Field(default=50, ge=1, le=200)
