"""The screens of a station without its server, as they would show a demonstration's case."""

from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from screenshot_camera import Camera

from backend_client.captured import Captured
from backend_client.unsettled import Unsettled
from issuance.cases.commands.application import AmendApplication
from issuance.commands import Command
from issuance.queries import CaseAnswer
from issuance.stations.capture_receipt import CaptureReceipt
from issuance.streams import StreamRef
from issuance.sync.push import Outcome
from issuance.sync.sides import BothSides, held_there, recorded_here

_ANOTHER_PHONE: Final = "+593990002000"
_STATION: Final = UUID(int=1)
_KEY: Final = Ed25519PrivateKey.from_private_bytes(bytes(32))


async def work_alone(camera: Camera, known: CaseAnswer) -> None:
    """Show a correction that met another one, the applicant's receipt, and where it is checked."""
    state, session = known.state, camera.backend.session
    command = Command(
        id=state.id,
        office=session.office,
        stream=StreamRef(kind="case", id=state.id),
        base_revision=known.revision,
        operator=state.opened_by,
        session=session.id,
        at=state.updated_at,
        body=AmendApplication(values={**state.values, "phone": _ANOTHER_PHONE}),
    )
    both = BothSides(
        command=command,
        here=recorded_here(command),
        there=held_there(command.body, state),
        number=state.number,
    )
    words = camera.backend.policy.policy.name_fields
    person = " ".join(state.values[name] for name in words if state.values.get(name))
    unsettled = Unsettled(
        seq=1,
        kind=command.body.kind,
        case=state.id,
        person=person,
        operator=command.operator,
        at=command.at,
        outcome=Outcome.CONFLICT,
        findings=(),
        octets=0,
    )
    await camera.open("unsettled", unsettled, both, screen="UnsettledScreen")
    await camera.take("unsettled")
    await camera.leave()
    receipt = CaptureReceipt(
        station=_STATION,
        epoch=_STATION,
        seq=1,
        command_hash=command.digest().hex(),
        case=state.id,
        number=state.number,
        at=command.at,
    )
    captured = Captured(
        station=session.name,
        office=camera.app.station.office,
        person=person,
        language=camera.app.translate.language,
        kinds=("open_case", "capture_evidence"),
        receipt=receipt,
        code=receipt.code(_KEY),
    )
    await camera.open("capture_receipt", captured, screen="CaptureReceiptScreen")
    await camera.take("capture_receipt")
    await camera.leave()
    await camera.open("receipt_check", screen="ReceiptCheckScreen")
    await camera.take("receipt_check")
    await camera.leave()
