"""A key file before programs we did not write: OpenSSL and Java's keytool."""

import shutil
import subprocess
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

JUDGES = ("openssl", "keytool")


def missing_judges() -> tuple[str, ...]:
    """Return the programs that are not installed here."""
    return tuple(judge for judge in JUDGES if shutil.which(judge) is None)


def judge(saved: Path, password: str, folder: Path) -> None:
    """Let every judge that is installed accept a key file and the certificates in it.

    Raises:
        AssertionError: with what the judge said.
    """
    if shutil.which("openssl"):
        _openssl_opens(saved, password)
        _openssl_verifies(saved, password, folder)
    if shutil.which("keytool"):
        _java_opens(saved, password)


def _openssl_opens(saved: Path, password: str) -> None:
    shown = _said(
        "openssl", "pkcs12", "-noenc", "-in", str(saved), "-passin", "stdin", secret=password
    )
    assert shown.count("BEGIN CERTIFICATE") == 3
    assert shown.count("BEGIN PRIVATE KEY") == 1
    assert "PRUEBA" in shown


def _openssl_verifies(saved: Path, password: str, folder: Path) -> None:
    _, holder, above = pkcs12.load_key_and_certificates(saved.read_bytes(), password.encode())
    assert holder is not None
    root = next(each for each in above if each.subject == each.issuer)
    (issuing,) = (each for each in above if each is not root)
    paths: list[str] = []
    for name, certificate in (("root", root), ("issuing", issuing), ("holder", holder)):
        path = folder / f"{name}.pem"
        path.write_bytes(certificate.public_bytes(Encoding.PEM))
        paths.append(str(path))
    at_root, at_issuing, at_holder = paths
    _said("openssl", "verify", "-x509_strict", "-CAfile", at_root, "-untrusted", at_issuing,
          at_holder)  # fmt: skip


def _java_opens(saved: Path, password: str) -> None:
    shown = _said(
        "keytool", "-list", "-v", "-storetype", "PKCS12", "-keystore", str(saved), secret=password
    )
    assert "PrivateKeyEntry" in shown
    assert "Certificate chain length: 3" in shown


def _said(*command: str, secret: str = "") -> str:
    done = subprocess.run(
        command,
        input=f"{secret}\n",
        capture_output=True,
        text=True,
        errors="replace",  # the friendly name is printed in the file's own encoding
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
