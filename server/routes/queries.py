from fastapi import APIRouter, Response

from issuance.wire import AnyAnswer, Asked, answer_json
from server.authentication import Anyone, Served

router = APIRouter(prefix="/v1/queries", tags=["queries"])


@router.post("", response_model=AnyAnswer)
def ask(asked: Asked, served: Served, speaker: Anyone) -> Response:
    """Answer a query, or say with findings why there is no answer."""
    answer = served.engine.ask(asked.query, speaker.session)
    return Response(answer_json(asked.query, answer), media_type="application/json")
