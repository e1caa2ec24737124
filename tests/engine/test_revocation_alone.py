"""A holder asks for a revocation at a counter whose server cannot be reached."""

from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from issuance.cases.commands.life import ConfirmRevocation
from issuance.cases.state import CaseStatus
from issuance.commands import Outcome
from issuance.engine.stations import Enrolled, enrol_station
from issuance.findings.revocation import RevocationFinding
from issuance.secret import Secret
from issuance.stations.stream import InviteStation
from issuance.streams import StreamRef
from tests.engine.desk import codes
from tests.engine.giving import command_for
from tests.engine.issued_office import IssuedCase, IssuedOffice
from tests.engine.offline_station import OfflineStation
from tests.engine.pushed_station import CODE

STATION = StreamRef(kind="station", id=UUID(int=9))


def station_beside(office: IssuedOffice, folder: Path) -> OfflineStation:
    office.become("jefa")
    here, body = office.rehearsal.office, InviteStation(name="Puesto", code=Secret(CODE))
    invite = command_for(office.rehearsal, body, 0).model_copy(update={"stream": STATION})
    assert here.engine.execute(invite, here.session).applied
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    enrolled = enrol_station(here.engine.office, Secret(CODE), key.public_key().public_bytes_raw())
    assert isinstance(enrolled, Enrolled)
    return OfflineStation(folder, here.engine, enrolled, key, here.engine.office.sources.randomness)


@pytest.mark.soak
def test_the_request_waits_first_in_line_and_another_person_confirms_it(
    played: IssuedCase, tmp_path: Path
):
    office = IssuedOffice(played, tmp_path)
    station = station_beside(office, tmp_path / "station")
    assert station.exchange() is None
    asked_at, case = office.clock.now(), office.rehearsal.case
    assert case is not None
    wish = station.capture(office.revoking(), case)
    assert wish.outcome is Outcome.APPLIED, wish.findings
    assert codes(wish) == [RevocationFinding.SECOND_PERSON_CONFIRMS]
    assert station.register.is_urgent
    again = station.capture(office.revoking(), case)
    assert codes(again) == [RevocationFinding.REVOCATION_WAITS]

    office.later(hours=5)
    assert station.exchange() is None
    assert not station.register.is_urgent
    assert station.register.outbox() == ()
    state = office.rehearsal.state
    assert state.status is CaseStatus.ACTIVE
    certificate = state.activation.certificate
    assert certificate is not None
    assert certificate.life.wish is not None
    # Asked for when the holder stood there, not when the connection came back.
    assert (certificate.life.wish.at, certificate.life.wish.by) == (asked_at, "olga")

    office.become("adrian")
    confirmed = office.give(ConfirmRevocation(serial=office.serial))
    assert confirmed.applied, confirmed.findings
    assert office.rehearsal.state.status is CaseStatus.REVOKED
    station.close()
    office.rehearsal.close()
