"""Tells by their contents which photo or document of a case several files are."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from backend_client.backend import Sorted
from issuance.cases.state import CaseState, EvidenceStatus
from issuance.cases.steps import required_evidence
from issuance.evidence.report import CardRead, DocumentReport, PhotoReport
from issuance.findings import any_blocks
from issuance.findings.evidence import EvidenceCode
from issuance.policies.model import EvidenceRule, Policy

Report = PhotoReport | DocumentReport
Look = Callable[[str, Path], Report | None]
"""Checks a file for a slot; None where it cannot even be read."""

_IN_HAND: Final = frozenset({EvidenceStatus.CAPTURED, EvidenceStatus.ACCEPTED})
_NOT_THE_PERSON: Final = frozenset({EvidenceCode.NO_FACE, EvidenceCode.NO_LIVE_FACE})


def open_slots(state: CaseState, policy: Policy) -> tuple[EvidenceRule, ...]:
    """Return the photos and documents a case still waits for."""
    return tuple(
        rule
        for rule in required_evidence(state, policy)
        if (held := state.evidence.get(rule.id)) is None or held.status not in _IN_HAND
    )


def sort_files(paths: Sequence[Path], slots: Sequence[EvidenceRule], look: Look) -> Sorted:
    """Give each file the slot it fits; what fits none, or more than one, is left to a person."""
    left, taken = list(dict.fromkeys(paths)), dict[str, Path]()
    cards = [rule.id for rule in slots if rule.document and rule.document.card]
    others = [rule.id for rule in slots if rule.document and not rule.document.card]
    wishes = (
        *((rule.id, _likeness_to_photo) for rule in slots if rule.photo),
        *((slot, _likeness_to_card) for slot in cards),
    )
    for slot, likeness in wishes:
        _take(slot, _fitting(slot, left, look, likeness), left, taken)
    # A document without marks of its own is known only where there is no choice.
    undecided = [slot for slot in (*cards, *others) if slot not in taken]
    if len(undecided) == 1:
        _take(undecided[0], _fitting(undecided[0], left, look, _any_document), left, taken)
    return Sorted(taken, tuple(left))


def _take(slot: str, path: Path | None, left: list[Path], taken: dict[str, Path]) -> None:
    if path is not None:
        taken[slot] = path
        left.remove(path)


def _fitting(
    slot: str, paths: Sequence[Path], look: Look, likeness: Callable[[Report], int]
) -> Path | None:
    """Return the one file that is most like what a slot asks for; none where two are alike."""
    rated: list[tuple[int, Path]] = []
    for path in paths:
        report = look(slot, path)
        if report is not None and not any_blocks(report.findings) and likeness(report):
            rated.append((likeness(report), path))
    rated.sort(key=lambda each: each[0], reverse=True)
    if not rated or (len(rated) > 1 and rated[0][0] == rated[1][0]):
        return None
    return rated[0][1]


def _likeness_to_photo(report: Report) -> int:
    """Return more for the person with the card than for either alone; 0 for a card alone."""
    if not isinstance(report, PhotoReport):
        return 0
    if any(finding.code in _NOT_THE_PERSON for finding in report.findings):
        return 0
    return 1 + (report.person is not None) + (report.portrait is not None)


def _likeness_to_card(report: Report) -> int:
    """Return more for two sides that were read than for one; 0 where nothing was read."""
    if not isinstance(report, DocumentReport):
        return 0
    return sum(1 for name in CardRead.model_fields if getattr(report.card, name))


def _any_document(report: Report) -> int:
    return int(isinstance(report, DocumentReport))
