"""What time asks for in an office: open intents, contract and expiry clocks, list and answers."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final
from uuid import UUID

from issuance.access.roles import Role, Session
from issuance.cases.clocks import decide_due, next_due
from issuance.engine.clock_proof import clock_finding
from issuance.engine.institution_lists import publish_institution_lists
from issuance.engine.institution_status import publish_institution_answers
from issuance.engine.institutional_course import run_institutions_due
from issuance.engine.issuing import finish_open_intents
from issuance.engine.notices import queue_notice
from issuance.engine.office import Office
from issuance.engine.publishing import Published, publish
from issuance.engine.settling import append_case, release_claims
from issuance.engine.streams import read_case
from issuance.findings import Severity
from issuance.register.model import Origin
from issuance.register.register import Writing

_LEASE: Final = timedelta(minutes=5)
"""When another worker takes up what one claimed that has died since."""
_AT_ONCE: Final = 20


@dataclass(frozen=True, slots=True)
class DueReport:
    """What a round did: `events` by their kind, and what was published or has to wait."""

    events: dict[str, int] = field(default_factory=dict[str, int])
    published: Published = field(default_factory=Published)


def run_due(office: Office, session: Session, most_answers: int | None = None) -> DueReport:
    """Do everything that is due by now; done again at once it finds nothing.

    It runs in the session of whoever is there. What needs the authority's key and finds it closed
    to this person is told in the report and waits for somebody who may issue. Nothing is done by a
    clock that stands ahead.
    """
    if ahead := clock_finding(office, session):
        office.hindrances[:] = [ahead]
        return DueReport(published=Published(waits=(ahead,)))
    office.authority.look_again()
    waits = finish_open_intents(office, session.operator) if may_issue(office, session) else None
    events: dict[str, int] = {}
    seen: set[str] = set()
    while due := [each for each in _due(office) if each[0] not in seen]:
        for serial, case in due:
            seen.add(serial)
            for kind in _do(office, session, serial, case):
                events[kind] = events.get(kind, 0) + 1
    done, waiting = run_institutions_due(office, session.operator)
    _, unlisted = publish_institution_lists(office, session.operator)
    answers, unanswered = publish_institution_answers(office, session.operator, most_answers)
    published = publish(office, session.operator, most_answers)
    published = replace(
        published,
        answers=published.answers + answers,
        waits=(*published.waits, *dict.fromkeys((*waiting, *unlisted, *unanswered))),
    )
    if waits is not None and waits not in published.waits:
        published = replace(published, waits=(waits, *published.waits))
    # At a counter the work-list tells both, of an office nobody has open this report.
    office.hindrances[:] = [each for each in published.waits if each.severity is Severity.BLOCKS]
    office.register.publish_checkpoint()
    if trouble := office.register.checkpoint_finding:
        published = replace(published, waits=(trouble, *published.waits))
    return DueReport(events | done, published)


def may_issue(office: Office, session: Session) -> bool:
    """Tell whether the policy lets this person issue."""
    issuing = {*office.policy.policy.roles.get("request_certificate", ()), Role.SERVICE.value}
    return bool(issuing & {role.value for role in session.roles})


def _due(office: Office) -> list[tuple[str, UUID]]:
    """Return what is due; on a server, claimed, so that another worker does not take it too."""
    register, now = office.register, office.now()
    if register.shared:
        return register.write(lambda writing: writing.claim_due(now, now + _LEASE, _AT_ONCE))
    with register.reading() as reading:
        return reading.certificates_due(now)


def _do(office: Office, session: Session, serial: str, case: UUID) -> tuple[str, ...]:
    """Do what is due for one certificate; return the kinds of the events."""
    origin = Origin(office.now(), session.operator, None, office.policy.reference)

    def work(writing: Writing) -> tuple[str, ...]:
        state, revision = read_case(writing, case)
        certificate = state.activation.certificate if state else None
        if state is None or certificate is None or certificate.serial != serial:
            # One that was given up has no clock any more.
            writing.record_due(serial, None)
            return ()
        decision = decide_due(state, office.policy.policy, origin.at)
        if not decision.events:
            writing.record_due(serial, next_due(state, office.policy.policy))
            return ()
        policy = office.policy.policy
        state, _ = append_case(writing, policy, case, state, revision, decision.events, origin)
        release_claims(writing, office, state, decision.releases, origin)
        for request in decision.notices:
            queue_notice(writing, office, state, request, origin.at, None)
        return tuple(event.KIND for event in decision.events)

    return office.register.write(work)
