"""One thing as a station recorded it and as the office has it: for a person to look at."""

from typing import Final

from issuance.cases.commands.application import AmendApplication, OpenCase
from issuance.cases.commands.evidence import CaptureEvidence, ClaimExemption
from issuance.cases.commands.payment import RecordBilling, RecordPayment
from issuance.cases.state import CaseState
from issuance.commands import Body, Command
from issuance.evidence.blob import BlobRef
from issuance.model import Frozen, Instant

PROVINCE: Final = "province"
AMOUNT: Final = "amount"
FILE: Final = "file"
FILE_OCTETS: Final = "file_octets"
DOCUMENT_DATE: Final = "document_date"
ANSWERS: Final = "answers"
EXEMPTION: Final = "exemption"
SAME_AS_APPLICANT: Final = "same_as_applicant"
"""Names of values that are no fields of a form; amounts are in minor units."""


class Side(Frozen):
    """What one side has: `values` by name, in normal form; who recorded it, and when."""

    operator: str
    at: Instant
    values: dict[str, str]


class BothSides(Frozen):
    """A command that was not applied, beside what stands in its place; `there` may be nothing.

    `number` is that of the case that stands in the way, which may be another one.
    """

    command: Command
    here: Side
    there: Side | None = None
    number: str = ""


def recorded_here(command: Command) -> Side:
    """Return what a command says."""
    return Side(operator=command.operator, at=command.at, values=_said(command.body))


def has_values(body: Body) -> bool:
    """Tell whether a command says anything that can be compared, and typed anew."""
    kinds = (OpenCase, AmendApplication, RecordPayment, RecordBilling, CaptureEvidence)
    return isinstance(body, (*kinds, ClaimExemption))


def held_there(body: Body, state: CaseState) -> Side | None:
    """Return what a case holds in the place a command would have filled."""
    match body:
        case OpenCase() | AmendApplication():
            return Side(operator=state.opened_by, at=state.opened_at, values=dict(state.values))
        case RecordPayment() if state.payment is not None:
            paid = state.payment
            values = {**paid.values, PROVINCE: paid.province, AMOUNT: str(paid.amount.amount)}
            return Side(operator=paid.by, at=paid.at, values={**values, **_file(paid.proof)})
        case RecordBilling() if state.billing is not None:
            values = dict(state.billing.values)
            return Side(operator=state.updated_by, at=state.updated_at, values=values)
        case CaptureEvidence(slot=slot) | ClaimExemption(slot=slot) if slot in state.evidence:
            held = state.evidence[slot]
            values = {
                **_file(held.blob),
                DOCUMENT_DATE: held.document_date.isoformat() if held.document_date else "",
                ANSWERS: str(len(held.answers)) if held.blob else "",
                EXEMPTION: held.exemption,
            }
            return Side(operator=held.by, at=held.at, values=_filled(values))
        case _:
            return None


def _said(body: Body) -> dict[str, str]:
    match body:
        case OpenCase(values=values) | AmendApplication(values=values):
            return dict(values)
        case RecordPayment():
            values = {**body.values, PROVINCE: body.province, AMOUNT: str(body.amount)}
            return {**values, **_file(body.proof)}
        case RecordBilling():
            return {SAME_AS_APPLICANT: "yes"} if body.same_as_applicant else dict(body.values)
        case CaptureEvidence():
            day = body.document_date.isoformat() if body.document_date else ""
            answered = str(len(body.answers))
            return _filled({**_file(body.blob), DOCUMENT_DATE: day, ANSWERS: answered})
        case ClaimExemption():
            return _filled({**_file(body.blob), EXEMPTION: body.exemption})
        case _:
            return {}


def _file(blob: BlobRef | None) -> dict[str, str]:
    return {FILE_OCTETS: str(blob.length), FILE: blob.sha256} if blob else {}


def _filled(values: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}
