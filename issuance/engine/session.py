"""Whether a session still holds: its person active, with the same roles, password changed.

Somebody of an institution needs a seat there.
"""

from issuance.access.operators import OperatorState
from issuance.access.roles import Role, Session
from issuance.engine.members import actor_of
from issuance.engine.office import Office, named_stream
from issuance.engine.streams import read_state
from issuance.findings import Finding, blocks
from issuance.findings.engine import EngineCode
from issuance.register.register import Reading


def session_findings(
    office: Office, session: Session, reading: Reading, kind: str
) -> tuple[Finding, ...]:
    """Return why this session may not give a command now."""
    stream = named_stream(office.id, "operator", session.operator)
    state, _ = read_state(reading, stream, OperatorState)
    if state is None or not state.active or set(state.roles) != set(session.roles):
        return (blocks(EngineCode.SESSION_ENDED),)
    if Role.MEMBER in state.roles and not actor_of(office, reading, session).seats:
        return (blocks(EngineCode.SESSION_ENDED),)
    if state.must_change_password and kind != "change_password":
        return (blocks(EngineCode.PASSWORD_CHANGE_DUE),)
    return ()
