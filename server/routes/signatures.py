from fastapi import APIRouter

from issuance.wire_signing import DigestsAnswer, DigestsRefused, DigestsTaken, DigestsToSign
from server.authentication import Served, Settled

router = APIRouter(prefix="/v1/signatures", tags=["signing"])


@router.post("", response_model=DigestsAnswer)
def sign(wish: DigestsToSign, served: Served, speaker: Settled) -> DigestsTaken | DigestsRefused:
    """Sign digests with the own certificate in custody, all with one code."""
    signed = served.engine.sign_digests(
        wish.certificate, wish.items, wish.secrets.code, speaker.session
    )
    if isinstance(signed, tuple):
        return DigestsRefused(findings=signed)
    return DigestsTaken(answer=signed)
