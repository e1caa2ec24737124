"""`ventanilla custody`: the keys that seal what is in custody, and the token of new ones."""

import argparse
import json
import sys
from getpass import getpass
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
    from issuance.engine.custody_keeping import CustodyStatus
    from issuance.findings import Finding
    from issuance.secret import Secret
    from tui.translation import Translator

EXIT_REFUSED: Final = 1

_ACTS: Final = {
    "status": "tell which keys seal what is in custody, and whether its token answers",
    "renew": "let another key seal what comes new; what was sealed before still opens",
    "token": "let new keys be made in a PKCS#11 token and stay there, or give its new PIN",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of each act."""
    acts = parser.add_subparsers(dest="act", metavar="ACT", required=True)
    for name, what in _ACTS.items():
        act = acts.add_parser(name, help=what, description=what)
        act.add_argument(
            "folder", nargs="?", type=Path, help="the office's folder (default: the one here)"
        )
        add_key_file(act)
        if name == "status":
            act.add_argument("--json", action="store_true", help="print one JSON object")
        if name == "token":
            act.add_argument("--module", required=True, help="the token's PKCS#11 module (a path)")
            act.add_argument("--label", required=True, help="the token's label")
            act.add_argument("--serial", default="", help="its serial number, if labels repeat")
            act.add_argument(
                "--pin-file",
                type=Path,
                help="a file with the token's PIN, or /dev/fd/3; else it is asked for",
            )


def run(arguments: argparse.Namespace) -> int:
    """Carry the act out; 0 when done, 1 when refused, 66 without what it needs."""
    from issuance.access.office_file import read_office
    from issuance.findings import Finding
    from ventanilla.compose import office_folder
    from ventanilla.findings_text import line, terminal_words

    folder, words = arguments.folder or office_folder(), terminal_words()
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
    act = {"status": _status, "renew": _renew, "token": _token}[arguments.act]
    refused = act(arguments, folder, key, words)
    if refused is None:
        return 0
    print(line(refused), file=sys.stderr)
    return EXIT_REFUSED


def _status(
    arguments: argparse.Namespace, folder: Path, key: "Secret", words: "Translator"
) -> "Finding | None":
    from issuance.engine.custody_keeping import custody_status
    from issuance.findings import Finding
    from ventanilla.compose import system_sources

    status = custody_status(folder, key, system_sources())
    if isinstance(status, Finding):
        return status
    print(json.dumps(_outcome(status)) if arguments.json else "\n".join(_told(status, words)))
    return status.trouble


def _renew(
    _: argparse.Namespace, folder: Path, key: "Secret", words: "Translator"
) -> "Finding | None":
    from issuance.engine.custody_keeping import renew_custody_key
    from issuance.findings import Finding
    from ventanilla.compose import system_sources

    version = renew_custody_key(folder, key, system_sources())
    if isinstance(version, Finding):
        return version
    renewed = N_("Key {version} seals what comes new, in programs that start from now on.")
    print(words(renewed, version=version))
    return None


def _token(
    arguments: argparse.Namespace, folder: Path, key: "Secret", words: "Translator"
) -> "Finding | None":
    from issuance.certificates.token_calls import TokenAddress
    from issuance.engine.custody_keeping import move_custody
    from issuance.findings import Finding
    from ventanilla.compose import system_sources

    pin = _pin(arguments.pin_file, words)
    if isinstance(pin, Finding):
        return pin
    address = TokenAddress(module=arguments.module, label=arguments.label, serial=arguments.serial)
    found = move_custody(folder, key, system_sources(), address, pin)
    if isinstance(found, Finding):
        return found
    moved = N_(
        "New keys are made in the token {label} ({serial}), in programs that start from now on. "
        "Those sealed before stay where they are."
    )
    print(words(moved, label=found.label, serial=found.serial))
    return None


def _pin(file: Path | None, words: "Translator") -> "Secret | Finding":
    from issuance.access.durable_file import errno_name
    from issuance.findings import blocks
    from issuance.findings.tokens import TokenFinding
    from issuance.secret import Secret

    try:
        typed = file.read_text("utf-8") if file else getpass(words(N_("The token's PIN")) + ": ")
    except (OSError, UnicodeDecodeError, EOFError) as error:
        reason = errno_name(error) if isinstance(error, OSError) else "UTF-8"
        name = str(file) if file else "–"
        return blocks(TokenFinding.TOKEN_PIN_UNREADABLE, file=name, reason=reason)
    return Secret(typed.rstrip("\r\n"))


def _told(status: "CustodyStatus", words: "Translator") -> list[str]:
    lines = [words(N_("Key {version} seals what comes new."), version=status.current)]
    for version, count in status.sealed.items():
        sealed = words.plural("{count} key", "{count} keys", count)
        lines.append(words(N_("Sealed by key {version}: {count}"), version=version, count=sealed))
    if status.token is None:
        return [*lines, words(N_("There is no token: new keys are sealed here."))]
    count = words.plural("{count} key", "{count} keys", status.in_token)
    place = {"label": status.token.label, "serial": status.token.serial, "count": count}
    return [*lines, words(N_("In the token {label} ({serial}): {count}"), **place)]


def _outcome(status: "CustodyStatus") -> dict[str, object]:
    return {
        "current": status.current,
        "sealed": {str(version): count for version, count in status.sealed.items()},
        "in_token": status.in_token,
        "token": status.token.model_dump() if status.token else None,
        "trouble": status.trouble.code if status.trouble else None,
    }
