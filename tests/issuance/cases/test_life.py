"""What becomes of a certificate after its issue, by decisions and clocks alone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuance.cases.clocks import decide_due, next_due
from issuance.cases.commands.life import (
    ConfirmRevocation,
    DeclineRevocation,
    ReinstateCertificate,
    RevokeCertificate,
    SuspendCertificate,
)
from issuance.cases.decide import CaseBody, decide
from issuance.cases.decision import CaseFacts, Decision
from issuance.cases.decisions.life import revocation_of
from issuance.cases.events.contract import ContractSigned
from issuance.cases.events.life import (
    CertificateExpired,
    CertificateRevoked,
    ContractReminded,
    ExpiryNoticed,
)
from issuance.cases.evolve import replay
from issuance.cases.guards import Actor
from issuance.cases.state import CaseState, CaseStatus, CertificateState
from issuance.cases.steps import Queue, queue_of, steps_of
from issuance.certificates.revocation_reasons import Revocation
from issuance.findings import any_blocks
from issuance.findings.cases import CaseFinding
from issuance.findings.identity import IdentityFinding
from issuance.findings.revocation import RevocationFinding
from issuance.model import canonical_bytes
from issuance.policies.effective_day import effective_date_findings
from tests.examples import examples
from tests.issuance.cases.test_random_walks import PEOPLE, POLICY, Walk, bodies

OLGA, ADRIAN, _, TODO = PEOPLE
SERIAL = "77"
TWO_YEARS = timedelta(days=730)
CAUSES = st.sampled_from([each for each in POLICY.reasons.revoke if each != "other"])


class Life(Walk):
    """A case whose certificate was handed over, with everything that happened to it."""

    now: datetime

    def __init__(self) -> None:
        super().__init__()
        while self.state is None or self.state.status is not CaseStatus.ACTIVE:
            self.now += timedelta(minutes=1)
            body = self.usual(bodies(self.state))
            assert any(self.attempt(body, actor, right=True) for actor in PEOPLE), body.kind

    def facts(self, right: bool) -> CaseFacts:
        facts = super().facts(right)
        assert facts.intent is not None
        lasting = replace(facts.intent, not_after=self.now + TWO_YEARS)
        return replace(facts, intent=lasting)

    @property
    def case(self) -> CaseState:
        assert self.state is not None
        return self.state

    @property
    def certificate(self) -> CertificateState:
        assert self.case.activation.certificate is not None
        return self.case.activation.certificate

    @property
    def standing(self) -> Revocation | None:
        return revocation_of(SERIAL, self.certificate.life.standing)

    def ask(self, body: CaseBody, actor: Actor) -> list[str]:
        """Let somebody give a command; return the codes of what was found."""
        decision = decide(self.state, body, POLICY, actor, self.facts(True))
        self.happen(decision, actor)
        return [each.code for each in decision.findings]

    def tick(self) -> Decision:
        decision = decide_due(self.case, POLICY, self.now)
        self.happen(decision, OLGA)
        return decision

    def kinds(self) -> list[str]:
        return [event.KIND for event in self.tick().events]

    def sign_contract(self) -> None:
        self.happen(
            Decision(events=(ContractSigned(serial=SERIAL, how="session", document=None),)), OLGA
        )


@pytest.fixture
def life() -> Life:
    return Life()


def revoking(
    cause: str = "key_compromise",
    asked_by: str = "holder",
    effective: date | None = None,
    note: str = "",
) -> RevokeCertificate:
    return RevokeCertificate.model_validate(
        {
            "serial": SERIAL,
            "cause": cause,
            "asked_by": asked_by,
            "identified_by": POLICY.life.asks[asked_by][0],  # pyright: ignore[reportArgumentType]
            "asker": "" if asked_by == "holder" else "Consejo de la Judicatura",
            "effective": effective,
            "note": note,
        }
    )


def queue(life: Life) -> Queue:
    return queue_of(life.case, steps_of(life.case, POLICY, life.now))


def test_a_case_waits_for_its_applicant_until_the_contract_is_signed(life: Life):
    assert queue(life) is Queue.APPLICANT
    life.sign_contract()
    assert queue(life) is Queue.CLOSED


def test_a_revoked_case_waits_for_no_contract(life: Life):
    assert life.ask(revoking(), OLGA) == []
    assert queue(life) is Queue.CLOSED


def test_the_holder_revokes_at_the_counter(life: Life):
    assert life.ask(revoking(), OLGA) == []
    assert life.case.status is CaseStatus.REVOKED
    assert life.standing == Revocation(77, life.now, POLICY.reasons.revoke["key_compromise"])


@pytest.mark.parametrize("asked_by", POLICY.life.second_person_for)
def test_others_revocations_wait_for_a_second_person(life: Life, asked_by: str):
    assert life.ask(revoking(asked_by=asked_by), TODO) == [RevocationFinding.SECOND_PERSON_CONFIRMS]
    assert life.standing is None
    assert queue(life) is Queue.APPROVAL
    again = revoking(asked_by=asked_by)
    assert life.ask(again, OLGA) == [RevocationFinding.REVOCATION_WAITS]
    assert life.ask(ConfirmRevocation(serial=SERIAL), TODO) == [CaseFinding.SECOND_PERSON_NEEDED]
    life.now += timedelta(days=1)
    assert life.ask(ConfirmRevocation(serial=SERIAL), ADRIAN) == []
    assert life.standing is not None
    assert life.standing.revoked_at == life.now


def test_the_holder_waits_for_nobody_elses_second_person(life: Life):
    life.ask(revoking(asked_by="authority"), TODO)
    assert life.certificate.life.wish is not None
    assert life.ask(revoking(), OLGA) == []
    assert life.case.status is CaseStatus.REVOKED
    assert life.standing == Revocation(77, life.now, POLICY.reasons.revoke["key_compromise"])
    assert life.certificate.life.wish is None
    assert life.ask(ConfirmRevocation(serial=SERIAL), ADRIAN) == [CaseFinding.CASE_CLOSED]


def test_a_declined_revocation_lets_the_certificate_stand(life: Life):
    life.ask(revoking(asked_by="authority"), OLGA)
    empty = DeclineRevocation(serial=SERIAL, note=" ")
    assert life.ask(empty, ADRIAN) == [CaseFinding.NOTE_REQUIRED]
    assert life.ask(DeclineRevocation(serial=SERIAL, note="Otro serial"), ADRIAN) == []
    assert life.case.status is CaseStatus.ACTIVE
    confirm = ConfirmRevocation(serial=SERIAL)
    assert life.ask(confirm, ADRIAN) == [RevocationFinding.NO_REVOCATION_WAITS]


@pytest.mark.parametrize(("day", "is_odd"), [(date(2026, 3, 9), True), (date(2026, 3, 10), False)])
def test_an_effective_date_before_the_certificates_first_day_is_odd(day: date, is_odd: bool):
    # Still the tenth in Guayaquil, already the eleventh in Greenwich.
    not_before = datetime(2026, 3, 11, 2, 0, tzinfo=UTC)
    found = effective_date_findings(day, not_before, POLICY)
    assert [each.code for each in found] == [RevocationFinding.EFFECTIVE_BEFORE_ISSUE] * is_odd
    assert not any_blocks(found)
    assert effective_date_findings(None, not_before, POLICY) == ()


def test_a_death_counts_from_its_day_and_the_revocation_from_now(life: Life):
    day = (life.now - timedelta(days=20)).date()
    undated = revoking("holder_died", "authority")
    assert life.ask(undated, OLGA) == [RevocationFinding.EFFECTIVE_DATE_NEEDED]
    tomorrow = (life.now + timedelta(days=1)).date()
    late = revoking("holder_died", "authority", tomorrow)
    assert life.ask(late, OLGA) == [RevocationFinding.EFFECTIVE_DATE_LATER]
    long_ago = revoking("holder_died", "authority", date(1, 1, 1))
    assert life.ask(long_ago, OLGA) == [IdentityFinding.DATE_YEAR]
    by_the_dead = revoking("holder_died", effective=day)
    assert life.ask(by_the_dead, OLGA) == [RevocationFinding.HOLDER_CANNOT_ASK]
    life.ask(revoking("holder_died", "authority", day), OLGA)
    assert life.ask(ConfirmRevocation(serial=SERIAL), ADRIAN) == []
    assert life.standing is not None
    assert life.standing.revoked_at == life.now
    # Midnight in Guayaquil is five o'clock in Greenwich.
    expected = datetime.fromisoformat(f"{day}T05:00:00Z")
    assert life.standing.invalid_since == expected


def test_who_asks_how_they_were_identified_and_why_are_never_missing(life: Life):
    bare = RevokeCertificate(serial=SERIAL, cause="key_compromise", asked_by="authority")
    assert life.ask(bare, OLGA) == [
        RevocationFinding.IDENTIFICATION_NEEDED,
        RevocationFinding.ASKER_NEEDED,
    ]
    assert life.ask(revoking("bad_mood"), OLGA) == [CaseFinding.UNKNOWN_REASON]
    assert life.ask(revoking("other"), OLGA) == [CaseFinding.NOTE_REQUIRED]
    assert life.ask(revoking("contract_unsigned"), OLGA) == [CaseFinding.UNKNOWN_REASON]
    foreign = revoking().model_copy(update={"serial": "78"})
    assert life.ask(foreign, OLGA) == [CaseFinding.NO_SUCH_CERTIFICATE]
    assert life.case.status is CaseStatus.ACTIVE


def test_a_suspension_is_lifted_and_leaves_nothing(life: Life):
    suspend = SuspendCertificate(serial=SERIAL, cause="data_doubtful", note="")
    reinstate = ReinstateCertificate(serial=SERIAL, cause="doubt_cleared")
    assert life.ask(reinstate, ADRIAN) == [RevocationFinding.NOT_SUSPENDED]
    assert life.ask(suspend, OLGA) == []
    assert life.case.status is CaseStatus.SUSPENDED
    assert life.ask(suspend, OLGA) == [RevocationFinding.ALREADY_SUSPENDED]
    assert life.ask(reinstate, OLGA) == [CaseFinding.NOT_YOUR_ROLE]
    assert life.ask(reinstate, ADRIAN) == []
    assert life.standing is None
    assert life.case.status is CaseStatus.ACTIVE


def test_a_policy_may_switch_suspension_off(life: Life):
    without = POLICY.model_copy(
        update={"life": POLICY.life.model_copy(update={"suspension": False})}
    )
    suspend = SuspendCertificate(serial=SERIAL, cause="data_doubtful")
    decision = decide(life.state, suspend, without, OLGA, life.facts(True))
    assert [each.code for each in decision.findings] == [RevocationFinding.SUSPENSION_SWITCHED_OFF]


def test_an_unsigned_contract_is_reminded_once_and_then_ends_the_certificate(life: Life):
    issued = life.certificate.life.issued_at
    assert issued is not None
    life.now = issued + timedelta(hours=72, seconds=-1)
    assert life.kinds() == []
    life.now += timedelta(seconds=1)
    assert life.kinds() == [ContractReminded.KIND]
    life.now += timedelta(hours=47)
    assert life.kinds() == []
    assert next_due(life.case, POLICY) == issued + timedelta(hours=120)
    life.now = issued + timedelta(hours=120)
    decision = life.tick()
    (revoked,) = decision.events
    assert isinstance(revoked, CertificateRevoked)
    assert (revoked.cause, revoked.asked_by) == ("contract_unsigned", "clock")
    assert [each.template for each in decision.notices] == ["certificate_revoked"]
    assert life.case.status is CaseStatus.REVOKED
    assert next_due(life.case, POLICY) is None


def test_a_signed_contract_stops_its_clock(life: Life):
    life.sign_contract()
    life.now += timedelta(days=30)
    assert life.kinds() == []
    assert life.case.status is CaseStatus.ACTIVE


def test_the_end_is_announced_at_each_day_of_the_policy_and_then_comes(life: Life):
    life.sign_contract()
    ends, told = life.certificate.not_after, list[int]()
    for days in (91, 90, 89, 60, 31, 30, 1):
        life.now = ends - timedelta(days=days)
        told += [each.days for each in life.tick().events if isinstance(each, ExpiryNoticed)]
        assert life.kinds() == []
    assert told == [90, 60, 30]
    life.now = ends
    assert life.kinds() == [CertificateExpired.KIND]
    assert life.case.status is CaseStatus.EXPIRED
    suspend = SuspendCertificate(serial=SERIAL, cause="data_doubtful")
    assert life.ask(suspend, OLGA) == [CaseFinding.CASE_CLOSED]


def test_after_a_long_pause_one_announcement_is_enough(life: Life):
    life.sign_contract()
    life.now = life.certificate.not_after - timedelta(days=10)
    (noticed,) = life.tick().events
    assert isinstance(noticed, ExpiryNoticed)
    assert noticed.days == 30
    assert next_due(life.case, POLICY) == life.certificate.not_after


def acts(draw: st.DataObject, life: Life) -> Callable[[], object]:
    """Choose what happens next: an act of anybody, a signature, or time passing."""
    actor = draw.draw(st.sampled_from(PEOPLE))
    asked_by = draw.draw(st.sampled_from(["holder", "representative", "authority"]))
    cause = draw.draw(CAUSES)
    effective = life.now.date() - timedelta(days=draw.draw(st.integers(0, 40)))
    chosen = draw.draw(st.integers(0, 8))
    commands: list[CaseBody] = [
        revoking(cause, asked_by, effective),
        ConfirmRevocation(serial=SERIAL),
        DeclineRevocation(serial=SERIAL, note="no"),
        SuspendCertificate(serial=SERIAL, cause="data_doubtful"),
        ReinstateCertificate(serial=SERIAL, cause="doubt_cleared"),
        SuspendCertificate(serial=SERIAL, cause="regulator_order"),
        ReinstateCertificate(serial=SERIAL, cause="order_lifted"),
    ]
    if chosen < len(commands):
        return lambda: life.ask(commands[chosen], actor)
    if chosen == len(commands) and life.certificate.contract.signed_at is None:
        return life.sign_contract
    return life.tick


@given(st.data())
@settings(max_examples=examples(25), deadline=None)
def test_whatever_happens_a_revoked_certificate_stays_revoked(draw: st.DataObject):
    life, revoked = Life(), None
    for _ in range(draw.draw(st.integers(5, 25))):
        life.now += timedelta(hours=draw.draw(st.sampled_from((0, 1, 30, 80, 24 * 200))))
        acts(draw, life)()
        if revoked is not None:
            assert life.standing == revoked
        if life.standing and not life.standing.is_suspension:
            revoked = life.standing
            assert life.case.status is CaseStatus.REVOKED
        assert (life.case.status is CaseStatus.SUSPENDED) == bool(
            life.standing and life.standing.is_suspension
        ) or life.case.status is CaseStatus.EXPIRED
        due = next_due(life.case, POLICY)
        assert not life.tick().events or due is not None
        assert decide_due(life.case, POLICY, life.now) == Decision()
    assert replay(life.history) == life.state
    again = CaseState.model_validate_json(canonical_bytes(life.case))
    assert canonical_bytes(again) == canonical_bytes(life.case)
