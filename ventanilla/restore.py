"""`ventanilla restore`: an office from a backup, into a folder where nothing is yet."""

import argparse
import json
import sys
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tui.translation import N_, UTC
from ventanilla.recovery_key import (
    EXIT_NO_INPUT,
    NoRecoveryKeyError,
    add_key_file,
    read_recovery_key,
)

if TYPE_CHECKING:
    from issuance.engine.carrying_over import CarriedOver
    from issuance.engine.restoring import Restored
    from issuance.findings import Finding
    from tui.translation import Translator

EXIT_FINDINGS: Final = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("file", type=Path, metavar="FILE", help="the backup")
    parser.add_argument(
        "--identity",
        type=Path,
        required=True,
        metavar="KEYFILE",
        help="the file with the key that opens it, AGE-SECRET-KEY-1...",
    )
    parser.add_argument(
        "--into",
        type=Path,
        metavar="FOLDER",
        help="a new or empty folder (default: where this computer has its office)",
    )
    add_list(parser)
    add_key_file(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def add_list(parser: argparse.ArgumentParser) -> None:
    """Declare the option."""
    parser.add_argument(
        "--list",
        type=Path,
        action="append",
        default=[],
        metavar="LIST",
        help="the revocation list this office published last (.crl): what it revokes stays "
        "revoked, and the next list is numbered above it; again for each institution's",
    )


def run(arguments: argparse.Namespace) -> int:
    """Restore; 0 when all is right, 1 with findings, 66 without a recovery key.

    What verification finds in a restored office was in the backup; the office is there all the
    same.
    """
    # Loading the engine takes half a second; `--help` does without.
    from issuance.engine.restoring import restore
    from ventanilla.compose import real_office_folder, system_sources

    target = (arguments.into or real_office_folder()).absolute()
    try:
        restored = restore(
            arguments.file,
            arguments.identity,
            target,
            partial(read_recovery_key, file=arguments.key_file),
            system_sources(),
            arguments.list,
        )
    except NoRecoveryKeyError as missing:
        print(missing, file=sys.stderr)
        return EXIT_NO_INPUT
    return tell(restored, as_json=arguments.json)


def tell(restored: "Restored | tuple[Finding, ...]", *, as_json: bool) -> int:
    """Print what came of it; return the exit code."""
    from ventanilla.findings_text import line, terminal_words

    findings = _findings(restored)
    for finding in findings:
        print(line(finding), file=sys.stderr)
    if as_json:
        print(json.dumps(_outcome(restored)))
    elif not isinstance(restored, tuple):
        words = terminal_words()
        entries = words.plural("{count} entry", "{count} entries", restored.report.entries)
        print(words(N_("restored into {folder}: "), folder=str(restored.folder)) + entries)
        print(_unknown_since(restored, words), file=sys.stderr)
    return EXIT_FINDINGS if findings else 0


def _unknown_since(restored: "Restored", words: "Translator") -> str:
    """Say what must be done before the next revocation list takes the place of the last one."""
    # The moments' words need a calendar, which `--help` does without.
    from tui.moments import full

    told = [
        N_("The backup was made on {moment} UTC and knows nothing that happened since."),
        N_("Mails stopped: {mails}."),
    ]
    carried, institutions = restored.begun.carried, restored.begun.institutions
    if carried is None:
        told.append(
            N_(
                "First of all let an approver, who cannot issue, enter the revocations again that "
                "were made after it: as soon as somebody who may issue logs in, a revocation list "
                "without them is published. With `--list` and the list published last they are "
                "carried over."
            )
        )
    else:
        told.append(
            N_(
                "Carried over from list {number}: of {changed} certificates how they stand, and "
                "{unknown} revoked ones that the backup does not know."
            )
        )
        if carried.unlisted:
            told.append(
                N_(
                    "Suspended in the backup but not on the list: {unlisted}. Please look whether "
                    "they were reinstated."
                )
            )
    known: dict[str, str | int] = {
        "moment": full(restored.taken_at, UTC, words.language),
        "mails": restored.begun.mails_stopped,
    }
    if carried is not None:
        known |= _figures(carried)
    if institutions is not None:
        told.append(N_("Revocations that lists of institutions brought: {revocations}."))
        known |= asdict(institutions)
        if institutions.without_list:
            told.append(
                N_(
                    "Of {without_list} institutions no list was given: what they revoked since "
                    "the backup is good again. Please revoke it again, or restore once more with "
                    "a --list for each."
                )
            )
    return " ".join(words(each, **known) for each in told)


def _figures(carried: "CarriedOver") -> dict[str, int]:
    return {
        "number": carried.number,
        "changed": carried.changed,
        "unknown": len(carried.unknown),
        "unlisted": carried.unlisted,
    }


def _findings(restored: "Restored | tuple[Finding, ...]") -> "tuple[Finding, ...]":
    if isinstance(restored, tuple):
        return restored
    return () if restored.report.ok else tuple(each.finding for each in restored.report.faults)


def _outcome(restored: "Restored | tuple[Finding, ...]") -> dict[str, Any]:
    codes = [each.code for each in _findings(restored)]
    if isinstance(restored, tuple):
        return {"ok": False, "restored": False, "findings": codes}
    from issuance.model import format_instant

    return {
        "ok": not codes,
        "restored": True,
        "folder": str(restored.folder),
        "taken_at": format_instant(restored.taken_at),
        "entries": restored.report.entries,
        "mails_stopped": restored.begun.mails_stopped,
        "list": restored.begun.carried and _figures(restored.begun.carried),
        "institutions": restored.begun.institutions and asdict(restored.begun.institutions),
        "findings": codes,
    }
