"""What the first paint may cost, and what the shell leans on inside Textual."""

import inspect
import subprocess
import sys

from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.events import Key

from tests.tui.running import ROOT

HEAVY = (
    "pydantic", "sqlalchemy", "cryptography", "PIL", "pypdf", "httpx", "argon2", "alembic",
    "httpcore", "tinydb", "segno", "babel", "stdnum", "phonenumbers", "email_validator",
    "sqlcipher3",
)  # fmt: skip


def run(code: str) -> str:
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return ended.stdout


def test_the_app_imports_nothing_heavy():
    code = (
        "import sys, tui.app, tui.driver, tui.form, tui.header, tui.key_bar, tui.widgets.line_input"
    )
    loaded = run(f"{code}; print(*sys.modules)").split()
    assert not [name for name in HEAVY if name in loaded]


def test_refusing_without_a_terminal_needs_no_textual():
    assert "textual" not in run("import sys, tui.terminal; print(*sys.modules)").split()


def test_the_environment_is_set_before_textual_reads_it():
    code = (
        "import os; os.environ['TEXTUAL_DRIVER'] = 'x:Y'; import tui.app;"
        "from textual import constants;"
        "print(constants.DISABLE_KITTY_KEY, constants.DRIVER, constants.ESCAPE_DELAY,"
        "constants.SMOOTH_SCROLL)"
    )
    assert run(code).split() == ["True", "None", "0.5", "False"]


# Private names of Textual 8.2.8 the shell leans on; when one of these fails after an upgrade, look
# at the module named beside it.


def test_on_event_takes_unforwarded_keys():  # tui/app.py, tui/ordered_keys.py
    assert inspect.iscoroutinefunction(App.on_event)
    assert Key("a", "a").is_forwarded is False
    assert "is_forwarded" in inspect.getsource(App.on_event)


def test_fatal_error_prints_locals_and_is_ours_to_replace():  # tui/app.py
    assert "show_locals=True" in inspect.getsource(App._fatal_error)
    assert "_fatal_error" in inspect.getsource(App._handle_exception)
    for name in (
        "_exit_renderables",
        "_return_code",
        "_close_messages_no_wait",
        "_driver",
        "node._pruning = True",
    ):
        assert name in inspect.getsource(App)


def test_the_driver_decodes_strictly_and_is_ours_to_replace():  # tui/driver.py
    assert 'getincrementaldecoder("utf-8")()' in inspect.getsource(LinuxDriver.run_input_thread)
    assert "run_input_thread" in inspect.getsource(LinuxDriver._run_input_thread)
    for name in ("exit_event", "_writer_thread", "fileno"):
        assert name in inspect.getsource(LinuxDriver)


def test_the_parser_is_fed_and_ticked():  # tui/driver.py
    parser = XTermParser()
    assert [event.key for event in parser.feed("\x1bOP") if isinstance(event, Key)] == ["f1"]
    assert list(parser.tick()) == []
