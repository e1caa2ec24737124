import queue
import threading
from collections.abc import Generator
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse

from issuance.evidence.report import DocumentReport, PhotoReport
from issuance.findings import Finding, blocks
from issuance.findings.cases import CaseFinding
from issuance.wire import (
    Check,
    CheckLine,
    CopyWish,
    FindingLine,
    PreviewAnswer,
    PreviewWish,
    Report,
    report_line,
)
from server.authentication import Served, Settled
from server.bodies import FILE_TYPES, FileType, RawBody, raw_body_of
from server.opened_office import ServedOffice
from server.problems import Refusal

router = APIRouter(prefix="/v1", tags=["evidence"])
_LINES = "application/x-ndjson"


@router.post(
    "/checks",
    response_class=StreamingResponse,
    responses={200: {"content": {_LINES: {}}, "model": CheckLine}},
)
def check(wish: Check, served: Served, _: Settled) -> StreamingResponse:
    """Check a kept file: a line for each finding as it is made, the report as the last."""
    return StreamingResponse(_lines(served, wish), media_type=_LINES)


@router.post("/looks", response_model=Report, openapi_extra=raw_body_of(*FILE_TYPES))
def look(
    content: RawBody,
    media_type: FileType,
    served: Served,
    _: Settled,
    slot: Annotated[str, Query(max_length=100)],
    case: UUID | None = None,
) -> Response:
    """Check a file that is not kept, or not yet."""
    report = served.engine.look_at(slot, content, media_type, case)
    return Response(report_line(report), media_type="application/json")


@router.post("/previews")
def preview(wish: PreviewWish, served: Served, _: Settled) -> PreviewAnswer:
    """Draw a small picture of a kept photo or of a PDF's page."""
    made = served.engine.preview(
        wish.blob, wish.width, wish.height, crop=wish.crop, turn=wish.turn, page=wish.page
    )
    if made is None:
        raise Refusal(404, "There is no picture", (blocks(CaseFinding.FILE_NOT_KEPT),))
    return PreviewAnswer.of(made)


@router.post("/clean-copies", response_class=Response)
def copy(wish: CopyWish, served: Served, _: Settled) -> Response:
    """Draw a kept file anew, with nothing in it but what is seen."""
    made = served.engine.clean_copy(wish.blob)
    if isinstance(made, Finding):
        raise Refusal(404, "There is no clean copy", (made,))
    return Response(made, media_type="application/octet-stream")


def _lines(served: ServedOffice, wish: Check) -> Generator[bytes]:
    """Give each finding the moment it is made; the check goes on if nobody listens any more."""
    told: queue.SimpleQueue[Finding | PhotoReport | DocumentReport | Exception] = (
        queue.SimpleQueue()
    )

    def work() -> None:
        try:
            told.put(served.engine.check(wish.slot, wish.blob, wish.case, told.put))
        except Exception as error:  # noqa: BLE001 -- whoever reads the lines meets it
            told.put(error)

    threading.Thread(target=work, name="check", daemon=True).start()
    while True:
        each = told.get()
        if isinstance(each, Exception):
            raise each
        if isinstance(each, PhotoReport | DocumentReport):
            yield report_line(each) + b"\n"
            return
        yield FindingLine(finding=each).model_dump_json().encode() + b"\n"
