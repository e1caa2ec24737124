"""What a clock that stood ahead recorded for good can be mended once it is right again."""

from issuance.cases.state import CaseStatus
from issuance.findings.cases import CaseFinding
from tests.engine.desk import codes
from tests.engine.issued_office import IssuedOffice


def test_what_expired_by_a_clock_that_stood_ahead_can_still_be_revoked(issued: IssuedOffice):
    issued.later(days=1000)
    assert issued.run_due().events == {"certificate_expired": 1}
    assert codes(issued.give(issued.revoking())) == [CaseFinding.CASE_CLOSED]
    issued.later(days=-999)
    assert issued.life.line.state == "valid"
    assert issued.give(issued.revoking()).applied
    assert issued.rehearsal.state.status is CaseStatus.REVOKED
    assert [each.serial for each in issued.published.entries] == [int(issued.serial)]
