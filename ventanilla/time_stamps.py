"""`ventanilla time-stamps`: where signed PDFs get their time stamps: shown, set, tried, off."""

import argparse
import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tui.translation import N_
from ventanilla import office_settings

if TYPE_CHECKING:
    from issuance.engine.opening import OpenedOffice
    from issuance.findings import Finding
    from issuance.secret import Secret
    from issuance.signing.time_stamp_settings import TimeStampSettings
    from tui.translation import Translator


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    office_settings.add_arguments(parser, "the authority's password", "the authority for a stamp")


def run(arguments: argparse.Namespace) -> int:
    """Show the settings as JSON, or change or try them; 0, 1 when refused, 66 without input."""
    label = N_("Password at the time-stamp authority (empty keeps the former one)")
    return office_settings.run_settings(arguments, _read, label, partial(_do, arguments))


def _do(
    arguments: argparse.Namespace,
    opened: "OpenedOffice",
    settings: "TimeStampSettings | None",
    password: "Secret | None",
    words: "Translator",
) -> "tuple[Finding, ...]":
    from issuance.signing.commands import SetTimeStamping

    if settings or arguments.off:
        body = SetTimeStamping(settings=settings, password=password)
        findings = office_settings.give(opened, body)
        kept = N_("The time-stamp authority is kept.")
        if not findings:
            print(words(kept if settings else N_("PDFs get no time stamp any more.")))
        return findings
    return _tried(opened) if arguments.trial else _shown(opened)


def _shown(opened: "OpenedOffice") -> "tuple[Finding, ...]":
    from issuance.signing.queries import TimeStampingAnswer, TimeStampingQuery

    told = opened.engine.ask(TimeStampingQuery(), opened.session)
    if not isinstance(told, TimeStampingAnswer):
        return told if isinstance(told, tuple) else ()
    shown = told.settings.model_dump() if told.settings else None
    print(json.dumps(shown, indent=2, ensure_ascii=False))
    return ()


def _tried(opened: "OpenedOffice") -> "tuple[Finding, ...]":
    from issuance.findings import any_blocks
    from issuance.signing.queries import TimeStampTrialAnswer, TimeStampTrialQuery
    from ventanilla.findings_text import line

    told = opened.engine.ask(TimeStampTrialQuery(), opened.session)
    if not isinstance(told, TimeStampTrialAnswer):
        return told if isinstance(told, tuple) else ()
    if any_blocks([told.finding]):
        return (told.finding,)
    print(line(told.finding))
    return ()


def _read(path: Path) -> "TimeStampSettings | Finding":
    from pydantic import ValidationError

    from issuance.findings import blocks
    from issuance.findings.time_stamps import TimeStampCode
    from issuance.signing.time_stamp_settings import TimeStampSettings

    try:
        with path.open("rb") as file:
            return TimeStampSettings.model_validate_json(file.read(office_settings.LARGEST_FILE))
    except (OSError, ValidationError):
        return blocks(TimeStampCode.TIME_STAMP_FILE_UNREADABLE, file=path.name)
