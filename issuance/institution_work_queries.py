"""What is asked of an institution's campaigns, lists and past."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from issuance.evidence.blob import BlobRef
from issuance.findings import Finding
from issuance.institutions.campaign_stream import CampaignState
from issuance.institutions.import_stream import ImportState
from issuance.model import Count, Frozen, Identifier, Instant
from issuance.paged_queries import ListKey, PagedQuery


class CampaignsQuery(PagedQuery):
    """Ask for campaigns, the newest first."""

    kind: Literal["campaigns"] = "campaigns"
    institution: Identifier | None = None


class CampaignLine(Frozen):
    """A campaign as a line; one of the centre has no institution."""

    campaign: Identifier
    institution: Identifier | None
    institution_name: str
    name: str
    status: str
    asked: int
    refused: int
    at: Instant
    revision: int


class CampaignsAnswer(Frozen):
    """A page of campaigns."""

    entries: tuple[CampaignLine, ...]
    next: ListKey | None


class CampaignQuery(Frozen):
    """Ask how far a campaign is."""

    kind: Literal["campaign"] = "campaign"
    campaign: Identifier


class CampaignAnswer(Frozen):
    """A campaign; `total` is what its filter takes now, above the ceiling given as ceiling + 1.

    `requests` counts what it asked for by where it stands.
    """

    line: CampaignLine
    state: CampaignState
    total: int
    ceiling: int
    requests: Mapping[str, int]


class InstitutionHistoryQuery(Frozen):
    """Ask what happened in an institution, the newest first, before a position of the register."""

    kind: Literal["institution_history"] = "institution_history"
    institution: Identifier
    before: Count | None = None
    limit: int = Field(default=100, ge=1, le=200)


class InstitutionHistoryLine(Frozen):
    """One entry of the register about an institution."""

    position: int
    stream: str
    id: Identifier
    kind: str
    at: Instant
    by: str
    by_name: str
    details: Mapping[str, str]


class InstitutionHistoryAnswer(Frozen):
    """Entries, the newest first; `next` is the position before which more follow."""

    entries: tuple[InstitutionHistoryLine, ...]
    next: int | None


class OfficialsListQuery(Frozen):
    """Ask what would happen with a kept list of officials; nothing is done.

    `acts` (register, change, unchanged, refused) leaves the other rows out.
    """

    kind: Literal["officials_list"] = "officials_list"
    institution: Identifier
    file: BlobRef
    acts: tuple[str, ...] = ()
    after: Count = 0
    limit: int = Field(default=100, ge=1, le=500)


class OfficialsListRow(Frozen):
    """What would happen with a row of a list; RUN and name of a refused one are as they stand."""

    number: int
    act: str
    run: str
    name: str
    email: str
    findings: tuple[Finding, ...]


class OfficialsListAnswer(Frozen):
    """A page of a list's rows; findings are about the file as a whole, counts about all rows."""

    counts: Mapping[str, int]
    findings: tuple[Finding, ...]
    rows: tuple[OfficialsListRow, ...]
    next: int | None


class ImportsQuery(PagedQuery):
    """Ask for the imports of lists, the newest first; statuses are `running` and `done`."""

    kind: Literal["imports"] = "imports"
    institution: Identifier | None = None


class ImportLine(Frozen):
    """An import; `last` is the number of the row it has come to."""

    id: Identifier
    institution_name: str
    state: ImportState
    at: Instant
    revision: int


class ImportsAnswer(Frozen):
    """A page of imports."""

    entries: tuple[ImportLine, ...]
    next: ListKey | None
