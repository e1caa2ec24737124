"""Answers what was signed and what was refused, within the asker's scope."""

from uuid import UUID

from issuance.engine.institutional_streams import read_institution
from issuance.engine.office import Office
from issuance.engine.sandbox import sandbox_institution
from issuance.engine.signing_record import FINDING
from issuance.engine.signing_streams import APPLICATION_CLAIM, read_application
from issuance.events import read_event
from issuance.institutions.actors import Scope
from issuance.register.institution_items import ItemFilter, ItemKey
from issuance.register.model import Entry
from issuance.register.paging import LARGEST_PAGE
from issuance.register.register import Reading
from issuance.register.search import sort_key
from issuance.register.signatures import RefusedRow, SignatureFilter, SignatureRow
from issuance.register.signatures import SignatureKey as RegisterKey
from issuance.signing.application_stream import APPLICATION_KIND, ApplicationState
from issuance.signing.queries import (
    RefusedRequest,
    RefusedRequestsAnswer,
    RefusedRequestsQuery,
    SignatureKey,
    SignatureLine,
    SignatureLogAnswer,
    SignatureLogQuery,
)
from issuance.signing.sandbox_stream import ENTITY
from issuance.signing.signature_log import RequestSigned


def signature_log_answer(
    reading: Reading, query: SignatureLogQuery, scope: Scope
) -> SignatureLogAnswer:
    """Answer a page of the signature log."""
    applications = _named(reading, query.application, query.institution, scope)
    if query.application and not applications:
        return SignatureLogAnswer(entries=(), next=None)
    results = {"signed": ("signed",), "failed": ("failed", "partly"), None: ()}
    wanted = SignatureFilter(
        institution=query.institution,
        certificate=query.certificate,
        applications=applications,
        run=query.run,
        results=results[query.result],
        since=query.since,
        until=query.until,
    )
    after = RegisterKey(query.after.at, query.after.number) if query.after else None
    rows, following = reading.signature_page(scope, wanted, after, query.limit)
    entries = {each.seq: each for each in reading.entries_at([row.seq for row in rows])}
    known = _Applications(reading)
    return SignatureLogAnswer(
        entries=tuple(_line(row, entries[row.seq], known) for row in rows),
        next=SignatureKey(at=following.at, number=following.number) if following else None,
    )


def refused_requests_answer(
    office: Office, reading: Reading, query: RefusedRequestsQuery, scope: Scope
) -> RefusedRequestsAnswer:
    """Answer the last refused requests."""
    applications = _named(reading, query.application, query.institution, scope)
    if query.application and not applications:
        return RefusedRequestsAnswer(entries=())
    rows = reading.refused_page(scope, query.institution, applications, query.limit)
    known = _Applications(reading)
    return RefusedRequestsAnswer(
        entries=tuple(_refusal(office, reading, row, known) for row in rows)
    )


class _Applications:
    """The applications of one page, each read once."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._known: dict[UUID, ApplicationState | None] = {}

    def state(self, application: UUID | None) -> ApplicationState | None:
        """Return an application; None without one."""
        if application is None:
            return None
        if application not in self._known:
            self._known[application] = read_application(self._reading, application)[0]
        return self._known[application]


def _named(
    reading: Reading, wanted: str, institution: UUID | None, scope: Scope
) -> tuple[UUID, ...]:
    """Return the applications that have this key, or else this name, in one's institutions."""
    if not wanted:
        return ()
    if (by_key := reading.claim(APPLICATION_CLAIM, wanted)) is not None:
        return (by_key,)
    # A holder sees the applications' names in the own lines of the log.
    own = scope.institutions | {each for each, _ in scope.officials}
    seen = Scope(everything=scope.everything, institutions=own, officials=frozenset())
    place = sort_key(wanted)
    page = reading.items(
        seen,
        ItemFilter(APPLICATION_KIND, institution=institution),
        ItemKey(place, UUID(int=0)),
        LARGEST_PAGE,
    )
    return tuple(row.id for row in page.rows if row.place == place)


def _line(row: SignatureRow, entry: Entry, known: _Applications) -> SignatureLine:
    kinds = {RequestSigned.KIND: RequestSigned}
    event = read_event(kinds, entry.kind, entry.schema, entry.public, entry.personal)
    state = known.state(row.application)
    return SignatureLine(
        number=row.number,
        certificate=row.certificate,
        at=row.at,
        interface=event.interface,
        entity=event.entity,
        application=event.application,
        application_name=state.name if state else "",
        purpose=event.purpose,
        run=event.run,
        items=event.items,
        signed=event.signed,
        failed=event.failed,
        address=event.address,
    )


def _refusal(
    office: Office, reading: Reading, row: RefusedRow, known: _Applications
) -> RefusedRequest:
    state = known.state(row.application)
    return RefusedRequest(
        at=row.at,
        interface=row.interface,
        whose=_name(office, reading, row.institution) if row.institution else "",
        application=state.key if state else "",
        application_name=state.name if state else "",
        run=row.run,
        purpose=row.purpose,
        finding=FINDING.validate_json(row.finding),
    )


def _name(office: Office, reading: Reading, institution: UUID) -> str:
    if institution == sandbox_institution(office.id):
        return ENTITY
    state, _ = read_institution(reading, institution)
    return state.name if state else ""
