"""The demonstration of a ministry, founded for tests."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from issuance.access.commands import AddOperator
from issuance.access.roles import Role
from issuance.access.totp import current_code
from issuance.certificates.keys import PrivateKey
from issuance.engine.founding import Founded, found_office
from issuance.engine.institutional_demonstration import PEOPLE, furnish, institutional_plan
from issuance.engine.opening import OpenedOffice
from issuance.secret import Secret
from tests.engine.conftest import FoundedOffice
from tests.engine.desk import FIRST, Desk
from tests.live_server import SERVICE
from ventanilla.compose import system_sources


def found_ministry(folder: Path, make_key: Callable[[str], PrivateKey]) -> FoundedOffice:
    """Found the office and let its people do what the demonstration begins with."""
    founded = found_office(folder, institutional_plan(), system_sources(), make_key)
    assert isinstance(founded, Founded)
    assert furnish(folder, system_sources(), make_key) == ()
    return FoundedOffice(folder, founded.recovery_key)


def add_server(office: FoundedOffice) -> None:
    """Let the central administrator add the service a server works with."""
    desk = Desk(office)
    # The code of this half minute was used while the office was furnished.
    desk.clock.pass_time(minutes=1)
    opened = desk.try_log_in(PEOPLE[0].user, *credentials(PEOPLE[0].user, desk.clock.now()))
    assert isinstance(opened, OpenedOffice), opened
    roles = (Role.SERVICE.value,)
    body = AddOperator(user=SERVICE, name="Servidor", roles=roles, first_password=FIRST)
    assert desk.give(body).applied
    desk.enrol(SERVICE)
    desk.leave()


def credentials(user: str, now: datetime) -> tuple[Secret, Secret]:
    """Return the password and the code of the moment of one of the ministry's people."""
    person = next(each for each in PEOPLE if each.user == user)
    return Secret(person.password), current_code(Secret(person.totp_secret), now)


def code_at(secret: Secret, now: datetime, steps: int = 0) -> Secret:
    """Return what an authenticator shows so many half minutes later."""
    return current_code(secret, now + steps * timedelta(seconds=30))
