"""How each event changes a case: pure, and the only way a case's state comes about."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import singledispatch
from typing import Any
from uuid import UUID

from issuance.cases.commands.evidence import Override
from issuance.cases.events import activation, application, conduct, contract, evidence, payment
from issuance.cases.events.base import CaseEvent
from issuance.cases.evolve_life import RULES, issued_life
from issuance.cases.state import (
    BillingState,
    CaseState,
    CaseStatus,
    CertificateState,
    CodeState,
    Correction,
    EvidenceState,
    EvidenceStatus,
    PaymentState,
    PaymentStatus,
)


@dataclass(frozen=True, slots=True)
class Happened:
    """An event with its case, and who did it when."""

    event: CaseEvent
    case: UUID
    operator: str
    at: datetime


def evolve(state: CaseState | None, happened: Happened) -> CaseState:
    """Return the case after an event; the first event must be `CaseOpened`."""
    event = happened.event
    if isinstance(event, application.CaseOpened):
        opened = _opened(event, happened)
        return opened.model_copy(update=_actor(opened, happened))
    if state is None:
        raise ValueError(f"{event.KIND} before case_opened")
    changes = _changes(event, state, happened)
    return state.model_copy(update=changes | _actor(state, happened))


def replay(history: Iterable[Happened]) -> CaseState | None:
    """Return the case that a whole history leads to."""
    state: CaseState | None = None
    for happened in history:
        state = evolve(state, happened)
    return state


def _opened(event: application.CaseOpened, happened: Happened) -> CaseState:
    return CaseState(
        id=happened.case,
        **{name: getattr(event, name) for name in application.CaseOpened.model_fields},
        opened_by=happened.operator,
        opened_at=happened.at,
        updated_at=happened.at,
        updated_by=happened.operator,
    )


def _actor(state: CaseState, happened: Happened) -> dict[str, Any]:
    if isinstance(happened.event, conduct.ActDenied):
        return {}
    changes: dict[str, Any] = {"updated_at": happened.at, "updated_by": happened.operator}
    act = happened.event.ACT
    earlier = state.acted.get(act, ())
    if act and happened.operator not in earlier:
        changes["acted"] = {**state.acted, act: (*earlier, happened.operator)}
    return changes


@singledispatch
def _changes(event: CaseEvent, state: CaseState, happened: Happened) -> dict[str, Any]:
    if rule := RULES.get(type(event)):
        return rule(event, state, happened.operator, happened.at)
    raise TypeError(f"no rule for {event.KIND}")


def _rule(change: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    return _changes.register(change)


@_rule
def _(event: application.ApplicationAmended, state: CaseState, _h: Happened) -> dict[str, Any]:
    changes: dict[str, Any] = {"values": event.values, "application_correction": None}
    if event.email_changed:
        changes["email_confirmed"] = False
        # They stay, spent: how many were sent today must not be forgotten with the address.
        changes["codes"] = {
            purpose: code.model_copy(update={"spent": True})
            for purpose, code in state.codes.items()
        }
    return changes


@_rule
def _(event: application.CodeSent, state: CaseState, happened: Happened) -> dict[str, Any]:
    earlier = state.codes.get(event.purpose)
    code = CodeState(
        id=event.code,
        verifier=event.verifier,
        link_verifier=event.link_verifier,
        expires_at=event.expires_at,
        link_expires_at=event.link_expires_at,
        sent=(*(earlier.sent if earlier else ()), happened.at),
    )
    return {"codes": {**state.codes, event.purpose: code}}


@_rule
def _(event: application.CodeAttempted, state: CaseState, _h: Happened) -> dict[str, Any]:
    code = state.codes[event.purpose]
    counted = code.model_copy(update={"attempts": code.attempts + 1})
    return {"codes": {**state.codes, event.purpose: counted}}


@_rule
def _(event: application.CodeRefused, state: CaseState, _h: Happened) -> dict[str, Any]:
    return {}


def _spend(state: CaseState, purpose: str) -> dict[str, CodeState]:
    return {**state.codes, purpose: state.codes[purpose].model_copy(update={"spent": True})}


@_rule
def _(event: application.EmailConfirmed, state: CaseState, _h: Happened) -> dict[str, Any]:
    return {"email_confirmed": True, "codes": _spend(state, "email")}


@_rule
def _(
    event: application.ApplicationApproved, state: CaseState, happened: Happened
) -> dict[str, Any]:
    return {"approved_by": happened.operator, "application_correction": None}


@_rule
def _(
    event: application.ApplicationReturned, state: CaseState, happened: Happened
) -> dict[str, Any]:
    correction = Correction(
        items=event.items, note=event.note, by=happened.operator, at=happened.at
    )
    return {"application_correction": correction}


@_rule
def _(event: application.CaseRejected, state: CaseState, _h: Happened) -> dict[str, Any]:
    return {"status": CaseStatus.REJECTED, "ended_for": event.reason}


@_rule
def _(event: evidence.EvidenceCaptured, state: CaseState, happened: Happened) -> dict[str, Any]:
    captured = EvidenceState(
        status=EvidenceStatus.CAPTURED,
        blob=event.blob,
        answers=event.answers,
        checks=event.whole_checks(),
        engines=event.engines,
        overrides=tuple(
            Override(
                code=each.code, reason=each.reason, note=event.override_notes.get(each.code, "")
            )
            for each in event.overrides
        ),
        boxes=event.boxes,
        pages=event.pages,
        document_date=event.document_date,
        by=happened.operator,
        at=happened.at,
    )
    return {"evidence": {**state.evidence, event.slot: captured}}


@_rule
def _(event: evidence.ExemptionClaimed, state: CaseState, happened: Happened) -> dict[str, Any]:
    claimed = EvidenceState(
        status=EvidenceStatus.CAPTURED,
        blob=event.blob,
        exemption=event.exemption,
        checks=event.checks,
        pages=event.pages,
        by=happened.operator,
        at=happened.at,
    )
    return {"evidence": {**state.evidence, event.slot: claimed}}


@_rule
def _(event: evidence.EvidenceRequested, state: CaseState, happened: Happened) -> dict[str, Any]:
    held = state.evidence.get(event.slot) or EvidenceState(
        status=EvidenceStatus.REQUESTED, by=happened.operator, at=happened.at
    )
    requested = held.model_copy(
        update={
            "status": EvidenceStatus.REQUESTED,
            "requested": event.codes,
            "note": event.note,
            "reason": "",
            "decided_by": happened.operator,
        }
    )
    return {"evidence": {**state.evidence, event.slot: requested}}


@_rule
def _(event: evidence.EvidenceAccepted, state: CaseState, happened: Happened) -> dict[str, Any]:
    accepted = {"status": EvidenceStatus.ACCEPTED, "decided_by": happened.operator}
    slots = {slot: state.evidence[slot].model_copy(update=accepted) for slot in event.slots}
    return {"evidence": {**state.evidence, **slots}}


@_rule
def _(event: evidence.EvidenceReturned, state: CaseState, happened: Happened) -> dict[str, Any]:
    returned = {
        slot: state.evidence[slot].model_copy(
            update={
                "status": EvidenceStatus.RETURNED,
                "reason": reason,
                "note": event.note,
                "decided_by": happened.operator,
            }
        )
        for slot, reason in event.reasons.items()
    }
    return {"evidence": {**state.evidence, **returned}}


@_rule
def _(event: payment.PaymentRecorded, state: CaseState, happened: Happened) -> dict[str, Any]:
    recorded = PaymentState(
        status=PaymentStatus.RECORDED,
        amount=event.amount,
        province=event.province,
        account=event.account,
        values=event.values,
        proof=event.proof,
        by=happened.operator,
        at=happened.at,
    )
    return {"payment": recorded}


def _payment(state: CaseState, **update: Any) -> dict[str, Any]:
    if state.payment is None:
        raise ValueError("no payment was recorded")
    return {"payment": state.payment.model_copy(update=update)}


@_rule
def _(event: payment.PaymentConfirmed, state: CaseState, _h: Happened) -> dict[str, Any]:
    return _payment(state, status=PaymentStatus.CONFIRMED)


@_rule
def _(event: payment.PaymentRefused, state: CaseState, _h: Happened) -> dict[str, Any]:
    return _payment(state, status=PaymentStatus.REFUSED, reason=event.reason, note=event.note)


@_rule
def _(event: payment.BillingRecorded, state: CaseState, _h: Happened) -> dict[str, Any]:
    billing = BillingState(same_as_applicant=event.same_as_applicant, values=event.values)
    return {"billing": billing}


def _activation(state: CaseState, **update: Any) -> dict[str, Any]:
    return {"activation": state.activation.model_copy(update=update)}


@_rule
def _(event: activation.PersonConfirmed, state: CaseState, happened: Happened) -> dict[str, Any]:
    return _activation(
        state, person_confirmed_by=happened.operator, person_confirmed_at=happened.at
    )


@_rule
def _(event: activation.DataConfirmed, state: CaseState, happened: Happened) -> dict[str, Any]:
    return _activation(
        state,
        contract=event.contract,
        contract_version=event.contract_version,
        data_confirmed_at=happened.at,
    )


@_rule
def _(event: activation.ActivationAuthorised, state: CaseState, _h: Happened) -> dict[str, Any]:
    return {
        "codes": _spend(state, "activation"),
        **_activation(state, authorised_until=event.until),
    }


@_rule
def _(event: activation.IssueIntended, state: CaseState, happened: Happened) -> dict[str, Any]:
    certificate = CertificateState(
        serial=event.serial,
        to_be_signed_sha256=event.to_be_signed_sha256,
        not_before=event.not_before,
        not_after=event.not_after,
        requested_by=happened.operator,
    )
    return _activation(state, certificate=certificate)


def _certificate(state: CaseState, **update: Any) -> dict[str, Any]:
    if state.activation.certificate is None:
        raise ValueError("no certificate was intended")
    return _activation(state, certificate=state.activation.certificate.model_copy(update=update))


@_rule
def _(event: activation.CertificateIssued, state: CaseState, happened: Happened) -> dict[str, Any]:
    return _certificate(state, issued=True, life=issued_life(happened.at))


@_rule
def _(event: activation.IssueAbandoned, state: CaseState, _h: Happened) -> dict[str, Any]:
    return _activation(state, certificate=None)


@_rule
def _(
    event: activation.CertificateDelivered, state: CaseState, happened: Happened
) -> dict[str, Any]:
    return {"status": CaseStatus.ACTIVE, **_certificate(state, delivered_at=happened.at)}


def _contract(state: CaseState, **update: Any) -> dict[str, Any]:
    if state.activation.certificate is None:
        raise ValueError("no certificate was intended")
    return _certificate(
        state, contract=state.activation.certificate.contract.model_copy(update=update)
    )


@_rule
def _(event: contract.ContractPrepared, state: CaseState, _h: Happened) -> dict[str, Any]:
    return _contract(state, prepared=event.document)


@_rule
def _(event: contract.ContractSigned, state: CaseState, happened: Happened) -> dict[str, Any]:
    return _contract(state, signed=event.document, signed_at=happened.at, how=event.how)


@_rule
def _(
    event: contract.ContractCountersigned, state: CaseState, happened: Happened
) -> dict[str, Any]:
    return _contract(state, countersigned=event.document, countersigned_at=happened.at)


@_rule
def _(event: conduct.CaseHeld, state: CaseState, _h: Happened) -> dict[str, Any]:
    return {"status": CaseStatus.HELD, "held_for": event.reason}


@_rule
def _(event: conduct.CaseResumed, state: CaseState, _h: Happened) -> dict[str, Any]:
    return {"status": CaseStatus.OPEN, "held_for": ""}


@_rule
def _(event: conduct.CaseCancelled, state: CaseState, _h: Happened) -> dict[str, Any]:
    return {"status": CaseStatus.CANCELLED, "ended_for": event.reason}


@_rule
def _(event: conduct.ActDenied, state: CaseState, _h: Happened) -> dict[str, Any]:
    return {}


@_rule
def _(event: conduct.NoticeResent, state: CaseState, _h: Happened) -> dict[str, Any]:
    return {}
