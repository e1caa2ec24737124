"""Somebody of a ministry logs in for the first time."""

from datetime import timedelta

from backend_client.offices import DEMONSTRATION, Offices
from issuance.access.commands import ChangePassword
from issuance.access.roles import Session
from issuance.access.totp import Enrolment, current_code
from issuance.certificates.keys import make_private_key
from issuance.engine.office import Sources
from issuance.secret import Secret
from tests.screens.institutions.conftest import LaterClock
from tests.screens.institutions.enabled_ministry import PASSWORD, Ministry
from ventanilla.compose import system_sources


async def enrol(ministry: Ministry, user: str, first: Secret, later: timedelta) -> None:
    """Let somebody choose a password and set up the authenticator of the log-in."""
    system = system_sources()
    sources = Sources(LaterClock(later), system.identifiers, system.randomness)
    backend = Offices(ministry.folder.parent, lambda: sources, make_private_key).backend(
        DEMONSTRATION
    )
    try:
        assert isinstance(await backend.log_in(user, first, Secret("")), Session)
        enrolment = await backend.enrolment()
        assert isinstance(enrolment, Enrolment)
        ministry.secrets[user] = enrolment.secret
        code = current_code(enrolment.secret, backend.now())
        body = ChangePassword(current=first, new=Secret(PASSWORD), code=code)
        receipt = await backend.execute(body, backend.new_stream("operator"), 0)
        assert receipt.applied
    finally:
        await backend.close()
