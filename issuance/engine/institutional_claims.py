"""What only one institution, official or request may have at a time: kept as claims."""

from typing import Final
from uuid import UUID

from issuance.engine.office import Office
from issuance.findings import Finding, blocks
from issuance.findings.institutions import InstitutionCode
from issuance.institutions.institution_stream import InstitutionState, InstitutionStatus
from issuance.institutions.names import one_line
from issuance.institutions.official_stream import OfficialState
from issuance.institutions.portable_stream import PortableState, PortableStatus
from issuance.model import Frozen
from issuance.register.register import Writing
from issuance.streams import StreamRef

INSTITUTION_NAME: Final = "institution_name"
INSTITUTION_RUT: Final = "institution_rut"
OFFICIAL_RUN: Final = "official_run"
PORTABLE_REQUEST: Final = "portable_request"

_HELD: Final = {
    INSTITUTION_NAME: blocks(InstitutionCode.INSTITUTION_KNOWN, "name"),
    INSTITUTION_RUT: blocks(InstitutionCode.INSTITUTION_KNOWN, "rut"),
    OFFICIAL_RUN: blocks(InstitutionCode.OFFICIAL_KNOWN, "run"),
    PORTABLE_REQUEST: blocks(InstitutionCode.PORTABLE_OPEN, "purpose"),
}
_SERVED: Final = frozenset({InstitutionStatus.ASKED, InstitutionStatus.ACTIVE})
_WAITING: Final = frozenset({PortableStatus.PENDING, PortableStatus.APPROVED})


class ClaimHeldError(Exception):
    """Somebody else took it between the reading and the taking."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.finding: Finding = _HELD[kind]


def name_value(name: str) -> str:
    """Return what two institutions may not both be called."""
    return one_line(name).casefold()


def run_value(office: Office, institution: UUID, run: str) -> str:
    """Return what stands for a RUN within an institution; it tells nothing about the RUN."""
    return str(office.person_id("official_run", f"{institution}:{run}"))


def renew_claims(
    writing: Writing, office: Office, ref: StreamRef, before: Frozen | None, after: Frozen
) -> None:
    """Give back what a stream does not need any more and take what it needs now.

    Raises `ClaimHeldError` where another stream has it.
    """
    had, needs = _claims(office, before), _claims(office, after)
    if had == needs:
        return
    for kind in had.keys() - {kind for kind in needs if had.get(kind) == needs[kind]}:
        writing.release_claims(ref.id, kind)
    for kind, value in needs.items():
        if had.get(kind) != value and not writing.take_claim(kind, value, ref.id):
            raise ClaimHeldError(kind)


def _claims(office: Office, state: Frozen | None) -> dict[str, str]:
    match state:
        case InstitutionState() if state.status in _SERVED:
            return {INSTITUTION_NAME: name_value(state.name), INSTITUTION_RUT: state.rut}
        case OfficialState(person=person) if person is not None and not state.ended:
            return {OFFICIAL_RUN: run_value(office, state.institution, person.run)}
        case PortableState() if state.status in _WAITING:
            return {PORTABLE_REQUEST: f"{state.official}:{state.purpose}"}
        case _:
            return {}
