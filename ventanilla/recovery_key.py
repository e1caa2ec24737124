"""The recovery key for a subcommand: from a file, a demonstration's own, or typed."""

from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tui.translation import N_

if TYPE_CHECKING:
    import argparse

    from issuance.findings import Finding
    from issuance.secret import Secret
    from tui.translation import Translator

EXIT_NO_INPUT: Final = 66
"""`EX_NOINPUT` of sysexits.h."""


def add_key_file(parser: "argparse.ArgumentParser") -> None:
    """Declare the option."""
    parser.add_argument(
        "--key-file",
        type=Path,
        help="a file with the recovery key that set-up or a rehearsal gave; else it is asked for "
        "(a demonstration keeps its own, which is public, in its folder)",
    )


class NoRecoveryKeyError(Exception):
    """The key could not be read, or nothing was typed; the message says which."""


def read_recovery_key(folder: Path, file: Path | None) -> "Secret":
    """Return the recovery key of the office in a folder; raises `NoRecoveryKeyError`."""
    from backend_client.founding import RECOVERY_KEY
    from issuance.secret import Secret
    from ventanilla.findings_text import line, terminal_words

    public = folder / RECOVERY_KEY
    if file is None and public.exists():
        file = public
    try:
        return Secret(file.read_text("utf-8") if file else getpass(_prompt(terminal_words())))
    except (OSError, UnicodeDecodeError, EOFError) as error:
        raise NoRecoveryKeyError(line(_finding(error, file))) from error


def _prompt(translate: "Translator") -> str:
    return translate(N_("Recovery key")) + ": "


def _finding(error: Exception, file: Path | None) -> "Finding":
    from issuance.access.durable_file import errno_name
    from issuance.findings import blocks
    from issuance.findings.access import AccessCode

    if file is None:
        return blocks(AccessCode.RECOVERY_KEY_NOT_TYPED)
    reason = errno_name(error) if isinstance(error, OSError) else "UTF-8"
    return blocks(AccessCode.RECOVERY_KEY_FILE_UNREADABLE, file=str(file), reason=reason)
