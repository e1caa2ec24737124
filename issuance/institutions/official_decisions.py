"""What may happen to an official: pure rules over their state, their ticket and who acts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from issuance.evidence.blob import BlobRef
from issuance.findings import Finding, blocks
from issuance.findings.institutions import InstitutionCode
from issuance.institutions.actors import Actor, check_reach
from issuance.institutions.decision import Decision, happened, refusal, refused
from issuance.institutions.institution_stream import InstitutionStatus
from issuance.institutions.names import one_line
from issuance.institutions.official_stream import (
    AuditorDismissed,
    AuditorNamed,
    CertifierGranted,
    CertifierWithdrawn,
    Mandate,
    MandateGround,
    OfficialChanged,
    OfficialEnded,
    OfficialRegistered,
    OfficialState,
)
from issuance.institutions.people import Person, read_person
from issuance.institutions.ticket_stream import TicketState, TicketType, check_ticket
from issuance.model import Frozen, Identifier, Text
from issuance.policies.effective_day import effective_day_findings
from issuance.policies.model import Policy

LEFT = "left_institution"
"""The usual reason for which a registration ends; any cause of a revocation is one."""


class RegisterOfficial(Frozen):
    """Register an authority or official of an institution."""

    kind: Literal["register_official"] = "register_official"
    institution: Identifier
    person: Mapping[str, Text]
    listed_in: Identifier | None = None


class ChangeOfficial(Frozen):
    """Change the data of an official; all fields are given again."""

    kind: Literal["change_official"] = "change_official"
    person: Mapping[str, Text]
    listed_in: Identifier | None = None


class EndOfficial(Frozen):
    """End an official's registration; access is off at once, certificates are revoked.

    `effective` is the day since when these should not be relied on, where that is not today.
    """

    kind: Literal["end_official"] = "end_official"
    reason: Text = LEFT
    note: Text = ""
    effective: date | None = None


class GrantCertifier(Frozen):
    """Make an official a certifier, for good or as a substitute for some days."""

    kind: Literal["grant_certifier"] = "grant_certifier"
    ticket: Identifier
    ground: MandateGround
    law: Text = ""
    resolution: BlobRef | None = None
    substitutes: Identifier | None = None
    from_day: date | None = None
    until_day: date | None = None


class WithdrawCertifier(Frozen):
    """End a mandate before its last day."""

    kind: Literal["withdraw_certifier"] = "withdraw_certifier"
    mandate: Identifier
    note: Text = ""


class NameAuditor(Frozen):
    """Let an official read everything of the institution, and change nothing."""

    kind: Literal["name_auditor"] = "name_auditor"


class DismissAuditor(Frozen):
    """Take the reading away again."""

    kind: Literal["dismiss_auditor"] = "dismiss_auditor"


OfficialBody = (
    RegisterOfficial
    | ChangeOfficial
    | EndOfficial
    | GrantCertifier
    | WithdrawCertifier
    | NameAuditor
    | DismissAuditor
)


@dataclass(frozen=True, slots=True)
class OfficialFacts:
    """What was read beside the state, in the same transaction.

    `run_taken` tells that another living official of the institution has the RUN of the command;
    `substituted` is the official to be stood in for; `new_id` names a new mandate; `operates` tells
    that the person is the institution's operator, too.
    """

    official: UUID
    today: date
    institution_status: InstitutionStatus = InstitutionStatus.ACTIVE
    run_taken: bool = False
    ticket: TicketState | None = None
    substituted: OfficialState | None = None
    new_id: UUID | None = None
    operates: bool = False


def decide_official(
    state: OfficialState | None,
    body: OfficialBody,
    policy: Policy,
    actor: Actor,
    facts: OfficialFacts,
) -> Decision:
    """Decide a command about an official."""
    institution = body.institution if isinstance(body, RegisterOfficial) else None
    if state is not None:
        institution = state.institution
    if finding := check_reach(policy, body.kind, actor, institution, facts.official):
        return refused(finding)
    if facts.institution_status is not InstitutionStatus.ACTIVE:
        status = facts.institution_status.value
        return refusal(InstitutionCode.INSTITUTION_NOT_POSSIBLE, status=status)
    if isinstance(body, RegisterOfficial):
        return _register(state, body, policy, actor, facts)
    if state is None:
        return refusal(InstitutionCode.OUT_OF_REACH)
    if state.ended:
        return refusal(InstitutionCode.OFFICIAL_ENDED)
    if isinstance(body, NameAuditor | DismissAuditor):
        return _audit(state, body, actor, facts)
    match body:
        case ChangeOfficial():
            return _change(state, body, policy, actor, facts)
        case EndOfficial():
            return _end(body, policy, actor, facts.today)
        case GrantCertifier():
            return _grant(state, body, actor, facts)
        case WithdrawCertifier():
            return _withdraw(state, body, actor)


def changed_fields(before: Person | None, after: Person) -> tuple[str, ...]:
    """Name the fields in which two registrations of a person differ."""
    if before is None:
        return tuple(Person.model_fields)
    return tuple(
        name for name in Person.model_fields if getattr(before, name) != getattr(after, name)
    )


def _register(
    state: OfficialState | None,
    body: RegisterOfficial,
    policy: Policy,
    actor: Actor,
    facts: OfficialFacts,
) -> Decision:
    if state is not None or facts.run_taken:
        return refusal(InstitutionCode.OFFICIAL_KNOWN, "run")
    reading = read_person(policy, body.person, facts.today)
    if reading.person is None:
        return refused(*reading.findings)
    registered = OfficialRegistered(
        institution=body.institution,
        person=reading.person,
        listed_in=body.listed_in,
        by=actor.user,
    )
    return Decision((registered,), reading.findings)


def _change(
    state: OfficialState,
    body: ChangeOfficial,
    policy: Policy,
    actor: Actor,
    facts: OfficialFacts,
) -> Decision:
    reading = read_person(policy, body.person, facts.today)
    if reading.person is None:
        return refused(*reading.findings)
    if facts.run_taken:
        return refusal(InstitutionCode.OFFICIAL_KNOWN, "run")
    fields = changed_fields(state.person, reading.person)
    if not fields:
        return refusal(InstitutionCode.OFFICIAL_UNCHANGED)
    changed = OfficialChanged(
        person=reading.person, fields=fields, listed_in=body.listed_in, by=actor.user
    )
    return Decision((changed,), reading.findings)


def _end(body: EndOfficial, policy: Policy, actor: Actor, today: date) -> Decision:
    if finding := policy.reasons.objection(tuple(policy.reasons.revoke), body.reason, body.note):
        return refused(finding)
    if findings := effective_day_findings(body.reason, body.effective, policy, today):
        return refused(*findings)
    ended = OfficialEnded(
        reason=body.reason, note=body.note.strip(), effective=body.effective, by=actor.user
    )
    return happened(ended)


def _withdraw(state: OfficialState, body: WithdrawCertifier, actor: Actor) -> Decision:
    if all(each.id != body.mandate for each in state.mandates):
        return refusal(InstitutionCode.MANDATE_UNKNOWN)
    note = body.note.strip()
    return happened(CertifierWithdrawn(mandate=body.mandate, note=note, by=actor.user))


def _audit(
    state: OfficialState, body: NameAuditor | DismissAuditor, actor: Actor, facts: OfficialFacts
) -> Decision:
    """Name or dismiss an auditor: nobody audits what they do themselves."""
    naming = isinstance(body, NameAuditor)
    if state.auditor == naming:
        return refusal(InstitutionCode.AUDITOR_UNCHANGED)
    if naming and (state.mandates or facts.operates):
        return refusal(InstitutionCode.AUDITOR_NOT_INDEPENDENT)
    return happened(AuditorNamed(by=actor.user) if naming else AuditorDismissed(by=actor.user))


def _grant(
    state: OfficialState, body: GrantCertifier, actor: Actor, facts: OfficialFacts
) -> Decision:
    findings = (
        *check_ticket(facts.ticket, TicketType.CERTIFIER_ROLE, state.institution, facts.official),
        *_ground_findings(body),
        *_day_findings(body, facts.today),
        *_substitution_findings(state, body, facts),
    )
    if findings:
        return refused(*findings)
    if state.auditor:
        return refusal(InstitutionCode.AUDITOR_NOT_INDEPENDENT)
    if facts.new_id is None:
        raise ValueError("a new mandate needs an identifier")
    mandate = Mandate(
        id=facts.new_id,
        ground=body.ground,
        substitutes=body.substitutes,
        from_day=body.from_day or facts.today,
        until_day=body.until_day,
    )
    if any(_overlap(mandate, each) for each in state.mandates):
        return refusal(InstitutionCode.MANDATE_OVERLAPS)
    granted = CertifierGranted(
        mandate=mandate,
        law=one_line(body.law),
        resolution=body.resolution,
        ticket=body.ticket,
        by=actor.user,
    )
    return happened(granted)


def _ground_findings(body: GrantCertifier) -> tuple[Finding, ...]:
    by_law = body.ground is MandateGround.LAW and body.law.strip()
    by_resolution = body.ground is MandateGround.DESIGNATION and body.resolution is not None
    if by_law or by_resolution:
        return ()
    return (blocks(InstitutionCode.RESOLUTION_MISSING, "resolution"),)


def _day_findings(body: GrantCertifier, today: date) -> tuple[Finding, ...]:
    first, last = body.from_day or today, body.until_day
    both = body.from_day is not None and last is not None
    in_order = last is None or (first <= last and today <= last)
    if in_order and (both or body.substitutes is None):
        return ()
    return (blocks(InstitutionCode.MANDATE_DATES, "until_day"),)


def _substitution_findings(
    state: OfficialState, body: GrantCertifier, facts: OfficialFacts
) -> tuple[Finding, ...]:
    if body.substitutes is None:
        return ()
    other = facts.substituted
    certifies = (
        other is not None
        and other.institution == state.institution
        and body.substitutes != facts.official
        and any(each.substitutes is None for each in other.mandates)
    )
    return () if certifies else (blocks(InstitutionCode.SUBSTITUTED_UNKNOWN, "substitutes"),)


def _overlap(one: Mandate, other: Mandate) -> bool:
    begins_in_time = other.until_day is None or one.from_day <= other.until_day
    return begins_in_time and (one.until_day is None or other.from_day <= one.until_day)
