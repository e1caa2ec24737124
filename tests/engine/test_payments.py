"""Payment is a gate nobody skips: the exact amount, once, confirmed by a second person."""

from issuance.cases.commands.activation import (
    ConfirmPerson,
)
from issuance.cases.commands.payment import ConfirmPayment, RefusePayment
from issuance.cases.steps import StepState
from issuance.findings.cases import CaseFinding
from issuance.queries import (
    CaseAnswer,
    CaseQuery,
)
from tests.engine.conftest import MakeRehearsal
from tests.engine.desk import codes
from tests.engine.giving import give, reason_of, record_payment, step
from ventanilla.rehearsal import Rehearsal


def test_nobody_confirms_the_payment_they_recorded(approved: Rehearsal):
    approved.become("carmen")
    assert record_payment(approved).applied
    receipt = give(approved, ConfirmPayment(amount=approved.state.price.total.amount))
    assert codes(receipt) == [CaseFinding.SECOND_PERSON_NEEDED]


def test_a_refused_deposit_is_free_again(approved: Rehearsal, rehearse: MakeRehearsal):
    approved.become("olga")
    assert record_payment(approved).applied
    approved.become("carmen")
    approved.execute(RefusePayment(reason=reason_of(approved, "payment")))
    approved.close()
    other = rehearse(number=2)
    other.apply()
    other.approve()
    other.become("olga")
    other.number = approved.number
    assert record_payment(other).applied


def test_payment_is_a_gate_nobody_skips(approved: Rehearsal):
    approved.bring_evidence()
    approved.accept_evidence()
    approved.become("olga")
    answers = approved.office.engine.office.policy.policy.activation.person_checklist
    assert codes(give(approved, ConfirmPerson(answers=answers))) == [CaseFinding.STEP_BLOCKED]


def test_the_exact_amount_is_due(approved: Rehearsal):
    approved.become("olga")
    receipt = record_payment(approved, less=1)
    assert codes(receipt) == [CaseFinding.AMOUNT_NOT_DUE]
    due = approved.state.price.total.amount
    assert record_payment(approved).applied
    approved.become("carmen")
    wrong = give(approved, ConfirmPayment(amount=due + 1))
    assert codes(wrong) == [CaseFinding.AMOUNT_NOT_DUE]


def test_a_deposit_pays_for_one_case(approved: Rehearsal, rehearse: MakeRehearsal):
    approved.become("olga")
    assert record_payment(approved).applied
    approved.close()
    other = rehearse(number=2)
    other.apply()
    other.approve()
    other.become("olga")
    other.number = approved.number
    receipt = record_payment(other)
    assert codes(receipt) == [CaseFinding.DEPOSIT_ALREADY_USED]
    assert receipt.findings[0].parameters["number"] == approved_number(other, approved)


def test_a_refused_payment_is_recorded_again(approved: Rehearsal):
    approved.become("olga")
    assert record_payment(approved).applied
    approved.become("carmen")
    approved.execute(RefusePayment(reason=reason_of(approved, "payment")))
    assert step(approved, "payment") is StepState.RETURNED
    approved.become("olga")
    assert record_payment(approved).applied
    approved.become("carmen")
    approved.execute(ConfirmPayment(amount=approved.state.price.total.amount))
    assert step(approved, "payment") is StepState.DONE


def approved_number(rehearsal: Rehearsal, other: Rehearsal) -> str:
    answer = rehearsal.office.engine.ask(CaseQuery(case=other.case), rehearsal.office.session)
    assert isinstance(answer, CaseAnswer)
    return answer.state.number
