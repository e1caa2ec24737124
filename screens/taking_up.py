"""Takes up again what a station recorded and the server did not apply: forms filled as typed."""

import asyncio
from typing import TYPE_CHECKING, Any, Final

from backend_client.station import DraftHeldBy, DraftKey, Station
from issuance.cases.commands.application import AmendApplication, OpenCase
from issuance.cases.commands.evidence import CaptureEvidence, ClaimExemption
from issuance.cases.commands.payment import RecordBilling, RecordPayment
from issuance.commands import Command
from issuance.findings import Finding
from issuance.sync.sides import AMOUNT, PROVINCE, SAME_AS_APPLICANT
from screens.application_words import FilledIn
from screens.brought_file import BroughtFile
from screens.evidence_work import SlotWork

if TYPE_CHECKING:
    from issuance.commands import Body

STEPS: Final = {
    "amend_application": "application",
    "capture_evidence": "evidence",
    "claim_exemption": "evidence",
    "record_payment": "payment",
    "record_billing": "billing",
}
"""The step, and the screen of its name, in which a command is given."""


async def taken_up(
    command: Command, station: Station, operator: str
) -> tuple[str, tuple[Any, ...]] | DraftHeldBy | Finding:
    """Put what was typed into its form; return the screen to open, or who works there already."""
    body, case = command.body, command.stream.id
    if isinstance(body, OpenCase):
        filled_in = FilledIn(body.values, body.renews, command.stream)
        return "application", (body.product, (), True, filled_in)
    step = STEPS[body.kind]
    kept = await asyncio.to_thread(
        _keep, station, DraftKey.of_case(case, step), _typed(body), operator
    )
    return kept if kept is not None else (step, (case,))


def _keep(
    station: Station, key: DraftKey, typed: dict[str, str], operator: str
) -> DraftHeldBy | Finding | None:
    former = station.load_draft(key)
    values = {**(former.values if former else {}), **typed}
    kept = station.save_draft(key, values, operator) if values else None
    return kept if isinstance(kept, DraftHeldBy | Finding) else None


def _typed(body: "Body") -> dict[str, str]:
    """Return a command as the draft of its step has it."""
    match body:
        case AmendApplication(values=values):
            return dict(values)
        case RecordPayment():
            file = BroughtFile(blob=body.proof, name=body.proof.sha256[:8])
            typed = {PROVINCE: body.province, AMOUNT: str(body.amount)}
            return {**body.values, **typed, "proof": file.model_dump_json()}
        case RecordBilling():
            return {} if body.same_as_applicant else {SAME_AS_APPLICANT: "no", **body.values}
        case CaptureEvidence():
            work = SlotWork(overrides={each.code: each for each in body.overrides})
            file = BroughtFile(blob=body.blob, name=body.blob.sha256[:8])
            parts = {
                "file": file.model_dump_json(),
                "yes": ",".join(body.answers),
                "date": body.document_date.isoformat() if body.document_date else "",
                **work.decisions_kept(),
            }
            return {f"{body.slot}.{name}": text for name, text in parts.items() if text}
        case ClaimExemption():
            return {}
        case _:
            raise ValueError(f"a station does not record {body.kind}")
