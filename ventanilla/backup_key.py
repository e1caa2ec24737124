"""`ventanilla backup-key`: the pair of keys for backups; the secret one is told once."""

import argparse
import os
import sys
from pathlib import Path
from typing import Final

from tui.translation import N_

EXIT_FINDINGS: Final = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--out", type=Path, metavar="KEYFILE", help="write the secret key to a new file, mode 0600"
    )


def run(arguments: argparse.Namespace) -> int:
    """Make a pair; 0 when it was told, 1 when the file could not be written.

    What is printed is itself a key file, as `age` reads it.
    """
    # The library of age; `--help` does without.
    from issuance.access.durable_file import write_finding
    from issuance.engine.backup_file import make_key_pair
    from ventanilla.findings_text import line, terminal_words

    words = terminal_words()
    pair = make_key_pair()
    text = f"# public key: {pair.recipient}\n{pair.identity.reveal()}\n"
    if arguments.out is None:
        print(text, end="")
        warning = N_("Keep the secret key away from this computer: it is shown once.")
        print(words(warning), file=sys.stderr)
        return 0
    try:
        descriptor = os.open(arguments.out, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        taken = N_("There is already something at {file}, and a key is never replaced.")
        print(words(taken, file=str(arguments.out)), file=sys.stderr)
        return EXIT_FINDINGS
    except OSError as error:
        print(line(write_finding(error, arguments.out)), file=sys.stderr)
        return EXIT_FINDINGS
    print(pair.recipient)
    return 0
