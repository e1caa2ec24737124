"""`ventanilla take-up`: goes on with a register that was brought back to an earlier moment."""

import argparse
import sys
from pathlib import Path

from ventanilla.recovery_key import (
    EXIT_NO_INPUT,
    NoRecoveryKeyError,
    add_key_file,
    read_recovery_key,
)
from ventanilla.restore import add_list, tell


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "folder", nargs="?", type=Path, help="the office's folder (default: the one here)"
    )
    add_list(parser)
    add_key_file(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Take the office up; 0 when all is right, 1 with findings, 66 without a recovery key."""
    from issuance.access.office_file import read_office
    from issuance.engine.restoring import take_up
    from issuance.findings import Finding
    from ventanilla.compose import office_folder, system_sources
    from ventanilla.findings_text import line

    folder = (arguments.folder or office_folder()).absolute()
    # Nobody is asked for a key that would open nothing.
    sign = read_office(folder)
    if isinstance(sign, Finding):
        print(line(sign), file=sys.stderr)
        return EXIT_NO_INPUT
    try:
        key = read_recovery_key(folder, arguments.key_file)
    except NoRecoveryKeyError as missing:
        print(missing, file=sys.stderr)
        return EXIT_NO_INPUT
    return tell(take_up(folder, key, system_sources(), arguments.list), as_json=arguments.json)
