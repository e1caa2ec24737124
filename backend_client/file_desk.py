"""Where brought files come in: read, kept in the office's store, and sorted; all blocking."""

from pathlib import Path
from typing import Final
from uuid import UUID

from backend_client.backend import Sorted
from backend_client.engine_door import EngineDoor, Report
from backend_client.intake import EvidenceFile, read_evidence_file
from backend_client.sources.file_sources import FileSources
from backend_client.sources.sorting import open_slots, sort_files
from issuance.cases.state import CaseState
from issuance.evidence.blob import BlobRef
from issuance.evidence.report import CardRead, DocumentReport
from issuance.findings import Finding, blocks
from issuance.findings.institutions import InstitutionCode

_PDF: Final = "application/pdf"
_ATTACHED: Final = (_PDF, "image/jpeg")
_SMALL: Final = 32
_LARGEST_ATTACHMENT: Final = 20_000_000
_LARGEST_LIST: Final = 20_000_000


class FileDesk:
    """Takes files in for an open office, from anywhere and from the station's own sources."""

    def __init__(self, door: EngineDoor, sources: FileSources) -> None:
        self._door = door
        self.sources = sources

    def take_in(self, slot: str, source: Path) -> BlobRef | Finding:
        """Read a file and keep it; a photo taken at the station is not needed after that."""
        file = self._read(slot, source)
        if isinstance(file, Finding):
            return file
        blob = self._door.keep(file.octets, file.media_type)
        if isinstance(blob, BlobRef):
            self.sources.done_with(source)
        return blob

    def keep_attachment(self, source: Path) -> BlobRef | Finding:
        """Read a PDF or JPEG that belongs to no slot, and keep it where it can be opened."""
        file = read_evidence_file(source, _LARGEST_ATTACHMENT)
        if isinstance(file, Finding):
            return file
        if file.media_type not in _ATTACHED:
            return blocks(InstitutionCode.ATTACHMENT_NOT_PDF_OR_JPEG)
        blob = self._door.keep(file.octets, file.media_type)
        if isinstance(blob, BlobRef) and not self._opens(blob, file):
            return blocks(InstitutionCode.ATTACHMENT_UNREADABLE)
        return blob

    def keep_list(self, source: Path) -> BlobRef | Finding:
        """Read a list and keep it; whether it is one is for its reader to say."""
        file = read_evidence_file(source, _LARGEST_LIST)
        if isinstance(file, Finding):
            return file
        if not file.octets:
            # A server takes no empty file.
            return blocks(InstitutionCode.LIST_NOT_TEXT)
        return self._door.keep(file.octets, "text/csv")

    def sort(self, paths: tuple[Path, ...], case: UUID, state: CaseState) -> Sorted:
        """Tell which open slots of a case files are for; nothing is kept yet."""
        policy = self._door.policy.policy

        def look(slot: str, path: Path) -> Report | None:
            rule = policy.evidence_rule(slot)
            wanted = "image/jpeg" if rule and rule.photo else "application/pdf"
            file = self._read(slot, path)
            if isinstance(file, Finding) or file.media_type != wanted:
                return None
            return self._door.look_at(slot, file.octets, file.media_type, case)

        return sort_files(paths, open_slots(state, policy), look)

    def read_card(self, slot: str, source: Path) -> CardRead | tuple[Finding, ...]:
        """Read the card in a document that is not kept, or say why nothing could be read."""
        file = self._read(slot, source)
        if isinstance(file, Finding):
            return (file,)
        report = self._door.look_at(slot, file.octets, file.media_type)
        if isinstance(report, DocumentReport) and report.card != CardRead():
            return report.card
        return report.findings

    def _opens(self, blob: BlobRef, file: EvidenceFile) -> bool:
        """Tell whether something of it can be shown; first bytes say nothing of the others."""
        page = 0 if file.media_type == _PDF else None
        return self._door.preview(blob, _SMALL, _SMALL, page=page) is not None

    def _read(self, slot: str, source: Path) -> EvidenceFile | Finding:
        follow_links = not self.sources.is_ours(source)
        return read_evidence_file(source, self._largest(slot), follow_links=follow_links)

    def _largest(self, slot: str) -> int:
        policy = self._door.policy.policy
        rule = policy.evidence_rule(slot)
        file_rule = (rule.photo or rule.document) if rule else None
        return (file_rule or policy.payment_proof).maximum_bytes
