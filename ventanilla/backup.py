"""`ventanilla backup`: one encrypted file with the whole office, made while people work in it."""

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
    from issuance.engine.backup import BackedUp
    from issuance.findings import Finding

EXIT_FINDINGS: Final = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("file", type=Path, metavar="FILE", help="the file to make")
    parser.add_argument(
        "--recipient",
        action="append",
        required=True,
        metavar="KEY",
        help="the public key, age1..., of who may open the backup; may be given several times "
        "(`ventanilla backup-key` makes one)",
    )
    parser.add_argument(
        "--office", type=Path, help="the office's folder (default: the one of this computer)"
    )
    add_key_file(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Back up; 0 when the file is whole and durable, 1 when none was made, 66 without a key."""
    # Loading the engine takes half a second; `--help` does without.
    from issuance.engine.backup import back_up
    from ventanilla.compose import office_folder, system_sources
    from ventanilla.findings_text import line, terminal_words

    folder = arguments.office or office_folder()
    try:
        key = read_recovery_key(folder, arguments.key_file)
    except NoRecoveryKeyError as missing:
        print(missing, file=sys.stderr)
        return EXIT_NO_INPUT
    made = back_up(folder, key, arguments.recipient, arguments.file, system_sources())
    if isinstance(made, tuple):
        for finding in made:
            print(line(finding), file=sys.stderr)
    if arguments.json:
        print(json.dumps(_outcome(made)))
    elif not isinstance(made, tuple):
        words = terminal_words()
        entries = words.plural("{count} entry", "{count} entries", made.entries)
        octets = words(N_("{count} bytes"), count=made.length)
        print(f"{made.file}: {entries}, {octets}")
    return EXIT_FINDINGS if isinstance(made, tuple) else 0


def _outcome(made: "BackedUp | tuple[Finding, ...]") -> dict[str, Any]:
    if isinstance(made, tuple):
        return {"ok": False, "findings": [each.code for each in made]}
    from issuance.model import format_instant

    return {
        "ok": True,
        "file": str(made.file),
        "taken_at": format_instant(made.taken_at),
        "entries": made.entries,
        "bytes": made.length,
        "findings": [],
    }
