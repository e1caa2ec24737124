"""`ventanilla verify`: proves an office's register whole, or names the first wrong entry."""

import argparse
import json
import sys
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from issuance.findings import Finding
    from issuance.register.fault import VerificationReport

EXIT_FAULTS: Final = 1
EXIT_NO_INPUT: Final = 66
"""`EX_NOINPUT` of sysexits.h."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "folder", nargs="?", type=Path, help="the office's folder (default: the one here)"
    )
    parser.add_argument(
        "--key-file",
        type=Path,
        help="a file with the recovery key that set-up or a rehearsal gave; else it is asked for "
        "(a demonstration keeps its own, which is public, in its folder)",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Verify; 0 when clean, 1 with faults, 66 when the register does not open."""
    # Loading the engine takes half a second; `--help` does without.
    from backend_client.founding import RECOVERY_KEY
    from issuance.engine.inspection import inspect_office
    from issuance.secret import Secret
    from ventanilla.compose import office_folder, system_sources
    from ventanilla.findings_text import line

    folder = arguments.folder or office_folder()
    file: Path | None = arguments.key_file
    public = folder / RECOVERY_KEY
    if file is None and public.exists():
        file = public
    try:
        typed = Secret(file.read_text("utf-8") if file else getpass("Recovery key: "))
    except (OSError, UnicodeDecodeError, EOFError) as error:
        print(f"{file or 'recovery key'}: {error or 'nothing was typed'}", file=sys.stderr)
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
            print(_verdict(report))
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


def _verdict(report: "VerificationReport") -> str:
    first = report.first_wrong_entry
    if first is not None:
        where = f"; first wrong entry: {first}"
    elif report.ok or "ENTRY_UNREADABLE" in {each.code for each in report.faults}:
        where = ""
    else:
        where = "; every entry reads right: the damage is in an index or a state"
    verdict = "clean" if report.ok else "NOT CLEAN"
    return f"{verdict}: {report.entries} entries, {len(report.faults)} faults{where}"
