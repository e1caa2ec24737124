from fastapi import APIRouter, Response

from issuance.engine.stations import erase_order
from issuance.wire import LogIn, Password, SessionStarted, Told
from server import authentication
from server.authentication import Anyone, Served
from server.counter_door import AtTheDoor
from server.problems import Refusal

router = APIRouter(prefix="/v1/sessions", tags=["sessions"])


@router.post("", status_code=201, response_model=SessionStarted)
def begin(log_in: LogIn, served: Served, shown: AtTheDoor) -> SessionStarted:
    """Log in with password and one-time code."""
    if log_in.station and (order := erase_order(served.office, log_in.station)):
        raise Refusal(403, "The station is lost", (order,))
    binding = shown.of_station(served, log_in.station)
    started = authentication.begin(served, log_in, binding)
    if isinstance(started, SessionStarted):
        return started
    served.metrics.refused_log_ins.inc()
    raise Refusal(403, "The log-in was refused", started)


@router.delete("/current", status_code=204)
def end(served: Served, speaker: Anyone) -> Response:
    """Log out."""
    authentication.end(served, speaker)
    return Response(status_code=204)


@router.post("/current/unlock")
def unlock(password: Password, served: Served, speaker: Anyone) -> Told:
    """Check the own password again, as after a pause at the counter."""
    return Told(findings=authentication.unlock(served, speaker, password.secrets.password))
