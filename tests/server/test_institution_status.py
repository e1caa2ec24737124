"""A server answers about institutions' certificates, and serves their authority's list."""

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from issuance.engine.institution_authority import certificate_of, read_authority
from issuance.engine.signing_streams import read_key
from issuance.signing.ticket_token import UNATTENDED
from tests.live_server import LiveServer
from tests.server.signing_platform import Known, System


def asked(certificate: x509.Certificate, issuer: x509.Certificate) -> bytes:
    name_hash = SHA1()  # noqa: S303 -- what clients name certificates with (RFC 5019, 2.1.1)
    builder = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, name_hash)
    return builder.build().public_bytes(Encoding.DER)


def test_an_institutions_certificate_is_answered_by_its_authoritys_responder(
    platform: LiveServer, known: Known, system: System
):
    served = platform.served
    with served.office.register.reading() as reading:
        key, _ = read_key(reading, known.certificates[UNATTENDED])
        authority = read_authority(reading, key.authority_key if key else "")
    assert key is not None
    assert authority is not None
    issuer, leaf = certificate_of(authority.certificate), certificate_of(key.certificate)
    assert served.engine.run_due(served.opened.session).published.waits == ()
    url = {"content": asked(leaf, issuer), "headers": {"Content-Type": "application/ocsp-request"}}
    answer = ocsp.load_der_ocsp_response(system.client.post("/ocsp", **url).content)
    assert answer.certificate_status is ocsp.OCSPCertStatus.GOOD
    assert answer.serial_number == leaf.serial_number
    (responder,) = answer.certificates
    responder.verify_directly_issued_by(issuer)
    url["content"] = asked(leaf, served.office.authority.issuing)
    other = ocsp.load_der_ocsp_response(system.client.post("/ocsp", **url).content)
    assert other.response_status is ocsp.OCSPResponseStatus.UNAUTHORIZED
    found = system.client.get(f"/crl/{key.authority_key}.crl")
    assert x509.load_der_x509_crl(found.content).issuer == issuer.subject
