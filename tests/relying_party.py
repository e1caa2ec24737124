"""Somebody who relies on what an office publishes, with programs we did not write."""

import io
import shutil
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from io import StringIO
from itertools import pairwise
from pathlib import Path
from warnings import catch_warnings, simplefilter

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tests.issuance.certificates.certificate_samples import run, write_pem


def needs(program: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not shutil.which(program), reason=f"{program} is missing")


needs_pkilint = pytest.mark.skipif(find_spec("pkilint") is None, reason="pkilint is missing")


def pem_of(content: bytes) -> bytes:
    return x509.load_der_x509_crl(content).public_bytes(Encoding.PEM)


def changed(content: bytes, place: int = -5) -> bytes:
    octets = bytearray(content)
    octets[place] ^= 1
    return bytes(octets)


def lint(linter: str, *options: str) -> str:
    """Return a linter's findings; run in this process, for starting it takes a second."""
    with redirect_stdout(StringIO()) as printed, catch_warnings():
        simplefilter("ignore", ResourceWarning)  # it leaves the file to the collector
        count = import_module(f"pkilint.bin.{linter}").main(["lint", "-s", "WARNING", *options])
    found = printed.getvalue().strip()
    assert (count == 0) == (found == "")
    return found


@dataclass(frozen=True)
class RelyingParty:
    """Has a folder of its own, trusts a root, and knows the authority that issues under it.

    Every judge is asked by a method; what it says is returned in its own words.
    """

    folder: Path
    root: x509.Certificate
    issuing: x509.Certificate

    def file(self, name: str, content: bytes) -> str:
        path = self.folder / name
        path.write_bytes(content)
        return str(path)

    def pem(self, name: str, *certificates: x509.Certificate) -> str:
        return str(write_pem(self.folder / f"{name}.pem", *certificates))

    @cached_property
    def _root(self) -> str:
        return self.pem("root", self.root)

    @cached_property
    def _issuing(self) -> str:
        return self.pem("issuing", self.issuing)

    def openssl(
        self, certificate: x509.Certificate, revoked: bytes, at: datetime | None = None
    ) -> str:
        moment = ("-attime", str(int(at.timestamp()))) if at else ()
        done = run(
            "openssl", "verify", "-x509_strict", "-crl_check", *moment, "-CAfile", self._root,
            "-untrusted", self._issuing, "-CRLfile", self.file("list.pem", pem_of(revoked)),
            self.pem("holder", certificate),
        )  # fmt: skip
        return "OK" if done.returncode == 0 else done.stderr

    def openssl_answer(self, certificate: x509.Certificate, answer: bytes) -> tuple[str, str]:
        """Return whether the answer is trusted, and what it says."""
        path = self.pem("holder", certificate)
        done = run(
            "openssl", "ocsp", "-respin", self.file("answer.der", answer), "-issuer",
            self._issuing, "-cert", path, "-CAfile", self._root, "-no_nonce",
        )  # fmt: skip
        return done.stderr.strip(), done.stdout.replace(f"{path}: ", "")

    def nss(self, certificate: x509.Certificate, revoked: bytes) -> str:
        """Return the verdict with a list imported into a database of its own."""
        store = f"sql:{self.file('unused', b'').removesuffix('unused')}"
        if not (self.folder / "cert9.db").exists():
            run("certutil", "-N", "-d", store, "--empty-password")
            self._keep(store, "root", "CT,C,C", self.root)
            self._keep(store, "issuing", ",,", self.issuing)
        self._keep(store, "holder", ",,", certificate)
        offered = run("crlutil", "-I", "-d", store, "-t", "1", "-i", self.file("l.der", revoked))
        if offered.returncode or offered.stderr:
            return f"no list: {offered.stderr}"
        said = run("certutil", "-V", "-e", "-d", store, "-n", "holder", "-u", "S").stdout
        run("certutil", "-D", "-d", store, "-n", "holder")
        return said

    def _keep(self, store: str, name: str, trust: str, certificate: x509.Certificate) -> None:
        path = self.pem(name, certificate)
        kept = run("certutil", "-A", "-d", store, "-n", name, "-t", trust, "-a", "-i", path)
        assert kept.returncode == 0, kept.stderr

    def gnutls_list(self, revoked: bytes) -> str:
        return run(
            "certtool", "--verify-crl", "--load-ca-certificate", self._issuing,
            "--infile", self.file("list.pem", pem_of(revoked)),
        ).stdout  # fmt: skip

    def gnutls(self, certificate: x509.Certificate, revoked: bytes) -> str:
        return run(
            "certtool", "--verify", "--load-ca-certificate", self._root,
            "--load-crl", self.file("list.pem", pem_of(revoked)),
            "--infile", self.pem("chain", certificate, self.issuing),
        ).stdout  # fmt: skip

    def gnutls_answer(self, answer: bytes) -> str:
        return run(
            "ocsptool", "--verify-response", "--load-trust", self._issuing,
            "--load-response", self.file("answer.der", answer),
        ).stdout  # fmt: skip

    def java_list(self, revoked: bytes) -> str:
        """Return what keytool says of a list, with the authority in its key store."""
        store = self.folder / "authority.p12"
        word = ("-storepass", "publicly known", "-keystore", str(store))
        if not store.exists():
            run("keytool", "-importcert", "-noprompt", *word, "-alias", "issuing",
                "-file", self._issuing)  # fmt: skip
        return run("keytool", "-printcrl", *word, "-file", self.file("l.der", revoked)).stdout

    def lint_list(self, revoked: bytes) -> str:
        return lint("lint_crl", "-t", "CRL", "-p", "PKIX", self.file("list.der", revoked))

    def lint_answer(self, answer: bytes) -> str:
        return lint("lint_ocsp_response", self.file("answer.der", answer))

    def lint_chain(self, *chain: x509.Certificate) -> str:
        """Lint certificates, each beside its issuer, from the highest down."""
        paths = [self.pem(f"chain-{at}", each) for at, each in enumerate(chain)]
        found = [lint("lint_pkix_cert", each) for each in paths]
        found += [
            lint("lint_pkix_signer_signee_cert_chain", above, below)
            for above, below in pairwise(paths)
        ]
        return "\n".join(filter(None, found))

    def poppler(self, document: bytes) -> str:
        """Return what pdfsig says of the signatures in a PDF, the root in its store."""
        store = f"sql:{self.folder}"
        if not (self.folder / "cert9.db").exists():
            run("certutil", "-N", "-d", store, "--empty-password")
            self._keep(store, "root", "CT,C,C", self.root)
        return run(
            "pdfsig", "-no-ocsp", "-nssdir", store, self.file("contract.pdf", document)
        ).stdout

    def pyhanko(self, document: bytes, at: datetime) -> list[bool]:
        """Return whether each signature in a PDF is right, trusted and covers what it should."""
        import asn1crypto.x509
        from pyhanko.pdf_utils.reader import PdfFileReader
        from pyhanko.sign.validation import validate_pdf_signature
        from pyhanko_certvalidator import ValidationContext

        root = asn1crypto.x509.Certificate.load(self.root.public_bytes(Encoding.DER))
        return [
            validate_pdf_signature(
                signature, ValidationContext(trust_roots=[root], moment=at)
            ).bottom_line
            for signature in PdfFileReader(io.BytesIO(document)).embedded_signatures
        ]
