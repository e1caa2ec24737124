"""Settles a command about institutions in one transaction, with all that follows from it."""

from dataclasses import dataclass
from functools import partial
from typing import Any, Final
from uuid import UUID

from issuance.access.roles import Session
from issuance.commands import Command, Outcome, Receipt
from issuance.engine.denials import append_denials
from issuance.engine.institution_notices import ticket_number
from issuance.engine.institutional_claims import ClaimHeldError
from issuance.engine.institutional_facts import (
    institution_facts,
    official_facts,
    portable_facts,
)
from issuance.engine.institutional_following import follow, prepare_ends
from issuance.engine.institutional_streams import continue_stream, read_any, read_official
from issuance.engine.members import actor_of
from issuance.engine.office import Office
from issuance.engine.officials_import import decide_begin, settle_rows
from issuance.engine.receipts import keep_conflict, keep_receipt
from issuance.findings import Finding, any_blocks
from issuance.findings.institutions import InstitutionCode
from issuance.institutions import (
    campaign_stream,
    import_stream,
    institution_stream,
    official_stream,
    portable_stream,
    ticket_stream,
)
from issuance.institutions.actors import Actor
from issuance.institutions.bodies import InstitutionalBody
from issuance.institutions.campaigns import CampaignBody, OpenCampaign, decide_campaign
from issuance.institutions.decision import Decision, refusal
from issuance.institutions.import_stream import BeginImport, ContinueImport, ImportBody
from issuance.institutions.institution_decisions import InstitutionBody, decide_institution
from issuance.institutions.official_decisions import OfficialBody, decide_official
from issuance.institutions.portable_commands import PortableBody
from issuance.institutions.portable_decisions import decide_portable
from issuance.institutions.ticket_stream import OpenTicket, TicketBody, decide_ticket
from issuance.register.model import Origin
from issuance.register.register import Writing

_KINDS: Final[tuple[tuple[Any, str], ...]] = (
    (InstitutionBody, institution_stream.STREAM_KIND),
    (OfficialBody, official_stream.STREAM_KIND),
    (TicketBody, ticket_stream.STREAM_KIND),
    (PortableBody, portable_stream.STREAM_KIND),
    (CampaignBody, campaign_stream.STREAM_KIND),
    (ImportBody, import_stream.STREAM_KIND),
)
_BEGINNINGS: Final = frozenset({
    "ask_institution", "register_official", "open_ticket", "request_portable", "reissue_portable",
    "open_campaign", "begin_import",
})  # fmt: skip
"""Only these are about what is not there yet."""
_UNSEEN: Final = frozenset({InstitutionCode.OUT_OF_REACH.value, InstitutionCode.SEAT_MISSING.value})


@dataclass(frozen=True, slots=True)
class _Asked:
    """A command with what was read for it."""

    office: Office
    writing: Writing
    command: Command
    body: InstitutionalBody
    actor: Actor
    state: Any

    @property
    def id(self) -> UUID:
        return self.command.stream.id


def settle_institutional(
    office: Office, command: Command, body: InstitutionalBody, session: Session
) -> Receipt:
    """Decide and record a command; a refusal is told before a conflict.

    What somebody may not see has the revision they named: a receipt tells nothing about it.
    """
    if isinstance(body, ContinueImport):
        return settle_rows(office, command, session)
    return office.register.write(
        partial(_settle, office=office, command=command, body=body, session=session)
    )


def _settle(
    writing: Writing, office: Office, command: Command, body: InstitutionalBody, session: Session
) -> Receipt:
    actor = actor_of(office, writing, session)
    state, revision = read_any(writing, command.stream)
    asked = _Asked(office, writing, command, body, actor, state)
    decision = _decided(asked)
    if any_blocks(decision.findings) or not decision.events:
        return _refuse(asked, session, decision.findings, revision)
    # A campaign that runs goes on between the look at it and the act: its status alone decides.
    free = isinstance(body, CampaignBody) and not isinstance(body, OpenCampaign)
    if revision != command.base_revision and not free:
        return keep_conflict(office, command, writing, revision)
    origin = Origin(office.now(), session.operator, command.id, office.policy.reference)
    if finding := prepare_ends(writing, office, command.stream.id, state, decision.events, origin):
        return _refuse(asked, session, (finding,), revision)
    try:
        with writing.savepoint():
            after, revision = continue_stream(
                writing, office, command.stream, state, revision, decision.events, origin
            )
            follow(writing, office, command.stream.id, after, decision.events, actor, origin)
    except ClaimHeldError as held:
        return _refuse(asked, session, (held.finding,), command.base_revision)
    return keep_receipt(
        office, command, writing, Outcome.APPLIED, decision.findings, revision, _result(asked)
    )


def _decided(asked: _Asked) -> Decision:
    body, wanted = asked.body, next(kind for each, kind in _KINDS if isinstance(asked.body, each))
    if asked.command.stream.kind != wanted:
        return refusal(InstitutionCode.OUT_OF_REACH)
    writing, office, actor, state = asked.writing, asked.office, asked.actor, asked.state
    if state is None and body.kind not in _BEGINNINGS:
        return refusal(InstitutionCode.OUT_OF_REACH)
    policy = office.policy.policy
    if isinstance(body, InstitutionBody):
        facts = institution_facts(writing, office, asked.id, body)
        return decide_institution(state, body, policy, actor, facts)
    if isinstance(body, OfficialBody):
        facts = official_facts(writing, office, asked.id, state, body)
        return decide_official(state, body, policy, actor, facts)
    if isinstance(body, TicketBody):
        return _ticket(asked, body)
    if isinstance(body, PortableBody):
        facts = portable_facts(writing, office, asked.id, state, body, actor)
        if facts is None:
            return refusal(InstitutionCode.OUT_OF_REACH)
        return decide_portable(state, body, policy, actor, facts)
    if isinstance(body, CampaignBody):
        return decide_campaign(state, body, policy, actor, office.now())
    if isinstance(body, BeginImport):
        return decide_begin(writing, office, state, body, actor)
    raise TypeError(f"{body.kind} has a door of its own")


def _ticket(asked: _Asked, body: TicketBody) -> Decision:
    """Decide about a ticket; whom it is about is one of the institution's officials."""
    policy, now = asked.office.policy.policy, asked.office.now()
    decision = decide_ticket(asked.state, body, policy, asked.actor, now)
    if decision.events and isinstance(body, OpenTicket) and body.official is not None:
        official, _ = read_official(asked.writing, body.official)
        if official is None or official.ended or official.institution != body.institution:
            return refusal(InstitutionCode.OFFICIAL_ELSEWHERE, "official")
    return decision


def _refuse(
    asked: _Asked, session: Session, findings: tuple[Finding, ...], revision: int
) -> Receipt:
    command, writing, office = asked.command, asked.writing, asked.office
    if any(each.code in _UNSEEN for each in findings):
        revision = command.base_revision
    append_denials(writing, office, session, command.body.kind, findings, command.id)
    return keep_receipt(office, command, writing, Outcome.REJECTED, findings, revision, {})


def _result(asked: _Asked) -> dict[str, str]:
    if asked.command.stream.kind == ticket_stream.STREAM_KIND:
        return {"number": ticket_number(asked.id)}
    return {}
