"""What the screens ask about institutions, and the answers; every list is a keyset page.

Whoever asks sees what their seats let them see at this moment: what lies outside is answered as
what does not exist (`OUT_OF_REACH`), and left out of lists and counts.
"""

from collections.abc import Mapping
from typing import Literal

from issuance.evidence.blob import BlobRef
from issuance.findings import Finding
from issuance.institution_work_queries import CampaignAnswer as CampaignAnswer
from issuance.institution_work_queries import CampaignLine as CampaignLine
from issuance.institution_work_queries import CampaignQuery as CampaignQuery
from issuance.institution_work_queries import CampaignsAnswer as CampaignsAnswer
from issuance.institution_work_queries import CampaignsQuery as CampaignsQuery
from issuance.institution_work_queries import ImportLine as ImportLine
from issuance.institution_work_queries import ImportsAnswer as ImportsAnswer
from issuance.institution_work_queries import ImportsQuery as ImportsQuery
from issuance.institution_work_queries import InstitutionHistoryAnswer as InstitutionHistoryAnswer
from issuance.institution_work_queries import InstitutionHistoryLine as InstitutionHistoryLine
from issuance.institution_work_queries import InstitutionHistoryQuery as InstitutionHistoryQuery
from issuance.institution_work_queries import OfficialsListAnswer as OfficialsListAnswer
from issuance.institution_work_queries import OfficialsListQuery as OfficialsListQuery
from issuance.institution_work_queries import OfficialsListRow as OfficialsListRow
from issuance.institutions.institution_stream import InstitutionState
from issuance.institutions.official_stream import Mandate, OfficialState
from issuance.institutions.people import Person
from issuance.institutions.ticket_stream import TicketState
from issuance.model import Frozen, Identifier, Instant
from issuance.paged_queries import ListKey as ListKey
from issuance.paged_queries import PagedQuery as PagedQuery


class SeatsQuery(Frozen):
    """Ask what one may be at this moment."""

    kind: Literal["seats"] = "seats"


class SeatLine(Frozen):
    """A seat; a central one has no institution, an operator's no official."""

    role: str
    institution: Identifier | None = None
    institution_name: str = ""
    official: Identifier | None = None
    official_name: str = ""


class SeatsAnswer(Frozen):
    """The own seats; none in an office without institutions."""

    seats: tuple[SeatLine, ...]


class InstitutionsQuery(PagedQuery):
    """Ask for institutions by name, short form or RUT, in the order of their names."""

    kind: Literal["institutions"] = "institutions"


class InstitutionLine(Frozen):
    """An institution as a line."""

    institution: Identifier
    name: str
    short_name: str
    rut: str
    ministry: str
    status: str
    operator_name: str
    has_authority: bool
    revision: int


class InstitutionsAnswer(Frozen):
    """A page of institutions."""

    entries: tuple[InstitutionLine, ...]
    next: ListKey | None


class InstitutionQuery(Frozen):
    """Ask for everything about one institution."""

    kind: Literal["institution"] = "institution"
    institution: Identifier


class InstitutionAnswer(Frozen):
    """An institution; counts above the ceiling are given as ceiling + 1.

    `operator_user` is the account of its operator, empty where nobody was invited.
    """

    line: InstitutionLine
    state: InstitutionState
    operator_user: str
    officials: int
    pending: int
    certificates: int
    ceiling: int


class OfficialsQuery(PagedQuery):
    """Ask for officials by name, RUN or e-mail; statuses are `registered` and `ended`."""

    kind: Literal["officials"] = "officials"
    institution: Identifier | None = None
    certifiers_only: bool = False


class OfficialLine(Frozen):
    """An official as a line.

    `mandate` is that by which they certify today, `next_mandate` the first one that begins later,
    `user` their account, empty where they were not invited.
    """

    official: Identifier
    institution: Identifier
    institution_name: str
    name: str
    run: str
    position: str
    email: str
    phone: str
    status: str
    mandate: Mandate | None
    next_mandate: Mandate | None
    user: str
    revision: int


class OfficialsAnswer(Frozen):
    """A page of officials."""

    entries: tuple[OfficialLine, ...]
    next: ListKey | None


class OfficialQuery(Frozen):
    """Ask for everything about one official."""

    kind: Literal["official"] = "official"
    official: Identifier


class PortableLine(Frozen):
    """A portable certificate, or the request for one, as a line.

    `own` tells that it is the asker's. `otp` is `none`, `offered` or `set_up`, and empty where the
    purpose takes no codes or there is no certificate yet. `serial` is hexadecimal.
    """

    certificate: Identifier
    institution: Identifier
    institution_name: str
    official: Identifier
    official_name: str
    run: str
    position: str
    purpose: str
    phone: str
    status: str
    requested_at: Instant
    nudged_at: Instant | None
    not_before: Instant | None
    not_after: Instant | None
    serial: str
    replaces: Identifier | None
    campaign: Identifier | None
    own: bool
    otp: str
    revision: int


class OfficialAnswer(Frozen):
    """An official, with their requests and certificates."""

    line: OfficialLine
    state: OfficialState
    certificates: tuple[PortableLine, ...]


class TicketsQuery(PagedQuery):
    """Ask for tickets by their subject, the longest untouched first.

    Statuses are who is waited for, `centre` and `institution`, and `closed`.
    """

    kind: Literal["tickets"] = "tickets"
    institution: Identifier | None = None
    type: str = ""
    newest_first: bool = False


class TicketLine(Frozen):
    """A ticket as a line; `at` is its last change."""

    ticket: Identifier
    number: str
    type: str
    institution: Identifier | None
    institution_name: str
    official: Identifier | None
    official_name: str
    subject: str
    waits_for: str
    outcome: str
    opened_by: str
    at: Instant
    revision: int


class TicketsAnswer(Frozen):
    """A page of tickets."""

    entries: tuple[TicketLine, ...]
    next: ListKey | None


class TicketQuery(Frozen):
    """Ask for one ticket with all that was written in it."""

    kind: Literal["ticket"] = "ticket"
    ticket: Identifier


class TicketMessage(Frozen):
    """What somebody wrote: the event's kind, the side, the text, the files."""

    kind: str
    at: Instant
    by: str
    side: str
    text: str
    attachments: tuple[BlobRef, ...]
    outcome: str


class TicketAnswer(Frozen):
    """A ticket."""

    line: TicketLine
    state: TicketState
    messages: tuple[TicketMessage, ...]


class PortablesQuery(PagedQuery):
    """Ask for requests and certificates, in the order they were asked for.

    The text is looked for in the official; `own` leaves only the asker's.
    """

    kind: Literal["portables"] = "portables"
    own: bool = False
    institution: Identifier | None = None
    official: Identifier | None = None
    purpose: str = ""
    campaign: Identifier | None = None
    newest_first: bool = False


class PortablesAnswer(Frozen):
    """A page of requests and certificates."""

    entries: tuple[PortableLine, ...]
    next: ListKey | None


class PortableQuery(Frozen):
    """Ask for one request or certificate."""

    kind: Literal["portable"] = "portable"
    certificate: Identifier


class CourseLine(Frozen):
    """One event: what, when, by whom, and the facts a reader wants."""

    kind: str
    at: Instant
    by: str
    details: Mapping[str, str]


class PortableAnswer(Frozen):
    """A request or certificate; `acts` are the commands the asker may give about it now.

    `certificate` and `chain` are DER in base64, the chain from the institution's authority to the
    root; empty until it is issued.
    """

    line: PortableLine
    person: Person | None
    acts: tuple[str, ...]
    certificate: str
    chain: tuple[str, ...]
    history: tuple[CourseLine, ...]


class InstitutionCountsQuery(Frozen):
    """Ask how many things wait, in all that one may see."""

    kind: Literal["institution_counts"] = "institution_counts"


class InstitutionCountsAnswer(Frozen):
    """Counts by name; above the ceiling given as ceiling + 1.

    Names: institutions, institutions_asked, officials, tickets (open), tickets_waiting (for the
    own side), requests_pending, campaigns_running, own_certificates. `troubles` is what everybody
    must hear who works on, as in `issuance.queries.CountsAnswer`.
    """

    counts: Mapping[str, int]
    ceiling: int
    troubles: tuple[Finding, ...] = ()


InstitutionalQuery = (
    SeatsQuery
    | InstitutionsQuery
    | InstitutionQuery
    | OfficialsQuery
    | OfficialQuery
    | TicketsQuery
    | TicketQuery
    | PortablesQuery
    | PortableQuery
    | CampaignsQuery
    | CampaignQuery
    | InstitutionCountsQuery
    | InstitutionHistoryQuery
    | OfficialsListQuery
    | ImportsQuery
)
InstitutionalAnswer = (
    SeatsAnswer
    | InstitutionsAnswer
    | InstitutionAnswer
    | OfficialsAnswer
    | OfficialAnswer
    | TicketsAnswer
    | TicketAnswer
    | PortablesAnswer
    | PortableAnswer
    | CampaignsAnswer
    | CampaignAnswer
    | InstitutionCountsAnswer
    | InstitutionHistoryAnswer
    | OfficialsListAnswer
    | ImportsAnswer
)
