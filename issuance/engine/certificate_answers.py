"""Answers about issued certificates: the list, and one certificate's whole life."""

import base64
from datetime import timedelta
from typing import Final

from issuance.access.roles import Session
from issuance.cases.clocks import contract_ends
from issuance.cases.decisions.application import open_case_claim, renewal_claim
from issuance.cases.decisions.renewal import renewal_obstacles, renewed_certificate
from issuance.cases.guards import Actor, acts_of
from issuance.cases.state import CaseState, CertificateState
from issuance.certificates.description import describe
from issuance.certificates.keys import certificate_der
from issuance.engine.history import told
from issuance.engine.issuing import rules_of_issue, verdicts_of
from issuance.engine.office import Office
from issuance.engine.streams import every_entry, read_case
from issuance.findings import Finding, blocks
from issuance.findings.cases import CaseFinding
from issuance.findings.engine import EngineCode
from issuance.queries import (
    CertificateFile,
    CertificateKey,
    CertificateLife,
    CertificateLifeQuery,
    CertificateLine,
    CertificatesAnswer,
    CertificatesQuery,
    CertificateStanding,
)
from issuance.register.model import (
    CertificateFilter,
    CertificateLineRow,
    SerialKey,
)
from issuance.register.model import CertificateState as Stored
from issuance.register.register import Reading
from issuance.streams import StreamRef

_STORED: Final[dict[CertificateStanding, tuple[Stored | None, bool | None]]] = {
    "valid": (Stored.ISSUED, False),
    "suspended": (Stored.SUSPENDED, False),
    "revoked": (Stored.REVOKED, None),
    "expired": (None, True),
}
"""The stored state and whether the time has run out, for each standing asked for."""


def certificate_page(
    office: Office, reading: Reading, query: CertificatesQuery
) -> CertificatesAnswer:
    """Return a page of the issued certificates."""
    now = office.now()
    state, ended = _STORED[query.state] if query.state else (None, None)
    ends_before = None
    if query.expiring_within_days is not None:
        ends_before, ended = now + timedelta(days=query.expiring_within_days), False
    unrevoked = ends_before is not None or query.state == "expired"
    wanted = CertificateFilter(query.text, state, ended, ends_before, unrevoked)
    after = SerialKey(query.after.at, query.after.serial) if query.after else None
    rows, following = reading.certificate_page(wanted, now, after, query.limit)
    return CertificatesAnswer(
        entries=tuple(_line(office, row) for row in rows),
        next=CertificateKey(at=following.at, serial=following.serial) if following else None,
    )


def certificate_life(
    office: Office, reading: Reading, query: CertificateLifeQuery, session: Session
) -> CertificateLife | tuple[Finding, ...]:
    """Return everything about one certificate, or that there is none of that serial."""
    row = reading.certificate(query.serial)
    line = reading.certificate_line(query.serial)
    state, revision = read_case(reading, row.case_id) if row else (None, 0)
    known = _certificate_of(state, query.serial) if state else None
    if row is None or row.certificate is None or line is None or state is None or known is None:
        return (blocks(EngineCode.CERTIFICATE_NOT_ISSUED),)
    policy, now = office.policy.policy, office.now()
    is_newest = known == state.activation.certificate
    actor = Actor(session.operator, tuple(role.value for role in session.roles))
    renewal_product, obstacles = _renewal(office, reading, state) if is_newest else ("", ())
    return CertificateLife(
        line=_line(office, line),
        revision=revision,
        certificate=base64.b64encode(row.certificate).decode("ascii"),
        chain=tuple(
            base64.b64encode(certificate_der(each)).decode("ascii")
            for each in office.authority.chain
        ),
        description=describe(row.certificate),
        verdicts=verdicts_of(office, state, row.certificate, rules_of_issue(reading, row)),
        life=known.life,
        contract_ends=contract_ends(known, policy) if line.state != Stored.REVOKED else None,
        renews=state.renews,
        renewal_product=renewal_product,
        renewal_findings=obstacles,
        values=state.values,
        acts=acts_of(state, policy, actor, now) if is_newest else (),
        history=told(reading, every_entry(reading, StreamRef(kind="case", id=state.id))),
        files=_files(state, known),
    )


def _renewal(office: Office, reading: Reading, state: CaseState) -> tuple[str, tuple[Finding, ...]]:
    """Return what a case that renews the certificate would ask for, or why none may be opened."""
    policy = office.policy.policy
    certificate, product = renewed_certificate(state), policy.product(state.product)
    if certificate is None or product is None:
        return "", ()
    obstacles = renewal_obstacles(certificate, policy, office.now())
    in_the_way = (
        (open_case_claim(state.person, product.id), CaseFinding.OPEN_CASE_EXISTS),
        (renewal_claim(certificate.serial), CaseFinding.RENEWAL_OPEN),
    )
    for claim, code in in_the_way:
        if not obstacles and (holder := reading.claim(claim.kind, claim.value)) is not None:
            other, _ = read_case(reading, holder)
            obstacles = (blocks(code, number=other.number if other else "?"),)
    return "" if obstacles else product.id, obstacles


def _certificate_of(state: CaseState, serial: str) -> CertificateState | None:
    activation = state.activation
    every = (*activation.given_up, *([activation.certificate] if activation.certificate else []))
    return next((each for each in every if each.serial == serial), None)


def _files(state: CaseState, certificate: CertificateState) -> tuple[CertificateFile, ...]:
    contract = certificate.contract
    named = {
        "contract": contract.prepared or state.activation.contract,
        "signed": contract.signed,
        "countersigned": contract.countersigned,
    }
    return tuple(CertificateFile(name=name, blob=blob) for name, blob in named.items() if blob)


def _line(office: Office, row: CertificateLineRow) -> CertificateLine:
    return CertificateLine(
        serial=row.serial,
        case=row.case_id,
        number=row.number,
        name=row.person_name,
        identification=row.identification,
        product=row.product,
        state=_standing(office, row),
        not_before=row.not_before,
        not_after=row.not_after,
        revoked_at=row.revoked_at,
        reason=row.revocation_reason or "",
    )


def _standing(office: Office, row: CertificateLineRow) -> CertificateStanding:
    if row.state == Stored.REVOKED:
        return "revoked"
    if office.now() >= row.not_after:
        return "expired"
    return "suspended" if row.state == Stored.SUSPENDED else "valid"
