"""Issuing in two commits: the intent with its exact bytes first, the signed certificate second.

No certificate is signed any other way, so none is unknown to the register (architecture, "How data
flows"). A crash in between leaves an open intent; `finish_open_intents` signs the same bytes.
"""

import base64
import hashlib
from collections.abc import Iterable
from functools import partial

from cryptography import x509

from issuance.cases.clocks import next_due
from issuance.cases.decision import PreparedIntent
from issuance.cases.decisions.activation import abandon_intent, record_issue
from issuance.cases.events.activation import IssueIntended
from issuance.cases.profile import resolved_profile
from issuance.cases.state import CaseState
from issuance.certificates import pki_lint
from issuance.certificates.description import load_certificate
from issuance.certificates.keys import public_key_der
from issuance.certificates.lint import lint
from issuance.certificates.request import read_request
from issuance.certificates.serials import new_serial
from issuance.certificates.signer import AuthoritySigner, issue
from issuance.certificates.to_be_signed import (
    CertificateTemplate,
    build_to_be_signed,
    draft_certificate,
)
from issuance.certificates.verdicts import CertificateVerdicts, judge
from issuance.engine.contract import certificate_validity
from issuance.engine.office import Office
from issuance.engine.settling import Intent, append_case
from issuance.engine.streams import every_entry, read_case
from issuance.findings import Finding, any_blocks, blocks, informs
from issuance.findings.cases import CaseFinding
from issuance.findings.certificates import CertificateFinding
from issuance.policies.model import Policy
from issuance.register.model import CertificateRow, Origin
from issuance.register.register import Reading, Writing
from issuance.signing.key_stream import STREAM_KIND as SIGNING_KEY
from issuance.streams import StreamRef


def prepare_intent(office: Office, state: CaseState, request: str) -> Intent | tuple[Finding, ...]:
    """Build and lint the to-be-signed certificate of a case, or say what forbids it."""
    signer = office.authority.signer()
    if isinstance(signer, Finding):
        return (signer,)
    product = office.policy.policy.product(state.product)
    if product is None:
        return (blocks(CaseFinding.UNKNOWN_PRODUCT),)
    try:
        der = base64.b64decode(request, validate=True)
    except ValueError:  # binascii.Error, and plain ValueError for what is not ASCII
        return (blocks(CertificateFinding.REQUEST_UNREADABLE),)
    key = read_request(der, product.key_algorithms)
    if isinstance(key, Finding):
        return (key,)
    resolved = resolved_profile(office.policy.policy, state)
    if isinstance(resolved, list):
        return tuple(resolved)
    validity = certificate_validity(office, state)
    if isinstance(validity, Finding):
        return (validity,)
    serial = new_serial(office.sources.randomness)
    template = CertificateTemplate(resolved, key, office.authority.issuing, serial, validity)
    to_be_signed = build_to_be_signed(template)
    findings = lint_findings(office, to_be_signed, template)
    if any_blocks(findings):
        return findings
    prepared = PreparedIntent(
        serial=str(serial),
        public_key_sha256=hashlib.sha256(public_key_der(key)).hexdigest(),
        authority_key=office.authority.key_id,
        request_sha256=hashlib.sha256(der).hexdigest(),
        to_be_signed_sha256=hashlib.sha256(to_be_signed).hexdigest(),
        not_before=validity.not_before,
        not_after=validity.not_after,
    )
    return Intent(prepared, to_be_signed)


def lint_findings(
    office: Office, to_be_signed: bytes, template: CertificateTemplate
) -> tuple[Finding, ...]:
    """Check what may be signed by rules of our own, and then by the linter where there is one."""
    findings = tuple(lint(to_be_signed, template, office.authority.throw_away))
    return findings or second_opinion(office, to_be_signed, template.issuer)


def second_opinion(
    office: Office, to_be_signed: bytes, issuer: x509.Certificate
) -> tuple[Finding, ...]:
    """Ask the linter about what may be signed, where there is one."""
    if not pki_lint.is_installed():
        return ()
    allowed = {each.finding for each in office.policy.policy.lint_allowed}
    draft = draft_certificate(to_be_signed, issuer, office.authority.throw_away)
    return tuple(pki_lint.second_opinion(draft, allowed))


def verdicts_of(
    office: Office, state: CaseState, certificate: bytes, issued_under: str = ""
) -> CertificateVerdicts:
    """Judge an issued certificate of a case by the policy in force and the office's own root.

    `issued_under` refers to the policy it was issued under: where that is another one, whatever
    reads otherwise than is meant today is no fault of the certificate.
    """
    verdicts = judge(
        load_certificate(certificate),
        resolved_profile(office.policy.policy, state),
        office.authority.chain,
        office.now(),
    )
    if verdicts.profile_as_meant or issued_under in ("", office.policy.reference):
        return verdicts
    _, _, version = issued_under.partition("#")[0].partition("@")
    earlier = informs(CertificateFinding.ISSUED_BY_EARLIER_RULES, version=version)
    return verdicts.model_copy(update={"profile_findings": (earlier,)})


def rules_of_issue(reading: Reading, row: CertificateRow) -> str:
    """Return the reference of the policy a certificate of a case was issued under."""
    entries = every_entry(reading, StreamRef(kind="case", id=row.case_id))
    intents = (each for each in entries if each.kind == IssueIntended.KIND)
    own = next((each for each in intents if each.public["serial"] == row.serial), None)
    return (own.policy if own else None) or ""


def finish_open_intents(office: Office, operator: str) -> Finding | None:
    """Finish what is left between intent and certificate, see `finish_intents`."""
    with office.register.reading() as reading:
        # Those of portable certificates are other authorities' to sign.
        rows = [row for row in reading.open_intents() if not is_portable(reading, row)]
    return finish_intents(office, operator, rows)


def is_portable(reading: Reading, row: CertificateRow) -> bool:
    """Tell whether a certificate is of a key in custody, and not of a case at a counter."""
    return reading.stream(StreamRef(kind=SIGNING_KEY, id=row.case_id)) is not None


def finish_intents(office: Office, operator: str, rows: Iterable[CertificateRow]) -> Finding | None:
    """Sign what was intended and record the certificates.

    Who may not issue leaves it to others. Where the authority's token does not sign, that is
    returned and the intent stays open: the same bytes are signed the next time.
    """
    for row in rows:
        origin = Origin(office.now(), operator, None, office.policy.reference)
        finish = partial(_finish, office, row, origin)
        if row.authority_key_id != office.authority.key_id:
            finish = partial(_abandon, office, row, origin)
        if isinstance(office.authority.use(finish), Finding):
            return office.authority.warning
    return None


def _finish(office: Office, row: CertificateRow, origin: Origin, signer: AuthoritySigner) -> None:
    """Sign the intended bytes and record the certificate; harmless when that was done already."""
    certificate = issue(signer, row.to_be_signed)
    digest = hashlib.sha256(certificate).hexdigest()
    policy = office.policy.policy

    def record(writing: Writing) -> None:
        state, revision = read_case(writing, row.case_id)
        if state is None:
            raise ValueError("an intent belongs to a case")
        decision = record_issue(row.serial, digest, state)
        if decision.events:
            writing.record_certificate(row.serial, certificate)
            state, _ = append_case(
                writing, policy, row.case_id, state, revision, decision.events, origin
            )
            _begin_life(writing, policy, state)

    if office.register.shared:
        # Alone: another process may have signed the same bytes.
        office.register.write(record, alone=True)
    else:
        office.commits.write(record)


def _begin_life(writing: Writing, policy: Policy, state: CaseState) -> None:
    certificate = state.activation.certificate
    if certificate is None:
        raise ValueError("the decision was about the case's certificate")
    ends, due = certificate.not_after, next_due(state, policy)
    writing.begin_life(certificate.serial, state.id, certificate.not_before, ends, due)


def _abandon(office: Office, row: CertificateRow, origin: Origin, _signer: AuthoritySigner) -> None:
    """Give up an intent whose authority is no longer the office's: its key cannot sign it."""

    def record(writing: Writing) -> None:
        state, revision = read_case(writing, row.case_id)
        if state is None:
            raise ValueError("an intent belongs to a case")
        decision = abandon_intent(row.serial, "authority_changed", state)
        if decision.events:
            writing.record_abandoned(row.serial)
            policy = office.policy.policy
            append_case(writing, policy, row.case_id, state, revision, decision.events, origin)

    office.register.write(record, alone=True)
