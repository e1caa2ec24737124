"""What may happen to an institution: pure rules over its state, its ticket and who acts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from issuance.evidence.blob import BlobRef
from issuance.findings import Finding, blocks
from issuance.findings.cases import CaseFinding
from issuance.findings.institutions import InstitutionCode
from issuance.identity.run import read_run
from issuance.identity.verdict import Reading
from issuance.institutions.actors import Actor, check_reach
from issuance.institutions.decision import Decision, happened, refusal, refused
from issuance.institutions.institution_stream import (
    Agreement,
    InstitutionApproved,
    InstitutionAsked,
    InstitutionEnded,
    InstitutionRefused,
    InstitutionRenamed,
    InstitutionState,
    InstitutionStatus,
    IssuingAuthorityRecorded,
    OperatorReplaced,
)
from issuance.institutions.names import check_names, one_line
from issuance.institutions.people import PersonReading, read_person
from issuance.institutions.ticket_stream import TicketState, TicketType, check_ticket
from issuance.model import Frozen, Identifier, Instant, Text
from issuance.policies.model import Policy


class AskInstitution(Frozen):
    """Ask to enable an institution, with all that a ticket for it brings."""

    kind: Literal["ask_institution"] = "ask_institution"
    name: Text
    short_name: Text = ""
    rut: Text
    ministry: Text
    ticket: Identifier
    agreement: Agreement | None = None
    administrative_act: BlobRef | None = None
    operator: Mapping[str, Text]


class ApproveInstitution(Frozen):
    """Enable an institution that was asked for."""

    kind: Literal["approve_institution"] = "approve_institution"


class RefuseInstitution(Frozen):
    """Refuse to enable an institution."""

    kind: Literal["refuse_institution"] = "refuse_institution"
    reason: Text
    note: Text = ""


class RenameInstitution(Frozen):
    """Give an institution another name or short form."""

    kind: Literal["rename_institution"] = "rename_institution"
    name: Text
    short_name: Text = ""


class ReplaceOperator(Frozen):
    """Make another person the institution's operator, as a ticket asked."""

    kind: Literal["replace_operator"] = "replace_operator"
    ticket: Identifier
    operator: Mapping[str, Text]


class EndInstitution(Frozen):
    """Serve an institution no more."""

    kind: Literal["end_institution"] = "end_institution"
    reason: Text
    note: Text = ""


InstitutionBody = (
    AskInstitution
    | ApproveInstitution
    | RefuseInstitution
    | RenameInstitution
    | ReplaceOperator
    | EndInstitution
)


@dataclass(frozen=True, slots=True)
class InstitutionFacts:
    """What was read beside the state, in the same transaction.

    `ticket` is the one the command names. `rut_taken` and `name_taken` tell that another
    institution, asked for or active, has the command's RUT or name: the signing interface knows an
    institution by its name alone. `operator_audits` tells that the command's operator audits the
    institution.
    """

    institution: UUID
    today: date
    ticket: TicketState | None = None
    rut_taken: bool = False
    name_taken: bool = False
    operator_audits: bool = False


def decide_institution(
    state: InstitutionState | None,
    body: InstitutionBody,
    policy: Policy,
    actor: Actor,
    facts: InstitutionFacts,
) -> Decision:
    """Decide a command about an institution."""
    reach = None if state is None else facts.institution
    if finding := check_reach(policy, body.kind, actor, reach):
        return refused(finding)
    if isinstance(body, AskInstitution):
        return _ask(state, body, policy, actor, facts)
    if state is None:
        return refusal(InstitutionCode.OUT_OF_REACH)
    waiting = isinstance(body, ApproveInstitution | RefuseInstitution)
    wanted = InstitutionStatus.ASKED if waiting else InstitutionStatus.ACTIVE
    if state.status is not wanted:
        return refusal(InstitutionCode.INSTITUTION_NOT_POSSIBLE, status=state.status.value)
    return _change(state, body, policy, actor, facts)


def decide_issuing_authority(
    state: InstitutionState,
    policy: Policy,
    actor: Actor,
    institution: UUID,
    *,
    generation: str,
    authority_key: str,
    certificate: str,
    not_after: Instant,
) -> Decision:
    """Record the issuing authority that was made for an institution, the first or the next."""
    if finding := check_reach(policy, "record_issuing_authority", actor, institution):
        return refused(finding)
    if state.status is not InstitutionStatus.ACTIVE:
        return refusal(InstitutionCode.INSTITUTION_NOT_POSSIBLE, status=state.status.value)
    return happened(
        IssuingAuthorityRecorded(
            generation=generation,
            authority_key=authority_key,
            certificate=certificate,
            not_after=not_after,
            by=actor.user,
        )
    )


def _ask(
    state: InstitutionState | None,
    body: AskInstitution,
    policy: Policy,
    actor: Actor,
    facts: InstitutionFacts,
) -> Decision:
    if state is not None:
        return refusal(InstitutionCode.INSTITUTION_NOT_POSSIBLE, status=state.status.value)
    name, short_name = one_line(body.name), one_line(body.short_name)
    rut, operator = read_run(body.rut), read_person(policy, body.operator, facts.today)
    ministry = one_line(body.ministry)
    findings = [
        *_name_findings(name, short_name, facts),
        *_rut_findings(rut, facts),
        *_paper_findings(body, ministry, facts.today),
        *check_ticket(facts.ticket, TicketType.ENABLE_INSTITUTION, None),
        *_operator_findings(operator),
    ]
    if findings:
        return refused(*findings)
    return happened(
        InstitutionAsked(
            name=name,
            short_name=short_name,
            rut=rut.value,
            ministry=ministry,
            ticket=body.ticket,
            agreement=body.agreement,
            administrative_act=body.administrative_act,
            operator=operator.person,
            by=actor.user,
        )
    )


def _change(
    state: InstitutionState,
    body: InstitutionBody,
    policy: Policy,
    actor: Actor,
    facts: InstitutionFacts,
) -> Decision:
    match body:
        case ApproveInstitution():
            pair = {(each.first, each.second) for each in policy.four_eyes}
            same = actor.user == state.asked_by
            if same and ("ask_institution", "approve_institution") in pair:
                return refusal(CaseFinding.SECOND_PERSON_NEEDED, act="ask_institution")
            return happened(InstitutionApproved(by=actor.user))
        case RefuseInstitution() | EndInstitution():
            return _stop(body, policy, actor)
        case RenameInstitution():
            name, short_name = one_line(body.name), one_line(body.short_name)
            if findings := _name_findings(name, short_name, facts):
                return refused(*findings)
            return happened(InstitutionRenamed(name=name, short_name=short_name, by=actor.user))
        case ReplaceOperator():
            return _replace_operator(body, policy, actor, facts)
        case _:
            raise TypeError(f"no rule for {body.kind}")


def _stop(body: RefuseInstitution | EndInstitution, policy: Policy, actor: Actor) -> Decision:
    if finding := policy.reasons.objection(policy.reasons.cancel, body.reason, body.note):
        return refused(finding)
    event = InstitutionRefused if isinstance(body, RefuseInstitution) else InstitutionEnded
    return happened(event(reason=body.reason, note=body.note.strip(), by=actor.user))


def _replace_operator(
    body: ReplaceOperator, policy: Policy, actor: Actor, facts: InstitutionFacts
) -> Decision:
    reading = read_person(policy, body.operator, facts.today)
    findings = (
        *check_ticket(facts.ticket, TicketType.OPERATOR_CHANGE, facts.institution),
        *_operator_findings(reading),
    )
    if findings:
        return refused(*findings)
    if facts.operator_audits:
        return refusal(InstitutionCode.AUDITOR_NOT_INDEPENDENT, "operator.run")
    return happened(OperatorReplaced(operator=reading.person, ticket=body.ticket, by=actor.user))


def _name_findings(name: str, short_name: str, facts: InstitutionFacts) -> tuple[Finding, ...]:
    taken = (blocks(InstitutionCode.INSTITUTION_KNOWN, "name"),) if facts.name_taken else ()
    return (*check_names(name, short_name), *taken)


def _rut_findings(rut: Reading, facts: InstitutionFacts) -> tuple[Finding, ...]:
    if not rut.acceptable:
        missing = blocks(InstitutionCode.OFFICIAL_FIELD_MISSING, "rut", name="rut")
        return tuple(Finding(each.code, each.severity, "rut") for each in rut.findings) or (
            missing,
        )
    return (blocks(InstitutionCode.INSTITUTION_KNOWN, "rut"),) if facts.rut_taken else ()


def _paper_findings(body: AskInstitution, ministry: str, today: date) -> tuple[Finding, ...]:
    agreement = body.agreement
    on_file = agreement is not None and agreement.number.strip() and agreement.signed_on <= today
    agreement_finding = blocks(InstitutionCode.AGREEMENT_MISSING, "agreement")
    act_finding = blocks(InstitutionCode.ACT_MISSING, "administrative_act")
    return (
        *(() if on_file and ministry else (agreement_finding,)),
        *(() if body.administrative_act is not None else (act_finding,)),
    )


def _operator_findings(reading: PersonReading) -> tuple[Finding, ...]:
    if reading.person is not None:
        return ()
    return tuple(
        Finding(each.code, each.severity, f"operator.{each.field}", each.parameters)
        for each in reading.findings
    )
