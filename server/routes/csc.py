"""The remote signing interface of the Cloud Signature Consortium, version 1."""

import json
from collections.abc import Callable
from typing import Final

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from issuance.engine.csc_askers import Asker, HolderAsks, application_with
from issuance.engine.csc_service import LARGEST_BODY, CscService
from issuance.engine.signing_record import Client
from issuance.register.errors import RegisterFailure
from issuance.secret import Secret
from issuance.signing.csc import METHODS
from issuance.signing.csc_answer import CscAnswer
from server.authentication import Bearer, Certificate, Served, speaker
from server.bodies import BodyUnread, body_up_to
from server.opened_office import ServedOffice
from server.problems import Refusal

# It is not ours to describe: the published schema is of `/v1` alone.
router = APIRouter(prefix="/csc/v1", include_in_schema=False)
_JSON: Final = "application/json"
_NOBODY: Final = CscAnswer(
    401, {"error": "invalid_token", "error_description": "Invalid access token"}
)
_TOO_LARGE: Final = CscAnswer(
    413, {"error": "invalid_request", "error_description": "The request is too large"}
)
_FAULT: Final = CscAnswer(
    500, {"error": "server_error", "error_description": "Internal server error"}
)
_ONLY_POST: Final = CscAnswer(
    405, {"error": "invalid_request", "error_description": "Method not allowed: use POST"}
)
_UNKNOWN: Final = CscAnswer(
    404,
    {
        "error": "invalid_request",
        "error_description": "No such method; info names those there are",
    },
)
_HEADERS: Final = {401: {"WWW-Authenticate": "Bearer"}, 405: {"Allow": "POST"}}
_KNOWN: Final = frozenset({"info", *METHODS})
_Act = Callable[[CscService, bytes, Asker, Client], CscAnswer]


@router.post("/info")
async def describe_service(request: Request, served: Served) -> Response:
    """Describe the service; nobody need be known for that."""
    await body_up_to(request, LARGEST_BODY)
    return _sent(served.engine.csc.info())


@router.post("/credentials/list")
async def list_credentials(
    request: Request, served: Served, certificate: Certificate, bearer: Bearer
) -> Response:
    """List the credentials of who asks."""
    return await _answered(
        request, served, certificate, bearer, lambda csc, body, asker, _: csc.list(body, asker)
    )


@router.post("/credentials/info")
async def describe_credential(
    request: Request, served: Served, certificate: Certificate, bearer: Bearer
) -> Response:
    """Describe a credential of who asks."""
    return await _answered(
        request, served, certificate, bearer, lambda csc, body, asker, _: csc.describe(body, asker)
    )


@router.post("/credentials/authorize")
async def authorize(
    request: Request, served: Served, certificate: Certificate, bearer: Bearer
) -> Response:
    """Give leave to sign certain hashes."""
    return await _answered(
        request, served, certificate, bearer, lambda csc, body, asker, _: csc.authorize(body, asker)
    )


@router.post("/signatures/signHash")
async def sign_hashes(
    request: Request, served: Served, certificate: Certificate, bearer: Bearer
) -> Response:
    """Sign hashes that were authorised."""
    return await _answered(
        request,
        served,
        certificate,
        bearer,
        lambda csc, body, asker, client: csc.sign(body, asker, client),
    )


@router.api_route("/{method:path}", methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])
async def refuse(method: str) -> Response:
    """Say in this interface's own form that there is no such method, or that it is to be posted."""
    return _sent(_ONLY_POST if method in _KNOWN else _UNKNOWN)


async def _answered(
    request: Request, served: ServedOffice, certificate: str, bearer: Bearer, act: _Act
) -> Response:
    client = Client(served.proxies.client_address(request), request.headers.get("user-agent", ""))
    body = await body_up_to(request, LARGEST_BODY)
    if body is None:
        return _sent(_TOO_LARGE, BodyUnread)

    def answer() -> CscAnswer:
        asker = _asker(request, served, certificate, bearer)
        return _NOBODY if asker is None else act(served.engine.csc, body, asker, client)

    try:
        return _sent(await run_in_threadpool(answer))
    except RegisterFailure:
        raise
    except Exception as error:  # noqa: BLE001 -- its clients read JSON of this interface alone
        request.app.state.journal.failure("failure", error)
        return _sent(_FAULT)


def _asker(
    request: Request, served: ServedOffice, certificate: str, bearer: Bearer
) -> Asker | None:
    """Return who asks: a holder by the token of their session, an application by its secret."""
    if bearer is None:
        return None
    if "." in bearer.credentials:
        return application_with(served.office, Secret(bearer.credentials))
    try:
        return HolderAsks(speaker(request, served, certificate, bearer).session)
    except Refusal:
        return None


def _sent(answer: CscAnswer, kind: type[Response] = Response) -> Response:
    headers = _HEADERS.get(answer.status, {})
    return kind(json.dumps(answer.body), answer.status, headers, media_type=_JSON)
