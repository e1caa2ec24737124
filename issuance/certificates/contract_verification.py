"""Judges a signed PDF: which certificates signed it, over what, and what was changed besides.

pyHanko parses the file: a file from outside is judged in the limited child only.
"""

# pyHanko and asn1crypto are typed in parts; what they return is converted in this module alone.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportMissingTypeStubs=false

import io
from collections.abc import Iterator, Sequence
from datetime import datetime

from asn1crypto.x509 import Certificate
from cryptography import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, DiffResult, ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from issuance.certificates.keys import certificate_der
from issuance.findings import Finding, blocks
from issuance.findings.contract import ContractCode


def check_signatures(
    document: bytes,
    original: int,
    signers: Sequence[x509.Certificate],
    chain: Sequence[x509.Certificate],
    at: datetime,
) -> tuple[Finding, ...]:
    """Return what is wrong with a signed PDF; its first `original` octets are the unsigned one.

    Exactly these certificates must have signed, in this order, each the whole file as it then was;
    nothing but their signature fields may have been added.

    Args:
        document: the file; whatever follows the original, the answer is findings.
        original: the length of the document before anybody signed, which has signature fields.
        signers: the certificates that must have signed it.
        chain: from the issuing authority to the root, which alone is trusted.
        at: the moment at which the certificates must be valid.
    """
    try:
        return tuple(_findings(document, original, signers, chain, at))
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - a reader fails in many ways on hostile data
        return (blocks(ContractCode.UNREADABLE),)


def _findings(
    document: bytes,
    original: int,
    signers: Sequence[x509.Certificate],
    chain: Sequence[x509.Certificate],
    at: datetime,
) -> Iterator[Finding]:
    reader = PdfFileReader(io.BytesIO(document))
    signatures = list(reader.embedded_signatures)
    if len(signatures) != len(signers):
        count, expected = len(signatures), len(signers)
        yield blocks(ContractCode.SIGNATURE_COUNT, count=count, expected=expected)
        return
    for signature, signer in zip(signatures, signers, strict=True):
        yield from _one(signature, signer, chain, at)
    whole = SignatureCoverageLevel.ENTIRE_FILE
    if signatures and signatures[-1].evaluate_signature_coverage() != whole:
        yield blocks(ContractCode.SIGNATURE_BROKEN)
    unsigned = PdfFileReader(io.BytesIO(document[:original])).xrefs.total_revisions - 1
    if not _only_signed(DEFAULT_DIFF_POLICY.review_file(reader, unsigned)):
        yield blocks(ContractCode.CHANGED)


def _one(
    signature: EmbeddedPdfSignature,
    signer: x509.Certificate,
    chain: Sequence[x509.Certificate],
    at: datetime,
) -> Iterator[Finding]:
    if signature.signer_cert.dump() != certificate_der(signer):
        serial = str(signature.signer_cert.serial_number)
        yield blocks(ContractCode.OTHER_SIGNER, serial=serial)
        return
    *between, root = map(_asn1, chain)
    trust = ValidationContext(
        trust_roots=[root], other_certs=between, moment=at, allow_fetching=False
    )
    status = validate_pdf_signature(signature, trust)
    if not (status.intact and status.valid) or _damaged(signature, chain):
        yield blocks(ContractCode.SIGNATURE_BROKEN)
    elif not status.trusted:
        yield blocks(ContractCode.SIGNER_NOT_TRUSTED)
    elif not status.bottom_line or not _changed_by_signing(status):
        yield blocks(ContractCode.CHANGED)


def _damaged(signature: EmbeddedPdfSignature, chain: Sequence[x509.Certificate]) -> bool:
    """Tell whether an authority's certificate in the file was altered.

    No signature covers those: other programs would find no way to the root. What was altered in one
    place still has the authority's content or the signature over it.
    """
    for each in signature.other_embedded_certs:
        content, by_issuer = each["tbs_certificate"].dump(), each["signature_value"].native
        for known in chain:
            same = content == known.tbs_certificate_bytes, by_issuer == known.signature
            if any(same) and each.dump() != certificate_der(known):
                return True
    return False


def _changed_by_signing(status: PdfSignatureStatus) -> bool:
    """Tell whether nothing but further signatures came after this one."""
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    return whole or _only_signed(status.diff_result)


def _only_signed(changes: object) -> bool:
    return (
        isinstance(changes, DiffResult)
        and changes.modification_level <= ModificationLevel.FORM_FILLING
    )


def _asn1(certificate: x509.Certificate) -> Certificate:
    return Certificate.load(certificate_der(certificate))
