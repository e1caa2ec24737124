"""The command line: without a subcommand the counter opens full-screen."""

import argparse
import os
import resource
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from types import ModuleType
from typing import Final, NoReturn

EXIT_USAGE: Final = 64
"""`EX_USAGE` of sysexits.h."""
EXIT_NO_INPUT: Final = 66
"""`EX_NOINPUT` of sysexits.h: what the installation should have is wrong or missing."""
EXIT_INTERRUPTED: Final = 130
"""What a shell says of a command that ended by SIGINT."""
EXIT_NOBODY_READS: Final = 141
"""What a shell says of a command that ended by SIGPIPE."""

SUBCOMMANDS: Final = {
    "authority-pin": "tell the office another PIN of the token with the authority's key",
    "backup": "write one encrypted file with the whole office, also while people work in it",
    "backup-key": "make the pair of keys that backups are made for and opened with",
    "check": "check photos or documents as the counter does: accept, review or reject",
    "connect": "let this computer work in an office that a server has",
    "custody": "tell of, renew, or move to a token the keys that keep others in custody",
    "doctor": "tell what is installed, what is missing, and what it means at the counter",
    "enrol": "make this computer a station of a server's office that also works without it",
    "identity-provider": "show, set, try or turn off the provider officials may log in by",
    "rehearse": "issue one invented certificate from first data to key file, and judge it",
    "restore": "restore an office from a backup into a folder where nothing is yet",
    "serve": "serve an office to many counters, on loopback or on a Unix socket",
    "serve-status": "serve revocation list and status answers over HTTP on this computer",
    "stations-authority": "write the certificate by which a proxy knows the enrolled stations",
    "take-up": "go on with a register that PostgreSQL brought back to an earlier moment",
    "time-stamps": "show, set, try or turn off the time stamps of signed PDFs",
    "tick": "do what is due: clocks of certificates, revocation list, status answers, mail",
    "verify": "check the register: chain, checkpoints, states, certificates, files",
}
"""What each does; its module has the same name, and is imported when it is wanted."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """End with the exit code sysexits.h has for a wrong command line."""
        self.print_usage(sys.stderr)
        self.exit(EXIT_USAGE, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry a command line out and return the exit code."""
    _leave_no_core()
    typed = list(sys.argv[1:] if arguments is None else arguments)
    parser = _parser(next((each for each in typed if each in SUBCOMMANDS), ""))
    chosen = parser.parse_args(typed)
    if chosen.version:
        from tui.about import LICENCE, installed_version

        sys.stdout.write(f"ventanilla {installed_version()} ({LICENCE})\n")
        return 0
    if chosen.subcommand:
        return _run(chosen)
    return _full_screen(demonstration=chosen.demonstration)


def _leave_no_core() -> None:
    """Let a crash write no memory to the disk: passwords and keys of the open office are in it."""
    _, hardest = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, hardest))


def _parser(wanted: str) -> argparse.ArgumentParser:
    """Return the parser; only the wanted subcommand is imported, for its arguments."""
    parser = _Parser(prog="ventanilla", description="The counter of a registration office.")
    parser.add_argument("--version", action="store_true", help="tell the version and end")
    parser.add_argument(
        "--demonstration",
        action="store_true",
        help="open the demonstration office even where there is a real one",
    )
    subparsers = parser.add_subparsers(dest="subcommand", metavar="COMMAND")
    for name, what in SUBCOMMANDS.items():
        subparser = subparsers.add_parser(name, help=what, description=what)
        if name == wanted:
            _module(name).add_arguments(subparser)
    return parser


def _module(name: str) -> ModuleType:
    return import_module(f"ventanilla.{name.replace('-', '_')}")


def _end_in_order(number: int, frame: object) -> NoReturn:
    """Leave as from a command that is interrupted: unfinished files go, what is open is closed."""
    del frame
    sys.exit(128 + number)


def _run(chosen: argparse.Namespace) -> int:
    """Run a subcommand; an internal error is recorded without what it was about."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        # Whoever started it with `nohup` wants it to go on.
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _end_in_order)
    try:
        code = int(_module(chosen.subcommand).run(chosen))
        sys.stdout.flush()
    except KeyboardInterrupt:
        sys.stderr.write("\n")
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # What is still to be written would fail again as Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_NOBODY_READS
    except Exception as error:  # noqa: BLE001 -- the last place to keep values off the terminal
        from issuance.findings import Finding

        # A register's failure and a wrong policy say themselves what is to be told.
        if isinstance(told := getattr(error, "finding", None), Finding):
            from ventanilla.findings_text import line

            sys.stderr.write(line(told) + "\n")
            return EXIT_NO_INPUT
        from tui.crash import EXIT_SOFTWARE, apology
        from tui.translation import Translator
        from ventanilla.compose import crash_log

        sys.stderr.write(apology(crash_log().record(error), Translator()) + "\n")
        return EXIT_SOFTWARE
    return code


def _full_screen(*, demonstration: bool) -> int:
    from tui.terminal import refuse_without_terminal

    refuse_without_terminal()
    # Textual and the screens: nothing of this is needed to refuse.
    from backend_client.offices import DEMONSTRATION
    from ventanilla.app import counter_app
    from ventanilla.compose import system_offices

    offices = system_offices()
    return counter_app(offices, DEMONSTRATION if demonstration else "").run_full_screen()
