"""A revocation that a station recorded without the server is a wish, dated when asked for."""

from dataclasses import replace
from datetime import timedelta

from issuance.cases.commands.life import ConfirmRevocation
from issuance.cases.decision import CaseFacts
from issuance.cases.state import CaseStatus
from issuance.findings.revocation import RevocationFinding
from tests.issuance.cases.test_life import ADRIAN, OLGA, SERIAL, Life, revoking

DAYS = timedelta(days=2)


class LifeAlone(Life):
    """Commands arrive two days after a station recorded them."""

    alone = False

    def facts(self, right: bool) -> CaseFacts:
        facts = super().facts(right)
        return replace(facts, captured_at=facts.now - DAYS) if self.alone else facts


def test_even_the_holders_request_waits_for_another_person():
    life = LifeAlone()
    life.alone = True
    assert life.ask(revoking(), OLGA) == [RevocationFinding.SECOND_PERSON_CONFIRMS]
    assert life.case.status is CaseStatus.ACTIVE
    wish = life.certificate.life.wish
    assert wish is not None
    assert (wish.at, wish.by) == (life.now - DAYS, OLGA.user)
    assert life.ask(revoking(), OLGA) == [RevocationFinding.REVOCATION_WAITS]
    life.alone = False
    assert life.ask(ConfirmRevocation(serial=SERIAL), ADRIAN) == []
    assert life.standing is not None
    assert life.standing.revoked_at == life.now
