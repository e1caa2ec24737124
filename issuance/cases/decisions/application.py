from collections.abc import Mapping
from datetime import date
from zoneinfo import ZoneInfo

from issuance.cases.commands.application import (
    AmendApplication,
    Approve,
    OpenCase,
    Reject,
    ReturnApplication,
)
from issuance.cases.decision import (
    WHILE_OPEN,
    CaseFacts,
    Claim,
    Decision,
    NoticeRequest,
    refuse,
)
from issuance.cases.decisions.renewal import renewal_findings
from issuance.cases.events.application import (
    ApplicationAmended,
    ApplicationApproved,
    ApplicationReturned,
    CaseOpened,
    CaseRejected,
)
from issuance.cases.forms import CheckedForm, check_form, normalised_choices
from issuance.cases.guards import Actor, role_finding
from issuance.cases.reasons import act_reason_finding
from issuance.cases.state import CaseState, CaseStatus, PaymentStatus
from issuance.certificates.profile import resolve
from issuance.certificates.validity import Term
from issuance.findings import Finding, any_blocks, blocks, warns
from issuance.findings.cases import CaseFinding
from issuance.findings.certificates import CertificateFinding
from issuance.identity.ruc import RucKind, ruc_belongs_to, ruc_kind
from issuance.model import format_instant
from issuance.money.amounts import Price
from issuance.policies.model import Policy, Product
from issuance.policies.person_fields import person_fields


def open_case_claim(person: object, product: str) -> Claim:
    """Return the claim that allows one open case per person and product."""
    return Claim("open_case", f"{person}:{product}")


def renewal_claim(serial: str) -> Claim:
    """Return the claim that allows one open renewal per certificate, whatever its product."""
    return Claim("renewal", serial)


def holds_open_case(state: CaseState) -> bool:
    """Tell whether a case still keeps its person from opening another one for the product."""
    return state.status in {CaseStatus.OPEN, CaseStatus.HELD}


def open_case(body: OpenCase, policy: Policy, actor: Actor, facts: CaseFacts) -> Decision:
    """Open a case, or say why this person cannot have one."""
    if forbidden := role_finding(policy, actor, "open_case"):
        return Decision(findings=forbidden)
    product = _product_sold(body, policy)
    if isinstance(product, Finding):
        return Decision(findings=(product,))
    if body.language not in policy.languages:
        return refuse(CaseFinding.LANGUAGE_NOT_OFFERED, "language")
    price = price_of(policy, product, facts.today, renewal=bool(body.renews))
    if price is None:
        return refuse(CaseFinding.NO_PRICE)
    if body.consent_version != policy.consent_version:
        return refuse(CaseFinding.CONSENT_OUTDATED, version=policy.consent_version)
    form = check_application(policy, product, body.values, facts)
    if form.refused:
        return Decision(findings=form.findings)
    if facts.person is None:
        raise ValueError("a checked form identifies a person")
    lasting = term_findings(policy, product, facts)
    if any_blocks(lasting):
        return Decision(findings=lasting)
    if body.renews and (findings := renewal_findings(body, product, policy, facts)):
        return Decision(findings=findings)
    claim = open_case_claim(facts.person, product.id)
    if other := facts.held.get(claim):
        return refuse(CaseFinding.OPEN_CASE_EXISTS, policy.identification_fields[0], number=other)
    renewal = (renewal_claim(body.renews),) if body.renews else ()
    if other := next((facts.held[each] for each in renewal if each in facts.held), None):
        return refuse(CaseFinding.RENEWAL_OPEN, number=other)
    opened = CaseOpened(
        number=facts.number,
        policy=policy.id,
        product=product.id,
        certificate_type=product.certificate_type,
        container=product.container,
        validity_years=product.validity_years,
        validity_days=product.validity_days,
        person=facts.person,
        price=price,
        consent_version=body.consent_version,
        language=body.language,
        values=dict(form.values),
        renews=body.renews,
    )
    claims = (claim, *renewal, Claim("case_number", facts.number))
    return Decision(events=(opened,), findings=(*form.findings, *lasting), claims=claims)


def _product_sold(body: OpenCase, policy: Policy) -> Product | Finding:
    if body.policy == policy.id and (pair := policy.impossible_pair(body.product)):
        return blocks(CaseFinding.PRODUCT_IMPOSSIBLE, reason=pair.reason)
    product = policy.product(body.product)
    if product is None or body.policy != policy.id:
        return blocks(CaseFinding.UNKNOWN_PRODUCT)
    if reason := policy.unavailable_reason(product):
        return blocks(CaseFinding.PRODUCT_NOT_AVAILABLE, reason=reason)
    return product


def term_findings(policy: Policy, product: Product, facts: CaseFacts) -> tuple[Finding, ...]:
    """Return what the authority's own end means for a certificate of the product issued today."""
    ends = facts.authority_ends
    if ends is None:
        return ()
    if facts.now >= ends:
        return (blocks(CertificateFinding.AUTHORITY_EXPIRED, ended=format_instant(ends)),)
    term = Term(product.validity_years, product.validity_days)
    if term.end(facts.now.astimezone(ZoneInfo(policy.zone))) <= ends:
        return ()
    return (warns(CertificateFinding.AUTHORITY_CUTS_TERM, ends=format_instant(ends)),)


def price_of(policy: Policy, product: Product, day: date, *, renewal: bool) -> Price | None:
    """Return what a case costs; a renewal costs as a new one where the tariff knows no other."""
    if renewal and (price := policy.price(product, day, "renewal")):
        return price
    return policy.price(product, day)


def claims_to_release(state: CaseState) -> tuple[str, ...]:
    """Return what a case that ends gives back; a confirmed deposit stays used."""
    confirmed = state.payment and state.payment.status is PaymentStatus.CONFIRMED
    return WHILE_OPEN if confirmed else (*WHILE_OPEN, "deposit")


def check_application(
    policy: Policy, product: Product, values: Mapping[str, str], facts: CaseFacts
) -> CheckedForm:
    """Check the application form of a product: each field, then the fields against each other."""
    parts = {"type": product.certificate_type, "container": product.container}
    # What decides which fields are shown must be in normal form ("sí" is "yes") before it decides.
    chosen = normalised_choices(policy.fields, values, facts.today)
    rules = policy.form_for({**values, **chosen, **parts})
    form = check_form(rules, values, facts.today, policy.country)
    findings = (*form.findings, *_ruc_findings(form.values))
    if not form.refused:
        findings += _certificate_findings(policy, product, form.values)
    return CheckedForm(form.values, findings)


def _certificate_findings(
    policy: Policy, product: Product, values: Mapping[str, str]
) -> tuple[Finding, ...]:
    """Tell at the form, not at the issue, what the certificate has no room for."""
    resolved = resolve(policy.profile_of(product), values)
    return tuple(resolved) if isinstance(resolved, list) else ()


def _ruc_findings(values: Mapping[str, str]) -> tuple[Finding, ...]:
    ruc, cedula = values.get("ruc", ""), values.get("cedula", "")
    natural = ruc and ruc_kind(ruc) is RucKind.NATURAL
    if natural and cedula and ruc_belongs_to(ruc, cedula) is False:
        return (blocks(CaseFinding.RUC_OF_ANOTHER_PERSON, "ruc"),)
    return ()


def amend_application(
    body: AmendApplication, state: CaseState, policy: Policy, facts: CaseFacts
) -> Decision:
    """Replace the application's values; the person stays the same one."""
    product = policy.product(state.product)
    if product is None:
        return refuse(CaseFinding.UNKNOWN_PRODUCT)
    form = check_application(policy, product, body.values, facts)
    if form.refused:
        return Decision(findings=form.findings)
    names = {*form.values, *state.values}
    changed = tuple(
        sorted(name for name in names if form.values.get(name) != state.values.get(name))
    )
    if not changed and state.application_correction is None:
        return refuse(CaseFinding.NOTHING_CHANGED)
    if facts.person != state.person:
        return refuse(CaseFinding.PERSON_CANNOT_CHANGE, policy.identification_fields[0])
    amended = ApplicationAmended(
        changed=changed, email_changed=policy.email_field in changed, values=dict(form.values)
    )
    return Decision(events=(amended,), findings=form.findings)


def approve(body: Approve, state: CaseState, policy: Policy, facts: CaseFacts) -> Decision:
    """Approve the application and tell the applicant."""
    return Decision(
        events=(ApplicationApproved(),), notices=(NoticeRequest("application_approved"),)
    )


def return_application(
    body: ReturnApplication, state: CaseState, policy: Policy, facts: CaseFacts
) -> Decision:
    """Return the application for correction of exactly the named fields."""
    if not body.items:
        return refuse(CaseFinding.ITEMS_REQUIRED)
    known = {rule.name for rule in policy.form_for(state.condition_values())}
    unknown = [
        blocks(CaseFinding.UNKNOWN_ITEM, item=item) for item in body.items if item not in known
    ]
    if any_blocks(unknown):
        return Decision(findings=tuple(unknown))
    if person_fields(policy).intersection(body.items):
        return refuse(CaseFinding.PERSON_CANNOT_CHANGE)
    notice = NoticeRequest(
        "application_returned", {"fields": ",".join(body.items), "note": body.note}
    )
    returned = ApplicationReturned(items=body.items, note=body.note)
    return Decision(events=(returned,), notices=(notice,))


def reject(body: Reject, state: CaseState, policy: Policy, facts: CaseFacts) -> Decision:
    """End the case with a rejection and tell the applicant why."""
    if finding := act_reason_finding(body.kind, state, policy, body.reason, body.note):
        return Decision(findings=(finding,))
    notice = NoticeRequest("case_rejected", {"reason": body.reason, "note": body.note})
    rejected = CaseRejected(reason=body.reason, note=body.note)
    return Decision(events=(rejected,), notices=(notice,), releases=claims_to_release(state))
