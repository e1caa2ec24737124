"""What must be true of the terminal before anything is drawn. Standard library only."""

import os
import sys

from tui.translation import DEFAULT_LANGUAGE, N_, Translator

EXIT_UNAVAILABLE = 69
"""`EX_UNAVAILABLE` of sysexits.h: no terminal to draw on."""

_NO_TERMINAL = N_(
    "Ventanilla needs a terminal to draw on. Start it from an interactive session"
    " (with SSH: add the option -t)."
)


def refuse_without_terminal(language: str = DEFAULT_LANGUAGE) -> None:
    """End the program with exit code 69 when input or output is not a terminal.

    Without this a program started by scp or sftp would wait for keys for ever at full load.

    Raises:
        SystemExit: with code 69, after a message on standard error.
    """
    streams = (sys.__stdin__, sys.__stdout__, sys.__stderr__)
    if all(stream is not None and stream.isatty() for stream in streams):
        return
    sys.stderr.write(Translator(language)(_NO_TERMINAL) + "\n")
    raise SystemExit(EXIT_UNAVAILABLE)


def draws_ascii_only() -> bool:
    """Tell whether the terminal is too plain for box-drawing characters (the Linux console)."""
    return os.environ.get("TERM", "") in {"linux", "vt100", "vt220", "dumb"}
