import hashlib

from fastapi import APIRouter, Request, Response

from issuance.certificates.validity import Validity
from issuance.engine.status_http import LARGEST_REQUEST, caching, list_window, request_in
from server.authentication import Served
from server.bodies import RawBody, raw_body_of
from server.problems import Refusal

router = APIRouter(tags=["status"], responses={304: {"description": "The copy still holds"}})
_REQUEST = "application/ocsp-request"
_OCSP = "application/ocsp-response"


@router.get("/crl/{name}", response_class=Response)
def published(name: str, request: Request, served: Served) -> Response:
    """Return the revocation list (`.crl`) or the issuing authority's certificate (`.cer`)."""
    files = served.status_files
    if name.endswith(".cer"):
        return _sent(files.answers.issuer(), "application/pkix-cert", None, request, served)
    content = files.list_at(name) if name.endswith(".crl") else None
    window = list_window(content) if content else None
    # What the disk has damaged is as good as missing.
    return _sent(content if window else None, "application/pkix-crl", window, request, served)


@router.get("/ocsp/{asked:path}", response_class=Response)
def answer_in_path(asked: str, request: Request, served: Served) -> Response:
    """Answer the status request in the path (RFC 6960, A.1)."""
    return _answer(request_in(f"/{asked}"), request, served)


@router.post("/ocsp", response_class=Response, openapi_extra=raw_body_of(_REQUEST))
def answer(asked: RawBody, request: Request, served: Served) -> Response:
    """Answer the status request in the body (RFC 6960, A.1)."""
    if len(asked) > LARGEST_REQUEST:
        raise Refusal(413, "")
    return _answer(asked, request, served)


def _answer(asked: bytes, request: Request, served: Served) -> Response:
    found = served.status_files.answer(asked, served.office.now())
    return _sent(found.content, _OCSP, found.window, request, served)


def _sent(
    content: bytes | None, kind: str, window: Validity | None, request: Request, served: Served
) -> Response:
    if content is None:
        raise Refusal(404, "")
    headers = caching(window, served.office.now())
    if window is None:
        return Response(content, media_type=kind, headers=headers)
    headers["ETag"] = f'"{hashlib.sha256(content).hexdigest()}"'
    # Proxies ask with several tags at once, and call them weak.
    if headers["ETag"] in request.headers.get("If-None-Match", ""):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=kind, headers=headers)
