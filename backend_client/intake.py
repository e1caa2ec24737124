"""Reads a file somebody points at: never more of it than its rule allows, never a device."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from backend_client.backend import Kept
from issuance.access.durable_file import errno_name
from issuance.cases.events.evidence import Boxes
from issuance.evidence.blob import BlobRef
from issuance.evidence.report import DocumentReport, PhotoReport
from issuance.findings import Finding, blocks
from issuance.findings.evidence import EvidenceCode

_MEDIA_TYPES = ((b"\xff\xd8\xff", "image/jpeg"), (b"%PDF", "application/pdf"))


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """A file's octets, and its media type by its first bytes (its name is not asked)."""

    octets: bytes
    media_type: str


def read_evidence_file(
    source: Path, largest: int, *, follow_links: bool = True
) -> EvidenceFile | Finding:
    """Read a regular file of at most `largest` octets, or say why not."""
    opener = _without_waiting if follow_links else _without_following
    try:
        with open(source, "rb", opener=opener) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                return blocks(EvidenceCode.FILE_NOT_REGULAR, name=source.name)
            octets = file.read(largest + 1)
    except IsADirectoryError:
        return blocks(EvidenceCode.FILE_NOT_REGULAR, name=source.name)
    except OSError as error:
        return blocks(EvidenceCode.FILE_UNREADABLE, name=source.name, reason=errno_name(error))
    except ValueError:  # a NUL, or half a character pair, which no file system knows
        return blocks(EvidenceCode.FILE_UNREADABLE, name=source.name, reason="EINVAL")
    if len(octets) > largest:
        return blocks(
            EvidenceCode.TOO_LARGE, size_kb=status.st_size // 1024, maximum_kb=largest // 1024
        )
    media_type = next(
        (name for magic, name in _MEDIA_TYPES if octets.startswith(magic)),
        "application/octet-stream",
    )
    return EvidenceFile(octets, media_type)


def kept(blob: BlobRef, name: str, report: PhotoReport | DocumentReport) -> Kept:
    """Return what a screen is told of a file that nothing blocks."""
    if isinstance(report, DocumentReport):
        return Kept(blob, name, report.findings, report.pages, report.engines, read=report.card)
    boxes = Boxes.seen_in(report)
    return Kept(blob, name, report.findings, engines=report.engines, boxes=boxes)


def _without_waiting(path: str, flags: int) -> int:
    # Opening a pipe would otherwise wait for a writer that never comes.
    return os.open(path, flags | os.O_NONBLOCK)


def _without_following(path: str, flags: int) -> int:
    return _without_waiting(path, flags | os.O_NOFOLLOW)
