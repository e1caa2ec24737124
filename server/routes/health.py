from fastapi import APIRouter, Request, Response

from server.authentication import Served
from server.metrics import CONTENT_TYPE
from server.problems import Refusal

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def alive() -> dict[str, bool]:
    """Tell that the process answers."""
    return {"alive": True}


@router.get("/readyz")
def ready(served: Served) -> dict[str, bool]:
    """Tell whether the register can be read and its checkpoints are signed as they should be."""
    register = served.office.register
    with register.reading() as reading:
        reading.head()
    finding = register.checkpoint_finding
    if finding is not None:
        raise Refusal(503, "Not ready", (finding,))
    return {"ready": True}


@router.get("/metrics", include_in_schema=False)
def metrics(request: Request, served: Served) -> Response:
    """Return all figures, to who asks on this very host and not through the proxy."""
    if served.proxies.speaks(request) or "x-forwarded-for" in request.headers:
        raise Refusal(404, "")
    return Response(served.metrics.text(), media_type=CONTENT_TYPE)
