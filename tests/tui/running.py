"""Where the sample program runs and what it leaves."""

from collections.abc import Callable
from pathlib import Path

from tests.terminal import Terminal

ROOT = Path(__file__).parents[2]

StartSample = Callable[..., Terminal]


def log_path(folder: Path) -> Path:
    return folder / "crash.log"
