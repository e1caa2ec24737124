"""The status answers of institutions' certificates, signed ahead by each authority's responder."""

import base64
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import groupby
from typing import Final

from cryptography import x509

from issuance.access.durable_file import write_finding
from issuance.certificates.keys import certificate_der, private_key_bytes, read_private_key
from issuance.certificates.ocsp import HASHES, certificate_id, sign_answer
from issuance.certificates.revocation_reasons import Revocation, RevocationReason
from issuance.certificates.signer import AuthoritySigner, SoftwareSigner
from issuance.certificates.token_calls import TokenFailure
from issuance.certificates.validity import Validity
from issuance.engine.institution_authority import (
    authorities,
    authority_ref,
    certificate_of,
    open_authority,
    read_authority,
)
from issuance.engine.institution_carrying_over import revocations_taken_up
from issuance.engine.office import Office
from issuance.engine.publishing import status_files
from issuance.engine.responder import new_responder, responder_ends_soon
from issuance.engine.status_files import AnswerFiles
from issuance.engine.streams import append, read_state
from issuance.findings import Finding
from issuance.register.model import CertificateState, Origin
from issuance.register.register import Writing
from issuance.register.status_answers import AnswerGiven, DueAnswer
from issuance.signing.authority_stream import (
    InstitutionAuthorityState,
    InstitutionResponderCertified,
    evolve_institution_authority,
)

Findings = tuple[Finding, ...]

_AT_ONCE: Final = 100
_FOR_EVER: Final = datetime(9999, 1, 1, tzinfo=UTC)


def publish_institution_answers(
    office: Office, user: str, most: int | None = None
) -> tuple[int, Findings]:
    """Sign the answers that are due; return how many, and what stands in the way of others.

    Those of about `most` certificates; the rest is due again.
    """
    if office.policy.policy.portable is None:
        return 0, ()
    with office.register.leased("institution_answers", office.now) as mine:
        return _published(office, user, most) if mine else (0, ())


def _published(office: Office, user: str, most: int | None) -> tuple[int, Findings]:
    _note_lost_answers(office)
    count, stopped, seen = 0, dict[str, Finding](), set[str]()
    carried = _carried_over_due(office)
    while most is None or count < most:
        due = [*carried[:_AT_ONCE], *_due(office, set(stopped))]
        carried = carried[_AT_ONCE:]
        # An answer that ends with its responder may be due again at once.
        if seen.issuperset(each.serial for each in due):
            break
        seen.update(each.serial for each in due)
        for authority_key, rows in groupby(due, lambda each: each.authority_key):
            told = _answer(office, user, authority_key, list(rows))
            if isinstance(told, Finding):
                stopped[authority_key] = told
            else:
                count += told
    return count, tuple(dict.fromkeys(stopped.values()))


def _note_lost_answers(office: Office) -> None:
    """Let every answer be due where somebody took them all away: nobody would hear of any."""
    if status_files(office).has_institutions():
        return
    with office.register.reading() as reading:
        lost = reading.has_institution_answers()
    if lost:
        office.register.write(Writing.forget_answers_given)


def _due(office: Office, without: set[str]) -> list[DueAnswer]:
    with office.register.reading() as reading:
        return reading.institution_answers_due(_until_next_round(office), without, _AT_ONCE)


def _carried_over_due(office: Office) -> list[DueAnswer]:
    """Return what lists name from before a restore and the register does not know, if it is due."""
    revoked = CertificateState.REVOKED
    with office.register.reading() as reading:
        answered = reading.unknown_answered(_until_next_round(office))
        return [
            DueAnswer(serial, key, revoked, None, each.revoked_at, each.reason.value)
            for key, state in authorities(reading)
            for each in revocations_taken_up(state)
            if (serial := str(each.serial)) not in answered and reading.certificate(serial) is None
        ]


def _until_next_round(office: Office) -> datetime:
    """Return the moment until which an answer must hold not to be due."""
    rule = office.policy.policy.publication
    return office.now() + timedelta(hours=rule.answer_hours - rule.answer_every_hours)


def _answer(
    office: Office, user: str, authority_key: str, rows: Sequence[DueAnswer]
) -> int | Finding:
    """Answer about certificates of one authority, or say why not now."""
    with office.register.reading() as reading:
        authority = read_authority(reading, authority_key)
    if authority is None:
        raise ValueError("a certificate has an authority")
    try:
        issuer = certificate_of(authority.certificate)
        answers = status_files(office).answers_of(issuer)
        responder = _responder(office, user, authority_key, authority)
        if isinstance(responder, Finding):
            _withdraw_good(office, answers, authority_key)
            return responder
        answers.prepare(issuer)
        given: list[AnswerGiven] = []
        for row in rows:
            # Of what has ended by itself nothing tells any more.
            if _has_ended(row, office.now()):
                until = _FOR_EVER
                answers.remove(int(row.serial))
            else:
                until = _write(answers, office, issuer, responder, row)
            given.append(AnswerGiven(row.serial, row.state, until))
    except TokenFailure as failure:
        return failure.finding
    except OSError as error:
        return write_finding(error, office.folder)
    office.register.write(lambda writing: writing.keep_answers_given(given))
    return len(given)


def _has_ended(row: DueAnswer, now: datetime) -> bool:
    if row.certificate is None:
        return False
    return x509.load_der_x509_certificate(row.certificate).not_valid_after_utc <= now


def _withdraw_good(office: Office, answers: AnswerFiles, authority_key: str) -> None:
    """Leave no answer that calls good what is revoked, where none can be signed in its place."""
    with office.register.reading() as reading:
        unanswered = reading.institution_revocations_unanswered(authority_key)
    for serial in unanswered:
        answers.withdraw_good(int(serial))


def _write(
    answers: AnswerFiles,
    office: Office,
    issuer: x509.Certificate,
    responder: AuthoritySigner,
    row: DueAnswer,
) -> datetime:
    """Sign the answers about a certificate; return until when they need not be renewed."""
    now = office.now()
    # Its revocation may be dated later than this computer's clock, which was set back since.
    begins = max(now, row.revoked_at or now).replace(microsecond=0)
    hours = timedelta(hours=office.policy.policy.publication.answer_hours)
    ends = min(begins + hours, responder.certificate.not_valid_after_utc)
    last = ends >= issuer.not_valid_after_utc
    standing = None
    if row.revoked_at is not None and row.reason is not None:
        reason = RevocationReason(row.reason)
        standing = Revocation(int(row.serial), row.revoked_at, reason)
    for name in HASHES:
        asked = certificate_id(issuer, int(row.serial), name)
        answers.write(asked, sign_answer(responder, asked, standing, Validity(begins, ends)))
    return _FOR_EVER if last else ends


def _responder(
    office: Office, user: str, authority_key: str, authority: InstitutionAuthorityState
) -> AuthoritySigner | Finding:
    """Return what signs for an authority; made anew in time."""
    issuer, known = certificate_of(authority.certificate), authority.responder
    if known is not None and known.key is not None:
        certificate = certificate_of(known.certificate)
        if not responder_ends_soon(office, certificate, issuer):
            octets = office.custody.unwrap(known.key, _label(authority_key))
            if isinstance(octets, Finding):
                return octets
            return SoftwareSigner(read_private_key(octets), certificate)
    signer = open_authority(office, authority)
    if isinstance(signer, Finding):
        return signer
    made = new_responder(office, signer)
    if isinstance(made, Finding):
        return made
    key, certificate = made
    sealed = office.custody.wrap(private_key_bytes(key), _label(authority_key))
    if isinstance(sealed, Finding):
        return sealed
    event = InstitutionResponderCertified(
        serial=str(certificate.serial_number),
        certificate=base64.b64encode(certificate_der(certificate)).decode("ascii"),
        not_after=certificate.not_valid_after_utc,
        key=sealed,
    )
    # Nothing is signed with it before it is on record.
    office.register.write(partial(_record, office, user, authority_key, event))
    return SoftwareSigner(key, certificate)


def _record(
    office: Office,
    user: str,
    authority_key: str,
    event: InstitutionResponderCertified,
    writing: Writing,
) -> None:
    ref = authority_ref(authority_key)
    state, revision = read_state(writing, ref, InstitutionAuthorityState)
    origin = Origin(office.now(), user, None, office.policy.reference)
    append(writing, ref, revision, [event], origin, evolve_institution_authority(state, event))


def _label(authority_key: str) -> str:
    return f"institution responder:{authority_key}"
