"""What thousands of tests need not pay for again.

The tests of the checks and of the derivations themselves do without, and so does every test that
starts the program as a process of its own.
"""

import fcntl
import hashlib
import os
import queue
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import pytest

_FOLDER: Final = "VENTANILLA_TESTS_KNOWN_CHECKS"
_SPARED: Final = ("engine", "journeys", "screens", "ventanilla/test_rehearse.py")
_WHOLE: Final = ("journeys/test_counter.py",)
"""Tests that look at which doors a journey opens, or check without engines."""
_children: Final[dict[str, list[Any]]] = {}
"""Idle children of checkers that were closed, by what they were started with."""
_rules: Final[dict[Any, Any]] = {}
"""Rules of style sheets, by their text, their place and the colours of the theme."""


def share_checks(config: pytest.Config) -> None:
    """Make the folder in which every process of this run finds what was checked and made before."""
    if _FOLDER not in os.environ:
        folder = tempfile.TemporaryDirectory(prefix="ventanilla-checks-")
        os.environ[_FOLDER] = folder.name
        config.add_cleanup(folder.cleanup)
    config.add_cleanup(_end_children)


def made_once(
    name: str, make: Callable[[Path], Iterable[UUID]], begin: Path | None = None
) -> tuple[Path, tuple[UUID, ...]]:
    """Return a folder that one process of this run makes, and the cases `make` returned.

    The others wait for it. Nobody changes it any more: tests work on copies. It begins as a copy
    of `begin`, where there is one.
    """
    place = Path(os.environ[_FOLDER]) / "made" / name
    place.mkdir(parents=True, exist_ok=True)
    folder, told = place / "demonstration", place / "cases.txt"
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            shutil.rmtree(folder, ignore_errors=True)
            if begin is not None:
                shutil.copytree(begin, folder)
            told.write_text("\n".join(map(str, make(folder))))
    return folder, tuple(map(UUID, told.read_text().split()))


def is_spared(path: Path) -> bool:
    """Tell whether a test's module is one whose tests only use checks and keys."""
    here = Path(__file__).parent
    return not any(path == here / each for each in _WHOLE) and any(
        path.is_relative_to(here / each) for each in _SPARED
    )


@contextmanager
def spared() -> Iterator[None]:
    """Check files and parse styles once, go on with the child there is, derive keys at low cost."""
    with pytest.MonkeyPatch.context() as patch:
        _check_once(patch)
        _keep_children(patch)
        _parse_once(patch)
        _derive_cheaply(patch)
        yield


def _check_once(patch: pytest.MonkeyPatch) -> None:
    """Let a report be given again: it depends on the file, its rule and what is expected alone."""
    from issuance.evidence.checker import LimitedChecker, Report
    from issuance.evidence.report import DocumentReport, PhotoReport, tell_nobody
    from issuance.findings.evidence import EvidenceCode

    # Said also of a child that died or was late.
    of_the_moment = {EvidenceCode.CHECK_UNAVAILABLE, EvidenceCode.DAMAGED}
    folder, check = Path(os.environ[_FOLDER]), LimitedChecker.check

    def checked_once(
        self: LimitedChecker, kind: Any, content: bytes, *rest: Any, tell: Any = tell_nobody
    ) -> Report:
        asked = repr((kind, hashlib.sha256(content).digest(), rest))
        known = folder / hashlib.sha256(asked.encode()).hexdigest()
        if known.exists():
            model = PhotoReport if kind == "photo" else DocumentReport
            report = model.model_validate_json(known.read_bytes())
            for each in report.findings:
                tell(each)
            return report
        report = check(self, kind, content, *rest, tell=tell)
        if not of_the_moment & {each.code for each in report.findings}:
            unfinished = folder / str(uuid4())
            unfinished.write_text(report.model_dump_json(), "utf-8")
            unfinished.replace(known)
        return report

    patch.setattr(LimitedChecker, "check", checked_once)
    patch.setattr(LimitedChecker, "warm", lambda _: None)


def _keep_children(patch: pytest.MonkeyPatch) -> None:
    """Give the idle child of a checker that closes to the next one: its engines take a second."""
    from issuance.evidence import checker
    from issuance.evidence.checker import LimitedChecker

    start, close = checker._Worker, LimitedChecker.close

    def kept_or_new() -> Any:
        kept = _children.get(checker._START, [])
        while kept:
            child = kept.pop()
            if child.is_alive():
                return child
            child.end()
        child: Any = start()
        child.started_with = checker._START
        return child

    def close_but_keep(self: LimitedChecker) -> None:
        idle: list[Any] = []
        with suppress(queue.Empty):
            while True:
                idle.append(self._free.get_nowait())
        for seat in idle:
            started_with = getattr(seat.worker, "started_with", None)
            if started_with is not None:
                _children.setdefault(started_with, []).append(seat.worker)
                seat.worker = None
            self._free.put(seat)
        close(self)

    patch.setattr(checker, "_Worker", kept_or_new)
    patch.setattr(LimitedChecker, "close", close_but_keep)


def _end_children() -> None:
    for children in _children.values():
        while children:
            children.pop().end()


def _parse_once(patch: pytest.MonkeyPatch) -> None:
    """Give the rules of a style sheet again: Textual parses them anew for each app and screen."""
    from textual.css.stylesheet import Stylesheet

    parse_rules = Stylesheet._parse_rules

    def parsed_once(self: Stylesheet, css: str, *named: Any, **options: Any) -> Any:
        asked = (css, named, *sorted(options.items()), frozenset(self._variables.items()))
        if asked not in _rules:
            _rules[asked] = parse_rules(self, css, *named, **options)
        return _rules[asked]

    patch.setattr(Stylesheet, "_parse_rules", parsed_once)


def _derive_cheaply(patch: pytest.MonkeyPatch) -> None:
    """Seal keys and slots at little cost; each file tells its own, so it opens everywhere."""
    from backend_client.at_the_station.sealed_keys import SealedKeyStore
    from issuance.access.office import KeyDerivationParameters
    from issuance.certificates.sealing import PassphraseParameters
    from issuance.engine.founding import FoundingPlan

    slots = KeyDerivationParameters(1, 8 * 1024, 1)
    passphrases = PassphraseParameters(memory_kib=8 * 1024, iterations=1)
    patch.setattr(FoundingPlan.__init__, "__defaults__", (None, slots, passphrases))
    patch.setattr(SealedKeyStore.__init__, "__defaults__", (passphrases,))
