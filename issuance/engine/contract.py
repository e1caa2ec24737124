"""The contract of a case: what the applicant reads, and the PDF that is kept of it."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date

from issuance.cases.decisions.evidence import latest_office_end
from issuance.cases.profile import resolved_profile
from issuance.cases.state import CaseState
from issuance.certificates.validity import Term, Validity, validity_from
from issuance.engine.notices import product_name
from issuance.engine.office import Office
from issuance.engine.projection import identification, person_name
from issuance.evidence.blob import BlobRef
from issuance.findings import Finding, blocks
from issuance.findings.cases import CaseFinding
from issuance.money.amounts import amount_text
from issuance.policies.contract_pdf import ContractText, contract_text, make_contract
from issuance.policies.rendering import placeholders


def certificate_validity(office: Office, state: CaseState) -> Validity | Finding:
    """Return from when until when a certificate issued now is valid.

    The term is counted in the office's own calendar and ends early with the holder's office
    (nombramiento) or with the authority.
    """
    policy = office.policy.policy
    product = policy.product(state.product)
    if product is None:
        return blocks(CaseFinding.UNKNOWN_PRODUCT)
    ends = latest_office_end(state, policy)
    zone = ZoneInfo(policy.zone)
    office_ends = datetime.combine(ends, time(23, 59, 59), zone) if ends else None
    return validity_from(
        office.now().astimezone(zone),
        Term(years=state.validity_years, days=state.validity_days),
        office.authority.issuing,
        backdate=timedelta(minutes=policy.profile_of(product).backdate_minutes),
        office_ends=office_ends,
    )


def certificate_fields(
    office: Office, state: CaseState, language: str
) -> tuple[tuple[str, str], ...]:
    """Return the fields the certificate will carry, labelled in a language."""
    words = office.policy.words(language)
    resolved = resolved_profile(office.policy.policy, state)
    if isinstance(resolved, list):
        return ()
    return tuple(
        (words.word("certificate_fields", each.oid), each.value)
        for each in (*resolved.subject, *resolved.other_names)
    )


def case_contract_text(office: Office, state: CaseState) -> ContractText:
    """Return the contract's words, filled in for this case."""
    words = office.policy.words(state.language)
    template = words.text("contract")
    known = _parameters(office, state)
    parameters = {name: known[name] for name in placeholders(template)}
    return contract_text(template, state.language, parameters)


def make_case_contract(office: Office, state: CaseState) -> BlobRef:
    """Make the contract's PDF and keep it in the office's store."""
    return office.blobs.keep(contract_document(office, state), "application/pdf")


def contract_document(
    office: Office, state: CaseState, issued: tuple[tuple[str, str], ...] = ()
) -> bytes:
    """Return the contract's PDF; `issued` are further fields, of the issued certificate."""
    return make_contract(
        case_contract_text(office, state),
        (*certificate_fields(office, state, state.language), *issued),
        f"{office.sign.name} · {state.number}",
        created_at=office.now(),
        document_id=office.sources.identifiers.new(),
    )


def _parameters(office: Office, state: CaseState) -> dict[str, str]:
    policy = office.policy.policy
    words = office.policy.words(state.language)
    agreed = state.activation.data_confirmed_at or office.now()
    day = agreed.astimezone(ZoneInfo(policy.zone)).date()
    return {
        **state.values,
        "full_name": person_name(state, policy),
        "identification": identification(state, policy)[1],
        "organization": state.values.get("organization", "—"),
        "email": state.values[policy.email_field],
        "product": product_name(state, words),
        "price": amount_text(state.price.total, state.language, policy.country),
        "case_number": state.number,
        "date": format_date(day, "long", locale=state.language),
        "authority": policy.authority_organization,
        "office": office.sign.name,
        "contract_version": policy.activation.contract_version,
        "consent_version": state.consent_version,
        "signing_hours": str(policy.life.contract_hours),
    }
