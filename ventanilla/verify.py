"""`ventanilla verify`: proves an office's register whole, or names the first wrong entry."""

import argparse
import json
import sys
from getpass import getpass
from pathlib import Path
from typing import Final

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
    """Verify; 0 when clean, 1 with faults, 66 when the register cannot be opened."""
    # Loading the engine takes half a second; `--help` does without.
    from backend_client.founding import RECOVERY_KEY
    from issuance.engine.inspection import inspect_office
    from issuance.findings import Finding
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
    if isinstance(report, Finding):
        print(line(report), file=sys.stderr)
        return EXIT_NO_INPUT
    if arguments.json:
        faults = [
            {"code": each.code, "seq": each.seq, "figures": dict(each.figures)}
            for each in report.faults
        ]
        outcome = {
            "ok": report.ok,
            "entries": report.entries,
            "first_wrong_entry": report.first_wrong_entry,
            "faults": faults,
        }
        print(json.dumps(outcome))
    else:
        for fault in report.faults:
            print(line(fault.finding))
        first = report.first_wrong_entry
        if first is not None:
            where = f"; first wrong entry: {first}"
        elif report.ok or "ENTRY_UNREADABLE" in {each.code for each in report.faults}:
            where = ""
        else:
            where = "; every entry reads right: the damage is in an index or a state"
        verdict = "clean" if report.ok else "NOT CLEAN"
        print(f"{verdict}: {report.entries} entries, {len(report.faults)} faults{where}")
    return 0 if report.ok else EXIT_FAULTS
