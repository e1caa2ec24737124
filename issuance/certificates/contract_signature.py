"""Signatures in a PDF: PAdES baseline B-B (ETSI EN 319 142-1), each added behind what is there.

pyHanko takes half a second to import: import this module inside the function that signs, and never
on an event loop.
"""

# pyHanko and asn1crypto are typed in parts; what they return is converted in this module alone.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportMissingTypeStubs=false

import asyncio
import io
from collections.abc import Sequence
from datetime import datetime
from typing import Final, Protocol

from asn1crypto.x509 import Certificate
from cryptography import x509
from pyhanko.pdf_utils.generic import NumberObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter, append_signature_field
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko_certvalidator.registry import SimpleCertificateStore

from issuance.certificates.keys import certificate_der, hash_for
from issuance.certificates.to_be_signed import key_of
from issuance.findings import Finding, blocks
from issuance.findings.contract import ContractCode

_RESERVED: Final = 16 * 1024
"""Octets kept free in the file for a signature with its chain."""
_LONGEST_SIGNATURE: Final = 512


class CertifiedSigner(Protocol):
    """Makes raw signatures under a certificate, wherever the key lies."""

    @property
    def certificate(self) -> x509.Certificate:
        """Return the signer's certificate."""
        ...

    def sign(self, to_be_signed: bytes) -> bytes:
        """Return the signature over these bytes, with the hash `keys.hash_for` names."""
        ...


def with_signature_field(document: bytes, field: str) -> bytes:
    """Return the PDF with a form whose one field is an empty signature.

    The form must be there before anybody signs: only then can be told what signing changed.
    """
    writer = IncrementalPdfFileWriter(io.BytesIO(document))
    append_signature_field(writer, SigFieldSpec(field))
    # "Signatures exist, append only": said from the start, or saying it later is a change.
    writer.root["/AcroForm"]["/SigFlags"] = NumberObject(3)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def sign_document(
    document: bytes,
    signer: CertifiedSigner,
    chain: Sequence[x509.Certificate],
    *,
    field: str,
    reason: str,
    at: datetime,
) -> bytes | Finding:
    """Return the PDF with one signature more; what was there stays as it is, octet by octet.

    Args:
        document: a PDF of our own, or one that was checked: it is parsed in this process.
        signer: who signs.
        chain: from the signer's issuer to the root; all but the root go into the signature.
        field: the name of the signature field; it is empty, or not there yet.
        reason: the reason the signature states.
        at: the time the signature states.
    """
    algorithm = hash_for(key_of(signer.certificate)).name
    meta = PdfSignatureMetadata(
        field_name=field, md_algorithm=algorithm, subfilter=SigSeedSubFilter.PADES, reason=reason
    )
    try:
        return asyncio.run(_sign(document, PdfSigner(meta, _RawSigner(signer, chain)), at))
    except (SigningError, PdfError) as error:
        return blocks(ContractCode.NOT_SIGNED_HERE, cause=type(error).__name__)


async def _sign(document: bytes, pdf_signer: PdfSigner, at: datetime) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(document))
    session = pdf_signer.init_signing_session(writer)
    session.system_time = at
    to_be_signed = session.prepare_tbs_document(None, _RESERVED)
    prepared, output = to_be_signed.digest_tbs_document()
    # The time stands in the signature dictionary; in PAdES the CMS carries none of its own.
    attributes = PdfCMSSignedAttributes()
    await to_be_signed.perform_signature(prepared.document_digest, attributes)
    output.seek(0)
    return bytes(output.read())


class _RawSigner(Signer):
    """Gives pyHanko raw signatures, so that a key need not be in this process's memory."""

    def __init__(self, signer: CertifiedSigner, chain: Sequence[x509.Certificate]) -> None:
        registry = SimpleCertificateStore()
        registry.register_multiple(map(_asn1, chain))
        super().__init__(
            signing_cert=_asn1(signer.certificate), cert_registry=registry, embed_roots=False
        )
        self._sign = signer.sign

    async def async_sign_raw(
        self, data: bytes, digest_algorithm: str, dry_run: bool = False
    ) -> bytes:
        """Return the raw signature of these octets."""
        return bytes(_LONGEST_SIGNATURE) if dry_run else self._sign(data)


def _asn1(certificate: x509.Certificate) -> Certificate:
    return Certificate.load(certificate_der(certificate))
