from collections.abc import Mapping
from datetime import date

from issuance.cases.commands.payment import (
    ConfirmPayment,
    RecordBilling,
    RecordPayment,
    RefusePayment,
)
from issuance.cases.decision import CaseFacts, Claim, Decision, NoticeRequest, refuse
from issuance.cases.decisions.evidence import records_of
from issuance.cases.events.payment import (
    BillingRecorded,
    PaymentConfirmed,
    PaymentRecorded,
    PaymentRefused,
)
from issuance.cases.forms import check_form
from issuance.cases.reasons import reason_finding
from issuance.cases.state import CaseState
from issuance.findings import any_blocks
from issuance.findings.cases import CaseFinding
from issuance.model import plain
from issuance.money.amounts import Money
from issuance.policies.model import Policy, ServicePoint, all_hold


def deposit_claim(account: str, values: Mapping[str, str]) -> Claim:
    """Return the claim that lets a deposit pay for one case only; leading zeros say nothing."""
    return Claim("deposit", f"{account}:{values.get('deposit_number', '').lstrip('0')}")


def record_payment(
    body: RecordPayment, state: CaseState, policy: Policy, facts: CaseFacts
) -> Decision:
    """Record a deposit of exactly the amount due, with its proof."""
    point = policy.service_point(body.province)
    if point is None:
        return refuse(CaseFinding.UNKNOWN_PROVINCE, "province")
    due = state.price.total
    if body.amount != due.amount:
        return refuse(CaseFinding.AMOUNT_NOT_DUE, "amount", due=due.amount, given=body.amount)
    form = check_form(policy.payment_fields, body.values, facts.today, policy.country)
    findings = (*form.findings, *facts.checks)
    if any_blocks(findings):
        return Decision(findings=findings)
    if _in_future(form.values.get("deposit_date"), facts.today):
        return refuse(CaseFinding.DEPOSIT_DATE_IN_FUTURE, "deposit_date")
    claim = deposit_claim(point.account, form.values)
    if other := facts.held.get(claim):
        return refuse(CaseFinding.DEPOSIT_ALREADY_USED, "deposit_number", number=other)
    recorded = PaymentRecorded(
        amount=Money(amount=body.amount, currency=due.currency),
        province=body.province,
        account=point.account,
        checks=records_of(facts.checks),
        values=dict(form.values),
        proof=body.proof,
    )
    return Decision(events=(recorded,), findings=findings, claims=(claim,))


def _in_future(day: str | None, today: date) -> bool:
    return day is not None and date.fromisoformat(day) > today


def confirm_payment(
    body: ConfirmPayment, state: CaseState, policy: Policy, facts: CaseFacts
) -> Decision:
    """Confirm the deposit; the amount the cashier saw must be the amount due."""
    due = state.price.total
    if body.amount != due.amount:
        return refuse(CaseFinding.AMOUNT_NOT_DUE, "amount", due=due.amount, given=body.amount)
    return Decision(
        events=(PaymentConfirmed(amount=due),), notices=(NoticeRequest("payment_confirmed"),)
    )


def refuse_payment(
    body: RefusePayment, state: CaseState, policy: Policy, facts: CaseFacts
) -> Decision:
    """Refuse the deposit and tell the applicant why."""
    if finding := reason_finding(policy, policy.reasons.payment, body.reason, body.note):
        return Decision(findings=(finding,))
    notice = NoticeRequest("payment_refused", {"reason": body.reason, "note": body.note})
    refused = PaymentRefused(reason=body.reason, note=body.note)
    return Decision(events=(refused,), notices=(notice,), releases=("deposit",))


def record_billing(
    body: RecordBilling, state: CaseState, policy: Policy, facts: CaseFacts
) -> Decision:
    """Record who the invoice is for, from the application or from its own form."""
    given = billing_from_applicant(state, policy) if body.same_as_applicant else body.values
    rules = [rule for rule in policy.billing_fields if all_hold(rule.shown_when, given)]
    form = check_form(rules, given, facts.today, policy.country)
    if form.refused:
        return Decision(findings=form.findings)
    recorded = BillingRecorded(same_as_applicant=body.same_as_applicant, values=dict(form.values))
    if state.billing and plain(recorded)["values"] == dict(state.billing.values):
        return refuse(CaseFinding.NOTHING_CHANGED)
    return Decision(events=(recorded,), findings=form.findings)


def billing_from_applicant(state: CaseState, policy: Policy) -> dict[str, str]:
    """Return billing values taken from the application, as the policy maps them."""
    filled: dict[str, str] = {}
    for target, sources in policy.billing_from_applicant.items():
        value = " ".join(state.values[name] for name in sources if state.values.get(name))
        if value:
            filled[target] = value
    return filled


def account_of(state: CaseState, policy: Policy) -> ServicePoint | None:
    """Return the account the recorded deposit was made to."""
    return policy.service_point(state.payment.province) if state.payment else None
