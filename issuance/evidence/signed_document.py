"""Judges a signed PDF from outside: its structure first, then its signatures."""

import base64
from typing import Final

from cryptography import x509

from issuance.evidence.document_structure import ENGINE, check_structure
from issuance.evidence.protocol import SignedDocumentTask
from issuance.evidence.report import DocumentReport
from issuance.evidence.rules import DocumentRule
from issuance.findings import Severity

_MOST_ADDED: Final = 1 << 20
"""Octets that signatures may add to a document: one is of some ten thousand."""


def check_signed_document(
    content: bytes, task: SignedDocumentTask, maximum_pages: int
) -> DocumentReport:
    """Check a signed PDF; whatever the bytes are, the answer is a report.

    Signatures are judged only where the structure is sound.
    """
    rule = DocumentRule(maximum_bytes=task.original + _MOST_ADDED, maximum_pages=maximum_pages)
    structure = check_structure(content, rule)
    grave = tuple(each for each in structure.findings if each.severity is Severity.BLOCKS)
    if grave:
        return DocumentReport(findings=grave, pages=structure.pages, engines=(ENGINE,))
    # Half a second to import: only a child that judges a signature pays for it.
    from issuance.certificates.contract_verification import check_signatures

    signers, chain = map(_load, task.signers), map(_load, task.chain)
    findings = check_signatures(content, task.original, tuple(signers), tuple(chain), task.at)
    return DocumentReport(findings=findings, pages=structure.pages, engines=(ENGINE,))


def _load(text: str) -> x509.Certificate:
    return x509.load_der_x509_certificate(base64.b64decode(text))
