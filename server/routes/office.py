from fastapi import APIRouter

from issuance.wire import MailServer, OfficeSign, Told
from server.authentication import Anyone, Served, office_sign

router = APIRouter(prefix="/v1", tags=["office"])


@router.get("/office")
def office(served: Served) -> OfficeSign:
    """Tell what may be known of the office before anybody has logged in."""
    return office_sign(served)


@router.put("/mail-server")
def set_mail(server: MailServer, served: Served, speaker: Anyone) -> Told:
    """Keep another mail server; for administrators."""
    return Told(findings=served.engine.set_mail(server.settings, speaker.session))
