"""Remembers for some minutes what a check found, so that the same file is not looked at twice."""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from issuance.evidence.report import DocumentReport, PhotoReport
from issuance.evidence.rules import DocumentRule, Expected, PhotoRule
from issuance.findings.evidence import EvidenceCode

_KEPT_FOR: Final = timedelta(minutes=10)
_MOST: Final = 64
_PASSING: Final = frozenset({EvidenceCode.CHECK_UNAVAILABLE, EvidenceCode.DAMAGED})
"""What may come of a busy machine and not of the file: the next check may end otherwise."""


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file's content with all it was checked against; the same gives the same report."""

    sha256: str
    kind: str
    rule: PhotoRule | DocumentRule
    expected: Expected


class RecentReports:
    """The reports of the last minutes, the newest few; safe with several threads."""

    def __init__(self) -> None:
        self._reports: dict[CheckedFile, tuple[datetime, PhotoReport | DocumentReport]] = {}
        self._lock = threading.Lock()

    def find(self, checked: CheckedFile, now: datetime) -> PhotoReport | DocumentReport | None:
        """Return the report of a file that was checked against the same a few minutes ago."""
        with self._lock:
            at, report = self._reports.get(checked, (None, None))
            return report if at is not None and now - at < _KEPT_FOR else None

    def keep(
        self, checked: CheckedFile, report: PhotoReport | DocumentReport, now: datetime
    ) -> None:
        """Remember a report, unless it tells of the machine more than of the file."""
        if any(finding.code in _PASSING for finding in report.findings):
            return
        with self._lock:
            self._reports.pop(checked, None)
            self._reports[checked] = (now, report)
            while len(self._reports) > _MOST:
                del self._reports[next(iter(self._reports))]
