"""Answers queries about institutions, within what the asker may see."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from issuance.access.roles import Session
from issuance.engine.institution_lines import Lines
from issuance.engine.institution_pages import (
    campaign_answer,
    history_answer,
    list_answer,
    portable_answer,
    ticket_answer,
)
from issuance.engine.institutional_items import CERTIFIER, REGISTERED
from issuance.engine.institutional_streams import (
    read_institution,
    read_official,
    read_portable,
    read_ticket,
)
from issuance.engine.members import account_of, actor_of
from issuance.engine.office import Office
from issuance.findings import Finding, blocks
from issuance.findings.institutions import InstitutionCode
from issuance.institution_queries import (
    CampaignQuery,
    CampaignsAnswer,
    CampaignsQuery,
    ImportsAnswer,
    ImportsQuery,
    InstitutionalAnswer,
    InstitutionalQuery,
    InstitutionAnswer,
    InstitutionCountsAnswer,
    InstitutionCountsQuery,
    InstitutionHistoryQuery,
    InstitutionQuery,
    InstitutionsAnswer,
    InstitutionsQuery,
    ListKey,
    OfficialAnswer,
    OfficialQuery,
    OfficialsAnswer,
    OfficialsListQuery,
    OfficialsQuery,
    PagedQuery,
    PortableQuery,
    PortablesAnswer,
    PortablesQuery,
    SeatLine,
    SeatsAnswer,
    SeatsQuery,
    TicketQuery,
    TicketsAnswer,
    TicketsQuery,
)
from issuance.institutions import (
    campaign_stream,
    import_stream,
    institution_stream,
    official_stream,
    portable_stream,
    ticket_stream,
)
from issuance.institutions.actors import Actor, Scope, check_reach, scope_of
from issuance.institutions.campaign_stream import CampaignStatus
from issuance.institutions.institution_stream import InstitutionStatus
from issuance.institutions.portable_stream import PortableStatus
from issuance.institutions.ticket_stream import Side, side_of
from issuance.register.institution_items import ItemFilter, ItemKey, ItemPage
from issuance.register.paging import LARGEST_PAGE
from issuance.register.register import Reading

Findings = tuple[Finding, ...]

_CEILING: Final = 200
_UNSEEN: Final = (blocks(InstitutionCode.OUT_OF_REACH),)
_IN_USE: Final = (PortableStatus.ISSUED.value, PortableStatus.ACTIVE.value)


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, what they see, and the snapshot they are answered from."""

    office: Office
    reading: Reading
    actor: Actor
    scope: Scope
    lines: Lines


def institutional_answer(
    office: Office, reading: Reading, query: InstitutionalQuery, session: Session
) -> InstitutionalAnswer | Findings:
    """Answer a query, or say why there is no answer."""
    actor = actor_of(office, reading, session)
    scope = scope_of(actor)
    asking = Asking(office, reading, actor, scope, Lines(office, reading, scope))
    answer: Callable[[Asking, Any], InstitutionalAnswer | Findings] = _ANSWERS[type(query)]
    return answer(asking, query)


def _seats(asking: Asking, query: SeatsQuery) -> SeatsAnswer:
    del query
    lines = asking.lines
    return SeatsAnswer(
        seats=tuple(
            SeatLine(
                role=seat.role.value,
                institution=seat.institution,
                institution_name=lines.institution_name(seat.institution),
                official=seat.official,
                official_name=lines.official_name(seat.official),
            )
            for seat in asking.actor.seats
        )
    )


def _institutions(asking: Asking, query: InstitutionsQuery) -> InstitutionsAnswer:
    wanted = ItemFilter(institution_stream.STREAM_KIND, statuses=query.statuses, text=query.text)
    page = _page(asking, query, wanted)
    entries = tuple(asking.lines.institution(row.id) for row in page.rows)
    return InstitutionsAnswer(entries=entries, next=_next(page))


def _institution(asking: Asking, query: InstitutionQuery) -> InstitutionAnswer | Findings:
    state, _ = read_institution(asking.reading, query.institution)
    if state is None or not asking.scope.sees(query.institution):
        return _UNSEEN
    operator = account_of(asking.reading, query.institution, None)
    of = query.institution
    portable = portable_stream.STREAM_KIND
    return InstitutionAnswer(
        line=asking.lines.institution(of),
        state=state,
        operator_user=operator[0].user if operator else "",
        officials=_count(asking, ItemFilter(official_stream.STREAM_KIND, of, None, (REGISTERED,))),
        pending=_count(asking, ItemFilter(portable, of, None, (PortableStatus.PENDING.value,))),
        certificates=_count(asking, ItemFilter(portable, of, None, _IN_USE)),
        ceiling=_CEILING,
    )


def _officials(asking: Asking, query: OfficialsQuery) -> OfficialsAnswer:
    wanted = ItemFilter(
        official_stream.STREAM_KIND,
        query.institution,
        statuses=query.statuses,
        type=CERTIFIER if query.certifiers_only else "",
        text=query.text,
    )
    page = _page(asking, query, wanted)
    entries = tuple(asking.lines.official(row.id) for row in page.rows)
    return OfficialsAnswer(entries=entries, next=_next(page))


def _official(asking: Asking, query: OfficialQuery) -> OfficialAnswer | Findings:
    state, _ = read_official(asking.reading, query.official)
    if state is None or not asking.scope.sees(state.institution, query.official):
        return _UNSEEN
    wanted = ItemFilter(portable_stream.STREAM_KIND, official=query.official)
    page = asking.reading.items(asking.scope, wanted, limit=LARGEST_PAGE, newest_first=True)
    return OfficialAnswer(
        line=asking.lines.official(query.official),
        state=state,
        certificates=tuple(asking.lines.portable(row.id) for row in page.rows),
    )


def _tickets(asking: Asking, query: TicketsQuery) -> TicketsAnswer:
    wanted = ItemFilter(
        ticket_stream.STREAM_KIND,
        query.institution,
        statuses=query.statuses,
        type=query.type,
        text=query.text,
    )
    page = _page(asking, query, wanted, newest_first=query.newest_first)
    return TicketsAnswer(entries=tuple(map(asking.lines.ticket, page.rows)), next=_next(page))


def _ticket(asking: Asking, query: TicketQuery) -> InstitutionalAnswer | Findings:
    state, _ = read_ticket(asking.reading, query.ticket)
    seen = state is not None and (
        asking.scope.everything
        or (state.institution is not None and asking.scope.sees(state.institution))
    )
    if state is None or not seen:
        return _UNSEEN
    return ticket_answer(asking.reading, asking.lines, query.ticket, state)


def _portables(asking: Asking, query: PortablesQuery) -> PortablesAnswer:
    wanted = ItemFilter(
        portable_stream.STREAM_KIND,
        query.institution,
        query.official,
        query.statuses,
        query.purpose,
        query.text,
        query.campaign,
        found_by_official=True,
    )
    scope = _own(asking.scope) if query.own else asking.scope
    page = asking.reading.items(
        scope, wanted, _after(query), query.limit, newest_first=query.newest_first
    )
    entries = tuple(asking.lines.portable(row.id) for row in page.rows)
    return PortablesAnswer(entries=entries, next=_next(page))


def _portable(asking: Asking, query: PortableQuery) -> InstitutionalAnswer | Findings:
    state, _ = read_portable(asking.reading, query.certificate)
    if state is None or not asking.scope.sees(state.institution, state.official):
        return _UNSEEN
    return portable_answer(
        asking.office, asking.reading, asking.lines, query.certificate, state, asking.actor
    )


def _campaigns(asking: Asking, query: CampaignsQuery) -> CampaignsAnswer:
    wanted = ItemFilter(campaign_stream.STREAM_KIND, query.institution, statuses=query.statuses)
    page = _page(asking, query, wanted, newest_first=True)
    return CampaignsAnswer(entries=tuple(map(asking.lines.campaign, page.rows)), next=_next(page))


def _campaign(asking: Asking, query: CampaignQuery) -> InstitutionalAnswer | Findings:
    return campaign_answer(asking.reading, asking.lines, query.campaign, asking.scope) or _UNSEEN


def _counts(asking: Asking, query: InstitutionCountsQuery) -> InstitutionCountsAnswer:
    del query
    side = side_of(asking.actor).value
    open_tickets = (Side.CENTRE.value, Side.INSTITUTION.value)
    tickets, portable = ticket_stream.STREAM_KIND, portable_stream.STREAM_KIND
    institutions = institution_stream.STREAM_KIND
    wanted = {
        "institutions": ItemFilter(institutions),
        "institutions_asked": ItemFilter(institutions, statuses=(InstitutionStatus.ASKED.value,)),
        "officials": ItemFilter(official_stream.STREAM_KIND, statuses=(REGISTERED,)),
        "tickets": ItemFilter(tickets, statuses=open_tickets),
        "tickets_waiting": ItemFilter(tickets, statuses=(side,)),
        "requests_pending": ItemFilter(portable, statuses=(PortableStatus.PENDING.value,)),
        "campaigns_running": ItemFilter(
            campaign_stream.STREAM_KIND, statuses=(CampaignStatus.RUNNING.value,)
        ),
    }
    counts = {name: _count(asking, each) for name, each in wanted.items()}
    own = asking.reading.item_count(_own(asking.scope), ItemFilter(portable), _CEILING)
    return InstitutionCountsAnswer(
        counts={**counts, "own_certificates": own},
        ceiling=_CEILING,
        troubles=asking.office.troubles,
    )


def _history(asking: Asking, query: InstitutionHistoryQuery) -> InstitutionalAnswer | Findings:
    if not asking.scope.sees(query.institution):
        return _UNSEEN
    return history_answer(asking.reading, asking.lines, query, asking.scope)


def _list(asking: Asking, query: OfficialsListQuery) -> InstitutionalAnswer | Findings:
    policy = asking.office.policy.policy
    if finding := check_reach(policy, "begin_import", asking.actor, query.institution):
        return (finding,)
    return list_answer(asking.office, asking.reading, query)


def _imports(asking: Asking, query: ImportsQuery) -> ImportsAnswer:
    wanted = ItemFilter(import_stream.STREAM_KIND, query.institution, statuses=query.statuses)
    page = _page(asking, query, wanted, newest_first=True)
    entries = tuple(map(asking.lines.officials_import, page.rows))
    return ImportsAnswer(entries=entries, next=_next(page))


_ANSWERS: Final[dict[type[Any], Callable[[Asking, Any], Any]]] = {
    SeatsQuery: _seats,
    InstitutionsQuery: _institutions,
    InstitutionQuery: _institution,
    OfficialsQuery: _officials,
    OfficialQuery: _official,
    TicketsQuery: _tickets,
    TicketQuery: _ticket,
    PortablesQuery: _portables,
    PortableQuery: _portable,
    CampaignsQuery: _campaigns,
    CampaignQuery: _campaign,
    InstitutionCountsQuery: _counts,
    InstitutionHistoryQuery: _history,
    OfficialsListQuery: _list,
    ImportsQuery: _imports,
}


def _page(
    asking: Asking, query: PagedQuery, wanted: ItemFilter, *, newest_first: bool = False
) -> ItemPage:
    after, limit = _after(query), query.limit
    return asking.reading.items(asking.scope, wanted, after, limit, newest_first=newest_first)


def _count(asking: Asking, wanted: ItemFilter) -> int:
    return asking.reading.item_count(asking.scope, wanted, _CEILING)


def _own(scope: Scope) -> Scope:
    """Return what somebody sees as a holder alone."""
    return Scope(everything=False, institutions=frozenset(), officials=scope.officials)


def _after(query: PagedQuery) -> ItemKey | None:
    return ItemKey(query.after.place, query.after.id) if query.after else None


def _next(page: ItemPage) -> ListKey | None:
    return ListKey(place=page.next.place, id=page.next.id) if page.next else None
