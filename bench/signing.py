"""How fast documents are signed with a key in custody, as ratios of the same run.

Measured: a PDF of two pages signed by the road a request takes, prepared in this process and then
in the limited child, against pyHanko alone with the same key, chain and room for the signature. The
limit is 0.7 times pyHanko's rate, in processor seconds for the first; a child's are not ours to
read, so the second is told in seconds on the wall. Told, too: a detached PKCS#7 over a hash against
the bare builder of `cryptography`, which hashes what it signs.
"""

import asyncio
import hashlib
import io
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from asn1crypto.keys import PrivateKeyInfo
from asn1crypto.x509 import Certificate
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder
from fpdf import FPDF
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, SimpleSigner, async_sign_pdf
from pyhanko_certvalidator.registry import SimpleCertificateStore

from issuance.certificates.keys import certificate_der, make_private_key, private_key_bytes
from issuance.evidence.checker import LimitedChecker
from issuance.signing.custody import SoftwareCustodyKey
from issuance.signing.documents import PDF, Document, Holder, PreparedHere, Signing
from issuance.signing.preparation import SIGNATURE_ROOM

COUNT = 20
ROUNDS = 4
LIMIT = 0.7
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
CONTENT = b"what only the client has"


def authority() -> tuple[rsa.RSAPrivateKey, x509.Certificate, x509.Certificate]:
    """Return a holder's key and certificate, and their issuer's."""
    root_key, key = make_private_key("rsa-2048"), make_private_key("rsa-2048")
    root_name, name = (
        x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, each)]) for each in ("R", "H")
    )
    made: list[x509.Certificate] = []
    for subject, public in ((name, key.public_key()), (root_name, root_key.public_key())):
        builder = x509.CertificateBuilder(root_name, subject, public, len(made) + 1)
        builder = builder.not_valid_before(AT).not_valid_after(AT + timedelta(days=365))
        made.append(builder.sign(root_key, SHA256()))  # pyright: ignore[reportArgumentType]
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("an RSA key was asked for")
    return key, made[0], made[1]


def document() -> bytes:
    """Return a PDF of two pages."""
    pdf = FPDF()
    pdf.set_font("helvetica", size=12)
    for _ in range(2):
        pdf.add_page()
        pdf.multi_cell(0, text="Oficio de prueba. " * 200)
    return bytes(pdf.output())


def times(clock: Callable[[], float], *works: Callable[[], object]) -> list[float]:
    """Return the least time of each work, the works taking turns."""
    for work in works:
        work()
    least = [float("inf")] * len(works)
    for _ in range(ROUNDS):
        for place, work in enumerate(works):
            start = clock()
            for _ in range(COUNT):
                work()
            least[place] = min(least[place], (clock() - start) / COUNT)
    return least


def main() -> int:
    """Measure, print, and return 1 when the limit is broken."""
    key, certificate, root = authority()
    holder = Holder(SoftwareCustodyKey(key, certificate), (root,), AT)
    pdf, checker = Document(PDF, document()), LimitedChecker()
    here, child = Signing(PreparedHere()), Signing(checker)
    registry = SimpleCertificateStore()
    registry.register(Certificate.load(certificate_der(root)))
    bare_signer = SimpleSigner(
        signing_cert=Certificate.load(certificate_der(certificate)),
        signing_key=PrivateKeyInfo.load(private_key_bytes(key)),
        cert_registry=registry,
    )
    meta = PdfSignatureMetadata(
        field_name="F", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES
    )

    def bare() -> None:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf.content))
        asyncio.run(async_sign_pdf(writer, meta, bare_signer, bytes_reserved=2 * SIGNATURE_ROOM))

    def bare_container() -> None:
        builder = PKCS7SignatureBuilder().set_data(CONTENT).add_signer(certificate, key, SHA256())
        builder.sign(Encoding.DER, [PKCS7Options.DetachedSignature, PKCS7Options.Binary])

    digest = hashlib.sha256(CONTENT).digest()
    alone, ours = times(time.process_time, bare, lambda: here.sign(pdf, holder, "F"))
    alone_wall, theirs = times(time.perf_counter, bare, lambda: child.sign(pdf, holder, "F"))
    checker.close()
    container, hash_signed = times(
        time.process_time, bare_container, lambda: here.sign_hash(digest, holder)
    )
    ratio = alone / ours
    sys.stdout.write(
        f"PDF: pyHanko alone {alone * 1e3:.1f} ms, ours {ours * 1e3:.1f} ms: "
        f"{ratio:.2f} of its rate, at least {LIMIT}\n"
        f"PDF through the limited child: {theirs * 1e3:.1f} ms on the wall, "
        f"{alone_wall / theirs:.2f} of pyHanko's rate\n"
        f"hash: {hash_signed * 1e3:.1f} ms, the bare builder {container * 1e3:.1f} ms\n"
    )
    return 0 if ratio >= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
