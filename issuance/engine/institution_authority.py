"""The issuing authority of an institution: made under the office's own, its key in custody."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from cryptography import x509

from issuance.certificates.keys import PublicKey
from issuance.certificates.serials import new_serial
from issuance.certificates.signer import issue
from issuance.certificates.validity import Term, Validity, validity_from
from issuance.engine.custody import CustodySigner
from issuance.engine.issuing import second_opinion
from issuance.engine.office import Office
from issuance.engine.streams import append, read_state
from issuance.findings import Finding, any_blocks, blocks
from issuance.findings.signing import SigningCode
from issuance.institutions.institution_stream import InstitutionState
from issuance.institutions.issuing_authority import (
    IssuingAuthorityPlan,
    issuing_authority_template,
    issuing_authority_to_be_signed,
    lint_issuing_authority,
)
from issuance.policies.portable import InstitutionAuthorityRule
from issuance.register.model import Origin
from issuance.register.register import Reading, Writing
from issuance.signing.authority_stream import (
    STREAM_KIND,
    AuthorityKept,
    InstitutionAuthorityState,
    evolve_institution_authority,
)
from issuance.signing.custody import KeptKey
from issuance.streams import StreamRef

Findings = tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class MadeAuthority:
    """An authority that was made and is recorded nowhere yet; `certificate` is DER in base64."""

    institution: UUID
    generation: str
    authority_key: str
    serial: str
    certificate: str
    not_after: datetime
    kept: KeptKey


def make_authority(
    office: Office, institution: UUID, state: InstitutionState
) -> MadeAuthority | Findings:
    """Make the key and certificate of an institution's authority, or say what forbids it.

    It has no intent: until `keep_authority` recorded both in one transaction its key is nowhere
    but here, and nobody can use a certificate without its key. What comes to nothing is discarded.
    """
    portable = office.policy.policy.portable
    if portable is None:
        raise ValueError("the policy has no certificates of institutions")
    rule, key_id = portable.authority, office.sources.identifiers.new().hex
    if not _certifies_authorities(office.authority.issuing):
        return (blocks(SigningCode.AUTHORITY_HOLDERS_ONLY),)
    now = office.now().astimezone(ZoneInfo(office.policy.policy.zone))
    validity = validity_from(now, Term(years=rule.years), office.authority.issuing)
    if isinstance(validity, Finding):
        return (validity,)

    def certified(public: PublicKey) -> bytes | Findings | Finding:
        return _certified(office, state, rule, public, validity)

    made = office.custody.make_key(key_id, rule.algorithm, certified)
    if isinstance(made, Finding):
        return (made,)
    kept, der = made
    if not isinstance(der, bytes):
        office.custody.destroy(kept.key_id)
        return (der,) if isinstance(der, Finding) else der
    certificate = x509.load_der_x509_certificate(der)
    return MadeAuthority(
        institution=institution,
        generation=rule.generation,
        authority_key=key_id,
        serial=str(certificate.serial_number),
        certificate=base64.b64encode(der).decode("ascii"),
        not_after=certificate.not_valid_after_utc,
        kept=kept,
    )


def keep_authority(writing: Writing, office: Office, made: MadeAuthority, origin: Origin) -> None:
    """Record an authority with its key, in the transaction of the institution's own event."""
    event = AuthorityKept(
        institution=made.institution,
        generation=made.generation,
        serial=made.serial,
        certificate=made.certificate,
        not_after=made.not_after,
        kept=made.kept,
    )
    state = evolve_institution_authority(None, event)
    entries = append(writing, authority_ref(made.authority_key), 0, [event], origin, state)
    writing.note_entries(made.institution, [each.seq for each in entries])


def read_authority(reading: Reading, authority_key: str) -> InstitutionAuthorityState | None:
    """Return an institution's authority by its key."""
    return read_state(reading, authority_ref(authority_key), InstitutionAuthorityState)[0]


def authorities(reading: Reading) -> Iterator[tuple[str, InstitutionAuthorityState]]:
    """Return every institution's authority, by its key."""
    after = StreamRef(kind=STREAM_KIND, id=UUID(int=0))
    while page := [each for each in reading.streams(after) if each.ref.kind == STREAM_KIND]:
        for each in page:
            state, _ = read_state(reading, each.ref, InstitutionAuthorityState)
            if state is not None:
                yield each.ref.id.hex, state
        after = page[-1].ref


def open_authority(office: Office, authority: InstitutionAuthorityState) -> CustodySigner | Finding:
    """Return what signs in the name of an institution's authority."""
    if authority.kept is None:
        return blocks(SigningCode.CUSTODY_KEY_DAMAGED)
    key = office.custody.open(authority.kept, certificate_of(authority.certificate))
    return key if isinstance(key, Finding) else CustodySigner(key)


def chain_above(office: Office, authority: x509.Certificate) -> tuple[x509.Certificate, ...]:
    """Return the certificates from an institution's authority to the root."""
    return (authority, *office.authority.chain)


def certificate_of(text: str) -> x509.Certificate:
    """Read a certificate (DER in base64)."""
    return x509.load_der_x509_certificate(base64.b64decode(text))


def authority_ref(authority_key: str) -> StreamRef:
    """Return the stream of an institution's authority."""
    return StreamRef(kind=STREAM_KIND, id=UUID(hex=authority_key))


def _certifies_authorities(certificate: x509.Certificate) -> bool:
    limits = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    return limits.path_length != 0


def _certified(
    office: Office,
    state: InstitutionState,
    rule: InstitutionAuthorityRule,
    public: PublicKey,
    validity: Validity,
) -> bytes | Findings | Finding:
    """Return the certificate (DER), looked at before the office's authority signs it."""
    plan = IssuingAuthorityPlan(
        generation=rule.generation,
        email=rule.email.format(rut=state.rut.lower()),
        policy_oid=rule.policy_oid,
        cps_url=rule.cps_url,
        crl_urls=rule.crl_urls,
    )
    issuer, throw_away = office.authority.issuing, office.authority.throw_away
    serial = new_serial(office.sources.randomness)
    template = issuing_authority_template(state, plan, public, issuer, serial, validity)
    if isinstance(template, list):
        return tuple(template)
    to_be_signed = issuing_authority_to_be_signed(template)
    findings = tuple(lint_issuing_authority(to_be_signed, template, throw_away))
    findings = findings or second_opinion(office, to_be_signed, issuer)
    if any_blocks(findings):
        return findings
    return office.authority.use(lambda signer: issue(signer, to_be_signed))
