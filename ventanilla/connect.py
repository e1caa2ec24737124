"""`ventanilla connect`: lets this computer work in an office that a server has."""

import argparse
import sys
from pathlib import Path
from typing import Final

from tui.translation import N_

EXIT_UNAVAILABLE: Final = 69
"""`EX_UNAVAILABLE` of sysexits.h."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "address", help="the server: https://HOST[:PORT], or unix:PATH for one of this computer"
    )
    parser.add_argument("--certificate", type=Path, help="this station's certificate (PEM)")
    parser.add_argument("--key", type=Path, help="the key of that certificate (PEM)")
    parser.add_argument(
        "--authority",
        type=Path,
        help="the authority of the server's certificate (PEM), if this system does not know it",
    )


def run(arguments: argparse.Namespace) -> int:
    """Ask the server which office it has and remember it; 0, or 69 when that cannot be."""
    from backend_client.remote_office import connect
    from issuance.findings import Finding
    from ventanilla.compose import system_offices
    from ventanilla.findings_text import line, terminal_words

    sign = connect(
        system_offices(),
        arguments.address,
        arguments.certificate,
        arguments.key,
        arguments.authority,
    )
    if isinstance(sign, Finding):
        print(line(sign), file=sys.stderr)
        return EXIT_UNAVAILABLE
    words = terminal_words()
    print(words(N_("This computer works in the office “{office}” now."), office=sign.name))
    print(words(N_("Start “ventanilla” and log in with your own user.")))
    return 0
