"""`ventanilla verify`: proves an office's register whole, or names the first wrong entry."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tui.translation import N_
from ventanilla.recovery_key import (
    EXIT_NO_INPUT,
    NoRecoveryKeyError,
    add_key_file,
    read_recovery_key,
)

if TYPE_CHECKING:
    from issuance.findings import Finding
    from issuance.register.fault import VerificationReport
    from tui.translation import Translator

EXIT_FAULTS: Final = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "folder", nargs="?", type=Path, help="the office's folder (default: the one here)"
    )
    add_key_file(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Verify; 0 when clean, 1 with faults, 66 when the register does not open."""
    # Loading the engine takes half a second; `--help` does without.
    from issuance.access.office_file import read_office
    from issuance.engine.inspection import inspect_office
    from issuance.findings import Finding
    from ventanilla.compose import office_folder, system_sources
    from ventanilla.findings_text import line, terminal_words

    folder = arguments.folder or office_folder()
    # Nobody is asked for a key that would open nothing.
    sign = read_office(folder)
    if isinstance(sign, Finding):
        if arguments.json:
            print(json.dumps(_outcome((sign,))))
        else:
            print(line(sign), file=sys.stderr)
        return EXIT_NO_INPUT
    try:
        typed = read_recovery_key(folder, arguments.key_file)
    except NoRecoveryKeyError as missing:
        print(missing, file=sys.stderr)
        return EXIT_NO_INPUT
    report = inspect_office(folder, typed, system_sources())
    findings = report if isinstance(report, tuple) else [each.finding for each in report.faults]
    stream = sys.stderr if isinstance(report, tuple) else sys.stdout
    if arguments.json:
        print(json.dumps(_outcome(report)))
    else:
        for finding in findings:
            print(line(finding), file=stream)
        if not isinstance(report, tuple):
            print(_verdict(report, terminal_words()))
    if isinstance(report, tuple):
        return EXIT_NO_INPUT
    return 0 if report.ok else EXIT_FAULTS


def _outcome(report: "VerificationReport | tuple[Finding, ...]") -> dict[str, Any]:
    """Return what a program is told; without a register there are no entries to count."""
    if isinstance(report, tuple):
        findings = [{"code": each.code, "figures": dict(each.parameters)} for each in report]
        return {"ok": False, "entries": None, "first_wrong_entry": None, "faults": findings}
    return {
        "ok": report.ok,
        "entries": report.entries,
        "first_wrong_entry": report.first_wrong_entry,
        "faults": [
            {"code": each.code, "seq": each.seq, "figures": dict(each.figures)}
            for each in report.faults
        ],
    }


def _verdict(report: "VerificationReport", translate: "Translator") -> str:
    entries = translate.plural("{count} entry", "{count} entries", report.entries)
    faults = translate.plural("{count} finding", "{count} findings", len(report.faults))
    verdict = translate(N_("clean")) if report.ok else translate(N_("NOT CLEAN"))
    parts = [f"{verdict}: {entries}, {faults}"]
    first = report.first_wrong_entry
    if first is not None:
        parts.append(translate(N_("first wrong entry: {seq}"), seq=first))
    elif not report.ok and "ENTRY_UNREADABLE" not in {each.code for each in report.faults}:
        parts.append(translate(N_("every entry reads right: the damage is not in them")))
    return "; ".join(parts)
