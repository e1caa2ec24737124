"""Bringing evidence by keys whatever engines are installed, and checks with chosen engines."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from issuance.evidence.checker import LimitedChecker, Report
from issuance.evidence.document import check_document, check_proof
from issuance.evidence.engines import Engines
from issuance.evidence.photo import check_photo
from issuance.evidence.report import Preview, Tell, tell_nobody
from issuance.evidence.rules import NOTHING_EXPECTED, DocumentRule, Expected, PhotoRule
from issuance.findings import Finding
from screens.evidence_capture import EvidenceCaptureScreen
from tests.keys import press_and_wait, wait_until
from tests.screens.middle_of_a_case import press_until, screen_of, settled
from tui.widgets.checklist import Checklist
from tui.widgets.viewer import Viewer


def check_with(monkeypatch: pytest.MonkeyPatch, engines: Engines) -> None:
    """Let the ladder run with these engines, in this process instead of the limited child."""

    def check(
        _checker: LimitedChecker,
        kind: str,
        content: bytes,
        rule: PhotoRule | DocumentRule,
        expected: Expected = NOTHING_EXPECTED,
        *,
        tell: Tell = tell_nobody,
    ) -> Report:
        if isinstance(rule, PhotoRule):
            return check_photo(content, rule, expected, engines, tell)
        look = check_proof if kind == "proof" else check_document
        return look(content, rule, expected, engines, tell)

    monkeypatch.setattr(LimitedChecker, "check", check)
    if engines.pages is None:
        monkeypatch.setattr(LimitedChecker, "preview_page", lambda *_, **__: None)


def report_with(monkeypatch: pytest.MonkeyPatch, report: Report) -> None:
    """Let every check find the same."""

    def check(_checker: LimitedChecker, *_: Any, tell: Tell = tell_nobody, **__: Any) -> Report:
        for finding in report.findings:
            tell(finding)
        return report

    monkeypatch.setattr(LimitedChecker, "check", check)


def check_in_steps(
    monkeypatch: pytest.MonkeyPatch, findings: tuple[Finding, ...], report: Report
) -> Callable[[], None]:
    """Let the check tell one finding at each call of what is returned, and end with the last."""
    turn = threading.Semaphore(0)

    def check(_checker: LimitedChecker, *_: Any, tell: Tell = tell_nobody, **__: Any) -> Report:
        for finding in findings:
            turn.acquire()
            tell(finding)
        turn.acquire()
        return report

    monkeypatch.setattr(LimitedChecker, "check", check)
    return turn.release


def draw_pages(monkeypatch: pytest.MonkeyPatch, count: int = 2) -> None:
    """Let every document have so many white pages, whether or not something here draws pages."""

    def preview_page(
        _checker: LimitedChecker, _content: bytes, page: int, width: int, height: int, **_: Any
    ) -> Preview | None:
        return Preview(width, height, b"\xff" * (width * height * 3)) if page < count else None

    monkeypatch.setattr(LimitedChecker, "preview_page", preview_page)


async def decide_warnings(pilot: Pilot[Any]) -> None:
    """Let every warning pass for the first reason."""
    screen = screen_of(pilot, EvidenceCaptureScreen)
    while screen.in_hand.undecided:
        await press_until(pilot, "s", screen="ValueList")
        await press_until(pilot, "enter", screen="EvidenceCaptureScreen")


async def answer_everything(pilot: Pilot[Any], yes: str = "s") -> None:
    """Decide what is warned of and answer every question with yes."""
    await decide_warnings(pilot)
    questions = pilot.app.screen.query_one(Checklist)
    while not questions.complete:
        await press_and_wait(pilot, yes)
    await settled(pilot)


async def painted(pilot: Pilot[Any], view: int) -> None:
    """Wait until a view of the file shown is painted."""
    viewer = pilot.app.screen.query_one(Viewer)
    await wait_until(lambda: viewer.at == view and viewer.painted)
