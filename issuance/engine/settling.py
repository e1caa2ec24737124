"""Settles a command on a case in one transaction: events, state, claims, notices and receipt."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from issuance.cases.clocks import next_due
from issuance.cases.commands.application import OpenCase
from issuance.cases.commands.conduct import ResendNotice
from issuance.cases.commands.payment import RecordPayment
from issuance.cases.decide import CaseBody, count_attempt, decide
from issuance.cases.decision import CaseFacts, Claim, Decision, PreparedIntent, refuse
from issuance.cases.decisions.application import open_case_claim, renewal_claim
from issuance.cases.decisions.renewal import followed
from issuance.cases.events.activation import CertificateDelivered
from issuance.cases.events.application import ApplicationAmended, CodeAttempted, CodeSent
from issuance.cases.events.base import CaseEvent
from issuance.cases.evolve import Happened, evolve
from issuance.cases.guards import Actor
from issuance.cases.person import PersonCaseEnded, PersonCaseOpened, PersonState, evolve_person
from issuance.cases.state import CaseState
from issuance.commands import Command, Outcome, Receipt
from issuance.engine.evidence_checks import index_fingerprint
from issuance.engine.held_against import deposit_claims
from issuance.engine.notices import queue_again, queue_notice, retire_codes
from issuance.engine.numbers import CASE_NUMBER, case_number, drawn_numbers, number_from
from issuance.engine.office import Office
from issuance.engine.preparation import Prepared
from issuance.engine.projection import known_case, search_terms, worklist_row
from issuance.engine.receipts import keep_conflict, keep_receipt
from issuance.engine.standings import record_standings, renewed_in
from issuance.engine.streams import append, read_case, read_state
from issuance.findings import Finding, blocks
from issuance.findings.cases import CaseFinding
from issuance.findings.engine import EngineCode
from issuance.findings.register import RegisterCode
from issuance.policies.model import Policy
from issuance.register.model import CertificateRow, Origin
from issuance.register.register import Reading, Writing
from issuance.stations.server_time import moment_of_capture
from issuance.streams import StreamRef

_CLAIM_FINDINGS = {
    "open_case": CaseFinding.OPEN_CASE_EXISTS,
    "deposit": CaseFinding.DEPOSIT_ALREADY_USED,
    "renewal": CaseFinding.RENEWAL_OPEN,
    "case_number": RegisterCode.REVISION_CONFLICT,
    "public_key": CaseFinding.KEY_ALREADY_CERTIFIED,
}


@dataclass(frozen=True, slots=True)
class Intent:
    """An issue intent and the exact bytes it stands for."""

    prepared: PreparedIntent
    to_be_signed: bytes

    def row(self, case: UUID, at: datetime) -> CertificateRow:
        """Return what the register keeps of it until it is signed."""
        return CertificateRow(
            serial=self.prepared.serial,
            case_id=case,
            to_be_signed=self.to_be_signed,
            csr_sha256=self.prepared.request_sha256,
            authority_key_id=self.prepared.authority_key,
            at=at,
        )


@dataclass(frozen=True, slots=True)
class Settling:
    """A command on a case with everything that settling it needs."""

    office: Office
    command: Command
    body: CaseBody
    actor: Actor
    prepared: Prepared
    intent: Intent | None = None

    @property
    def case(self) -> UUID:
        """Return the case the command is about."""
        return self.command.stream.id

    @property
    def origin(self) -> Origin:
        """Return who asked for this, by which command and under which policy."""
        now = self.office.now()
        return Origin(now, self.actor.user, self.command.id, self.office.policy.reference)


def unknown_case(command: Command, state: CaseState | None) -> Finding | None:
    """Refuse a command on a case that does not exist, or that would begin one a second time."""
    begins = command.body.kind == "open_case"
    if command.stream.kind == "case" and (state is None) == begins:
        return None
    return blocks(EngineCode.CASE_UNKNOWN)


def settle(settling: Settling, writing: Writing, expected_revision: int) -> Receipt:
    """Decide and record a command; the caller's commit makes it durable."""
    state, revision = read_case(writing, settling.case)
    if revision != expected_revision:
        return keep_conflict(settling.office, settling.command, writing, revision)
    facts = _facts(settling, writing)
    policy = settling.office.policy.policy
    decision = decide(state, settling.body, policy, settling.actor, facts)
    if not decision.refused:
        decision = _take_claims(settling, writing, decision)
    if decision.events:
        state, revision = append_case(
            writing, policy, settling.case, state, revision, decision.events, settling.origin
        )
        _record_effects(settling, writing, state, decision, facts)
    outcome = Outcome.REJECTED if decision.refused else Outcome.APPLIED
    result = {"number": state.number} if state else {}
    return keep_receipt(
        settling.office, settling.command, writing, outcome, decision.findings, revision, result
    )


def _take_claims(settling: Settling, writing: Writing, decision: Decision) -> Decision:
    """Take what the decision claims; the database's constraint has the last word."""
    if not decision.claims:
        return decision
    wanted = [(claim.kind, claim.value) for claim in decision.claims]
    once = [(claim.kind, claim.value) for claim in decision.claims if claim.once]
    lost = writing.take_claims(wanted, settling.case, once)
    held = next((kind for kind, value in wanted if (kind, value) in lost), None)
    return refuse(_CLAIM_FINDINGS[held], number="?") if held else decision


def settle_attempt(settling: Settling, writing: Writing) -> Receipt | None:
    """Count a presented code's attempt; a receipt is returned only where that was refused.

    An attempt this very command has counted, before the check was cut short, is not counted again.
    """
    state, revision = read_case(writing, settling.case)
    if _counted_before(settling, writing, revision):
        return None
    if state is None or revision != settling.command.base_revision:
        return keep_conflict(settling.office, settling.command, writing, revision)
    facts = _facts(settling, writing)
    policy = settling.office.policy.policy
    decision = count_attempt(state, settling.body, policy, settling.actor, facts)
    _, revision = append_case(
        writing, policy, settling.case, state, revision, decision.events, settling.origin,
        list_it=decision.refused,
    )  # fmt: skip
    if not decision.refused:
        return None
    return keep_receipt(
        settling.office, settling.command, writing, Outcome.REJECTED, decision.findings,
        revision, {"number": state.number},
    )  # fmt: skip


def _counted_before(settling: Settling, reading: Reading, revision: int) -> bool:
    command = settling.command
    if revision != command.base_revision + 1:
        return False
    (last,) = reading.events(command.stream, command.base_revision, 1)
    return (last.command_id, last.kind) == (command.id, CodeAttempted.KIND)


def append_case(
    writing: Writing,
    policy: Policy,
    case: UUID,
    state: CaseState | None,
    revision: int,
    events: Sequence[CaseEvent],
    origin: Origin,
    *,
    list_it: bool = True,
) -> tuple[CaseState, int]:
    """Append events to a case and renew its line in the work-lists and its fingerprints.

    Where more events of the case follow at once, its line can wait for them (`list_it`).
    """
    before, lives = state, _is_issued(state)
    for event in events:
        state = evolve(state, Happened(event, case, origin.operator, origin.at))
    if state is None:
        raise ValueError("a case begins with an event")
    if not events:
        return state, revision
    ref = StreamRef(kind="case", id=case)
    entries = append(writing, ref, revision, events, origin, state)
    record_standings(writing, events, origin.at)
    for event, entry in zip(events, entries, strict=True):
        index_fingerprint(writing, state.id, state.person, event, entry.seq)
    if lives and (certificate := state.activation.certificate):
        writing.record_due(certificate.serial, next_due(state, policy))
    if not list_it:
        return state, revision + len(events)
    row, known = worklist_row(state, policy, origin.at), before and known_case(before, policy)
    writing.index_case(row, search_terms(row), known, search_terms(known.marks) if known else ())
    return state, revision + len(events)


def _is_issued(state: CaseState | None) -> bool:
    certificate = state.activation.certificate if state else None
    return certificate is not None and certificate.issued


def _record_effects(
    settling: Settling, writing: Writing, state: CaseState, decision: Decision, facts: CaseFacts
) -> None:
    """Write what goes with the events: the person's stream, claims, certificates and mails."""
    office = settling.office
    if settling.intent and not decision.refused:
        writing.record_intent(settling.intent.row(settling.case, facts.now))
    if isinstance(settling.body, OpenCase):
        opened = PersonCaseOpened(case=state.id, product=state.product)
        _append_person(writing, office, state.person, opened, settling.origin)
    release_claims(writing, office, state, decision.releases, settling.origin)
    if state.renews and any(isinstance(each, CertificateDelivered) for each in decision.events):
        _follow_renewed(writing, office, state, settling.origin)
    if any(_ends_codes(event) for event in decision.events):
        retire_codes(writing, state.id)
    if isinstance(settling.body, ResendNotice) and not decision.refused:
        queue_again(writing, office, settling.body.notice, facts.now)
    for request in decision.notices:
        queue_notice(writing, office, state, request, facts.now, settling.prepared.code_in_clear)


def release_claims(
    writing: Writing, office: Office, state: CaseState, kinds: Sequence[str], origin: Origin
) -> None:
    """Give back what a case held; without its `open_case` it has ended for the person."""
    if kinds:
        writing.release_claims(state.id, *kinds)
    if "open_case" in kinds:
        ended = PersonCaseEnded(case=state.id, status=state.status.value)
        _append_person(writing, office, state.person, ended, origin)


def _follow_renewed(writing: Writing, office: Office, state: CaseState, origin: Origin) -> None:
    """Tell the renewed certificate's case which one follows it."""
    renewed = renewed_in(writing, state.renews)
    if renewed is None:
        return
    old, revision = read_case(writing, renewed.case)
    policy = office.policy.policy
    events = followed(old, state, policy, origin.at) if old else ()
    append_case(writing, policy, renewed.case, old, revision, events, origin)


def _ends_codes(event: CaseEvent) -> bool:
    """Tell whether codes that still wait in the outbox are worth nothing from now on."""
    return isinstance(event, CodeSent) or (
        isinstance(event, ApplicationAmended) and event.email_changed
    )


def _append_person(
    writing: Writing,
    office: Office,
    person: UUID,
    event: PersonCaseOpened | PersonCaseEnded,
    origin: Origin,
) -> None:
    ref = StreamRef(kind="person", id=person)
    state, revision = read_state(writing, ref, PersonState)
    append(writing, ref, revision, [event], origin, evolve_person(state, event))


def _facts(settling: Settling, reading: Reading) -> CaseFacts:
    office, prepared = settling.office, settling.prepared
    numbers = _numbers(settling) if isinstance(settling.body, OpenCase) else ()
    wanted = [(claim.kind, claim.value) for claim in _claims_wanted(settling)]
    holders = reading.claims([*wanted, *((CASE_NUMBER, each) for each in numbers)])
    facts = CaseFacts(
        now=office.now(),
        today=office.today(),
        case=settling.case,
        person=prepared.person,
        checks=prepared.checks,
        engines=prepared.engines,
        boxes=prepared.boxes,
        fingerprint=prepared.fingerprint,
        pages=prepared.pages,
        fresh_code=prepared.fresh_code,
        presented=prepared.presented,
        contract=prepared.contract,
        seal_serial=prepared.seal_serial,
        intent=settling.intent.prepared if settling.intent else None,
        held=_held(settling, reading, holders),
        captured_at=_captured_at(settling),
        authority_ends=office.authority.issuing.not_valid_after_utc,
    )
    if isinstance(settling.body, OpenCase):
        renewed = renewed_in(reading, settling.body.renews)
        free = next((each for each in numbers if (CASE_NUMBER, each) not in holders), None)
        return replace(facts, number=free or case_number(reading, office), renewed=renewed)
    if isinstance(settling.body, ResendNotice):
        return replace(facts, notice_template=_template(settling.body, settling.case, reading))
    return facts


def _captured_at(settling: Settling) -> datetime | None:
    """Return when a station recorded this without the server; None where it was not so."""
    command = settling.command
    if command.station is None:
        return None
    return moment_of_capture(command.at, command.clock, settling.office.now())


def _numbers(settling: Settling) -> tuple[str, ...]:
    """Return the numbers a new case may have, the first that is free."""
    if settling.command.station:
        return (number_from(settling.office, settling.command.id),)
    return drawn_numbers(settling.office)


def _held(
    settling: Settling, reading: Reading, holders: dict[tuple[str, str], UUID]
) -> dict[Claim, str]:
    """Return which of the claims this command would take are held, by the holder's number."""
    held: dict[Claim, str] = {}
    for claim in _claims_wanted(settling):
        holder = holders.get((claim.kind, claim.value))
        if holder is not None and holder != settling.case:
            other, _ = read_case(reading, holder)
            held[claim] = other.number if other else "?"
    return held


def _claims_wanted(settling: Settling) -> tuple[Claim, ...]:
    """Return the claims whose holder a refusal names; who holds a key is nobody's to know."""
    match settling.body:
        case OpenCase(product=product, renews=renews):
            own = open_case_claim(settling.prepared.person, product)
            return (own, renewal_claim(renews)) if renews else (own,)
        case RecordPayment():
            return deposit_claims(settling.office, settling.body)
        case _:
            return ()


def _template(body: ResendNotice, case: UUID, reading: Reading) -> str:
    """Return the template of a mail of this case that may be sent again; codes never are."""
    notice = reading.notice(body.notice)
    if notice is None or notice.case_id != case or notice.template.endswith(("_code", "_link")):
        return ""
    return notice.template
