"""The receipt an applicant gets where the server cannot be reached, and its paper."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from issuance.policies.contract_pdf import ContractSection, ContractText, make_contract
from issuance.stations.capture_receipt import CaptureReceipt


@dataclass(frozen=True, slots=True)
class Captured:
    """What a station recorded of a case and has not sent; `code` is the signed receipt.

    `kinds` are those of its commands, `language` is the applicant's.
    """

    station: str
    office: str
    person: str
    language: str
    kinds: tuple[str, ...]
    receipt: CaptureReceipt
    code: str


@dataclass(frozen=True, slots=True)
class Paper:
    """A receipt in words: a title, rows of label and value, and paragraphs."""

    language: str
    title: str
    rows: tuple[tuple[str, str], ...]
    paragraphs: tuple[str, ...]
    code: str

    def text(self) -> str:
        """Return it as plain text."""
        rows = "\n".join(f"{label}: {value}" for label, value in self.rows)
        return "\n\n".join((self.title, rows, *self.paragraphs, self.code)) + "\n"


def receipt_pdf(paper: Paper, case: UUID, now: datetime) -> bytes:
    """Return a receipt as PDF with its code as a QR code."""
    sections = (ContractSection(heading="", paragraphs=paper.paragraphs),)
    contract = ContractText(language=paper.language, title=paper.title, sections=sections)
    return make_contract(contract, paper.rows, created_at=now, document_id=case, code=paper.code)
