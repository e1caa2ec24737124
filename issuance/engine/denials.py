"""What the register keeps of a try that nobody makes by mistake, outside the cases."""

from typing import Final
from uuid import UUID

from issuance.access.operators import ActDenied, OperatorState
from issuance.access.roles import Session
from issuance.engine.office import Office, named_stream
from issuance.engine.streams import append, read_state
from issuance.findings import Finding
from issuance.findings.access import AccessCode
from issuance.findings.cases import CaseFinding
from issuance.findings.engine import EngineCode
from issuance.findings.institutions import InstitutionCode
from issuance.findings.policies import PolicyFinding
from issuance.findings.revocation import RevocationFinding
from issuance.register.model import Origin
from issuance.register.register import Writing

_DENIALS: Final = frozenset(
    code.value
    for code in (
        AccessCode.ADMINISTRATOR_ONLY,
        AccessCode.OWN_ROLES,
        AccessCode.OWN_ACCESS,
        PolicyFinding.POLICY_NEEDS_SECOND_PERSON,
        CaseFinding.NOT_YOUR_ROLE,
        RevocationFinding.REVOCATION_NEEDS_SECOND_PERSON,
        EngineCode.COMMAND_NOT_YOURS,
        EngineCode.SESSION_ENDED,
        InstitutionCode.OUT_OF_REACH,
        InstitutionCode.SEAT_MISSING,
    )
)


def append_denials(
    writing: Writing,
    office: Office,
    session: Session,
    act: str,
    findings: tuple[Finding, ...],
    command: UUID | None,
) -> None:
    """Chain the denials among the findings, in the stream of the person who tried."""
    denied = [ActDenied(act=act, cause=each.code) for each in findings if each.code in _DENIALS]
    stream = named_stream(office.id, "operator", session.operator)
    state, revision = read_state(writing, stream, OperatorState)
    if denied and state is not None:
        origin = Origin(office.now(), session.operator, command, office.policy.reference)
        append(writing, stream, revision, denied, origin, state)
