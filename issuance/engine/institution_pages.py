"""Answers about one ticket, certificate, campaign, list or institution's history, in full."""

import base64
from typing import Final
from uuid import UUID

from cryptography import x509

from issuance.certificates.keys import certificate_der
from issuance.engine.history import details
from issuance.engine.institution_authority import certificate_of, chain_above
from issuance.engine.institution_lines import Lines
from issuance.engine.institutional_streams import (
    portable_ref,
    read_campaign,
    read_institution,
    read_official,
    ticket_ref,
)
from issuance.engine.office import Office
from issuance.engine.officials_import import look_at_list
from issuance.engine.streams import every_entry
from issuance.events import catalogue, read_event
from issuance.findings import Finding
from issuance.institution_queries import (
    CampaignAnswer,
    CourseLine,
    InstitutionHistoryAnswer,
    InstitutionHistoryLine,
    InstitutionHistoryQuery,
    OfficialsListAnswer,
    OfficialsListQuery,
    OfficialsListRow,
    PortableAnswer,
    TicketAnswer,
    TicketMessage,
)
from issuance.institutions import campaign_stream, portable_stream, ticket_stream
from issuance.institutions.actors import Actor, Scope, check_reach
from issuance.institutions.campaign_stream import CampaignState
from issuance.institutions.portable_decisions import WANTED, is_possible
from issuance.institutions.portable_stream import REISSUABLE, PortableState
from issuance.institutions.ticket_stream import TicketClosed, TicketEvent, TicketState
from issuance.register.institution_items import ItemFilter
from issuance.register.model import Entry
from issuance.register.paging import LARGEST_PAGE
from issuance.register.register import Reading

_TICKET_EVENTS: Final = catalogue(TicketEvent, ticket_stream)
_COUNTED: Final = 1000
"""How many certificates of a campaign's filter are counted one by one."""


def ticket_answer(reading: Reading, lines: Lines, ticket: UUID, state: TicketState) -> TicketAnswer:
    """Return a ticket with all that was written in it."""
    (row,) = reading.item_row(ticket_stream.STREAM_KIND, ticket)
    return TicketAnswer(
        line=lines.ticket(row),
        state=state,
        messages=tuple(
            _message(lines, entry) for entry in every_entry(reading, ticket_ref(ticket))
        ),
    )


def _message(lines: Lines, entry: Entry) -> TicketMessage:
    event = read_event(_TICKET_EVENTS, entry.kind, entry.schema, entry.public, entry.personal)
    return TicketMessage(
        kind=event.KIND,
        at=entry.at,
        by=lines.person_name(event.by),
        side=event.side.value,
        text=event.text,
        attachments=event.attachments,
        outcome=event.outcome.value if isinstance(event, TicketClosed) else "",
    )


def portable_answer(
    office: Office,
    reading: Reading,
    lines: Lines,
    certificate: UUID,
    state: PortableState,
    actor: Actor,
) -> PortableAnswer:
    """Return a request or certificate with all about it."""
    official, _ = read_official(reading, state.official)
    policy = office.policy.policy
    issued = _issued(reading, state)
    return PortableAnswer(
        line=lines.portable(certificate),
        person=official.person if official else None,
        acts=tuple(
            act
            for act in WANTED
            if is_possible(act, state, policy)
            and check_reach(policy, act, actor, state.institution, state.official) is None
        ),
        certificate=_base64(issued) if issued else "",
        chain=tuple(map(_base64, _chain(office, reading, state))) if issued else (),
        history=tuple(
            CourseLine(
                kind=entry.kind,
                at=entry.at,
                by=lines.person_name(entry.operator),
                details=details(entry) | _proof(entry),
            )
            for entry in every_entry(reading, portable_ref(certificate))
        ),
    )


def _proof(entry: Entry) -> dict[str, str]:
    """Return by which document, and when, an approval's certifier saw the holder."""
    proof: dict[str, str] | None = (entry.personal or {}).get("proof")
    return dict(proof or {})


def _issued(reading: Reading, state: PortableState) -> x509.Certificate | None:
    row = reading.certificate(str(int(state.serial, 16))) if state.serial else None
    if row is None or row.certificate is None:
        return None
    return x509.load_der_x509_certificate(row.certificate)


def _chain(office: Office, reading: Reading, state: PortableState) -> tuple[x509.Certificate, ...]:
    institution, _ = read_institution(reading, state.institution)
    issuer = (
        next(
            (each for each in institution.authorities if each.generation == state.generation), None
        )
        if institution
        else None
    )
    if issuer is None:
        return ()
    return chain_above(office, certificate_of(issuer.certificate))


def campaign_answer(
    reading: Reading, lines: Lines, campaign: UUID, scope: Scope
) -> CampaignAnswer | None:
    """Return how far a campaign is; None where nobody of this scope sees it."""
    state, _ = read_campaign(reading, campaign)
    seen = scope.everything or (
        state is not None and state.institution is not None and scope.sees(state.institution)
    )
    if state is None or not seen:
        return None
    (row,) = reading.item_row(campaign_stream.STREAM_KIND, campaign)
    return CampaignAnswer(
        line=lines.campaign(row),
        state=state,
        total=_taken(reading, scope, state),
        ceiling=_COUNTED,
        requests=reading.campaign_counts(scope, campaign),
    )


def _taken(reading: Reading, scope: Scope, state: CampaignState) -> int:
    """Count the certificates a campaign's filter takes now."""
    kind, statuses = portable_stream.STREAM_KIND, tuple(each.value for each in REISSUABLE)
    named = state.filter.institutions
    one = named[0] if len(named) == 1 else None
    wanted = ItemFilter(kind, one, statuses=statuses, ends_before=state.filter.ends_by)
    count, after = 0, None
    while count <= _COUNTED and (batch := reading.items_by_id(scope, wanted, after, LARGEST_PAGE)):
        found = reading.stored_streams(kind, batch)
        states = (
            PortableState.model_validate_json(each.state) for each in found.values() if each.state
        )
        count += sum(state.filter.takes(each) for each in states)
        after = batch[-1]
    return min(count, _COUNTED + 1)


def history_answer(
    reading: Reading, lines: Lines, query: InstitutionHistoryQuery, scope: Scope
) -> InstitutionHistoryAnswer:
    """Return what happened in an institution."""
    before, limit = query.before, query.limit
    entries = reading.entries_of_institution(scope, query.institution, before, limit)
    return InstitutionHistoryAnswer(
        entries=tuple(
            InstitutionHistoryLine(
                position=entry.seq,
                stream=entry.stream.kind,
                id=entry.stream.id,
                kind=entry.kind,
                at=entry.at,
                by=entry.operator,
                by_name=lines.person_name(entry.operator),
                details=details(entry),
            )
            for entry in entries
        ),
        next=entries[-1].seq if len(entries) == limit else None,
    )


def list_answer(
    office: Office, reading: Reading, query: OfficialsListQuery
) -> OfficialsListAnswer | tuple[Finding, ...]:
    """Return what would happen with a list of officials."""
    preview = look_at_list(office, reading, query.institution, query.file)
    if isinstance(preview, Finding):
        return (preview,)
    wanted = [
        row
        for row in preview.rows
        if row.number > query.after and (not query.acts or row.act in query.acts)
    ]
    shown = wanted[: query.limit]
    return OfficialsListAnswer(
        counts=dict(preview.counts),
        findings=preview.findings,
        rows=tuple(
            OfficialsListRow(
                number=row.number,
                act=row.act,
                run=row.person.run if row.person else row.run,
                name=row.person.full_name if row.person else row.name,
                email=row.person.email if row.person else "",
                findings=row.findings,
            )
            for row in shown
        ),
        next=shown[-1].number if len(wanted) > len(shown) else None,
    )


def _base64(certificate: x509.Certificate) -> str:
    return base64.b64encode(certificate_der(certificate)).decode("ascii")
