"""Certificates and key files before programs we did not write."""

import shutil
from pathlib import Path

import pytest
from cryptography import x509

from issuance.certificates.keys import PrivateKey
from issuance.certificates.pkcs12 import write_pkcs12
from issuance.secret import Secret
from tests.issuance.certificates.certificate_samples import (
    ICERT,
    NOW,
    Office,
    icert_profile,
    resolved_for,
    run,
    write_pem,
)

PASSWORD = "correct horse ~ battery"

needs_openssl = pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is missing")
needs_keytool = pytest.mark.skipif(not shutil.which("keytool"), reason="keytool is missing")


@pytest.fixture(params=["office", "curve_office"])
def any_office(request: pytest.FixtureRequest) -> Office:
    return request.getfixturevalue(request.param)


@pytest.fixture
def issued(any_office: Office, holder_key: PrivateKey) -> x509.Certificate:
    return any_office.issue(resolved_for(icert_profile()), holder_key)


def verify_with_openssl(office: Office, certificate: Path, *options: str) -> str:
    folder = certificate.parent
    root = write_pem(folder / "root.pem", office.root)
    issuing = write_pem(folder / "issuing.pem", office.issuing)
    done = run(
        "openssl", "verify", "-x509_strict", "-attime", str(int(NOW.timestamp())), *options,
        "-CAfile", str(root), "-untrusted", str(issuing), str(certificate),
    )  # fmt: skip
    return done.stdout if done.returncode == 0 else f"refused: {done.stdout}{done.stderr}"


@needs_openssl
def test_openssl_verifies_the_chain_strictly(
    any_office: Office, issued: x509.Certificate, tmp_path: Path
):
    path = write_pem(tmp_path / "holder.pem", issued)
    assert verify_with_openssl(any_office, path).endswith("OK\n")
    policy = ("-policy", f"{ICERT}.1.2.1.1.2.1", "-explicit_policy")
    assert verify_with_openssl(any_office, path, *policy).endswith("OK\n")
    assert "refused" in verify_with_openssl(
        any_office, path, "-policy", "1.2.3", "-explicit_policy"
    )


@needs_openssl
def test_openssl_refuses_a_changed_certificate(
    any_office: Office, issued: x509.Certificate, tmp_path: Path
):
    path = write_pem(tmp_path / "holder.pem", issued)
    body = issued.tbs_certificate_bytes
    changed = body.replace("NUÑEZ".encode(), b"NUNNEZ")
    der = (tmp_path / "holder.pem").with_suffix(".der")
    run("openssl", "x509", "-in", str(path), "-outform", "DER", "-out", str(der))
    der.write_bytes(der.read_bytes().replace(body, changed))
    run("openssl", "x509", "-inform", "DER", "-in", str(der), "-out", str(path))
    assert "refused" in verify_with_openssl(any_office, path)


@needs_openssl
def test_openssl_accepts_the_authority_itself(any_office: Office, tmp_path: Path):
    path = write_pem(tmp_path / "authority.pem", any_office.issuing)
    assert verify_with_openssl(any_office, path).endswith("OK\n")


@needs_openssl
def test_openssl_reads_the_holders_data(issued: x509.Certificate, tmp_path: Path):
    path = write_pem(tmp_path / "holder.pem", issued)
    text = run(
        "openssl", "x509", "-in", str(path), "-noout", "-text", "-nameopt", "utf8,sep_comma_plus"
    ).stdout
    assert f"othername: {ICERT}.1.3.1::1710034065" in text
    assert f"othername: {ICERT}.1.3.3::NUÑEZ" in text
    assert "CN=JOSÉ MARÍA NUÑEZ PÉREZ" in text
    assert "Digital Signature, Non Repudiation" in text
    assert f"Policy: {ICERT}.1.2.1.1.2.1" in text
    assert "Version: 3 (0x2)" in text


@needs_openssl
def test_openssl_sees_a_utf8_string_under_an_explicit_tag(issued: x509.Certificate, tmp_path: Path):
    names = next(
        each.value.public_bytes()
        for each in issued.extensions
        if isinstance(each.value, x509.SubjectAlternativeName)
    )
    (tmp_path / "names.der").write_bytes(names)
    parsed = run(
        "openssl", "asn1parse", "-inform", "DER", "-in", str(tmp_path / "names.der")
    ).stdout.splitlines()
    place = next(n for n, line in enumerate(parsed) if f"{ICERT}.1.3.3" in line)
    assert "cons: cont [ 0 ]" in parsed[place + 1]
    assert "prim: UTF8STRING" in parsed[place + 2]
    assert parsed[place + 2].endswith(":NUÑEZ")


@needs_openssl
@pytest.mark.parametrize(
    ("compatible", "signs"),
    [(False, ["sha256", "PBES2, PBKDF2, AES-256-CBC"]), (True, ["sha1", "3-KeyTripleDES-CBC"])],
)
def test_openssl_opens_the_key_file(
    office: Office, holder_key: PrivateKey, tmp_path: Path, *, compatible: bool, signs: list[str]
):
    path = key_file(office, holder_key, tmp_path, compatible=compatible)
    done = run(
        "openssl", "pkcs12", "-info", "-legacy", "-noenc", "-in", str(path), "-passin", "stdin",
        secret=f"{PASSWORD}\n",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert all(sign in done.stderr for sign in signs), done.stderr
    assert done.stdout.count("BEGIN CERTIFICATE") == 3
    assert done.stdout.count("BEGIN PRIVATE KEY") == 1
    wrong = run("openssl", "pkcs12", "-in", str(path), "-passin", "stdin", secret="wrong\n")
    assert wrong.returncode != 0


@needs_keytool
@pytest.mark.parametrize("compatible", [False, True])
def test_java_opens_the_key_file(
    office: Office, holder_key: PrivateKey, tmp_path: Path, *, compatible: bool
):
    path = key_file(office, holder_key, tmp_path, compatible=compatible)
    done = run(
        "keytool", "-list", "-v", "-storetype", "PKCS12", "-keystore", str(path),
        secret=f"{PASSWORD}\n",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert "PrivateKeyEntry" in done.stdout
    assert "Certificate chain length: 3" in done.stdout
    wrong = run("keytool", "-list", "-keystore", str(path), secret="wrong password\n")
    assert wrong.returncode != 0


def key_file(office: Office, key: PrivateKey, folder: Path, *, compatible: bool) -> Path:
    certificate = office.issue(resolved_for(icert_profile()), key)
    content = write_pkcs12(
        key, certificate, office.chain, Secret(PASSWORD), "JOSÉ NUÑEZ", compatible=compatible
    )
    path = folder / "holder.p12"
    path.write_bytes(content)
    return path
