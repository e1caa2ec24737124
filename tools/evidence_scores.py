"""Scores of the checks on labelled photos and PDFs: `python -m tools.evidence_scores [FOLDER]`.

The folder holds `photos` and `pdfs`, each with a `labels.csv`; without one, `shared/data` beside
the repository is taken. The tables go between the marks in `docs/evidence.md`.
"""

import csv
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from issuance.evidence.checker import LimitedChecker
from issuance.evidence.fingerprint import find_alike
from issuance.evidence.report import PhotoReport, Verdict, verdict
from issuance.evidence.rules import Expected, PhotoRule
from issuance.findings import Finding, Severity, warns
from issuance.findings.evidence import EvidenceCode
from ventanilla.check import Kind, policy_rule

ROOT: Final = Path(__file__).parents[1]
DOCUMENT: Final = ROOT / "docs" / "evidence.md"
BESIDE: Final = ROOT.parent / "shared" / "data"
BEGIN: Final = "<!-- scores: written by tools/evidence_scores.py -->\n"
END: Final = "<!-- end of scores -->\n"

FOLDERS: Final[Mapping[Kind, str]] = {"photo": "photos", "document": "pdfs"}
NAMES: Final[Mapping[Kind, str]] = {"photo": "photos", "document": "PDFs"}


@dataclass(frozen=True, slots=True)
class Score:
    """What a labelled file should come to, and what it came to."""

    file: str
    tier: str
    labelled: str
    tolerated: str
    reasons: tuple[str, ...]
    remarks: tuple[str, ...]
    verdict: Verdict
    codes: frozenset[str]
    decisive: frozenset[str]
    fingerprint: str = ""
    number: str = ""

    @property
    def is_good(self) -> bool:
        """Tell whether the file should be accepted."""
        return self.labelled == Verdict.ACCEPT

    @property
    def as_labelled(self) -> bool:
        """Tell whether the verdict is the labelled or a tolerated one."""
        return self.verdict in {self.labelled, self.tolerated}

    @property
    def held_back(self) -> bool:
        """Tell whether a bad file was refused, or given to a person with a reason."""
        return not self.is_good and self.verdict != Verdict.ACCEPT

    @property
    def right_reason(self) -> bool:
        """Tell whether a reason is one of the labelled; a good file needs its remarks only."""
        if self.is_good:
            return set(self.remarks) <= self.codes
        return bool(self.decisive & set(self.reasons))

    @property
    def exactly_right(self) -> bool:
        """Tell whether both verdict and reason are right."""
        return self.as_labelled and self.right_reason


Row = Mapping[str, str]


def every(row: Row) -> bool:
    """Leave no row of the labels out."""
    return True


def scores(folder: Path, kind: Kind, wanted: Callable[[Row], bool] = every) -> tuple[Score, ...]:
    """Check the labelled files of a kind, each against the number of its applicant."""
    place = folder / FOLDERS[kind]
    with (place / "labels.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if wanted(row)]
    workers = os.cpu_count() or 1
    checker = LimitedChecker(workers=workers)
    today = datetime.now(UTC).date()
    try:
        with ThreadPoolExecutor(workers) as threads:
            found = tuple(threads.map(lambda row: _score(checker, kind, place, row, today), rows))
    finally:
        checker.close()
    return tuple(_with_doubles(found)) if kind == "photo" else found


def _score(checker: LimitedChecker, kind: Kind, place: Path, row: Row, today: date) -> Score:
    number = row.get("applicant_nui") or row.get("nui") or ""
    report = checker.check(
        kind,
        (place / row["file"]).read_bytes(),
        policy_rule(kind),
        Expected(number=number, today=today),
    )
    return Score(
        file=row["file"],
        tier=row.get("tier") or "document",
        labelled=row["expected"],
        tolerated=row.get("also_ok") or "",
        reasons=tuple(reason.partition(":")[0] for reason in row["reasons"].split("|")),
        remarks=tuple(filter(None, (row.get("info") or "").split("|"))),
        verdict=verdict(report.findings),
        codes=frozenset(each.code for each in report.findings),
        decisive=_decisive(report.findings),
        fingerprint=report.fingerprint if isinstance(report, PhotoReport) else "",
        number=number,
    )


def _decisive(findings: Iterable[Finding]) -> frozenset[str]:
    return frozenset(each.code for each in findings if each.severity != Severity.INFORMS)


def _with_doubles(found: tuple[Score, ...]) -> Iterator[Score]:
    """Compare each photo with the good ones of other applicants, as an office does."""
    rule = policy_rule("photo")
    if not isinstance(rule, PhotoRule) or rule.quality is None:
        raise TypeError("the policy's photo has a rule of quality")
    for score in found:
        others = [
            (other.file, other.fingerprint)
            for other in found
            if other.is_good and other.number != score.number
        ]
        alike = find_alike(score.fingerprint, others, rule.quality.duplicate_bits)
        yield _with_finding(score, warns(EvidenceCode.DUPLICATE)) if alike else score


def _with_finding(score: Score, finding: Finding) -> Score:
    return replace(
        score,
        verdict=Verdict.REVIEW if score.verdict == Verdict.ACCEPT else score.verdict,
        codes=score.codes | {finding.code},
        decisive=score.decisive | {finding.code},
    )


def table(kind: Kind, found: tuple[Score, ...]) -> Iterator[str]:
    """Yield the lines of a table with a row a tier, and the misses by name."""
    yield f"| {NAMES[kind]}, tier | good: accepted / reviewed / rejected | bad: held back | verdict as labelled | right reason | exactly right |"  # noqa: E501
    yield "|---|---|---|---|---|---|"
    for tier in dict.fromkeys(each.tier for each in found):
        own = [each for each in found if each.tier == tier]
        good = [each for each in own if each.is_good]
        bad = [each for each in own if not each.is_good]
        accepted, reviewed, rejected = (
            sum(each.verdict == outcome for each in good) for outcome in Verdict
        )
        cells = (
            tier,
            f"{accepted} / {reviewed} / {rejected} of {len(good)}" if good else "–",
            f"{sum(each.held_back for each in bad)} of {len(bad)}" if bad else "–",
            *(
                f"{sum(right)} of {len(own)}"
                for right in (
                    [each.as_labelled for each in own],
                    [each.right_reason for each in own],
                    [each.exactly_right for each in own],
                )
            ),
        )
        yield f"| {' | '.join(cells)} |"
    yield ""
    misses = [each for each in found if not _satisfies(each)]
    yield "Misses:" if misses else "No misses."
    for each in misses:
        wanted = each.labelled + (f" for {' or '.join(each.reasons)}" if not each.is_good else "")
        got = each.verdict.value + (
            f" for {', '.join(sorted(each.decisive))}" if each.decisive else ""
        )
        yield f"- `{each.file}` ({each.tier}): labelled {wanted}; found {got}."
    yield ""


def _satisfies(score: Score) -> bool:
    """Tell whether nothing was missed: a person decides on what is judged from content."""
    if score.is_good:
        return score.verdict == Verdict.ACCEPT and score.right_reason
    return score.held_back and score.right_reason


def main() -> int:
    """Write the tables into the document."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else BESIDE
    if not folder.is_dir():
        sys.stderr.write(f"{folder}: no folder with labelled photos and PDFs\n")
        return 66
    kinds: tuple[Kind, ...] = ("photo", "document")
    lines = [line for kind in kinds for line in table(kind, scores(folder, kind))]
    text = DOCUMENT.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    DOCUMENT.write_text(f"{before}{BEGIN}\n" + "\n".join(lines) + END + after, "utf-8")
    sys.stdout.write("\n".join(lines))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
