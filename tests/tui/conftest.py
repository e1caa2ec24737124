import os
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from build_hook import compile_catalogues
from tests.terminal import Terminal
from tests.tui.running import ROOT, log_path


@pytest.fixture(scope="session", autouse=True)
def _catalogues() -> None:
    compile_catalogues(ROOT / "tui" / "locale")


@pytest.fixture
def start(tmp_path: Path):
    """Start the sample program on a terminal of its own."""
    with ExitStack() as running:

        def start_sample(screen: str, *rest: str, columns: int = 80, **variables: str) -> Terminal:
            environment = {
                "PATH": os.environ["PATH"], "HOME": str(tmp_path), "LANG": "C.UTF-8",
                "TERM": "xterm-256color", "COLORTERM": "truecolor", "PYTHONPATH": str(ROOT),
            } | variables  # fmt: skip
            command = [sys.executable, "-m", "tests.tui.program", screen, str(log_path(tmp_path))]
            terminal = Terminal([*command, *rest], environment, columns=columns, folder=str(ROOT))
            return running.enter_context(terminal)

        yield start_sample
