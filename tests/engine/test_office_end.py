"""An appointment ends between payment and activation: the next one is brought in the same case."""

from datetime import timedelta
from pathlib import Path

import pytest

from issuance.cases.commands.activation import ConfirmPerson
from issuance.cases.commands.evidence import AcceptEvidence, CaptureEvidence
from issuance.cases.state import EvidenceStatus
from issuance.cases.steps import StepState
from issuance.certificates.keys import make_private_key
from issuance.engine.demonstration import demonstration_plan
from issuance.engine.founding import Founded, found_office
from issuance.findings.cases import CaseFinding
from issuance.policies.loader import load_policy
from tests.engine.desk import SetClock, codes, sources_at
from tests.engine.giving import give, step
from ventanilla.compose import system_sources
from ventanilla.rehearsal import Rehearsal

SLOT = "appointment"


@pytest.fixture
def clock() -> SetClock:
    return SetClock(system_sources().clock.now())


@pytest.fixture
def paid(tmp_path: Path, clock: SetClock):
    plan = demonstration_plan()
    founded = found_office(tmp_path / "office", plan, sources_at(clock), make_private_key)
    assert isinstance(founded, Founded)
    product = load_policy("ec-icert").policy.product("juridica-privada-pkcs12-2y")
    assert product is not None
    case = Rehearsal(
        tmp_path / "office", sources_at(clock), make_private_key, product, tmp_path / "key.p12"
    )
    for act in (case.apply, case.approve, case.bring_evidence, case.accept_evidence, case.pay):
        act()
    yield case
    case.close()


def test_a_new_appointment_is_brought_after_the_payment(paid: Rehearsal, clock: SetClock):
    ends = paid.state.evidence[SLOT].document_date
    assert ends is not None
    assert step(paid, "evidence") is StepState.DONE
    clock.moment += timedelta(days=(ends - clock.now().date()).days + 2)
    paid.log_in("olga")
    assert (step(paid, "evidence"), step(paid, "activation")) == (
        StepState.RETURNED,
        StepState.BLOCKED,
    )
    held = paid.state.evidence[SLOT]
    assert (held.status, held.reason) == (EvidenceStatus.RETURNED, "document_expired")
    refused = give(paid, ConfirmPerson(answers=()))
    assert codes(refused) == [CaseFinding.STEP_BLOCKED]
    rule = next(each for each in load_policy("ec-icert").policy.evidence if each.id == SLOT)
    content, media_type = paid._sample(rule)
    blob = paid.office.engine.office.blobs.keep(content, media_type)
    paid.execute(
        CaptureEvidence(
            slot=SLOT,
            blob=blob,
            answers=rule.checklist,
            document_date=ends + timedelta(days=400),
            overrides=paid._overrides(SLOT, blob),
        )
    )
    paid.become("adrian")
    paid.execute(AcceptEvidence(slots=(SLOT,)))
    assert step(paid, "evidence") is StepState.DONE
    paid.confirm_person()
    paid.enter_activation_code()
    assert paid.hand_over().findings == ()
