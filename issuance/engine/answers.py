"""Answers queries from one snapshot of the register."""

import base64
from datetime import timedelta
from uuid import UUID

from issuance.access.roles import Role, Session
from issuance.cases.guards import Actor, acts_of
from issuance.cases.outdated import as_of
from issuance.cases.state import CaseState
from issuance.cases.steps import Queue, current_step, steps_of
from issuance.certificates.description import describe
from issuance.certificates.keys import certificate_der
from issuance.engine.certificate_answers import certificate_life, certificate_page
from issuance.engine.contract import case_contract_text, certificate_fields, certificate_validity
from issuance.engine.demonstration_mail import mailbox_answer
from issuance.engine.history import told
from issuance.engine.institution_answers import institutional_answer
from issuance.engine.issuing import rules_of_issue, verdicts_of
from issuance.engine.office import Office
from issuance.engine.oidc_settings import provider_answer
from issuance.engine.operators import operators_of
from issuance.engine.policies import policy_state
from issuance.engine.session import session_findings
from issuance.engine.signing_answers import signing_answer
from issuance.engine.station_answers import checked_receipt, stations_known
from issuance.engine.streams import read_case
from issuance.engine.unregistered import brought_answer, unregistered_answer
from issuance.findings import Finding, blocks
from issuance.findings.engine import EngineCode
from issuance.findings.institutions import InstitutionCode
from issuance.institution_queries import InstitutionalQuery
from issuance.notices.model import Notice
from issuance.policies.stream import changed_files
from issuance.queries import (
    EXPIRING_DAYS,
    Answer,
    BroughtCertificateQuery,
    CaptureReceiptQuery,
    CaseAnswer,
    CaseQuery,
    CertificateAnswer,
    CertificateLifeQuery,
    CertificateQuery,
    CertificatesQuery,
    ContractAnswer,
    ContractQuery,
    CountsAnswer,
    CountsQuery,
    HistoryAnswer,
    HistoryQuery,
    IdentityProviderQuery,
    MailboxQuery,
    NoticeEntry,
    NoticesAnswer,
    NoticesQuery,
    OperatorEntry,
    OperatorsAnswer,
    OperatorsQuery,
    PageKey,
    PolicyAnswer,
    PolicyQuery,
    Query,
    StationsQuery,
    UnregisteredQuery,
    WorklistAnswer,
    WorklistEntry,
    WorklistName,
    WorklistQuery,
)
from issuance.register.model import PageKey as RegisterKey
from issuance.register.model import WorklistFilter, WorklistRow
from issuance.register.register import Reading
from issuance.signing.queries import SigningQuery
from issuance.streams import StreamRef

_AboutCertificates = (
    CertificateQuery
    | CertificatesQuery
    | CertificateLifeQuery
    | UnregisteredQuery
    | BroughtCertificateQuery
)
_CounterQuery = (
    WorklistQuery
    | CountsQuery
    | CaseQuery
    | HistoryQuery
    | NoticesQuery
    | ContractQuery
    | _AboutCertificates
    | OperatorsQuery
    | PolicyQuery
    | StationsQuery
    | IdentityProviderQuery
    | CaptureReceiptQuery
)

_CEILING = 200
_QUEUES: dict[WorklistName, str] = {
    "approval": Queue.APPROVAL.value,
    "applicant": Queue.APPLICANT.value,
    "ready": Queue.READY.value,
}


def answer(office: Office, query: Query, session: Session) -> Answer | tuple[Finding, ...]:
    """Answer a query, or say why there is no answer."""
    with office.register.reading() as reading:
        if ended := session_findings(office, session, reading, query.kind):
            return ended
        if isinstance(query, InstitutionalQuery):
            return institutional_answer(office, reading, query, session)
        if isinstance(query, SigningQuery):
            return signing_answer(office, reading, query, session)
        if isinstance(query, MailboxQuery):
            return mailbox_answer(office, reading, session)
        if Role.MEMBER in session.roles:
            return (blocks(InstitutionCode.SEAT_MISSING),)
        return _about_counter(office, reading, query, session)


def _about_counter(
    office: Office,
    reading: Reading,
    query: _CounterQuery,
    session: Session,
) -> Answer | tuple[Finding, ...]:
    """Answer what is asked about an office's cases, certificates and people."""
    if isinstance(query, _AboutCertificates):
        return _about_certificates(office, reading, query, session)
    match query:
        case WorklistQuery():
            return _worklist(reading, query, session)
        case CountsQuery():
            return _counts(office, reading, session)
        case CaseQuery():
            return _case(office, reading, query, session)
        case HistoryQuery():
            ref = StreamRef(kind="case", id=query.case)
            entries = reading.events(ref, query.after_revision, query.limit)
            return HistoryAnswer(entries=told(reading, entries))
        case NoticesQuery():
            return _notices(reading, query)
        case ContractQuery():
            return _contract(office, reading, query)
        case CaptureReceiptQuery():
            return checked_receipt(reading, query.code)
        case OperatorsQuery() | PolicyQuery() | StationsQuery() | IdentityProviderQuery():
            return _about_office(office, reading, query, session)


def _about_certificates(
    office: Office,
    reading: Reading,
    query: _AboutCertificates,
    session: Session,
) -> Answer | tuple[Finding, ...]:
    match query:
        case CertificateQuery():
            return _certificate(office, reading, query.case)
        case CertificatesQuery():
            return certificate_page(office, reading, query)
        case CertificateLifeQuery():
            return certificate_life(office, reading, query, session)
        case UnregisteredQuery():
            return unregistered_answer(office, reading, query)
        case BroughtCertificateQuery():
            return brought_answer(office, reading, query.file)


def _about_office(
    office: Office,
    reading: Reading,
    query: OperatorsQuery | PolicyQuery | StationsQuery | IdentityProviderQuery,
    session: Session,
) -> Answer | tuple[Finding, ...]:
    match query:
        case OperatorsQuery():
            return _operators(reading)
        case PolicyQuery():
            return _policy(office, reading)
        case StationsQuery():
            return stations_known(reading, session)
        case IdentityProviderQuery():
            return provider_answer(office, session)


def _filter(name: WorklistName, session: Session) -> WorklistFilter:
    if name == "mine":
        return WorklistFilter(operator=session.operator)
    return WorklistFilter(queue=_QUEUES.get(name))


def _worklist(reading: Reading, query: WorklistQuery, session: Session) -> WorklistAnswer:
    after = RegisterKey(query.after.updated_at, query.after.case) if query.after else None
    if query.text.strip():
        page = reading.search(query.text, after, query.limit)
    else:
        page = reading.case_page(_filter(query.name, session), after, query.limit)
    following = PageKey(updated_at=page.next.at, case=page.next.id) if page.next else None
    return WorklistAnswer(entries=tuple(map(_entry, page.rows)), next=following)


def _entry(row: WorklistRow) -> WorklistEntry:
    return WorklistEntry(
        case=row.case_id,
        number=row.number,
        person_name=row.person_name,
        identification=row.identification,
        product=row.product,
        queue=row.queue,
        step=row.step,
        in_work_by=row.in_work_by or "",
        updated_at=row.updated_at,
    )


def _counts(office: Office, reading: Reading, session: Session) -> CountsAnswer:
    names: tuple[WorklistName, ...] = ("mine", "approval", "applicant", "ready", "all")
    wanted = {name: _filter(name, session) for name in names}
    now = office.now()
    ends = {str(days): now + timedelta(days=days) for days in EXPIRING_DAYS}
    return CountsAnswer(
        counts=reading.counts(wanted, _CEILING),
        ceiling=_CEILING,
        expiring=reading.expiring_counts(now, ends, _CEILING),
        troubles=office.troubles,
    )


def _state(reading: Reading, case: UUID) -> CaseState | None:
    return read_case(reading, case)[0]


_UNKNOWN = (blocks(EngineCode.CASE_UNKNOWN),)


def _case(
    office: Office, reading: Reading, query: CaseQuery, session: Session
) -> CaseAnswer | tuple[Finding, ...]:
    case = query.case or reading.claim("case_number", query.number)
    if case is None:
        return _UNKNOWN
    state, revision = read_case(reading, case)
    if state is None:
        return _UNKNOWN
    policy, now = office.policy.policy, office.now()
    state = as_of(state, policy, now)
    steps = steps_of(state, policy, now)
    actor = Actor(session.operator, tuple(role.value for role in session.roles))
    return CaseAnswer(
        state=state,
        revision=revision,
        steps=steps,
        current_step=current_step(steps).id,
        acts=acts_of(state, policy, actor, now),
    )


def _notices(reading: Reading, query: NoticesQuery) -> NoticesAnswer:
    rows = reading.notices(limit=query.limit, case_id=query.case).rows
    return NoticesAnswer(entries=tuple(_notice(Notice.from_row(row)) for row in rows))


def _notice(notice: Notice) -> NoticeEntry:
    return NoticeEntry(
        id=notice.id,
        case=notice.case_id,
        template=notice.template,
        to=notice.to,
        state=notice.state.value,
        attempts=notice.attempts,
        created_at=notice.created_at,
        last_error=notice.last_error or "",
    )


def _contract(
    office: Office, reading: Reading, query: ContractQuery
) -> ContractAnswer | tuple[Finding, ...]:
    state = _state(reading, query.case)
    if state is None:
        return _UNKNOWN
    validity = certificate_validity(office, state)
    if isinstance(validity, Finding):
        return (validity,)
    contract = case_contract_text(office, state)
    paragraphs = (
        text
        for section in contract.sections
        for text in ((section.heading,) if section.heading else ()) + section.paragraphs
    )
    return ContractAnswer(
        version=office.policy.policy.activation.contract_version,
        text="\n\n".join((contract.title, *paragraphs)),
        fields=certificate_fields(office, state, query.language or state.language),
        ends=validity.not_after,
        document=state.activation.newest_contract,
    )


def _certificate(
    office: Office, reading: Reading, case: UUID
) -> CertificateAnswer | tuple[Finding, ...]:
    state = _state(reading, case)
    certificate = state.activation.certificate if state else None
    row = reading.certificate(certificate.serial) if certificate else None
    if state is None or row is None or row.certificate is None:
        trouble = office.authority.trouble if row else None
        return (trouble or blocks(EngineCode.CERTIFICATE_NOT_ISSUED),)
    return CertificateAnswer(
        serial=row.serial,
        certificate=base64.b64encode(row.certificate).decode("ascii"),
        chain=tuple(
            base64.b64encode(certificate_der(each)).decode("ascii")
            for each in office.authority.chain
        ),
        description=describe(row.certificate),
        verdicts=verdicts_of(office, state, row.certificate, rules_of_issue(reading, row)),
    )


def _operators(reading: Reading) -> OperatorsAnswer:
    return OperatorsAnswer(
        entries=tuple(
            OperatorEntry(
                user=state.user,
                name=state.name,
                roles=tuple(role.value for role in state.roles),
                active=state.active,
                must_change_password=state.must_change_password,
                revision=revision,
            )
            for state, revision in operators_of(reading)
        )
    )


def _policy(office: Office, reading: Reading) -> PolicyAnswer:
    state, revision = policy_state(office, reading)
    shipped = office.policy
    return PolicyAnswer(
        id=shipped.policy.id,
        in_force=state.version,
        in_force_digest=state.digest,
        installed=shipped.policy.version,
        installed_digest=shipped.digest,
        current=state.digest == shipped.digest,
        changed=changed_files(state, shipped.files),
        proposed_by=state.proposed_by if state.proposed_digest == shipped.digest else "",
        revision=revision,
    )
