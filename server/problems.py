"""Failures as problem documents (RFC 9457), which never repeat what was sent."""

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from issuance.findings import Finding
from issuance.register.errors import RegisterFailure
from issuance.wire import Problem

PROBLEM: Final = "application/problem+json"
_BUSY_SECONDS: Final = "2"


class Refusal(Exception):  # noqa: N818 -- no error: the answer to a request
    """A request is not carried out."""

    def __init__(
        self, status: int, title: str, findings: tuple[Finding, ...] = (), **headers: str
    ) -> None:
        super().__init__(title)
        self.status = status
        self.title = title
        self.findings = findings
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


def problem(
    status: int,
    title: str = "",
    findings: tuple[Finding, ...] = (),
    where: tuple[str, ...] = (),
    headers: dict[str, str] | None = None,
) -> Response:
    """Return a problem document; without a title it is the status's own phrase."""
    shown = title or HTTPStatus(status).phrase
    content = Problem(title=shown, status=status, findings=findings, where=where)
    return Response(content.model_dump_json(), status, headers, media_type=PROBLEM)


def add_problem_handlers(application: FastAPI) -> None:
    """Let every failure of a request end as a problem document."""

    async def refused(_: Request, error: Exception) -> Response:
        if not isinstance(error, Refusal):
            raise TypeError("only refusals are handled here")
        return problem(error.status, error.title, error.findings, headers=error.headers)

    async def unavailable(_: Request, error: Exception) -> Response:
        if not isinstance(error, RegisterFailure):
            raise TypeError("only failures of the register are handled here")
        return problem(503, findings=(error.finding,), headers={"Retry-After": _BUSY_SECONDS})

    async def unfit(_: Request, error: Exception) -> Response:
        if not isinstance(error, RequestValidationError):
            raise TypeError("only unfit requests are handled here")
        return problem(422, where=_where(error.errors(), _names(application)))

    async def undone(_: Request, error: Exception) -> Response:
        if not isinstance(error, HTTPException):
            raise TypeError("only HTTP failures are handled here")
        return problem(error.status_code, headers=dict(error.headers or {}))

    handlers: list[tuple[type[Exception], Callable[..., Any]]] = [
        (Refusal, refused),
        (RegisterFailure, unavailable),
        (RequestValidationError, unfit),
        (HTTPException, undone),
    ]
    for kind, handler in handlers:
        application.add_exception_handler(kind, handler)


def _where(errors: Sequence[Any], known: frozenset[str]) -> tuple[str, ...]:
    """Return where a request does not fit, by names of ours alone: others were sent."""
    places = {
        ".".join(part if part in known else "…" for part in map(str, error["loc"]))
        for error in errors
    }
    return tuple(sorted(places))[:20]


def _names(application: FastAPI) -> frozenset[str]:
    """Return every name that the published schema has for a field."""
    names = {"body", "query", "path", "header"}
    schemas: dict[str, Any] = application.openapi().get("components", {}).get("schemas", {})
    for schema in schemas.values():
        names |= set(schema.get("properties", {}))
    return frozenset(names)
