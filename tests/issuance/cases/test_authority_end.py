"""A certificate ends with its authority: who opens a case hears of it in time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from issuance.cases.commands.application import OpenCase
from issuance.cases.decide import decide
from issuance.cases.decision import CaseFacts
from issuance.findings import Severity
from issuance.findings.certificates import CertificateFinding
from issuance.samples.people import sample_person
from tests.issuance.cases.test_random_walks import PEOPLE, POLICY

OLGA = PEOPLE[0]
# In Guayaquil it is still the evening before.
NOW = datetime(2026, 3, 11, 2, 0, tzinfo=UTC)
TWO_YEARS_LATER = datetime(2028, 3, 11, 2, 0, tzinfo=UTC)
BODY = OpenCase(
    policy=POLICY.id,
    product="natural-pkcs12-2y",
    values=dict(sample_person("natural", 0).values),
    consent_version=POLICY.consent_version,
    language="es",
)
FACTS = CaseFacts(
    now=NOW, today=NOW.date(), case=UUID(int=1), number="26-000001-6", person=UUID(int=2)
)


@pytest.mark.parametrize(
    ("ends", "opens", "told"),
    [
        (None, True, None),
        (TWO_YEARS_LATER, True, None),
        (
            TWO_YEARS_LATER - timedelta(seconds=1),
            True,
            (CertificateFinding.AUTHORITY_CUTS_TERM, Severity.WARNS),
        ),
        (NOW, False, (CertificateFinding.AUTHORITY_EXPIRED, Severity.BLOCKS)),
    ],
)
def test_a_case_is_opened_knowing_when_the_authority_ends(
    ends: datetime | None, opens: bool, told: tuple[CertificateFinding, Severity] | None
):
    decision = decide(None, BODY, POLICY, OLGA, replace(FACTS, authority_ends=ends))
    assert bool(decision.events) is opens
    found = [(each.code, each.severity) for each in decision.findings]
    assert found == ([told] if told else [])
