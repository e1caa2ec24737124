import os
import resource
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from backend_client.founding import found_demonstration
from build_hook import compile_catalogues
from tests.terminal import ALTERNATE_SCREEN_OFF, Terminal
from ventanilla.cli import main
from ventanilla.compose import system_offices

ROOT = Path(__file__).parents[2]
HEAVY = (
    "pydantic", "sqlalchemy", "cryptography", "argon2", "alembic", "PIL", "pypdf", "fpdf", "httpx",
    "tinydb", "pyotp", "segno", "babel", "sqlcipher3", "zxcvbn",
)  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def _catalogues() -> None:
    compile_catalogues(ROOT / "tui" / "locale")


def environment(home: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8", "TERM": "xterm-256color",
        "PYTHONPATH": str(ROOT), "VENTANILLA_HOME": str(home / "data"),
    }  # fmt: skip


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ventanilla", *arguments]
    return subprocess.run(
        command, cwd=home, env=environment(home), capture_output=True, text=True,
        stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip


def test_without_a_terminal_it_refuses_and_writes_nothing(tmp_path):
    ended = run(tmp_path)
    assert ended.returncode == 69
    assert "terminal" in ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_crash_leaves_no_memory_on_the_disk():
    limits = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (limits[1], limits[1]))
    try:
        assert main(["--version"]) == 0
        assert resource.getrlimit(resource.RLIMIT_CORE) == (0, limits[1])
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, limits)


def test_the_version_and_the_licence_are_told(tmp_path):
    ended = run(tmp_path, "--version")
    assert ended.returncode == 0
    assert ended.stdout.startswith("ventanilla ")
    assert "Apache-2.0" in ended.stdout


@pytest.mark.parametrize("arguments", [("nothing",), ("--nothing",), ("rehearse",)])
def test_a_wrong_command_line_ends_with_64(tmp_path, arguments):
    ended = run(tmp_path, *arguments)
    assert ended.returncode == 64
    assert "usage" in ended.stderr


def run_instead_of_verify(home: Path, does: str, **how: Any) -> subprocess.CompletedProcess[str]:
    """Run a command that does what the words of Python say, and nothing else."""
    code = (
        "import signal, sys, tempfile, types; from ventanilla.cli import main;"
        "module = types.ModuleType('ventanilla.verify');"
        "module.add_arguments = lambda parser: None;"
        f"module.run = lambda chosen: {does};"
        "sys.modules['ventanilla.verify'] = module;"
        "sys.exit(main(['verify']))"
    )
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment(home), stderr=subprocess.PIPE,
        text=True, check=False, **how,
    )  # fmt: skip


def test_an_internal_error_of_a_subcommand_ends_with_70_and_tells_no_values(tmp_path):
    ended = run_instead_of_verify(tmp_path, "int('secret-' + 'value')", stdout=subprocess.PIPE)
    assert ended.returncode == 70
    assert "secret-value" not in ended.stderr + ended.stdout
    log = (tmp_path / "data" / "crash.log").read_text()
    assert "ValueError" in log
    assert "secret-value" not in log


def test_a_command_that_is_interrupted_ends_as_a_shell_expects(tmp_path):
    ended = run_instead_of_verify(tmp_path, "signal.raise_signal(signal.SIGINT)")
    assert (ended.returncode, ended.stderr) == (130, "\n")


@pytest.mark.parametrize("ends", [signal.SIGTERM, signal.SIGHUP])
def test_a_command_that_is_told_to_end_takes_what_is_unfinished_away(tmp_path, ends):
    does = (
        f"(files := tempfile.TemporaryDirectory(dir={str(tmp_path)!r}, prefix='unfinished-'))"
        f" and files.__enter__() and signal.raise_signal({int(ends)})"
    )
    ended = run_instead_of_verify(tmp_path, does)
    assert (ended.returncode, ended.stderr) == (128 + ends, "")
    assert not list(tmp_path.glob("unfinished-*"))


def test_a_command_whose_reader_went_away_ends_without_a_word(tmp_path):
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as gone:
        ended = run_instead_of_verify(tmp_path, "print('much') or 0", stdout=gone)
    assert (ended.returncode, ended.stderr) == (141, "")
    assert not (tmp_path / "data" / "crash.log").exists()


@pytest.mark.parametrize("command", ["authority-pin", "tick", "time-stamps"])
def test_nobody_is_asked_for_a_password_where_there_is_no_office(tmp_path, command):
    ended = run(tmp_path, command)
    assert ended.returncode == 66
    assert ended.stderr.startswith("OFFICE_MISSING")


@pytest.mark.parametrize("home", ["new", "demonstration"])
def test_nothing_heavy_is_imported_before_the_first_paint(tmp_path, home, monkeypatch):
    if home == "demonstration":
        monkeypatch.setenv("VENTANILLA_HOME", environment(tmp_path)["VENTANILLA_HOME"])
        found_demonstration(system_offices(), print)
    probe = (
        "import sys\n"
        "from ventanilla.app import counter_app\n"
        "from ventanilla.compose import system_offices\n"
        "app = counter_app(system_offices())\n"
        "async def main():\n"
        "    async with app.run_test():\n"
        "        pass\n"
        "paint = app._display\n"
        "def first(screen, renderable):\n"
        "    app._display = paint\n"
        "    paint(screen, renderable)\n"
        "    print(type(screen).__name__, *sys.modules)\n"
        "app._display = first\n"
        "import asyncio; asyncio.run(main())\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", probe], cwd=ROOT, env=environment(tmp_path), capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    screen, *loaded = ended.stdout.split()
    assert screen == ("FirstStartScreen" if home == "new" else "LogInScreen")
    assert not [name for name in HEAVY if name in loaded]


@pytest.mark.soak
def test_from_an_empty_home_to_work_and_out_again_on_a_real_terminal(tmp_path):
    with ExitStack() as running:
        command = [sys.executable, "-m", "ventanilla"]
        terminal = running.enter_context(Terminal(command, environment(tmp_path), folder=str(ROOT)))
        terminal.wait_for("Abrir la oficina de demostración", 20)
        terminal.send(b"\r")
        terminal.wait_for("Olga Operadora", 40)
        # Typed ahead in one packet: the person, and into work.
        terminal.send(b"1\r")
        terminal.wait_for("Míos 0", 20)
        terminal.process.terminate()
        assert terminal.exit_code(20) == 128 + 15
        assert ALTERNATE_SCREEN_OFF in terminal.output
    assert not (tmp_path / "data" / "crash.log").exists()
