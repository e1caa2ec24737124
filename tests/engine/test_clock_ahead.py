"""What a clock that stood ahead recorded for good can be mended once it is right again."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from issuance.cases.state import CaseStatus
from issuance.findings.cases import CaseFinding
from tests.engine.desk import codes
from tests.engine.issued_office import IssuedCase, IssuedOffice


@pytest.fixture
def office(played: IssuedCase, tmp_path: Path) -> Iterator[IssuedOffice]:
    office = IssuedOffice(played, tmp_path)
    yield office
    office.rehearsal.close()


def test_what_expired_by_a_clock_that_stood_ahead_can_still_be_revoked(office: IssuedOffice):
    office.later(days=1000)
    assert office.run_due().events == {"certificate_expired": 1}
    assert codes(office.give(office.revoking())) == [CaseFinding.CASE_CLOSED]
    office.later(days=-999)
    assert office.life.line.state == "valid"
    assert office.give(office.revoking()).applied
    assert office.rehearsal.state.status is CaseStatus.REVOKED
    assert [each.serial for each in office.published.entries] == [int(office.serial)]
