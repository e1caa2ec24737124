"""The HTTP face of one open office: routes by topic around the engine, which decides all."""

from functools import partial
from http import HTTPStatus
from typing import Any

from fastapi import Depends, FastAPI

from issuance.wire import Problem
from server.compression import Compressed
from server.counter_door import shown_at_the_door
from server.journal import Journal, Journalled
from server.limits import LARGEST_DOCUMENT, Limited
from server.opened_office import ServedOffice
from server.problems import PROBLEM, add_problem_handlers
from server.routes import (
    blobs,
    checks,
    commands,
    csc,
    health,
    office,
    oidc,
    provider_log_ins,
    queries,
    sessions,
    signatures,
    stations,
    status,
    tickets,
)

_TOPICS = (
    sessions,
    provider_log_ins,
    oidc,
    commands,
    queries,
    blobs,
    checks,
    stations,
    office,
    status,
    health,
    tickets,
    signatures,
    csc,
)


def create_application(served: ServedOffice, journal: Journal | None = None) -> FastAPI:
    """Return the application that serves an open office; closing the office is the caller's."""
    application = FastAPI(
        title="Ventanilla",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url="/v1/openapi.json",
        dependencies=[Depends(shown_at_the_door)],
        responses={
            code: {"model": Problem, "description": "Why not (RFC 9457)"}
            for code in (400, 401, 403, 404, 405, 413, 415, 416, 422, 503)
        },
    )
    journal = journal or Journal()
    application.state.served, application.state.journal = served, journal
    application.openapi = partial(_published, application)
    for topic in _TOPICS:
        application.include_router(topic.router)
    add_problem_handlers(application)
    application.add_middleware(Compressed, largest=LARGEST_DOCUMENT)
    application.add_middleware(Limited, largest_file=served.largest_file)
    application.add_middleware(
        Journalled,
        journal=journal,
        metrics=served.metrics,
        identifiers=served.office.sources.identifiers,
    )
    return application


def _published(application: FastAPI) -> dict[str, Any]:
    """Return the schema, in which problems have the media type they are sent with."""
    if application.openapi_schema is None:
        schema = FastAPI.openapi(application)
        operations = [each for path in schema["paths"].values() for each in path.values()]
        for operation in operations:
            for code, response in operation["responses"].items():
                if int(code) >= HTTPStatus.BAD_REQUEST:
                    response["content"] = {PROBLEM: next(iter(response["content"].values()))}
    return application.openapi_schema or {}
