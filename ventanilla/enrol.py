"""`ventanilla enrol`: makes this computer a station that also works without its server."""

import argparse
import sys
from getpass import getpass

from tui.translation import N_
from ventanilla import connect
from ventanilla.connect import EXIT_UNAVAILABLE


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options: those of `connect`; the code is asked for, never an argument."""
    connect.add_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Ask for the code and enrol; 0, or 69 when it cannot be."""
    from backend_client.enrolling import enrol
    from issuance.findings import Finding
    from issuance.secret import Secret
    from ventanilla.compose import system_offices
    from ventanilla.findings_text import line, terminal_words

    words = terminal_words()
    code = Secret(getpass(words(N_("Code of the station")) + ": "))
    if not code.reveal().strip():
        print(words(N_("No code was typed; an administrator makes one.")), file=sys.stderr)
        return EXIT_UNAVAILABLE
    enrolled = enrol(
        system_offices(),
        arguments.address,
        code,
        arguments.certificate,
        arguments.key,
        arguments.authority,
    )
    if isinstance(enrolled, Finding):
        print(line(enrolled), file=sys.stderr)
        return EXIT_UNAVAILABLE
    print(words(N_("This computer is the station “{name}” now."), name=enrolled.name))
    print(words(N_("Start “ventanilla” and log in with your own user.")))
    return 0
