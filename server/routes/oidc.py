"""The browser's side of a log-in by an identity provider: a page before it, and one after it."""

from typing import Annotated, Final

from fastapi import APIRouter, Cookie, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from issuance.access.oidc_settings import RETURN_PATH
from issuance.engine.oidc_log_in import (
    LIFETIME,
    Arrival,
    arrive,
    depart,
    prove,
    sign_of,
    waits_for_browser,
)
from issuance.engine.oidc_settings import IdentityProvider
from issuance.findings import Finding
from issuance.secret import Secret
from server.authentication import Served
from server.oidc_client import PATIENCE, ask_who, refusal_of
from server.oidc_pages import code_page, over_page, refused_page, start_page
from server.opened_office import ServedOffice
from server.routes.provider_log_ins import known_provider

router = APIRouter(include_in_schema=False)

_COOKIE: Final = "ventanilla_log_in"
_FOLDER: Final = "/oidc"
Handle = Annotated[str, Path(pattern=r"^[a-z2-7]{16}$")]
_Sent = Annotated[str, Query(max_length=4096)]


@router.get(RETURN_PATH)
def come_back(
    request: Request,
    served: Served,
    state: _Sent = "",
    code: _Sent = "",
    error: _Sent = "",
    cookie: Annotated[str, Cookie(alias=_COOKIE, max_length=100)] = "",
) -> Response:
    """Take a browser back from the provider, and show the code for the terminal."""
    provider = known_provider(served)
    arrival = arrive(served.office, Secret(state), Secret(cookie)) if provider else None
    if provider is None or arrival is None:
        return over_page(request, served)
    proved = _proved(served, provider, arrival, Secret(code), error)
    page = refused_page(request, served) if proved is None else code_page(request, served, proved)
    page.delete_cookie(_COOKIE, path=_FOLDER)
    return page


@router.get(_FOLDER + "/{handle}")
def show(request: Request, handle: Handle, served: Served) -> Response:
    """Show what is about to happen, with the sign that must stand at the terminal, too."""
    provider = known_provider(served)
    if provider is None or not waits_for_browser(served.office, handle):
        return over_page(request, served)
    return start_page(request, served, provider, sign_of(served.office, handle))


@router.post(_FOLDER + "/{handle}")
def go(request: Request, handle: Handle, served: Served) -> Response:
    """Send the browser to the provider, bound by a cookie; only our own page asks for it."""
    provider = known_provider(served)
    elsewhere = request.headers.get("sec-fetch-site", "same-origin") != "same-origin"
    departure = depart(served.office, provider, handle) if provider and not elsewhere else None
    if provider is None or departure is None:
        return over_page(request, served)
    answer = RedirectResponse(departure.address, 303)
    answer.set_cookie(
        _COOKIE,
        departure.cookie.reveal(),
        max_age=int(LIFETIME.total_seconds()),
        path=_FOLDER,
        secure=provider.settings.redirect.startswith("https:"),
        httponly=True,
        samesite="lax",
    )
    return answer


def _proved(
    served: ServedOffice, provider: IdentityProvider, arrival: Arrival, code: Secret, error: str
) -> Secret | None:
    """Return the code for the terminal; None where the terminal is told why there is none."""
    office = served.office
    who = (
        refusal_of(error)
        if error or not code.reveal()
        else ask_who(provider, arrival, code, office.sources.clock, PATIENCE)
    )
    kept = prove(office, arrival, who)
    return None if isinstance(kept, Finding) else kept
