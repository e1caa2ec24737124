"""Checks of a document: its structure first, then what is seen on its pages."""

from issuance.evidence.document_structure import ENGINE, check_structure
from issuance.evidence.engines import NO_ENGINES, Engines
from issuance.evidence.formats import name_format
from issuance.evidence.pages import look_at_pages
from issuance.evidence.photo import check_photo
from issuance.evidence.report import DocumentReport, PhotoReport, Tell, tell_nobody
from issuance.evidence.rules import NOTHING_EXPECTED, DocumentRule, Expected, PhotoRule
from issuance.findings import any_blocks, blocks
from issuance.findings.evidence import EvidenceCode


def check_document(
    content: bytes,
    rule: DocumentRule,
    expected: Expected = NOTHING_EXPECTED,
    engines: Engines = NO_ENGINES,
    tell: Tell = tell_nobody,
) -> DocumentReport:
    """Check a PDF; whatever the bytes are, the answer is a report.

    `tell` is called with each finding as it is made. Pages are drawn only where nothing blocks:
    whatever refuses the file makes drawing it useless or dangerous.
    """
    structure = check_structure(content, rule)
    for finding in structure.findings:
        tell(finding)
    if any_blocks(structure.findings):
        return DocumentReport(findings=structure.findings, pages=structure.pages, engines=(ENGINE,))
    seen = look_at_pages(content, structure.scans, rule, expected, engines)
    # A page without operators is blank by both judgements.
    told = {(each.code, each.parameters.get("page")) for each in structure.findings}
    fresh = tuple(
        each for each in seen.findings if (each.code, each.parameters.get("page")) not in told
    )
    for finding in fresh:
        tell(finding)
    return DocumentReport(
        findings=(*structure.findings, *fresh),
        pages=structure.pages,
        card=seen.card,
        engines=(ENGINE, *seen.engines),
    )


def check_proof(
    content: bytes,
    rule: DocumentRule,
    expected: Expected = NOTHING_EXPECTED,
    engines: Engines = NO_ENGINES,
    tell: Tell = tell_nobody,
) -> PhotoReport | DocumentReport:
    """Check a proof of payment, a PDF or a JPEG of any size within the rule's bytes."""
    found = name_format(content)
    if found == "JPEG":
        photo_rule = PhotoRule(minimum_side=1, maximum_bytes=rule.maximum_bytes)
        return check_photo(content, photo_rule, expected, engines, tell)
    if found == "PDF":
        return check_document(content, rule, expected, engines, tell)
    refusal = blocks(EvidenceCode.NOT_PDF_OR_JPEG, found=found)
    tell(refusal)
    return DocumentReport(findings=(refusal,), engines=(ENGINE,))
