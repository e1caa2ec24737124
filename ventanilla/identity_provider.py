"""`ventanilla identity-provider`: the provider officials log in by: shown, set, tried, off."""

import argparse
import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tui.translation import N_
from ventanilla import office_settings

if TYPE_CHECKING:
    from issuance.access.oidc_settings import ProviderSettings
    from issuance.engine.opening import OpenedOffice
    from issuance.findings import Finding
    from issuance.secret import Secret
    from tui.translation import Translator


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    office_settings.add_arguments(parser, "the client's secret", "the provider")


def run(arguments: argparse.Namespace) -> int:
    """Show the settings as JSON, or change or try them; 0, 1 when refused, 66 without input."""
    label = N_("Client's secret (empty keeps the former one)")
    return office_settings.run_settings(arguments, _read, label, partial(_do, arguments))


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
        findings = office_settings.give(opened, body)
        told = (
            N_("The identity provider is kept.")
            if settings
            else N_("Nobody logs in by a provider any more.")
        )
        if not findings:
            print(words(told))
        return findings
    return _tried(opened) if arguments.trial else _shown(opened)


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
            return ProviderSettings.model_validate_json(file.read(office_settings.LARGEST_FILE))
    except (OSError, ValidationError):
        return blocks(ProviderCode.PROVIDER_FILE_UNREADABLE, file=path.name)
