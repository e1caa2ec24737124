"""How fast documents are signed with a key in custody, as ratios of the same run.

Measured: a PDF of two pages signed by the road a request takes, prepared in this process and then
in the limited child, against pyHanko alone with the same key, chain, picture that shows and room
for the signature. pyHanko's own signer reads its key anew for every signature, which costs many
times the rest; here it has read it once, as an office has. The limit is 0.7 times pyHanko's rate,
in processor seconds for the first; a child's are not ours to read, so the second is told in seconds
on the wall. Told, too: a detached PKCS#7 over a hash against the bare builder of `cryptography`,
which hashes what it signs.
"""

import hashlib
import io
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from asn1crypto.algos import SignedDigestAlgorithm
from asn1crypto.x509 import Certificate
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder
from fpdf import FPDF
from PIL import Image, ImageDraw
from pyhanko.pdf_utils.images import PdfImage
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from issuance.certificates.keys import certificate_der, make_private_key
from issuance.evidence.checker import LimitedChecker
from issuance.signing.custody import SoftwareCustodyKey
from issuance.signing.documents import PDF, Document, Holder, PreparedHere, Signing
from issuance.signing.layout import Layout
from issuance.signing.preparation import SIGNATURE_ROOM, Place

COUNT = 20
ROUNDS = 4
LIMIT = 0.7
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
CONTENT = b"what only the client has"
BOX = (250, 300, 350, 450)


class LoadedSigner(Signer):
    """pyHanko's signer with a key that was read before."""

    def __init__(self, key: rsa.RSAPrivateKey, certificate: x509.Certificate) -> None:
        super().__init__(
            signing_cert=Certificate.load(certificate_der(certificate)),
            signature_mechanism=SignedDigestAlgorithm({"algorithm": "sha256_rsa"}),
            cert_registry=SimpleCertificateStore(),
        )
        self._key = key

    async def async_sign_raw(
        self, data: bytes, digest_algorithm: str, dry_run: bool = False
    ) -> bytes:
        """Sign as pyHanko's own does."""
        return self._key.sign(data, padding.PKCS1v15(), SHA256())


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


def picture() -> bytes:
    """Return the image of a signature that shows."""
    drawn, written = Image.new("RGB", (200, 300), "white"), io.BytesIO()
    ImageDraw.Draw(drawn).ellipse((10, 60, 190, 240), outline="navy", width=8)
    drawn.save(written, "PNG")
    return written.getvalue()


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
    seal = picture()
    left, bottom, right, top = BOX
    shown = Layout(Place(left=left, bottom=bottom, right=right, top=top), seal, has_text=False)
    pdf, checker = Document(PDF, document(), shown), LimitedChecker()
    here, child = Signing(PreparedHere()), Signing(checker)
    signer = LoadedSigner(key, certificate)
    signer.cert_registry.register(Certificate.load(certificate_der(root)))
    meta = PdfSignatureMetadata(
        field_name="F", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES
    )

    def bare() -> None:
        style = StaticStampStyle(background=PdfImage(Image.open(io.BytesIO(seal))))
        place = SigFieldSpec("F", on_page=-1, box=BOX)
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf.content))
        PdfSigner(meta, signer, stamp_style=style, new_field_spec=place).sign_pdf(
            writer, bytes_reserved=2 * SIGNATURE_ROOM
        )

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
        f"load: {os.getloadavg()[0]:.1f}\n"
    )
    return 0 if ratio >= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
