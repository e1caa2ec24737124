"""Revocation lists and status answers before programs we did not write."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from issuance.certificates.ocsp import certificate_id, read_request, sign_answer
from issuance.certificates.revocation_reasons import Revocation, RevocationReason
from issuance.certificates.signer import SoftwareSigner
from issuance.certificates.validity import Validity
from tests.issuance.certificates.certificate_samples import run, write_pem
from tests.issuance.certificates.status_samples import (
    FOUNDED,
    PAST,
    WEEK,
    StatusOffice,
    revocation,
    status_office,
)
from tests.relying_party import changed, lint, needs, needs_pkilint, pem_of


@dataclass
class Desk:
    """An authority's files in a folder, as a relying party has them."""

    office: StatusOffice
    folder: Path

    def __post_init__(self) -> None:
        office = self.office
        self.root = self.pem("root", office.root)
        self.issuing = self.pem("issuing", office.issuing)
        self.good = self.pem("good", office.good)
        self.revoked = self.pem("revoked", office.revoked)
        self.suspended = self.pem("suspended", office.suspended)
        self.entries = (
            revocation(office.revoked, invalid_since=FOUNDED),
            revocation(office.suspended, RevocationReason.CERTIFICATE_HOLD),
        )

    def pem(self, name: str, *certificates: x509.Certificate) -> Path:
        return write_pem(self.folder / f"{name}.pem", *certificates)

    def file(self, name: str, content: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content)
        return path

    def list(self, *entries: Revocation, number: int = 1, window: Validity = WEEK) -> bytes:
        return self.office.list(*entries, number=number, window=window)

    def openssl_verify(self, certificate: Path, *lists: bytes) -> str:
        both = (*lists, self.office.list(root=True))
        done = run(
            "openssl", "verify", "-x509_strict", "-crl_check_all", "-CAfile", str(self.root),
            "-untrusted", str(self.issuing),
            "-CRLfile", str(self.file("lists.pem", b"".join(map(pem_of, both)))),
            str(certificate),
        )  # fmt: skip
        return "OK" if done.returncode == 0 else done.stderr

    def openssl_ocsp(self, certificate: Path, answer: bytes, *options: str) -> tuple[str, str]:
        done = run(
            "openssl", "ocsp", "-respin", str(self.file("answer.der", answer)),
            "-issuer", str(self.issuing), "-cert", str(certificate), "-CAfile", str(self.root),
            *(options or ["-no_nonce"]),
        )  # fmt: skip
        return done.stderr.strip(), done.stdout.replace(f"{certificate}: ", "")

    def answer(
        self,
        certificate: x509.Certificate,
        standing: Revocation | None,
        window: Validity = WEEK,
        signer: SoftwareSigner | None = None,
    ) -> bytes:
        identifier = certificate_id(self.office.issuing, certificate.serial_number)
        return sign_answer(signer or self.office.responder, identifier, standing, window)


@pytest.fixture(params=["rsa-2048", "p-384"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Desk:
    return Desk(status_office(request.param), tmp_path)


@needs("openssl")
def test_openssl_reads_a_list(desk: Desk):
    def judge(content: bytes) -> str:
        done = run(
            "openssl", "crl", "-inform", "DER", "-in", str(desk.file("list.der", content)),
            "-CAfile", str(desk.issuing), "-noout", "-text",
        )  # fmt: skip
        return done.stderr + done.stdout

    text = judge(desk.list(*desk.entries, number=2**32))
    assert text.startswith("verify OK")
    assert "X509v3 Authority Key Identifier" in text
    assert "X509v3 CRL Number: \n                4294967296" in text
    assert "Key Compromise\n            Invalidity Date" in text
    assert "Certificate Hold" in text
    assert text.count("Serial Number") == 2
    assert "No Revoked Certificates" in judge(desk.list())
    assert judge(changed(desk.list(*desk.entries))).startswith("verify failure")


@needs("openssl")
def test_openssl_verifies_against_a_list(desk: Desk):
    current = desk.list(*desk.entries)
    assert desk.openssl_verify(desk.good, current) == "OK"
    assert "certificate revoked" in desk.openssl_verify(desk.revoked, current)
    assert "certificate revoked" in desk.openssl_verify(desk.suspended, current)
    lifted = desk.list(desk.entries[0], number=2)
    assert desk.openssl_verify(desk.suspended, lifted) == "OK"
    assert "certificate revoked" in desk.openssl_verify(desk.revoked, lifted)


@needs("openssl")
def test_openssl_refuses_an_old_a_changed_and_a_missing_list(desk: Desk):
    assert "CRL has expired" in desk.openssl_verify(desk.good, desk.list(window=PAST))
    assert "CRL signature failure" in desk.openssl_verify(desk.good, changed(desk.list()))
    assert "unable to get certificate CRL" in desk.openssl_verify(desk.good)


@needs("openssl")
def test_openssl_accepts_answers(desk: Desk):
    for certificate, path, standing, said in (
        (desk.office.good, desk.good, None, ["good"]),
        (desk.office.revoked, desk.revoked, desk.entries[0], ["revoked", "keyCompromise"]),
        (desk.office.suspended, desk.suspended, desk.entries[1], ["revoked", "certificateHold"]),
    ):
        verdict, text = desk.openssl_ocsp(path, desk.answer(certificate, standing))
        assert verdict == "Response verify OK"
        assert text.startswith(said[0])
        assert said[-1] in text


@needs("openssl")
def test_openssl_refuses_answers(desk: Desk):
    office = desk.office
    right = desk.answer(office.good, None)
    certificate = office.responder.certificate.public_bytes(Encoding.DER)
    before_certificate = right.rindex(certificate) - 20
    verdict, _ = desk.openssl_ocsp(desk.good, changed(right, before_certificate))
    assert "Response Verify Failure" in verdict
    by_holder = desk.answer(
        office.good, None, signer=SoftwareSigner(office.holder_key, office.good)
    )
    verdict, _ = desk.openssl_ocsp(desk.good, by_holder)
    assert "Response Verify Failure" in verdict
    _, text = desk.openssl_ocsp(desk.revoked, right)
    assert "No Status found" in text
    _, text = desk.openssl_ocsp(desk.good, desk.answer(office.good, None, PAST))
    assert "Status times invalid" in text


@needs("openssl")
@pytest.mark.parametrize("hash_name", ["sha1", "sha256"])
def test_openssl_asks_and_is_answered(desk: Desk, hash_name: str):
    asked = desk.folder / "request.der"
    run(
        "openssl", "ocsp", f"-{hash_name}", "-issuer", str(desk.issuing), "-cert", str(desk.good),
        "-nonce", "-reqout", str(asked),
    )  # fmt: skip
    request = read_request(asked.read_bytes())
    assert request is not None
    assert request.nonce
    office = desk.office
    assert request.certificate == certificate_id(
        office.issuing, office.good.serial_number, hash_name
    )

    def verdict(nonce: bytes) -> str:
        answer = sign_answer(office.responder, request.certificate, None, WEEK, nonce)
        return run(
            "openssl", "ocsp", "-reqin", str(asked), "-CAfile", str(desk.root),
            "-verify_other", str(desk.issuing), "-respin", str(desk.file("live.der", answer)),
        ).stderr  # fmt: skip

    assert verdict(request.nonce) == "Response verify OK\n"
    assert "Nonce Verify error" in verdict(bytes(16))


@needs("certutil")
@needs("crlutil")
def test_nss_judges_by_the_list(desk: Desk):
    store = f"sql:{desk.folder}"
    run("certutil", "-N", "-d", store, "--empty-password")
    trust = {"root": "CT,C,C", "issuing": ",,", "good": ",,", "revoked": ",,", "suspended": ",,"}
    for name, flags in trust.items():
        path = str(desk.folder / f"{name}.pem")
        run("certutil", "-A", "-d", store, "-n", name, "-t", flags, "-a", "-i", path)

    def verdict(name: str) -> str:
        return run("certutil", "-V", "-e", "-d", store, "-n", name, "-u", "S").stdout

    def offer(content: bytes) -> str:
        path = str(desk.file("list.der", content))
        return run("crlutil", "-I", "-d", store, "-t", "1", "-i", path).stderr

    assert all("is valid" in verdict(name) for name in trust if name not in {"root", "issuing"})
    assert "BAD_SIGNATURE" in offer(changed(desk.list(*desk.entries)))
    assert offer(desk.list(*desk.entries)) == ""
    assert "is valid" in verdict("good")
    assert "has been revoked" in verdict("revoked")
    assert "has been revoked" in verdict("suspended")


@needs("certtool")
def test_gnutls_judges_by_the_list(desk: Desk):
    def accepts(content: bytes) -> bool:
        done = run(
            "certtool", "--verify-crl", "--load-ca-certificate", str(desk.issuing),
            "--infile", str(desk.file("list.pem", pem_of(content))),
        )  # fmt: skip
        return done.returncode == 0 and "Verified. The certificate is trusted" in done.stdout

    current = desk.list(*desk.entries)
    assert accepts(current)
    assert not accepts(changed(current))

    def verdict(certificate: x509.Certificate) -> str:
        return run(
            "certtool", "--verify", "--load-ca-certificate", str(desk.root),
            "--load-crl", str(desk.file("list.pem", pem_of(current))),
            "--infile", str(desk.pem("chain", certificate, desk.office.issuing)),
        ).stdout  # fmt: skip

    assert "Chain verification output: Verified" in verdict(desk.office.good)
    assert "The certificate chain is revoked" in verdict(desk.office.revoked)
    assert "The certificate chain is revoked" in verdict(desk.office.suspended)


@needs("ocsptool")
def test_gnutls_accepts_an_answer(desk: Desk):
    def verdict(content: bytes) -> str:
        return run(
            "ocsptool", "--verify-response", "--load-trust", str(desk.issuing),
            "--load-response", str(desk.file("answer.der", content)),
        ).stdout  # fmt: skip

    office = desk.office
    answer = desk.answer(office.revoked, desk.entries[0])
    assert "Verifying OCSP Response: Success" in verdict(answer)
    assert "Certificate Status: revoked" in verdict(answer)
    certificate = office.responder.certificate.public_bytes(Encoding.DER)
    place = answer.rindex(certificate) - 20
    assert "Verifying OCSP Response: Success" not in verdict(changed(answer, place))


@needs_pkilint
def test_pkilint_finds_nothing_in_lists(desk: Desk):
    every = [
        Revocation(serial, WEEK.not_before, reason, FOUNDED)
        for serial, reason in enumerate(RevocationReason, 2**126)
    ]
    for content in (desk.list(*every, number=2**32), desk.list()):
        assert lint_list(desk, content) == ""


@needs_pkilint
def test_pkilint_finds_what_is_wrong(tmp_path: Path):
    desk = Desk(status_office("p-256"), tmp_path)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(desk.office.issuing.subject)
        .last_update(WEEK.not_before)
        .next_update(WEEK.not_after)
    )
    poor = builder.sign(desk.office.signer._private_key, hashes.SHA256())
    found = lint_list(desk, poor.public_bytes(Encoding.DER))
    assert "crl_number_missing" in found
    assert "authority_key_identifier_missing" in found
    backwards = Validity(WEEK.not_after, WEEK.not_before)
    answer = desk.answer(desk.office.good, None, backwards)
    found = lint("lint_ocsp_response", str(desk.file("answer.der", answer)))
    assert "ocsp_negative_validity_period" in found


@needs_pkilint
def test_pkilint_finds_nothing_in_answers_and_their_responder(tmp_path: Path):
    desk = Desk(status_office("rsa-2048"), tmp_path)
    office = desk.office
    for content in (desk.answer(office.good, None), desk.answer(office.revoked, desk.entries[0])):
        assert lint("lint_ocsp_response", str(desk.file("answer.der", content))) == ""
    responder = str(desk.pem("responder", office.responder.certificate))
    assert lint("lint_pkix_cert", responder) == ""
    assert lint("lint_pkix_signer_signee_cert_chain", str(desk.issuing), responder) == ""


def lint_list(desk: Desk, content: bytes) -> str:
    return lint("lint_crl", "-t", "CRL", "-p", "PKIX", str(desk.file("list.der", content)))
