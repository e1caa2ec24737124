"""The demonstration's people, whose credentials everybody may know."""

from datetime import datetime
from pathlib import Path

from backend_client.backend import KnownPerson
from issuance.access.office_file import read_office
from issuance.access.totp import current_code
from issuance.engine.demonstration import PEOPLE
from issuance.engine.institutional_people import OFFICE_NAME as INSTITUTIONAL_NAME
from issuance.engine.institutional_people import PEOPLE as INSTITUTIONAL_PEOPLE
from issuance.findings import Finding
from issuance.secret import Secret


def known_people(folder: Path, now: datetime) -> tuple[KnownPerson, ...]:
    """Return the people of the demonstration in a folder; nobody where a real office lies."""
    office = read_office(folder)
    if isinstance(office, Finding) or not office.demonstration:
        return ()
    return tuple(each for each in people_at(now, office.name) if office.slot_of(each.user))


def people_at(now: datetime, office: str) -> tuple[KnownPerson, ...]:
    """Return the people a demonstration of that name begins with, and the codes of a moment."""
    people = INSTITUTIONAL_PEOPLE if office == INSTITUTIONAL_NAME else PEOPLE
    return tuple(
        KnownPerson(
            user=person.user,
            name=person.name,
            roles=tuple(role.value for role in person.roles),
            password=person.password,
            code=current_code(Secret(person.totp_secret), now).reveal(),
        )
        for person in people
    )
