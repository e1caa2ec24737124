"""The office's seal: a key and certificate of its own under the issuing authority.

It is made when it is first needed, by somebody who may issue: so every office has one, whenever it
was founded and wherever its authority came from, and gets another under another authority.
"""

import base64
from datetime import timedelta
from typing import Final

from cryptography import x509

from issuance.certificates.keys import PrivateKey, algorithm_of, certificate_der
from issuance.certificates.seal import seal_name, seal_to_be_signed
from issuance.certificates.serials import new_serial
from issuance.certificates.service_certificate import ServiceTemplate
from issuance.certificates.signer import SoftwareSigner, issue
from issuance.certificates.stream import AuthorityState, SealCreated, SealState, evolve_authority
from issuance.certificates.to_be_signed import key_of
from issuance.certificates.validity import Validity
from issuance.engine.office import Office, named_stream
from issuance.engine.streams import append, read_state
from issuance.findings import Finding
from issuance.register.model import Origin
from issuance.register.register import Reading, Writing

_BACKDATE: Final = timedelta(minutes=5)


def office_seal(office: Office) -> SoftwareSigner | Finding:
    """Return what signs in the office's name, or why this person cannot."""
    with office.register.reading() as reading:
        seal = _authority(office, reading)[0].seal
    if seal is None or not _in_force(seal, office):
        return _new_seal(office)
    key = office.seal_keys.open(seal.key)
    if key is None:
        return _new_seal(office)
    return key if isinstance(key, Finding) else SoftwareSigner(key, _certificate(seal))


def _new_seal(office: Office) -> SoftwareSigner | Finding:
    """Make a seal: its key is durable before its certificate stands in the register."""
    signer = office.authority.signer()
    if isinstance(signer, Finding):
        return signer
    identifier = str(office.sources.identifiers.new())
    key = office.seal_keys.make(identifier, algorithm_of(key_of(signer.certificate)))
    if isinstance(key, Finding):
        return key
    # All profiles of a policy are issued by the one authority, which publishes in one place.
    profile = office.policy.policy.profiles[0]
    addresses = (profile.crl_urls, profile.ocsp_urls, profile.aia_urls)
    body = seal_to_be_signed(_template(office, key), addresses)
    issued = office.authority.use(lambda authority: issue(authority, body))
    if isinstance(issued, Finding):
        return issued
    certificate = x509.load_der_x509_certificate(issued)
    _record(office, identifier, certificate)
    return SoftwareSigner(key, certificate)


def _template(office: Office, key: PrivateKey) -> ServiceTemplate:
    issuer = office.authority.issuing
    begin = max(office.now() - _BACKDATE, issuer.not_valid_before_utc).replace(microsecond=0)
    return ServiceTemplate(
        common_name=seal_name(office.sign.name, str(office.id)),
        public_key=key.public_key(),
        issuer=issuer,
        serial=new_serial(office.sources.randomness),
        validity=Validity(begin, issuer.not_valid_after_utc),
    )


def _record(office: Office, identifier: str, certificate: x509.Certificate) -> None:
    created = SealCreated(
        key=identifier,
        authority_key=office.authority.key_id,
        serial=str(certificate.serial_number),
        certificate=base64.b64encode(certificate_der(certificate)).decode("ascii"),
        not_after=certificate.not_valid_after_utc,
    )
    origin = Origin(office.now(), office.seal_keys.user, None, office.policy.reference)
    stream = named_stream(office.id, "authority")

    def record(writing: Writing) -> None:
        state, revision = _authority(office, writing)
        append(writing, stream, revision, [created], origin, evolve_authority(state, created))

    office.register.write(record)


def _authority(office: Office, reading: Reading) -> tuple[AuthorityState, int]:
    state, revision = read_state(reading, named_stream(office.id, "authority"), AuthorityState)
    if state is None:
        raise ValueError("an office has an authority")
    return state, revision


def _in_force(seal: SealState, office: Office) -> bool:
    return seal.authority_key == office.authority.key_id and office.now() < seal.not_after


def _certificate(seal: SealState) -> x509.Certificate:
    return x509.load_der_x509_certificate(base64.b64decode(seal.certificate))
