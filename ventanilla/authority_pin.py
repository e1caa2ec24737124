"""`ventanilla authority-pin`: another PIN of the token with the authority's key."""

import argparse
import sys
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tui.translation import N_

if TYPE_CHECKING:
    from issuance.findings import Finding
    from issuance.secret import Secret

EXIT_REFUSED: Final = 1
EXIT_NO_INPUT: Final = 66
"""`EX_NOINPUT` of sysexits.h."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "folder", nargs="?", type=Path, help="the office's folder (default: the one here)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Ask for passphrase and PIN, try the PIN, and keep it; 0 when it is kept."""
    from issuance.access.office_file import read_office
    from issuance.findings import Finding
    from issuance.secret import Secret
    from ventanilla.compose import office_folder
    from ventanilla.findings_text import line, terminal_words

    words, folder = terminal_words(), arguments.folder or office_folder()
    office = read_office(folder)
    if isinstance(office, Finding):
        print(line(office), file=sys.stderr)
        return EXIT_NO_INPUT
    try:
        passphrase = Secret(getpass(words(N_("The authority's passphrase")) + ": "))
        pin = Secret(getpass(words(N_("The token's PIN")) + ": "))
    except EOFError:
        print(words(N_("Nothing was typed.")), file=sys.stderr)
        return EXIT_NO_INPUT
    refused = _keep(folder, passphrase, pin)
    if refused is not None:
        print(line(refused), file=sys.stderr)
        return EXIT_REFUSED
    print(words(N_("The PIN is kept. It holds from the next log-in on.")))
    return 0


def _keep(folder: Path, passphrase: "Secret", pin: "Secret") -> "Finding | None":
    from backend_client.at_the_station.token import open_token
    from issuance.access.durable_file import write_finding
    from issuance.certificates.authority_keys import open_with_passphrase, with_pin
    from issuance.certificates.pkcs11_signer import TokenPin
    from issuance.engine.authority_file import read_authority_keys, write_authority_keys
    from issuance.findings import Finding, blocks
    from issuance.findings.tokens import TokenFinding
    from ventanilla.compose import SystemRandomness

    keys = read_authority_keys(folder)
    if isinstance(keys, Finding):
        return keys
    sealed = keys.keys["issuing"]
    known = open_with_passphrase(sealed, passphrase)
    if isinstance(known, Finding):
        return known
    if not isinstance(known, TokenPin):
        return blocks(TokenFinding.AUTHORITY_NOT_IN_TOKEN)
    # A wrong PIN that was kept would be tried by everybody who logs in.
    token = open_token(known.place.address, pin)
    if isinstance(token, Finding):
        return token
    token.close()
    renewed = with_pin(sealed, passphrase, pin, SystemRandomness())
    if isinstance(renewed, Finding):
        return renewed
    try:
        changed = keys.model_copy(update={"keys": {**keys.keys, "issuing": renewed}})
        write_authority_keys(folder, changed)
    except OSError as error:
        return write_finding(error, folder)
    return None
