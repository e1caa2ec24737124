"""The office's delegated responder: its short-lived certificate and its key, sealed for the office.

Whoever has the office open can sign status answers, and so can an unattended refresh; only a new
certificate for the responder needs the authority's key.
"""

import base64
from datetime import timedelta
from typing import Final

from cryptography import x509

from issuance.access.durable_file import replace_file
from issuance.access.key_ring import Purpose
from issuance.certificates.keys import (
    PrivateKey,
    algorithm_of,
    certificate_der,
    private_key_bytes,
    read_private_key,
)
from issuance.certificates.responder import (
    check_responder,
    lint_responder,
    responder_to_be_signed,
)
from issuance.certificates.serials import new_serial
from issuance.certificates.service_certificate import ServiceTemplate
from issuance.certificates.signer import AuthoritySigner, SoftwareSigner, issue
from issuance.certificates.stream import AuthorityState, ResponderCertified, evolve_authority
from issuance.certificates.to_be_signed import key_of
from issuance.certificates.validity import Term, validity_from
from issuance.engine.authority import OpenedResponder
from issuance.engine.office import Office, named_stream
from issuance.engine.streams import append, read_state
from issuance.findings import Finding, any_blocks
from issuance.register.model import Origin
from issuance.register.register import Writing

_KEY_FILE: Final = "responder.key"


def responder_of(office: Office, operator: str) -> AuthoritySigner | Finding:
    """Return what signs status answers now; made anew in time where this person may issue."""
    with office.register.reading() as reading:
        state, _ = read_state(reading, named_stream(office.id, "authority"), AuthorityState)
    known = _opened(office, state.responder) if state and state.responder else None
    if known is not None and not responder_ends_soon(
        office, known.certificate, office.authority.issuing
    ):
        return known
    authority = office.authority
    if not isinstance(authority.signer(), Finding):
        made = authority.use(lambda signer: _made(office, signer, operator))
        if authority.trouble is None:
            return made
    usable = known and not check_responder(
        known.certificate, office.authority.issuing, office.now()
    )
    return known if known and usable else authority.waits("responder")


def _opened(office: Office, certificate: str) -> AuthoritySigner | None:
    """Return the responder with its key; None where the key file is another's or gone."""
    try:
        sealed = (office.folder / _KEY_FILE).read_bytes()
        known = office.authority.responder
        if known and (known.sealed, known.certificate) == (sealed, certificate):
            return known.signer
        der = office.keys.open(Purpose.RESPONDER, sealed, office.id.bytes)
        if der is None:
            return None
        found = x509.load_der_x509_certificate(base64.b64decode(certificate))
        signer = SoftwareSigner(read_private_key(der), found)
    except (OSError, ValueError):
        return None
    office.authority.responder = OpenedResponder(sealed, certificate, signer)
    return signer


def new_responder(
    office: Office, signer: AuthoritySigner
) -> tuple[PrivateKey, x509.Certificate] | Finding:
    """Make a responder's key and have it certified by an authority; recorded nowhere yet."""
    rule, issuing, now = office.policy.policy.publication, signer.certificate, office.now()
    throw_away = office.authority.throw_away
    validity = validity_from(now, Term(days=rule.responder_days), issuing)
    if isinstance(validity, Finding):
        return validity
    rsa = algorithm_of(key_of(issuing)).startswith("rsa-")
    key = office.authority.make_key("rsa-2048" if rsa else "p-256")
    serial = new_serial(office.sources.randomness)
    template = ServiceTemplate(rule.responder_name, key.public_key(), issuing, serial, validity)
    to_be_signed = responder_to_be_signed(template)
    findings = lint_responder(to_be_signed, issuing, now, throw_away)
    if any_blocks(findings):
        return findings[0]
    return key, x509.load_der_x509_certificate(issue(signer, to_be_signed))


def responder_ends_soon(
    office: Office, certificate: x509.Certificate, issuing: x509.Certificate
) -> bool:
    """Tell whether a responder is to be made anew while it still holds."""
    if check_responder(certificate, issuing, office.now()):
        return True
    days = office.policy.policy.publication.responder_days
    return certificate.not_valid_after_utc - office.now() < timedelta(days=days) / 3


def _made(office: Office, signer: AuthoritySigner, operator: str) -> AuthoritySigner | Finding:
    """Make a responder, and record key and certificate before anything is signed with it."""
    made = new_responder(office, signer)
    if isinstance(made, Finding):
        return made
    key, certificate = made
    octets = office.keys.seal(Purpose.RESPONDER, private_key_bytes(key), office.id.bytes)
    replace_file(office.folder / _KEY_FILE, octets)
    _record(office, certificate, operator)
    return SoftwareSigner(key, certificate)


def _record(office: Office, certificate: x509.Certificate, operator: str) -> None:
    event = ResponderCertified(
        serial=str(certificate.serial_number),
        certificate=base64.b64encode(certificate_der(certificate)).decode("ascii"),
        not_after=certificate.not_valid_after_utc,
    )
    stream = named_stream(office.id, "authority")
    origin = Origin(office.now(), operator, None, office.policy.reference)

    def record(writing: Writing) -> None:
        state, revision = read_state(writing, stream, AuthorityState)
        append(writing, stream, revision, [event], origin, evolve_authority(state, event))

    office.register.write(record)
