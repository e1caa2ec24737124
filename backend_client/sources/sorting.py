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
_THE_APPLICANTS: Final = frozenset(
    {(EvidenceCode.NUMBER_MATCHES, None), (EvidenceCode.CARD_AGREES, "number")}
)
_SOMEBODY_ELSES: Final = frozenset(
    {(EvidenceCode.NUMBER_MISMATCH, None), (EvidenceCode.CARD_DIFFERS, "number")}
)
_MARKS_OF_A_CARD: Final = frozenset(CardRead.model_fields) - {"number"}
_Paths = tuple[Path, ...]
_Likeness = Callable[[Report], int]


def open_slots(state: CaseState, policy: Policy) -> tuple[EvidenceRule, ...]:
    """Return the photos and documents a case still waits for."""
    return tuple(
        rule
        for rule in required_evidence(state, policy)
        if (held := state.evidence.get(rule.id)) is None or held.status not in _IN_HAND
    )


def sort_files(paths: Sequence[Path], slots: Sequence[EvidenceRule], look: Look) -> Sorted:
    """Give each file the slot it fits; what fits none, or like another, is left to a person."""
    left, taken, competing = list(dict.fromkeys(paths)), dict[str, Path](), dict[str, _Paths]()
    shows_card: set[Path] = set()

    def settle(slot: str, candidates: Sequence[Path], likeness: _Likeness) -> _Paths:
        fitting, best = _fitting(slot, candidates, look, likeness)
        if len(best) == 1:
            taken[slot] = best[0]
            left.remove(best[0])
        elif best:
            competing[slot] = best
        return fitting

    for rule in slots:
        if rule.photo:
            settle(rule.id, left, _likeness_to_photo)
    cards = [rule.id for rule in slots if rule.document and rule.document.card]
    others = [rule.id for rule in slots if rule.document and not rule.document.card]
    for slot in cards:
        shows_card.update(settle(slot, left, _likeness_to_card))
    # A document without marks of its own is known only where there is no choice.
    undecided = [slot for slot in (*cards, *others) if slot not in {*taken, *competing}]
    if len(undecided) == 1:
        settle(undecided[0], [path for path in left if path not in shows_card], _any_document)
    return Sorted(taken, tuple(left), competing)


def _fitting(
    slot: str, paths: Sequence[Path], look: Look, likeness: _Likeness
) -> tuple[_Paths, _Paths]:
    """Return the files that are like what a slot asks for, and those of them that are most so.

    One with the applicant's number comes first, one with somebody else's last.
    """
    rated: dict[Path, tuple[int, int]] = {}
    for path in paths:
        report = look(slot, path)
        if report is not None and not any_blocks(report.findings) and likeness(report):
            rated[path] = (_whose(report), likeness(report))
    best = max(rated.values(), default=None)
    return tuple(rated), tuple(path for path in rated if rated[path] == best)


def _whose(report: Report) -> int:
    """Return 1 where the card's number is the application's, -1 where it is another, else 0."""
    said = {(finding.code, finding.parameters.get("item")) for finding in report.findings}
    return bool(said & _THE_APPLICANTS) - bool(said & _SOMEBODY_ELSES)


def _likeness_to_photo(report: Report) -> int:
    """Return more for the person with the card than for either alone; 0 for a card alone."""
    if not isinstance(report, PhotoReport):
        return 0
    if any(finding.code in _NOT_THE_PERSON for finding in report.findings):
        return 0
    return 1 + (report.person is not None) + (report.portrait is not None)


def _likeness_to_card(report: Report) -> int:
    """Return more for two sides that were read than for one; 0 where nothing was read.

    A number alone is no mark of a card: bills and forms bear it too.
    """
    if not isinstance(report, DocumentReport):
        return 0
    return sum(1 for name in _MARKS_OF_A_CARD if getattr(report.card, name))


def _any_document(report: Report) -> int:
    return int(isinstance(report, DocumentReport))
