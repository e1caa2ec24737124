"""The power goes between two statements; what the disk holds at that moment is all that is left."""

import shutil
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy import Engine, event

from issuance.register import statements
from issuance.register.statements import hand_over
from tests.engine.desk import PowerCut

POINTS = ("before_cursor_execute", "commit")
"""Before every statement and before every commit: what lies between them changes no disk.

What is handed to the driver without SQLAlchemy is counted where that is done.
"""


def until_the_power_goes(work: Callable[[], object], folder: Path, left: Path, after: int) -> bool:
    """Work until so many statements and commits are sent, or to the end; tell which.

    `left` becomes what is left of a folder: a copy made at that very moment.
    """
    worker, sent = threading.get_ident(), 0

    def count(*_: object) -> None:
        nonlocal sent
        if threading.get_ident() != worker:
            return
        sent += 1
        if sent > after:
            _keep(folder, left)
            raise PowerCut

    def counted(*handed: Any) -> Any:
        count()
        return hand_over(*handed)

    for point in POINTS:
        event.listen(Engine, point, count)
    try:
        with suppress(PowerCut), patch.object(statements, "hand_over", counted):
            work()
    finally:
        for point in POINTS:
            event.remove(Engine, point, count)
    was_cut = left.exists()
    _keep(folder, left)
    return was_cut


def _keep(folder: Path, left: Path) -> None:
    # What a database shares in memory (-shm) is gone; locks and unfinished files say nothing.
    passing = shutil.ignore_patterns("*-shm", ".*.lock", ".*.unfinished")
    if not left.exists():
        shutil.copytree(folder, left, ignore=passing)
