"""Certificates and key files before programs we did not write."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess
from tempfile import mkdtemp

import pytest
from cryptography import x509

from issuance.certificates.keys import PrivateKey, certificate_der
from issuance.certificates.pkcs12 import write_pkcs12
from issuance.secret import Secret
from tests.issuance.certificates.certificate_samples import (
    ICERT,
    NOW,
    Office,
    icert_profile,
    needs_openssl,
    resolved_for,
    run,
    write_pem,
)

PASSWORD = "correct horse ~ battery"


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


def key_file(office: Office, key: PrivateKey, folder: Path, *, compatible: bool) -> Path:
    certificate = office.issue(resolved_for(icert_profile()), key)
    content = write_pkcs12(
        key, certificate, office.chain, Secret(PASSWORD), "JOSÉ NUÑEZ", compatible=compatible
    )
    path = folder / "holder.p12"
    path.write_bytes(content)
    return path


@dataclass(frozen=True)
class KeyFileJudge:
    """A program that opens a key file, and the words by which it shows that it read all of it."""

    program: str
    read: Callable[[Path, str], CompletedProcess[str]]
    shows: tuple[str, ...]


def read_with_openssl(path: Path, password: str) -> CompletedProcess[str]:
    return run(
        "openssl", "pkcs12", "-info", "-legacy", "-noenc", "-in", str(path), "-passin", "stdin",
        secret=f"{password}\n",
    )  # fmt: skip


def read_with_java(path: Path, password: str) -> CompletedProcess[str]:
    return run(
        "keytool", "-list", "-v", "-storetype", "PKCS12", "-keystore", str(path),
        secret=f"{password}\n",
    )  # fmt: skip


def read_with_nss(path: Path, password: str) -> CompletedProcess[str]:
    """Import into a database of its own, where key and certificate must find each other."""
    folder = Path(mkdtemp(dir=path.parent))
    database, word = f"sql:{folder}", folder / "word"
    word.write_text(password)
    run("certutil", "-N", "-d", database, "--empty-password")
    done = run("pk12util", "-i", str(path), "-w", str(word), "-K", "", "-d", database)
    if done.returncode == 0:
        kept = run("certutil", "-O", "-d", database, "-n", "JOSÉ NUÑEZ")
        keys = run("certutil", "-K", "-d", database)
        done.stdout += kept.stdout + keys.stdout
    return done


def read_with_gnutls(path: Path, password: str) -> CompletedProcess[str]:
    return run("certtool", "--p12-info", "--inder", "--infile", str(path), "--password", password)


FORGE = """
const forge = require('node-forge'), fs = require('fs');
const input = JSON.parse(fs.readFileSync(0, 'utf-8'));
const der = forge.asn1.fromDer(fs.readFileSync(input.path, 'binary'));
const p12 = forge.pkcs12.pkcs12FromAsn1(der, input.password);
const oids = forge.pki.oids;
const certificates = p12.getBags({bagType: oids.certBag})[oids.certBag];
const keys = p12.getBags({bagType: oids.pkcs8ShroudedKeyBag})[oids.pkcs8ShroudedKeyBag];
console.log('certificates ' + certificates.length + ' keys ' + keys.length);
"""


def read_with_forge(path: Path, password: str) -> CompletedProcess[str]:
    return run("node", "-e", FORGE, secret=json.dumps({"path": str(path), "password": password}))


def has_forge() -> bool:
    return (
        shutil.which("node") is not None
        and not run("node", "-e", "require('node-forge')").returncode
    )


JUDGES = [
    KeyFileJudge("openssl", read_with_openssl, ("BEGIN PRIVATE KEY", "BEGIN CERTIFICATE")),
    KeyFileJudge("keytool", read_with_java, ("PrivateKeyEntry", "Certificate chain length: 3")),
    KeyFileJudge(
        "pk12util", read_with_nss, ("IMPORT SUCCESSFUL", "JOSÉ NUÑEZ", "RAIZ DE PRUEBA", "< 0> rsa")
    ),
    KeyFileJudge("certtool", read_with_gnutls, ("BEGIN ENCRYPTED PRIVATE KEY", "JOSÉ NUÑEZ")),
    KeyFileJudge("node-forge", read_with_forge, ("certificates 3 keys 1",)),
]


@pytest.fixture(params=JUDGES, ids=lambda judge: judge.program)
def judge(request: pytest.FixtureRequest) -> KeyFileJudge:
    program = request.param.program
    there = has_forge() if program == "node-forge" else shutil.which(program)
    if not there:
        pytest.skip(f"{program} is missing")
    return request.param


@pytest.mark.parametrize("compatible", [False, True])
def test_every_reader_opens_the_key_file(
    judge: KeyFileJudge,
    office: Office,
    holder_key: PrivateKey,
    tmp_path: Path,
    *,
    compatible: bool,
):
    done = judge.read(key_file(office, holder_key, tmp_path, compatible=compatible), PASSWORD)
    assert done.returncode == 0, done.stdout + done.stderr
    for word in judge.shows:
        assert word in done.stdout + done.stderr, done.stdout + done.stderr


@pytest.mark.parametrize("compatible", [False, True])
def test_every_reader_refuses_a_wrong_password_and_a_changed_file(
    judge: KeyFileJudge,
    office: Office,
    holder_key: PrivateKey,
    tmp_path: Path,
    *,
    compatible: bool,
):
    path = key_file(office, holder_key, tmp_path, compatible=compatible)
    assert judge.read(path, "another password").returncode != 0
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert judge.read(path, PASSWORD).returncode != 0


@pytest.mark.parametrize("compatible", [False, True])
def test_pyhanko_signs_with_the_key_file(
    office: Office, holder_key: PrivateKey, tmp_path: Path, *, compatible: bool
):
    signers = pytest.importorskip("pyhanko.sign.signers", reason="pyHanko is missing")
    path = key_file(office, holder_key, tmp_path, compatible=compatible)
    signer = signers.SimpleSigner.load_pkcs12(str(path), passphrase=PASSWORD.encode())
    assert signer.signing_cert.serial_number != office.issuing.serial_number
    assert signer.signing_cert.subject.native["country_name"] == "EC"
    chain = {each.dump() for each in signer.cert_registry}
    assert {certificate_der(each) for each in office.chain} <= chain
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert signers.SimpleSigner.load_pkcs12(str(path), passphrase=PASSWORD.encode()) is None


@needs_openssl
@pytest.mark.parametrize(
    ("compatible", "signs"),
    [
        (False, ("MAC: sha256", "PBES2, PBKDF2, AES-256-CBC")),
        (True, ("MAC: sha1", "3-KeyTripleDES-CBC")),
    ],
)
def test_the_key_file_is_protected_as_chosen(
    office: Office,
    holder_key: PrivateKey,
    tmp_path: Path,
    *,
    compatible: bool,
    signs: tuple[str, ...],
):
    done = read_with_openssl(
        key_file(office, holder_key, tmp_path, compatible=compatible), PASSWORD
    )
    assert all(sign in done.stderr for sign in signs), done.stderr
    assert done.stdout.count("BEGIN CERTIFICATE") == 3
    assert done.stdout.count("BEGIN PRIVATE KEY") == 1
    assert "friendlyName: JOSÉ NUÑEZ" in done.stdout or "friendlyName" in done.stdout
