from typing import Annotated

from fastapi import APIRouter, Header, Response

from issuance.commands import Command, Receipt
from issuance.findings import blocks
from issuance.findings.engine import EngineCode
from issuance.queries import CaseAnswer, CaseQuery
from issuance.wire import BRING_CASE, CommandEnvelope, SettledOnCase
from server.authentication import Anyone, Served, Speaker
from server.opened_office import ServedOffice
from server.problems import Refusal

router = APIRouter(prefix="/v1/commands", tags=["commands"])


_Prefer = Annotated[str, Header(description=f"`{BRING_CASE}` (RFC 7240) brings the case along")]


@router.post("", response_model=Receipt | SettledOnCase)
def execute(
    envelope: CommandEnvelope, served: Served, speaker: Anyone, prefer: _Prefer = ""
) -> Response:
    """Carry out a command; applied, rejected and conflict are all answered with a receipt."""
    command = envelope.command
    if command.station not in (None, speaker.station):
        raise Refusal(403, "Another station's command", (blocks(EngineCode.COMMAND_NOT_YOURS),))
    receipt = served.engine.execute(command, speaker.session)
    served.metrics.commands.labels(command.body.kind, receipt.outcome.value).inc()
    if receipt.applied:
        served.work_waits.set()
    answer: Receipt | SettledOnCase = receipt
    if prefer == BRING_CASE and command.stream.kind == "case":
        answer = SettledOnCase(receipt=receipt, case=_case_after(served, speaker, command))
    return Response(answer.model_dump_json(), media_type="application/json")


def _case_after(served: ServedOffice, speaker: Speaker, command: Command) -> CaseAnswer | None:
    """Return the case a command was about: whoever gave it looks at it next."""
    answer = served.engine.ask(CaseQuery(case=command.stream.id), speaker.session)
    return answer if isinstance(answer, CaseAnswer) else None
