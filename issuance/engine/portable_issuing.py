"""Issues portable certificates: key in custody, intent, signature by the institution's authority.

As at a counter two commits surround the signature: the first records the key and the exact bytes,
the second the certificate. What stopped in between is finished by `certify` or `finish`, which sign
the same bytes.
"""

import hashlib
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from issuance.certificates.keys import PublicKey, public_key_der
from issuance.certificates.profile import CertificateProfile, ResolvedProfile, resolve
from issuance.certificates.revocation_reasons import RevocationReason
from issuance.certificates.serials import new_serial
from issuance.certificates.signer import issue
from issuance.certificates.to_be_signed import CertificateTemplate, build_to_be_signed
from issuance.certificates.token_calls import TokenFailure
from issuance.certificates.validity import Term, Validity, validity_from
from issuance.engine.custody import CustodySigner
from issuance.engine.institution_authority import open_authority, read_authority
from issuance.engine.institutional_streams import (
    continue_stream,
    portable_ref,
    read_institution,
    read_official,
    read_portable,
)
from issuance.engine.issuing import is_portable, lint_findings
from issuance.engine.office import Office
from issuance.engine.signing_streams import continue_signing, end_key, key_ref, read_key
from issuance.findings import Finding, any_blocks, blocks
from issuance.findings.institutions import InstitutionCode
from issuance.institutions.actors import Scope
from issuance.institutions.certificate_data import certificate_data
from issuance.institutions.institution_stream import InstitutionState
from issuance.institutions.people import Person
from issuance.institutions.portable_course import decide_activated, decide_issued, decide_replaced
from issuance.institutions.portable_stream import STREAM_KIND as PORTABLE
from issuance.institutions.portable_stream import PortableState, PortableStatus
from issuance.policies.effective_day import invalid_since
from issuance.policies.model import Product
from issuance.register.institution_items import ItemFilter
from issuance.register.model import CertificateRow, Origin, StandingRow
from issuance.register.paging import LARGEST_PAGE
from issuance.register.register import Reading, Writing
from issuance.signing.custody import KeptKey
from issuance.signing.key_decisions import (
    decide_certify,
    decide_end,
    decide_intend,
    decide_keep,
)
from issuance.signing.key_stream import SigningKeyState, evolve_signing_key

Findings = tuple[Finding, ...]

CLAIM: Final = "portable_key"
"""Of one institution, purpose and RUN one certificate signs."""
KEY_OVER: Final = "token_key_over"
"""Which keys wait in a token to be destroyed, their certificates having ended."""
_EVERYTHING: Final = Scope(everything=True, institutions=frozenset(), officials=frozenset())
_APPROVED: Final = ItemFilter(PORTABLE, statuses=(PortableStatus.APPROVED.value,))


def certify(office: Office, user: str, certificate: UUID) -> Findings:
    """Issue an approved portable certificate, or say why not now; done before, it does nothing."""
    with office.register.reading() as reading:
        state, _ = read_portable(reading, certificate)
        key, _ = read_key(reading, certificate)
    if state is None or (state.status is not PortableStatus.APPROVED and key is None):
        return ()
    if key is None and (findings := _intend(office, user, certificate, state)):
        return findings
    finding = _sign(office, user, certificate)
    return () if finding is None else (finding,)


def finish(office: Office, user: str) -> Findings:
    """Issue what was approved and finish what was intended; return what stands in the way."""
    with office.register.reading() as reading:
        waiting = [row.case_id for row in reading.open_intents() if is_portable(reading, row)]
        waiting += reading.items_by_id(_EVERYTHING, _APPROVED, None, LARGEST_PAGE)
    found: list[Finding] = []
    for certificate in dict.fromkeys(waiting):
        found += (each for each in certify(office, user, certificate) if each not in found)
    return tuple(found)


def key_ended(
    writing: Writing,
    office: Office,
    certificate: UUID,
    reason: RevocationReason | None,
    origin: Origin,
    effective: date | None = None,
    revoked_at: datetime | None = None,
) -> None:
    """End a key with its certificate, which expired or was withdrawn if there is no reason.

    In the transaction of the certificate's own event; without a key it does nothing.
    """
    key, revision = read_key(writing, certificate)
    state, _ = read_portable(writing, certificate)
    if key is None or key.ended:
        return
    if state is None:
        raise ValueError("a key belongs to a portable certificate")
    text, since = reason.value if reason else "", invalid_since(effective, office.policy.policy)
    ended = decide_end(key, "revoked" if reason else "over", origin.operator, text, since)
    end_key(writing, certificate, key, revision, ended.events, origin, state.institution)
    if key.kept is not None:
        office.custody.forget(key.kept.key_id)
        if key.kept.token is not None:
            writing.take_claim(KEY_OVER, key.kept.key_id, certificate)
    if not key.certificate:
        writing.record_abandoned(key.serial)
    elif reason is not None:
        writing.record_revoked(StandingRow(key.serial, revoked_at or origin.at, reason.value))
    writing.release_claims(certificate, CLAIM)


def destroy_ended_keys(office: Office) -> Findings:
    """Destroy in their token the keys whose certificates have ended; say what stands in the way.

    After the commit of the end, and again until it is done: a token may be away.
    """
    with office.register.reading() as reading:
        over = reading.claims_beginning(KEY_OVER, "")
    for key_id, certificate in over.items():
        if finding := office.custody.destroy(key_id):
            return (finding,)
        office.register.write(lambda writing, of=certificate: writing.release_claims(of, KEY_OVER))
    return ()


def activate(writing: Writing, office: Office, certificate: UUID, origin: Origin) -> None:
    """Put an issued certificate into use, its one-time codes confirmed; it replaces another."""
    state, revision = read_portable(writing, certificate)
    if state is None or state.status is not PortableStatus.ISSUED:
        return
    events = decide_activated(state, origin.operator).events
    continue_stream(writing, office, portable_ref(certificate), state, revision, events, origin)
    _take_over(writing, office, certificate, state, origin)


def claim_of(institution: UUID, purpose: str, run: str) -> str:
    """Return what the certificate that signs for a holder and purpose is found by."""
    return f"{institution}:{purpose}:{run}"


def _take_over(
    writing: Writing, office: Office, certificate: UUID, state: PortableState, origin: Origin
) -> None:
    """Let a certificate in use sign from now on, and end the one whose place it takes."""
    before, revision = (
        read_portable(writing, state.replaces) if state.replaces is not None else (None, 0)
    )
    if before is not None and state.replaces is not None:
        replaced = decide_replaced(before, office.policy.policy, origin.operator)
        if replaced.events:
            ref = portable_ref(state.replaces)
            continue_stream(writing, office, ref, before, revision, replaced.events, origin)
            reason = office.policy.policy.life.own_causes["renewed"]
            key_ended(writing, office, state.replaces, reason, origin)
    _take_claim(writing, certificate, state)


def _take_claim(writing: Writing, certificate: UUID, state: PortableState) -> None:
    key, _ = read_key(writing, certificate)
    if key is None:
        raise ValueError("a certificate that was issued has a key")
    value = claim_of(state.institution, state.purpose, key.run)
    holder = writing.claim(CLAIM, value)
    if holder is not None and holder != certificate:
        writing.release_claims(holder, CLAIM)
    if holder != certificate:
        writing.take_claim(CLAIM, value, certificate)


def _intend(office: Office, user: str, certificate: UUID, state: PortableState) -> Findings:
    """Make the key and record what may be signed for it."""
    with office.register.reading() as reading:
        subject = _subject(reading, state)
        if isinstance(subject, Finding):
            return (subject,)
        institution, person = subject
        key_id = institution.authority.authority_key if institution.authority else ""
        authority = read_authority(reading, key_id) if key_id else None
    if authority is None:
        return (blocks(InstitutionCode.INSTITUTION_AUTHORITY_MISSING),)
    signer = open_authority(office, authority)
    if isinstance(signer, Finding):
        return (signer,)
    product = office.policy.policy.product(state.product)
    if product is None:
        return (blocks(InstitutionCode.PORTABLE_PRODUCT_GONE, product=state.product),)
    data = certificate_data(person, institution)
    resolved = resolve(_profile(office, product, key_id), data)
    if isinstance(resolved, list):
        return tuple(resolved)
    validity = _validity(office, product, signer)
    if isinstance(validity, Finding):
        return (validity,)
    built = partial(_template, office, resolved, signer, validity)
    # A key that a power cut left behind in a token must not be in the way of the next one.
    name = office.sources.identifiers.new().hex
    made = office.custody.make_key(name, product.key_algorithms[0], built)
    if isinstance(made, Finding):
        return (made,)
    kept, template = made
    to_be_signed = build_to_be_signed(template)
    findings = lint_findings(office, to_be_signed, template)
    if any_blocks(findings):
        office.custody.destroy(kept.key_id)
        return findings
    row = CertificateRow(
        serial=str(template.serial),
        case_id=certificate,
        to_be_signed=to_be_signed,
        csr_sha256=hashlib.sha256(public_key_der(template.public_key)).hexdigest(),
        authority_key_id=key_id,
        at=office.now(),
    )
    run = person.run.partition("-")[0]
    record = partial(_record_intent, office, user, row, kept, run, validity)
    if not office.register.write(record, alone=True):
        office.custody.destroy(kept.key_id)
    return ()


def _record_intent(
    office: Office,
    user: str,
    row: CertificateRow,
    kept: KeptKey,
    run: str,
    validity: Validity,
    writing: Writing,
) -> bool:
    """Record what may be signed, where that is still wanted; tell whether it is."""
    certificate = row.case_id
    state, _ = read_portable(writing, certificate)
    known, _ = read_key(writing, certificate)
    if known is not None or state is None or state.status is not PortableStatus.APPROVED:
        # Another process was first, or the request was withdrawn meanwhile.
        return False
    institution, _ = read_institution(writing, state.institution)
    if institution is None:
        raise ValueError("a certificate is an institution's")
    (key_kept,) = decide_keep(None, kept, institution.name, state.purpose, run).events
    key = evolve_signing_key(None, key_kept)
    intended = decide_intend(
        key,
        row.serial,
        row.authority_key_id,
        row.to_be_signed,
        validity.not_before,
        validity.not_after,
    )
    origin = Origin(office.now(), user, None, office.policy.reference)
    events = (key_kept, *intended.events)
    none: SigningKeyState | None = None
    continue_signing(writing, key_ref(certificate), none, 0, events, origin, state.institution)
    writing.record_intent(row)
    return True


def _sign(office: Office, user: str, certificate: UUID) -> Finding | None:
    """Sign what was intended and record the certificate; harmless when that was done already."""
    with office.register.reading() as reading:
        key, _ = read_key(reading, certificate)
        row = reading.certificate(key.serial) if key else None
        authority = read_authority(reading, key.authority_key) if key else None
        state, _ = read_portable(reading, certificate)
    if key is None or row is None or authority is None or key.certificate or key.ended:
        return None
    origin = Origin(office.now(), user, None, office.policy.reference)
    if state is None or state.status is not PortableStatus.APPROVED:
        # It was withdrawn after the intent: nothing is signed.
        office.register.write(lambda writing: key_ended(writing, office, certificate, None, origin))
        return None
    signer = open_authority(office, authority)
    if isinstance(signer, Finding):
        return signer
    try:
        der = issue(signer, row.to_be_signed)
    except TokenFailure as failure:
        return failure.finding
    office.register.write(partial(_record, office, certificate, der, origin), alone=True)
    return None


def _record(
    office: Office, certificate: UUID, der: bytes, origin: Origin, writing: Writing
) -> None:
    key, key_revision = read_key(writing, certificate)
    state, revision = read_portable(writing, certificate)
    if key is None or state is None or key.certificate or key.ended:
        return
    institution, _ = read_institution(writing, state.institution)
    if institution is None or key.not_before is None or key.not_after is None:
        raise ValueError("what was intended has an institution and a term")
    certified = decide_certify(key, der)
    issued = decide_issued(
        state,
        institution,
        key=certificate.hex,
        serial=f"{int(key.serial):x}",
        not_before=key.not_before,
        not_after=key.not_after,
    )
    if issued.findings:
        # It was withdrawn while that was signed: nothing is issued.
        key_ended(writing, office, certificate, None, origin)
        return
    continue_signing(
        writing, key_ref(certificate), key, key_revision, certified.events, origin,
        state.institution,
    )  # fmt: skip
    writing.record_certificate(key.serial, der)
    state, _ = continue_stream(
        writing, office, portable_ref(certificate), state, revision, issued.events, origin
    )
    if state.status is PortableStatus.ACTIVE:
        _take_over(writing, office, certificate, state, origin)
    elif writing.claim(CLAIM, claim_of(state.institution, state.purpose, key.run)) is None:
        _take_claim(writing, certificate, state)


def _subject(reading: Reading, state: PortableState) -> tuple[InstitutionState, Person] | Finding:
    institution, _ = read_institution(reading, state.institution)
    official, _ = read_official(reading, state.official)
    if institution is None or official is None or official.person is None:
        return blocks(InstitutionCode.OFFICIAL_ENDED)
    return institution, official.person


def _validity(office: Office, product: Product, signer: CustodySigner) -> Validity | Finding:
    # A term ends by the calendar of the office.
    now = office.now().astimezone(ZoneInfo(office.policy.policy.zone))
    term = Term(years=product.validity_years, days=product.validity_days)
    minutes = office.policy.policy.profile_of(product).backdate_minutes
    return validity_from(now, term, signer.certificate, backdate=timedelta(minutes=minutes))


def _profile(office: Office, product: Product, authority_key: str) -> CertificateProfile:
    """Return a product's profile, pointing at the list of the authority that issues."""
    policy = office.policy.policy
    if policy.portable is None:
        raise ValueError("the policy has no certificates of institutions")
    address = policy.portable.authority.list_url.format(authority=authority_key)
    return policy.profile_of(product).model_copy(update={"crl_urls": (address,)})


def _template(
    office: Office,
    resolved: ResolvedProfile,
    signer: CustodySigner,
    validity: Validity,
    public: PublicKey,
) -> CertificateTemplate:
    serial = new_serial(office.sources.randomness)
    return CertificateTemplate(resolved, public, signer.certificate, serial, validity)
