"""The second half of a log-in: the password has opened the slot, the register checks the code."""

from datetime import datetime
from pathlib import Path
from uuid import UUID

from issuance.access.attempts import AttemptCause
from issuance.access.log_in import OpenedSlot, log_in_completed
from issuance.access.office_stream import OfficeState, StrangerRefused
from issuance.access.operator_decisions import OperatorDecision, decide_log_in
from issuance.access.operators import LogInRefused, OperatorState
from issuance.access.roles import Role, Session
from issuance.access.totp import current_code
from issuance.engine.noted_attempts import (
    append_stranger,
    append_to_operator,
    chain_noted_attempts,
)
from issuance.engine.office import Sources, named_stream
from issuance.engine.streams import read_state
from issuance.findings import Finding, blocks
from issuance.findings.access import AccessCode
from issuance.findings.engine import EngineCode
from issuance.register.model import Origin
from issuance.register.register import Register, Writing
from issuance.secret import Secret

Findings = tuple[Finding, ...]


def enter(
    folder: Path, register: Register, opened: OpenedSlot, code: Secret | None, sources: Sources
) -> Session | Findings:
    """Chain in what was noted before the log-in, then check the one-time code.

    Only a service enters without a code (None).
    """
    office, user = opened.office.office, opened.user
    chain_noted_attempts(folder, register, sources)
    now = sources.clock.now()
    session_id = sources.identifiers.new()
    with register.reading() as reading:
        founded, _ = read_state(reading, named_stream(office, "office"), OfficeState)
    if founded is None:
        return (blocks(EngineCode.OFFICE_MISMATCH, part="register"),)

    # Reading and deciding in one transaction: no code works twice, not even at the same moment.
    def note(writing: Writing) -> tuple[OperatorState | None, OperatorDecision]:
        state, _ = read_state(writing, named_stream(office, "operator", user), OperatorState)
        decision = _decide_entry(state, founded, opened, code, session_id, now)
        origin = Origin(now, user, None, None)
        if state is None:
            cause = AttemptCause.UNKNOWN_USER.value
            stranger = StrangerRefused(cause=cause, attempted_at=now)
            append_stranger(writing, office, stranger, origin)
        else:
            append_to_operator(writing, office, user, decision.events, origin)
        return state, decision

    state, decision = register.write(note)
    if state is None or decision.findings:
        return decision.findings
    log_in_completed(folder, user)
    return Session(
        id=session_id,
        office=office,
        operator=user,
        name=state.name,
        roles=state.roles,
        started_at=now,
        demonstration=founded.demonstration,
        enrolling=state.must_change_password,
    )


def _decide_entry(
    state: OperatorState | None,
    founded: OfficeState,
    opened: OpenedSlot,
    code: Secret | None,
    session: UUID,
    now: datetime,
) -> OperatorDecision:
    if state is None:
        return OperatorDecision(findings=(blocks(AccessCode.LOG_IN_REFUSED),))
    if founded.demonstration != opened.office.demonstration:
        return OperatorDecision(
            (LogInRefused(cause=AttemptCause.OFFICE_MISMATCH, attempted_at=now),),
            (blocks(EngineCode.OFFICE_MISMATCH, part="demonstration"),),
        )
    if founded.demonstration:
        # Everybody knows its codes; asking for a fresh one would only make people wait.
        state = state.model_copy(update={"last_totp_step": None})
    if code is None:
        is_service = state.roles == (Role.SERVICE,)
        secret = opened.contents.totp_secret
        code = current_code(secret, now) if is_service else Secret("")
        state = state.model_copy(update={"last_totp_step": None}) if is_service else state
    return decide_log_in(state, opened.contents.totp_secret, code, session, now)
