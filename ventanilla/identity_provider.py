"""`ventanilla identity-provider`: the provider officials log in by: shown, set, tried, off."""

import argparse
import json
import sys
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tui.translation import N_

if TYPE_CHECKING:
    from issuance.access.oidc_settings import ProviderSettings, SetIdentityProvider
    from issuance.engine.opening import OpenedOffice
    from issuance.findings import Finding
    from issuance.secret import Secret
    from tui.translation import Translator

EXIT_REFUSED: Final = 1
EXIT_NO_INPUT: Final = 66
"""`EX_NOINPUT` of sysexits.h."""
_LARGEST_FILE: Final = 1 << 16


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "folder", nargs="?", type=Path, help="the office's folder (default: the one here)"
    )
    acts = parser.add_mutually_exclusive_group()
    acts.add_argument(
        "--set",
        type=Path,
        metavar="FILE",
        help="keep the settings of a JSON file; the client's secret is asked for",
    )
    acts.add_argument("--off", action="store_true", help="forget the settings and the secret")
    acts.add_argument(
        "--try", action="store_true", dest="trial", help="ask the provider with what is kept"
    )
    parser.add_argument("--user", help="the administrator who logs in; else it is asked for")


def run(arguments: argparse.Namespace) -> int:
    """Show the settings as JSON, or change or try them; 0, 1 when refused, 66 without input."""
    from issuance.access.office_file import read_office
    from issuance.certificates.keys import make_private_key
    from issuance.engine.opening import OpenedOffice, open_office
    from issuance.findings import Finding
    from ventanilla.compose import office_folder, system_sources
    from ventanilla.findings_text import line, terminal_words

    words, folder = terminal_words(), arguments.folder or office_folder()
    sign = read_office(folder)
    settings = _read(arguments.set) if arguments.set else None
    # Nobody is asked for a password that would do nothing.
    if isinstance(sign, Finding) or isinstance(settings, Finding):
        for missing in (sign, settings):
            if isinstance(missing, Finding):
                print(line(missing), file=sys.stderr)
        return EXIT_NO_INPUT
    try:
        user, password, code = _log_in(arguments.user, words)
        secret = _secret(words) if settings else None
    except EOFError:
        print(words(N_("Nothing was typed.")), file=sys.stderr)
        return EXIT_NO_INPUT
    opened = open_office(folder, user, password, code, system_sources(), make_private_key)
    if not isinstance(opened, OpenedOffice):
        for finding in opened:
            print(line(finding), file=sys.stderr)
        return EXIT_NO_INPUT
    try:
        findings = _do(arguments, opened, settings, secret, words)
    finally:
        opened.close()
    for finding in findings:
        print(line(finding), file=sys.stderr)
    return EXIT_REFUSED if findings else 0


def _do(
    arguments: argparse.Namespace,
    opened: "OpenedOffice",
    settings: "ProviderSettings | None",
    secret: "Secret | None",
    words: "Translator",
) -> "tuple[Finding, ...]":
    from issuance.access.oidc_settings import SetIdentityProvider

    if settings or arguments.off:
        body = SetIdentityProvider(settings=settings, client_secret=secret)
        findings = _given(opened, body)
        told = (
            N_("The identity provider is kept.")
            if settings
            else N_("Nobody logs in by a provider any more.")
        )
        if not findings:
            print(words(told))
        return findings
    return _tried(opened) if arguments.trial else _shown(opened)


def _given(opened: "OpenedOffice", body: "SetIdentityProvider") -> "tuple[Finding, ...]":
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


def _shown(opened: "OpenedOffice") -> "tuple[Finding, ...]":
    from issuance.queries import IdentityProviderAnswer, IdentityProviderQuery

    told = opened.engine.ask(IdentityProviderQuery(), opened.session)
    if not isinstance(told, IdentityProviderAnswer):
        return told if isinstance(told, tuple) else ()
    shown = told.settings.model_dump() if told.settings else None
    print(json.dumps(shown, indent=2, ensure_ascii=False))
    return ()


def _tried(opened: "OpenedOffice") -> "tuple[Finding, ...]":
    from issuance.access.roles import Role
    from issuance.engine.oidc_settings import read_identity_provider
    from issuance.findings import blocks
    from issuance.findings.access import AccessCode
    from issuance.findings.oidc import ProviderCode
    from server.oidc_client import PATIENCE, try_provider
    from ventanilla.findings_text import line

    if Role.ADMINISTRATOR not in opened.session.roles:
        return (blocks(AccessCode.ADMINISTRATOR_ONLY),)
    office = opened.engine.office
    provider = read_identity_provider(office.folder, office.keys)
    if provider is None:
        return (blocks(ProviderCode.PROVIDER_NOT_SET_UP),)
    told = try_provider(provider, PATIENCE)
    if told.code != ProviderCode.PROVIDER_ANSWERS:
        return (told,)
    print(line(told))
    return ()


def _read(path: Path) -> "ProviderSettings | Finding":
    from pydantic import ValidationError

    from issuance.access.oidc_settings import ProviderSettings
    from issuance.findings import blocks
    from issuance.findings.oidc import ProviderCode

    try:
        with path.open("rb") as file:
            return ProviderSettings.model_validate_json(file.read(_LARGEST_FILE))
    except (OSError, ValidationError):
        return blocks(ProviderCode.PROVIDER_FILE_UNREADABLE, file=path.name)


def _log_in(user: str | None, words: "Translator") -> "tuple[str, Secret, Secret]":
    """Return user, password and code; raises EOFError where nothing is typed."""
    from issuance.secret import Secret

    name = user or input(words(N_("User")) + ": ")
    password = Secret(getpass(words(N_("Password")) + ": "))
    return name, password, Secret(getpass(words(N_("Code")) + ": "))


def _secret(words: "Translator") -> "Secret | None":
    """Return the client's secret; None where it is to stay."""
    from issuance.secret import Secret

    typed = getpass(words(N_("Client's secret (empty keeps the former one)")) + ": ")
    return Secret(typed) if typed else None
