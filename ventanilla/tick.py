"""`ventanilla tick`: does what time asks for in an office nobody has open, and sends its mail."""

import argparse
import json
import sys
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tui.translation import N_
from ventanilla.credential import CREDENTIAL, NoLogInError, read_credential

if TYPE_CHECKING:
    from issuance.engine.clocks import DueReport
    from issuance.engine.opening import OpenedOffice
    from issuance.findings import Finding
    from issuance.secret import Secret
    from tui.translation import Translator

EXIT_WAITS: Final = 1
EXIT_NO_INPUT: Final = 66
"""`EX_NOINPUT` of sysexits.h."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "folder", nargs="?", type=Path, help="the office's folder (default: the one here)"
    )
    parser.add_argument("--user", help="who logs in; else it is asked for")
    parser.add_argument(
        "--unattended",
        action="store_true",
        help=f"log in as a service: the password is the file {CREDENTIAL} of mode 0400 in "
        "$CREDENTIALS_DIRECTORY, and no code is asked for",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Do what is due; 0 when all was done, 1 when something waits, 66 when it does not open."""
    # Loading the engine takes half a second; `--help` does without.
    from issuance.access.office_file import read_office
    from issuance.certificates.keys import make_private_key
    from issuance.engine.opening import OpenedOffice, open_office
    from issuance.findings import Finding
    from ventanilla.compose import office_folder, system_sources
    from ventanilla.findings_text import line, terminal_words

    words, folder = terminal_words(), arguments.folder or office_folder()
    office = read_office(folder)
    if isinstance(office, Finding):
        print(line(office), file=sys.stderr)
        return EXIT_NO_INPUT
    try:
        user, password, code = _log_in(arguments, words)
    except NoLogInError as missing:
        print(missing, file=sys.stderr)
        return EXIT_NO_INPUT
    opened = open_office(folder, user, password, code, system_sources(), make_private_key)
    if not isinstance(opened, OpenedOffice):
        for finding in opened:
            print(line(finding), file=sys.stderr)
        return EXIT_NO_INPUT
    try:
        report, mails = _do(opened)
    finally:
        opened.close()
    for finding in report.published.waits:
        print(line(finding), file=sys.stderr)
    outcome = _outcome(report, mails)
    print(json.dumps(outcome) if arguments.json else _told(outcome, words))
    return EXIT_WAITS if report.published.waits else 0


def _do(opened: "OpenedOffice") -> "tuple[DueReport, int]":
    report = opened.engine.run_due(opened.session)
    return report, opened.engine.deliver_mail()


def _log_in(
    arguments: argparse.Namespace, words: "Translator"
) -> "tuple[str, Secret, Secret | None]":
    """Return user, password and code; raises `NoLogInError`."""
    from issuance.secret import Secret

    if arguments.unattended:
        if not arguments.user:
            raise NoLogInError(words(N_("--unattended needs --user")))
        return arguments.user, Secret(read_credential(words)), None
    try:
        user = arguments.user or input(words(N_("User")) + ": ")
        password = Secret(getpass(words(N_("Password")) + ": "))
        return user, password, Secret(getpass(words(N_("Code")) + ": "))
    except EOFError as error:
        raise NoLogInError(words(N_("Nothing was typed."))) from error


def _outcome(report: "DueReport", mails: int) -> dict[str, Any]:
    waits: tuple[Finding, ...] = report.published.waits
    return {
        "events": report.events,
        "list_number": report.published.list_number,
        "answers": report.published.answers,
        "mails": mails,
        "waits": [finding.code for finding in waits],
    }


def _told(outcome: dict[str, Any], words: "Translator") -> str:
    from tui.case_words import EVENTS, said

    happened = {
        **EVENTS,
        "portable_expired": N_("Certificates of officials ended"),
        "portable_expiring_told": N_("Officials told that a certificate ends"),
        "portable_reissue_asked": N_("Certificates asked for again by a campaign"),
    }
    parts = [
        f"{said(happened, kind, words)}: {count}"
        for kind, count in sorted(outcome["events"].items())
    ]
    if outcome["list_number"] is not None:
        parts.append(words(N_("revocation list number {number}"), number=outcome["list_number"]))
    for label, name in ((N_("status answers"), "answers"), (N_("mails"), "mails")):
        if outcome[name]:
            parts.append(f"{words(label)}: {outcome[name]}")
    return "; ".join(parts) or words(N_("nothing was due"))
