from fastapi import APIRouter, Response

from issuance.commands import Receipt
from issuance.findings import blocks
from issuance.findings.engine import EngineCode
from issuance.wire import CommandEnvelope
from server.authentication import Anyone, Served
from server.problems import Refusal

router = APIRouter(prefix="/v1/commands", tags=["commands"])


@router.post("", response_model=Receipt)
def execute(envelope: CommandEnvelope, served: Served, speaker: Anyone) -> Response:
    """Carry out a command; applied, rejected and conflict are all answered with a receipt."""
    command = envelope.command
    if command.station not in (None, speaker.station):
        raise Refusal(403, "Another station's command", (blocks(EngineCode.COMMAND_NOT_YOURS),))
    receipt = served.engine.execute(command, speaker.session)
    served.metrics.commands.labels(command.body.kind, receipt.outcome.value).inc()
    if receipt.applied:
        served.work_waits.set()
    return Response(receipt.model_dump_json(), media_type="application/json")
