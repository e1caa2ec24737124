"""`ventanilla stations-authority`: the certificate by which a proxy knows the office's stations."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tui.translation import N_
from ventanilla.recovery_key import (
    EXIT_NO_INPUT,
    NoRecoveryKeyError,
    add_key_file,
    read_recovery_key,
)

if TYPE_CHECKING:
    from issuance.findings import Finding

EXIT_REFUSED: Final = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "folder", nargs="?", type=Path, help="the office's folder (default: the one here)"
    )
    add_key_file(parser)
    parser.add_argument("--out", type=Path, required=True, help="the file to write (PEM)")


def run(arguments: argparse.Namespace) -> int:
    """Write the certificate; 0 when done, 1 when refused, 66 without what it needs."""
    from issuance.access.office_file import read_office
    from issuance.engine.station_certificates import station_authority_file
    from issuance.findings import Finding
    from ventanilla.compose import office_folder, system_sources
    from ventanilla.findings_text import line, terminal_words

    folder = arguments.folder or office_folder()
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
    content = station_authority_file(folder, key, system_sources())
    refused = content if isinstance(content, Finding) else _written(arguments.out, content)
    if refused is not None:
        print(line(refused), file=sys.stderr)
        return EXIT_REFUSED
    words = terminal_words()
    told = N_("{file} is for the proxy: with it, it lets the office's enrolled stations in.")
    print(words(told, file=str(arguments.out)))
    return 0


def _written(path: Path, content: bytes) -> "Finding | None":
    from issuance.access.durable_file import write_finding

    try:
        path.write_bytes(content)
        # Nothing in it is secret, and the proxy is another user.
        path.chmod(0o644)
    except OSError as error:
        return write_finding(error, path)
    return None
