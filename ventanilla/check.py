"""`ventanilla check`: judges photos or documents as the counter does, for scripts and by hand."""

import argparse
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from issuance.identity.cleaning import printable
from tui.translation import LANGUAGES, N_, Translator

if TYPE_CHECKING:
    from issuance.evidence.checker import LimitedChecker
    from issuance.evidence.report import Verdict
    from issuance.evidence.rules import DocumentRule, Expected, PhotoRule
    from issuance.findings import Finding

POLICY: Final = "ec-icert"
EVIDENCE: Final = {"photo": "photo", "document": "identity_card"}
"""Whose rules hold, by the kind of file: its name in the policy."""

EXIT_CODES: Final = {"accept": 0, "review": 1, "reject": 2}
EXIT_USAGE: Final = 64
EXIT_SOFTWARE: Final = 70
"""`EX_USAGE` and `EX_SOFTWARE` of sysexits.h."""
EXIT_BROKEN_PIPE: Final = 141
"""What a shell tells of a program that a closed pipe ended: 128 and the number of SIGPIPE."""

Kind = Literal["photo", "document"]
Measure = str | int | float | None

_NUMBER: Final = re.compile(r"(?=.*[0-9])[0-9A-Za-z][0-9A-Za-z .-]{4,24}")
"""Of an identity card or passport of any country."""

_VALUES: Final = ("value", "size_kb", "bytes", "pages", "read")
_THRESHOLDS: Final = ("threshold", "maximum_kb", "maximum", "minimum", "maximum_megapixels")


@dataclass(frozen=True, slots=True)
class Checked:
    """A file and what was found; `fingerprint` is empty where none was made."""

    file: Path
    findings: "tuple[Finding, ...]"
    fingerprint: str = ""

    @property
    def verdict(self) -> "Verdict":
        """Return what the findings come to."""
        from issuance.evidence.report import verdict

        return verdict(self.findings)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("kind", choices=tuple(EVIDENCE), help="what the files are")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--number", default="", help="the applicant's number, to be compared")
    parser.add_argument(
        "--against",
        type=Path,
        metavar="FOLDER",
        help="photos of other applicants, among which a photo must have no double",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object a line")
    parser.add_argument("--language", choices=LANGUAGES, help="language of the sentences")


def run(arguments: argparse.Namespace) -> int:
    """Check; 0 when all are accepted, 1 when some need review, 2 when some are rejected."""
    against: Path | None = arguments.against
    if against and (arguments.kind != "photo" or not against.is_dir()):
        return _usage(N_("--against takes a folder, with photos only"), arguments.language)
    if arguments.number and not unseparated_number(arguments.number):
        return _usage(N_("--number takes an identity number"), arguments.language)
    # Loading policy and checks takes a while; `--help` does without.
    from issuance.evidence.checker import LimitedChecker
    from issuance.findings.evidence import EvidenceCode
    from ventanilla.findings_text import line

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A file name may hold letters the terminal's encoding lacks.
            stream.reconfigure(errors="backslashreplace")
    workers = os.cpu_count() or 1
    checker = LimitedChecker(workers=workers)
    exit_code = 0
    try:
        for checked in _judge(arguments, checker, workers):
            print(_as_json(checked, arguments.kind) if arguments.json else _as_text(checked))
            sys.stdout.flush()
            for finding in checked.findings:
                told = f"{checked.file}: {line(finding, arguments.language)}"
                print(printable(told), file=sys.stderr)
            if any(each.code == EvidenceCode.CHECK_UNAVAILABLE for each in checked.findings):
                return EXIT_SOFTWARE
            exit_code = max(exit_code, EXIT_CODES[checked.verdict])
    except BrokenPipeError:
        # Whoever read us has seen enough. What is still buffered must not be written at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_BROKEN_PIPE
    finally:
        checker.close()
    return exit_code


def _usage(message: str, language: str | None) -> int:
    from ventanilla.findings_text import chosen_language

    words = Translator(chosen_language(language))(message)
    print(f"ventanilla check: {words}", file=sys.stderr)
    return EXIT_USAGE


def _judge(
    arguments: argparse.Namespace, checker: "LimitedChecker", workers: int
) -> Iterator[Checked]:
    """Check all files side by side and yield them in the order they were named."""
    from issuance.evidence.rules import NOTHING_EXPECTED, Expected, PhotoRule
    from ventanilla.compose import SystemClock

    rule = policy_rule(arguments.kind)
    number = unseparated_number(arguments.number)
    expected = Expected(number=number, today=SystemClock().now().date())
    files: list[Path] = arguments.files
    with ThreadPoolExecutor(workers) as threads:
        checks = threads.map(lambda file: _check(checker, file, rule, expected), files)
        if not isinstance(rule, PhotoRule):
            yield from checks
            return
        # A fingerprint needs no face.
        quick = rule.model_copy(update={"faces": None})
        others = threads.map(
            lambda file: _check(checker, file, quick, NOTHING_EXPECTED),
            _photos_of_others(arguments.against, files),
        )
        doubles = _Doubles(rule, others)
        yield from map(doubles.compared, checks)


def unseparated_number(text: str) -> str:
    """Return an identity number without what stands between its parts; nothing if it is none."""
    from issuance.evidence.card_codes import bare_number

    return bare_number(text) if _NUMBER.fullmatch(text.strip()) else ""


def policy_rule(kind: Kind) -> "PhotoRule | DocumentRule":
    """Return what the policy asks of a photo, or of a scanned identity card."""
    from issuance.policies.loader import load_policy

    asked = load_policy(POLICY).policy.evidence
    rule = next(each for each in asked if each.id == EVIDENCE[kind])
    found = rule.photo if kind == "photo" else rule.document
    if found is None:
        raise LookupError(f"the policy says nothing of a {kind}")
    return found


def _check(
    checker: "LimitedChecker",
    file: Path,
    rule: "PhotoRule | DocumentRule",
    expected: "Expected",
) -> Checked:
    """Check one file; what cannot be read is a finding, too."""
    from backend_client.intake import EvidenceFile, read_evidence_file
    from issuance.evidence.report import PhotoReport
    from issuance.evidence.rules import PhotoRule

    read = read_evidence_file(file, rule.maximum_bytes)
    if not isinstance(read, EvidenceFile):
        return Checked(file, (read,))
    kind = "photo" if isinstance(rule, PhotoRule) else "document"
    report = checker.check(kind, read.octets, rule, expected)
    fingerprint = report.fingerprint if isinstance(report, PhotoReport) else ""
    return Checked(file, report.findings, fingerprint)


def _photos_of_others(folder: Path | None, files: list[Path]) -> list[Path]:
    """Return the files of a folder but those under judgement."""
    if folder is None:
        return []
    # `Path.resolve` raises for a link that leads to itself.
    judged = {os.path.realpath(file) for file in files}
    return [file for file in sorted(folder.iterdir()) if os.path.realpath(file) not in judged]


class _Doubles:
    """Knows other applicants' photos, and those of this run by the order they come in."""

    def __init__(self, rule: "PhotoRule", others: Iterable[Checked]) -> None:
        from issuance.evidence.rules import QualityRule

        self._bits = (rule.quality or QualityRule()).duplicate_bits
        self._others = [(each, each.fingerprint) for each in others]
        self._earlier: list[tuple[Checked, str]] = []

    def compared(self, checked: Checked) -> Checked:
        """Add which photos this one resembles: another's is to be looked at.

        Whose the photos of one run are is not known: a resemblance among them is only told.
        """
        from issuance.evidence.fingerprint import bits_apart, find_alike
        from issuance.findings import informs, warns
        from issuance.findings.evidence import EvidenceCode

        found = [
            tell(
                EvidenceCode.DUPLICATE,
                other=other.file.name,
                value=bits_apart(checked.fingerprint, other.fingerprint),
                threshold=self._bits,
            )
            for tell, known in ((warns, self._others), (informs, self._earlier))
            for other in find_alike(checked.fingerprint, known, self._bits)[:1]
        ]
        self._earlier.append((checked, checked.fingerprint))
        return replace(checked, findings=(*checked.findings, *found))


def _as_json(checked: Checked, kind: Kind) -> str:
    findings = [
        {
            "code": finding.code,
            "severity": finding.severity.value,
            "value": _value(finding.parameters),
            "threshold": _first(finding.parameters, _THRESHOLDS),
            "engine": finding.parameters.get("engine"),
        }
        for finding in checked.findings
    ]
    return json.dumps(
        {
            "file": str(checked.file),
            "kind": kind,
            "verdict": checked.verdict.value,
            "findings": findings,
        }
    )


def _as_text(checked: Checked) -> str:
    lines = [f"{checked.verdict.value:<7} {checked.file}"]
    for finding in checked.findings:
        value = _value(finding.parameters)
        threshold = _first(finding.parameters, _THRESHOLDS)
        measured = "" if value is None else f"  {value}"
        limit = "" if threshold is None else f" ({threshold})"
        lines.append(f"        {finding.severity.value:<7} {finding.code}{measured}{limit}")
    return "\n".join(map(printable, lines))


def _value(parameters: Mapping[str, str | int]) -> Measure:
    if "width" in parameters and "height" in parameters:
        size = (int(parameters["width"]), int(parameters["height"]))
        return min(size) if "minimum" in parameters else f"{size[0]}x{size[1]}"
    return _first(parameters, _VALUES)


def _first(parameters: Mapping[str, str | int], names: tuple[str, ...]) -> Measure:
    """Return the first of the named figures; a decimal in words as a number."""
    for name in names:
        figure = parameters.get(name)
        if isinstance(figure, str) and name != "read":
            try:
                return float(figure)
            except ValueError:
                return figure
        if figure is not None:
            return figure
    return None
