"""Settings of an office at the command line: read from a file, given by an administrator."""

import argparse
import sys
from collections.abc import Callable
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from tui.translation import N_

if TYPE_CHECKING:
    from issuance.commands import Body
    from issuance.engine.opening import OpenedOffice
    from issuance.findings import Finding
    from issuance.secret import Secret
    from tui.translation import Translator

EXIT_REFUSED: Final = 1
EXIT_NO_INPUT: Final = 66
"""`EX_NOINPUT` of sysexits.h."""
LARGEST_FILE: Final = 1 << 16
SettingsT = TypeVar("SettingsT")
Act = Callable[
    ["OpenedOffice", SettingsT | None, "Secret | None", "Translator"], "tuple[Finding, ...]"
]
"""Does what was asked for with the open office, the settings and their secret."""


def add_arguments(parser: argparse.ArgumentParser, secret: str, asked: str) -> None:
    """Declare the options.

    Args:
        parser: the subcommand's.
        secret: which secret is asked for, in English.
        asked: who is tried.
    """
    parser.add_argument(
        "folder", nargs="?", type=Path, help="the office's folder (default: the one here)"
    )
    acts = parser.add_mutually_exclusive_group()
    acts.add_argument(
        "--set",
        type=Path,
        metavar="FILE",
        help=f"keep the settings of a JSON file; {secret} is asked for",
    )
    acts.add_argument("--off", action="store_true", help=f"forget the settings and {secret}")
    acts.add_argument(
        "--try", action="store_true", dest="trial", help=f"ask {asked} with what is kept"
    )
    parser.add_argument("--user", help="the administrator who logs in; else it is asked for")


def run_settings(
    arguments: argparse.Namespace,
    read: "Callable[[Path], SettingsT | Finding]",
    secret_label: str,
    act: "Act[SettingsT]",
) -> int:
    """Open the office for an administrator and act; 0, 1 when refused, 66 without input."""
    from issuance.access.office_file import read_office
    from issuance.certificates.keys import make_private_key
    from issuance.engine.opening import OpenedOffice, open_office
    from issuance.findings import Finding
    from ventanilla.compose import office_folder, system_sources
    from ventanilla.findings_text import line, terminal_words

    words, folder = terminal_words(), arguments.folder or office_folder()
    sign = read_office(folder)
    settings = read(arguments.set) if arguments.set else None
    # Nobody is asked for a password that would do nothing.
    if isinstance(sign, Finding) or isinstance(settings, Finding):
        for missing in (sign, settings):
            if isinstance(missing, Finding):
                print(line(missing), file=sys.stderr)
        return EXIT_NO_INPUT
    try:
        user, password, code = _log_in(arguments.user, words)
        secret = _secret(words(secret_label)) if settings else None
    except EOFError:
        print(words(N_("Nothing was typed.")), file=sys.stderr)
        return EXIT_NO_INPUT
    opened = open_office(folder, user, password, code, system_sources(), make_private_key)
    if not isinstance(opened, OpenedOffice):
        for finding in opened:
            print(line(finding), file=sys.stderr)
        return EXIT_NO_INPUT
    try:
        findings = act(opened, settings, secret, words)
    finally:
        opened.close()
    for finding in findings:
        print(line(finding), file=sys.stderr)
    return EXIT_REFUSED if findings else 0


def give(opened: "OpenedOffice", body: "Body") -> "tuple[Finding, ...]":
    """Give a command about the office; return why it was refused."""
    from issuance.commands import Command
    from issuance.streams import StreamRef

    office, session = opened.engine.office, opened.session
    command = Command(
        id=office.sources.identifiers.new(),
        office=office.id,
        stream=StreamRef(kind="office", id=office.id),
        base_revision=0,
        operator=session.operator,
        session=session.id,
        at=office.now(),
        body=body,
    )
    return opened.engine.execute(command, session).findings


def _log_in(user: str | None, words: "Translator") -> "tuple[str, Secret, Secret]":
    """Return user, password and code; raises EOFError where nothing is typed."""
    from issuance.secret import Secret

    name = user or input(words(N_("User")) + ": ")
    password = Secret(getpass(words(N_("Password")) + ": "))
    return name, password, Secret(getpass(words(N_("Code")) + ": "))


def _secret(label: str) -> "Secret | None":
    """Return the secret that goes with the settings; None where the former one is to stay."""
    from issuance.secret import Secret

    typed = getpass(label + ": ")
    return Secret(typed) if typed else None
