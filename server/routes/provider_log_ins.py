"""The terminal's side of a log-in by an identity provider; the browser's is `oidc`."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from issuance.access.roles import Role, Session
from issuance.engine.oidc_log_in import (
    CODE_DIGITS,
    begin_log_in,
    enter_by_provider,
    leave_log_in,
    stage_of,
)
from issuance.engine.oidc_settings import IdentityProvider, read_identity_provider
from issuance.engine.stations import erase_order
from issuance.findings import Finding, blocks
from issuance.findings.access import AccessCode
from issuance.findings.oidc import ProviderCode
from issuance.secret import Secret
from issuance.wire import SessionStarted, Told
from issuance.wire_provider import ProviderLogInBegun, ProviderLogInStage, ProviderSign, ReturnCode
from server import authentication
from server.authentication import Bearer, Certificate, Served, Settled
from server.counter_door import AtTheDoor
from server.oidc_client import PATIENCE, try_provider
from server.opened_office import ServedOffice
from server.problems import Refusal

router = APIRouter(prefix="/v1", tags=["log-ins by a provider"])

_REFUSED = "The log-in was refused"
_NONE = blocks(ProviderCode.PROVIDER_NOT_SET_UP)


def log_in_token(credentials: Bearer) -> Secret:
    """Return the token of a log-in under way; raises `Refusal` where there is none."""
    if credentials is None:
        raise Refusal(401, "No log-in with this token", WWW_Authenticate="Bearer")
    return Secret(credentials.credentials)


Token = Annotated[Secret, Depends(log_in_token)]


def known_provider(served: ServedOffice) -> IdentityProvider | None:
    """Return the office's identity provider, None where none is set up."""
    return read_identity_provider(served.office.folder, served.office.keys)


@router.get("/provider")
def describe(served: Served) -> ProviderSign:
    """Tell by which provider people may log in."""
    provider = known_provider(served)
    return ProviderSign(name=provider.settings.name if provider else "")


@router.post("/provider/trial")
def attempt(served: Served, speaker: Settled) -> Told:
    """Try from here whether the provider answers and knows this office; for administrators."""
    if Role.ADMINISTRATOR not in speaker.session.roles:
        return Told(findings=(blocks(AccessCode.ADMINISTRATOR_ONLY),))
    provider = known_provider(served)
    return Told(findings=(try_provider(provider, PATIENCE) if provider else _NONE,))


@router.post("/provider-log-ins", status_code=201, response_model=ProviderLogInBegun)
def begin(served: Served, certificate: Certificate) -> ProviderLogInBegun:
    """Begin a log-in, which a browser goes on with at the provider."""
    provider = known_provider(served)
    begun = begin_log_in(served.office, provider, certificate) if provider else _NONE
    if isinstance(begun, Finding):
        raise Refusal(403, _REFUSED, (begun,))
    left = begun.ends - served.office.now()
    return ProviderLogInBegun(
        token=begun.token,
        address=begun.address,
        sign=begun.sign,
        ends=begun.ends,
        seconds=max(0, int(left.total_seconds())),
        digits=CODE_DIGITS,
    )


@router.get("/provider-log-ins/current")
def look(served: Served, certificate: Certificate, token: Token) -> ProviderLogInStage:
    """Tell how far the log-in has come."""
    stage = stage_of(served.office, token, certificate)
    if isinstance(stage, Finding):
        return ProviderLogInStage(stage="refused", findings=(stage,))
    return ProviderLogInStage(stage=stage.value)


@router.delete("/provider-log-ins/current", status_code=204)
def leave(served: Served, certificate: Certificate, token: Token) -> Response:
    """Forget the log-in: whatever comes back from the provider is for nobody."""
    leave_log_in(served.office, token, certificate)
    return Response(status_code=204)


@router.post("/provider-log-ins/current/session", status_code=201, response_model=SessionStarted)
def enter(
    returned: ReturnCode,
    served: Served,
    certificate: Certificate,
    token: Token,
    shown: AtTheDoor,
) -> SessionStarted:
    """Begin the session with the code the page shows after the provider."""
    if returned.station and (order := erase_order(served.office, returned.station)):
        raise Refusal(403, "The station is lost", (order,))
    binding = shown.of_station(served, returned.station)
    entered = enter_by_provider(served.office, token, certificate, returned.secrets.code)
    if isinstance(entered, Session):
        return authentication.start(served, entered, binding, returned.station)
    served.metrics.refused_log_ins.inc()
    raise Refusal(403, _REFUSED, entered)
