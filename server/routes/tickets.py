"""The signing interface that the systems of institutions already speak."""

import json
from typing import Final

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from issuance.engine.signing_record import Client, Refused
from issuance.findings import blocks
from issuance.findings.signing import SigningCode
from issuance.signing.ticket_answer import Answer, fault, other_method
from issuance.signing.ticket_request import MOST_OCTETS
from server.authentication import Served
from server.bodies import BodyUnread, body_up_to

# It is not ours to describe: the published schema is of `/v1` alone, `docs/signing` tells of this.
router = APIRouter(prefix="/firma/v2/files", include_in_schema=False)
_JSON: Final = "application/json"


@router.post("/tickets")
async def sign(request: Request, served: Served) -> Response:
    """Sign files or hashes for a registered application."""
    body = await body_up_to(request, MOST_OCTETS)
    service = served.engine.tickets
    client = Client(served.proxies.client_address(request), request.headers.get("user-agent", ""))
    try:
        if body is None:
            too_large = Refused(blocks(SigningCode.REQUEST_TOO_LARGE, maximum=MOST_OCTETS))
            return _sent(await run_in_threadpool(service.refuse, too_large), close=True)
        code = request.headers.get("OTP")
        return _sent(await run_in_threadpool(service.answer, body, code, client))
    except Exception as error:  # noqa: BLE001 -- its clients read JSON of this interface alone
        request.app.state.journal.failure("failure", error)
        return _sent(fault())


@router.api_route("/tickets", methods=["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
async def refuse_other_methods() -> Response:
    """Say in this interface's own form that it takes POST alone."""
    return _sent(other_method(), Allow="POST")


def _sent(answer: Answer, *, close: bool = False, **headers: str) -> Response:
    headers |= {"Connection": "close"} if close else {}
    if answer.retry_after is not None:
        headers["Retry-After"] = str(answer.retry_after)
    content = json.dumps(answer.body, ensure_ascii=False).encode()
    kind = BodyUnread if close else Response
    return kind(content, answer.status, headers, media_type=_JSON)
