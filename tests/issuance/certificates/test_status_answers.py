"""Requests, answers and the responder's certificate; the judges are in test_status_judges."""

from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from issuance.certificates.keys import verifies
from issuance.certificates.ocsp import (
    MALFORMED,
    TRY_LATER,
    UNAUTHORIZED,
    StatusRequest,
    certificate_id,
    read_request,
    sign_answer,
)
from issuance.certificates.responder import (
    check_responder,
    lint_responder,
    responder_to_be_signed,
)
from issuance.certificates.revocation_reasons import Revocation, RevocationReason
from issuance.certificates.signer import SoftwareSigner, issue
from issuance.certificates.to_be_signed import key_of
from issuance.certificates.validity import Validity
from issuance.findings.revocation import RevocationFinding
from tests.examples import examples
from tests.issuance.certificates.status_samples import (
    FOUNDED,
    THROW_AWAY,
    TODAY,
    WEEK,
    YEAR,
    StatusOffice,
    revocation,
    status_office,
)

HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha1": hashes.SHA1(),  # noqa: S303 - the one every client uses (RFC 5019)
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
}


@pytest.fixture(params=["rsa-2048", "p-256", "p-384"])
def office(request: pytest.FixtureRequest) -> StatusOffice:
    return status_office(request.param)


@pytest.fixture
def curve() -> StatusOffice:
    return status_office("p-256")


def request_for(office: StatusOffice, hash_name: str = "sha1", nonce: bytes | None = None) -> bytes:
    builder = ocsp.OCSPRequestBuilder().add_certificate(
        office.good, office.issuing, HASHES[hash_name]
    )
    if nonce is not None:
        builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
    return builder.build().public_bytes(Encoding.DER)


def answer(
    office: StatusOffice, certificate: x509.Certificate, standing: Revocation | None
) -> ocsp.OCSPResponse:
    identifier = certificate_id(office.issuing, certificate.serial_number)
    return ocsp.load_der_ocsp_response(sign_answer(office.responder, identifier, standing, WEEK))


@pytest.mark.parametrize("hash_name", HASHES)
def test_a_request_names_the_certificate(office: StatusOffice, hash_name: str):
    meant = certificate_id(office.issuing, office.good.serial_number, hash_name)
    assert read_request(request_for(office, hash_name)) == StatusRequest(meant, None)
    assert read_request(request_for(office, hash_name, b"n" * 32)) == StatusRequest(
        meant, b"n" * 32
    )
    other = certificate_id(office.root, office.good.serial_number, hash_name)
    assert other != meant


@given(content=st.binary(max_size=200))
def test_what_is_no_request_is_no_request(content: bytes):
    assert read_request(content) is None


def test_a_request_with_a_critical_extension_nobody_knows_is_none(curve: StatusOffice):
    request = ocsp.OCSPRequestBuilder().add_certificate(curve.good, curve.issuing, HASHES["sha1"])
    unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")
    for critical in (False, True):
        content = request.add_extension(unknown, critical).build().public_bytes(Encoding.DER)
        assert (read_request(content) is None) == critical


def test_a_request_is_read_whatever_octet_is_changed(curve: StatusOffice):
    content = request_for(curve, nonce=b"n" * 16)
    for place in range(len(content)):
        for flip in (0x01, 0x20, 0x80, 0xFF):
            changed = bytearray(content)
            changed[place] ^= flip
            found = read_request(bytes(changed))
            assert found is None or isinstance(found, StatusRequest)
        assert read_request(content[:place]) is None


def test_refusals_say_nothing_else():
    assert [
        ocsp.load_der_ocsp_response(each).response_status
        for each in (UNAUTHORIZED, MALFORMED, TRY_LATER)
    ] == [
        ocsp.OCSPResponseStatus.UNAUTHORIZED,
        ocsp.OCSPResponseStatus.MALFORMED_REQUEST,
        ocsp.OCSPResponseStatus.TRY_LATER,
    ]


def test_a_good_answer(office: StatusOffice):
    found = answer(office, office.good, None)
    assert found.response_status is ocsp.OCSPResponseStatus.SUCCESSFUL
    assert found.certificate_status is ocsp.OCSPCertStatus.GOOD
    assert found.serial_number == office.good.serial_number
    assert found.this_update_utc == found.produced_at_utc == WEEK.not_before
    assert found.next_update_utc == WEEK.not_after
    assert found.certificates == [office.responder.certificate]
    identifier = x509.SubjectKeyIdentifier.from_public_key(office.responder_key.public_key())
    assert found.responder_key_hash == identifier.digest
    assert len(found.extensions) == 0
    assert len(found.single_extensions) == 0
    assert verifies(key_of(office.responder.certificate), found.signature, found.tbs_response_bytes)


@pytest.mark.parametrize("reason", RevocationReason)
def test_a_revoked_answer(curve: StatusOffice, reason: RevocationReason):
    standing = revocation(curve.revoked, reason)
    found = answer(curve, curve.revoked, standing)
    assert found.certificate_status is ocsp.OCSPCertStatus.REVOKED
    assert found.revocation_time_utc == standing.revoked_at
    told = None if reason is RevocationReason.UNSPECIFIED else x509.ReasonFlags(reason.value)
    assert found.revocation_reason == told


@settings(max_examples=examples(30), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    serial=st.integers(1, 2**159 - 1),
    seconds=st.integers(0, 40 * 365 * 86400),
    reason=st.none() | st.sampled_from(RevocationReason),
    nonce=st.none() | st.binary(min_size=1, max_size=32),
    hash_name=st.sampled_from(sorted(HASHES)),
)
def test_what_is_answered_is_read_back(
    curve: StatusOffice,
    serial: int,
    seconds: int,
    reason: RevocationReason | None,
    nonce: bytes | None,
    hash_name: str,
):
    at = TODAY - timedelta(seconds=seconds)
    standing = Revocation(serial, at, reason) if reason else None
    identifier = certificate_id(curve.issuing, serial, hash_name)
    found = ocsp.load_der_ocsp_response(
        sign_answer(curve.responder, identifier, standing, WEEK, nonce)
    )
    assert found.serial_number == serial
    assert found.hash_algorithm.name == hash_name
    assert found.issuer_key_hash == identifier.issuer_key_hash
    assert found.revocation_time_utc == (at if standing else None)
    assert [each.value for each in found.extensions] == ([x509.OCSPNonce(nonce)] if nonce else [])


def test_an_answer_refuses_what_cannot_be(curve: StatusOffice):
    identifier = certificate_id(curve.issuing, curve.good.serial_number)
    with pytest.raises(ValueError, match="another certificate"):
        sign_answer(curve.responder, identifier, revocation(curve.revoked), WEEK)
    late = replace(revocation(curve.good), revoked_at=TODAY + timedelta(seconds=1))
    with pytest.raises(ValueError, match="dated after"):
        sign_answer(curve.responder, identifier, late, WEEK)


def test_a_faulty_signature_does_not_leave(curve: StatusOffice):
    class Faulty(SoftwareSigner):
        def sign(self, to_be_signed: bytes) -> bytes:
            return super().sign(to_be_signed + b"\0")

    faulty = Faulty(curve.responder_key, curve.responder.certificate)
    identifier = certificate_id(curve.issuing, curve.good.serial_number)
    with pytest.raises(ValueError, match="does not verify"):
        sign_answer(faulty, identifier, None, WEEK)


def test_the_responder_is_fit(office: StatusOffice):
    body = responder_to_be_signed(office.responder_template())
    assert lint_responder(body, office.issuing, TODAY, THROW_AWAY) == []
    assert check_responder(office.responder.certificate, office.issuing, TODAY) == []
    assert office.responder.certificate.subject.rfc4514_string().startswith(
        "CN=OCSP DE PRUEBA Ñ,O=CONSEJO DE LA JUDICATURA"
    )


def test_a_responder_out_of_its_time_is_refused(curve: StatusOffice):
    certificate = curve.responder.certificate
    for moment in (FOUNDED - timedelta(seconds=1), YEAR.not_after):
        (finding,) = check_responder(certificate, curve.issuing, moment)
        assert finding.code == RevocationFinding.RESPONDER_OUTSIDE_VALIDITY
    beyond = Validity(FOUNDED, curve.issuing.not_valid_after_utc + timedelta(seconds=1))
    body = responder_to_be_signed(curve.responder_template(beyond))
    (finding,) = lint_responder(body, curve.issuing, TODAY, THROW_AWAY)
    assert (finding.code, finding.parameters) == (
        RevocationFinding.RESPONDER_UNFIT,
        {"what": "notAfter"},
    )


def test_a_holders_certificate_is_no_responder(curve: StatusOffice):
    findings = check_responder(curve.good, curve.issuing, TODAY)
    assert {str(each.parameters["what"]) for each in findings} == {
        "KeyUsage",
        "ExtendedKeyUsage",
        "OCSPNoCheck",
    }


def test_another_authoritys_responder_is_refused(curve: StatusOffice):
    other = status_office("p-384")
    (finding,) = check_responder(other.responder.certificate, curve.issuing, TODAY)
    assert finding.code == RevocationFinding.RESPONDER_OF_ANOTHER_AUTHORITY
    body = responder_to_be_signed(curve.responder_template())
    by_holder = SoftwareSigner(curve.holder_key, curve.good)
    false = x509.load_der_x509_certificate(issue(by_holder, body))
    (finding,) = check_responder(false, curve.issuing, TODAY)
    assert finding.code == RevocationFinding.RESPONDER_OF_ANOTHER_AUTHORITY


def test_bytes_that_are_no_certificate_are_unfit(curve: StatusOffice):
    (finding,) = lint_responder(b"\x30\x00", curve.issuing, TODAY, THROW_AWAY)
    assert finding.code == RevocationFinding.RESPONDER_UNFIT


@pytest.mark.parametrize("name", ["", "Ñ" * 65])
def test_a_name_is_never_cut(curve: StatusOffice, name: str):
    template = replace(curve.responder_template(), common_name=name)
    with pytest.raises(ValueError, match="1 to 64"):
        responder_to_be_signed(template)
    longest = replace(template, common_name="Ñ" * 64)
    body = responder_to_be_signed(longest)
    assert ("Ñ" * 64).encode() in body
