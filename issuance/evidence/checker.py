"""The door to the limited child process: checks and small pictures of files nobody trusts yet."""

import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, Literal, cast

import issuance
from issuance.evidence.protocol import (
    READY,
    Answer,
    CleanCopyTask,
    DocumentTask,
    PagePreviewTask,
    PhotoTask,
    PreviewTask,
    Request,
    SignedDocumentTask,
    Task,
    Turn,
    read_line,
    send,
)
from issuance.evidence.report import (
    Box,
    DocumentReport,
    PhotoReport,
    Preview,
    Tell,
    tell_nobody,
)
from issuance.evidence.rules import NOTHING_EXPECTED, DocumentRule, Expected, PhotoRule
from issuance.findings import Finding, any_blocks, blocks
from issuance.findings.evidence import EvidenceCode
from issuance.signing.preparation import Prepared, SigningTask

CheckKind = Literal["photo", "document", "proof"]
Report = PhotoReport | DocumentReport

_START: Final = (
    "import sys; sys.path.insert(0, sys.argv[1]); import issuance.evidence.worker as worker; "
    "worker.main()"
)
_START_SECONDS: Final = 60.0
_MAXIMUM_FINDINGS: Final = 200

_ENVIRONMENT: Final = {"OMP_NUM_THREADS": "1", "OMP_THREAD_LIMIT": "1"}
"""Files are checked side by side in several processes; threads that wait by spinning slow all."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    answer: Answer | None
    content: bytes = b""
    failure: str = ""
    told: tuple[Finding, ...] = ()


class LimitedChecker:
    """Opens hostile files in child processes that may neither hang nor eat the machine.

    One child is kept ready from the first use or `warm` on, up to `workers` where as many files
    are given at once; one that met a bad file is not used again. A call waits for a free child and
    then lasts up to `wall_seconds`: make it in a thread.
    """

    def __init__(self, wall_seconds: float = 30.0, workers: int = 1) -> None:
        self._wall_seconds = wall_seconds
        self._closed = False
        self._seats = tuple(_Seat() for _ in range(workers))
        # The seat used last comes first: its child is warm.
        self._free: queue.LifoQueue[_Seat] = queue.LifoQueue()
        for seat in self._seats:
            self._free.put(seat)

    def warm(self) -> None:
        """Start a child ahead of the first file."""
        with self._a_seat() as seat:
            if not self._closed:
                self._ready_worker(seat)

    def check(
        self,
        kind: CheckKind,
        content: bytes,
        rule: PhotoRule | DocumentRule,
        expected: Expected = NOTHING_EXPECTED,
        *,
        tell: Tell = tell_nobody,
    ) -> Report:
        """Check a file. A child that dies or takes too long proves the file damaged.

        `tell` is called in this thread with each finding of the report the moment it is made. A
        photo takes a `PhotoRule`, a document or proof a `DocumentRule`; raises TypeError for the
        other one.
        """
        outcome = self._perform(_check_task(kind, rule, expected), content, tell)
        if outcome.answer and outcome.answer.report:
            return outcome.answer.report
        finding = _failure(outcome)
        tell(finding)
        report = PhotoReport if kind == "photo" else DocumentReport
        return report(findings=(*outcome.told, finding))

    def check_signed(self, content: bytes, task: SignedDocumentTask) -> tuple[Finding, ...]:
        """Return what is wrong with a signed PDF. A child that dies proves the file damaged."""
        outcome = self._perform(task, content)
        if outcome.answer and outcome.answer.report:
            return outcome.answer.report.findings
        return (_failure(outcome),)

    def preview(
        self,
        content: bytes,
        maximum_width: int,
        maximum_height: int,
        *,
        crop: Box | None = None,
        turn: Turn = 0,
    ) -> Preview | None:
        """Return a photo as a small upright picture; None when it cannot be shown.

        `crop`, in pixels of the full upright picture, shows that part only, enlarged where it is
        small; `turn` turns what is shown by so many degrees clockwise.
        """
        return self._show(
            PreviewTask(
                maximum_width=maximum_width, maximum_height=maximum_height, crop=crop, turn=turn
            ),
            content,
        )

    def preview_page(
        self, content: bytes, page: int, maximum_width: int, maximum_height: int, *, turn: Turn = 0
    ) -> Preview | None:
        """Return a page (from 0) of a PDF as a small picture.

        None when it cannot be shown, or no page renderer is installed.
        """
        return self._show(
            PagePreviewTask(
                maximum_width=maximum_width, maximum_height=maximum_height, page=page, turn=turn
            ),
            content,
        )

    def clean_copy(self, content: bytes) -> bytes | None:
        """Return a copy of a photo or PDF that carries nothing but what is seen.

        A photo becomes a new upright JPEG without EXIF, place or further pictures; a PDF becomes
        one of pictures of its pages, without text, links or scripts. None when the file is not
        sound, or is a PDF and no page renderer is installed.
        """
        return self._perform(CleanCopyTask(), content).content or None

    def prepare_signing(self, parts: tuple[bytes, ...], task: SigningTask) -> Prepared | Finding:
        """Return a PDF or XML with a hole for its signature, or what is wrong with it."""
        outcome = self._perform(task, b"".join(parts))
        answer = outcome.answer
        if answer is None or (answer.refused is None and answer.hole is None):
            return _failure(outcome)
        if answer.hole is None:
            return answer.refused or _failure(outcome)
        hole = answer.hole
        return Prepared(outcome.content, bytes.fromhex(hole.digest), hole.start, hole.end)

    def close(self) -> None:
        """End the children, even in the middle of a check."""
        self._closed = True
        for seat in self._seats:
            if worker := seat.worker:
                worker.kill()
        free = [self._free.get() for _ in self._seats]
        for seat in free:
            if seat.worker:
                seat.worker.end()
            self._free.put(seat)

    def _show(self, task: PreviewTask | PagePreviewTask, content: bytes) -> Preview | None:
        outcome = self._perform(task, content)
        answer = outcome.answer
        if (
            answer is None
            or not 0 < answer.width <= task.maximum_width
            or not 0 < answer.height <= task.maximum_height
            or len(outcome.content) != answer.width * answer.height * 3
        ):
            return None
        return Preview(answer.width, answer.height, outcome.content)

    def _perform(self, task: Task, content: bytes, tell: Tell = tell_nobody) -> _Outcome:
        with self._a_seat() as seat:
            worker = self._ready_worker(seat)
            try:
                outcome = worker.perform(task, content, self._wall_seconds, tell)
            except BaseException:
                # Half an answer may still be under way: nobody else must read it.
                worker.end()
                raise
            report = outcome.answer.report if outcome.answer else None
            if outcome.failure or (report and any_blocks(report.findings)):
                self._replace_worker(seat)
            return outcome

    @contextmanager
    def _a_seat(self) -> Generator["_Seat"]:
        seat = self._free.get()
        try:
            yield seat
        finally:
            self._free.put(seat)

    def _ready_worker(self, seat: "_Seat") -> "_Worker":
        if self._closed:
            raise RuntimeError("the checker is closed")
        if seat.worker is None or not seat.worker.is_alive():
            self._replace_worker(seat)
        if seat.worker is None:
            raise RuntimeError("the checker is closed")
        return seat.worker

    def _replace_worker(self, seat: "_Seat") -> None:
        if seat.worker is not None:
            seat.worker.end()
        seat.worker = None if self._closed else _Worker()


@dataclass(slots=True)
class _Seat:
    """A place for one child; whoever took it from the free ones is alone with it."""

    worker: "_Worker | None" = None


def _check_task(kind: CheckKind, rule: PhotoRule | DocumentRule, expected: Expected) -> Task:
    match kind, rule:
        case "photo", PhotoRule():
            return PhotoTask(rule=rule, expected=expected)
        case (("document" | "proof"), DocumentRule()):
            return DocumentTask(kind=kind, rule=rule, expected=expected)
        case _:
            raise TypeError(f"{type(rule).__name__} is no rule for a {kind}")


def _failure(outcome: _Outcome) -> Finding:
    """Name what it means that no report came."""
    if outcome.failure == "unavailable":
        return blocks(EvidenceCode.CHECK_UNAVAILABLE)
    return blocks(EvidenceCode.DAMAGED, reason=outcome.failure)


class _Worker:
    """One child process, in a process group of its own so that nothing of it is left."""

    def __init__(self) -> None:
        root = Path(issuance.__file__).parent.parent
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and code, no input
            [sys.executable, "-I", "-B", "-c", _START, str(root)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_ENVIRONMENT,
            cwd="/",
            start_new_session=True,
        )
        self._input = cast("IO[bytes]", self._process.stdin)
        self._output = cast("IO[bytes]", self._process.stdout)
        self._ready = False

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def perform(self, task: Task, content: bytes, wall_seconds: float, tell: Tell) -> _Outcome:
        if not self._ready:
            with self._deadline(_START_SECONDS):
                self._ready = self._output.readline(len(READY)) == READY
        if not self._ready:
            return _Outcome(None, failure="unavailable")
        told: list[Finding] = []
        with self._deadline(wall_seconds) as expired:
            try:
                send(self._input, Request(task=task, length=len(content)), content)
                answer = self._next_answer()
                while answer.finding is not None and len(told) < _MAXIMUM_FINDINGS:
                    told.append(answer.finding)
                    tell(answer.finding)
                    answer = self._next_answer()
                payload = self._output.read(answer.length)
            except (OSError, ValueError):
                # No answer, or one that is none: the child came to grief over this file.
                answer, payload = None, b""
        if answer is not None and answer.finding is None and len(payload) == answer.length:
            return _Outcome(answer, payload)
        self.end()
        late = expired.is_set() or self._process.returncode == -signal.SIGXCPU
        failure = "timeout" if late else "crashed"
        return _Outcome(None, failure=failure, told=tuple(told))

    def _next_answer(self) -> Answer:
        return Answer.model_validate_json(read_line(self._output))

    @contextmanager
    def _deadline(self, seconds: float) -> Generator[threading.Event]:
        """Kill the child after some seconds, which ends any waiting for it."""
        expired = threading.Event()

        def expire() -> None:
            expired.set()
            self.kill()

        timer = threading.Timer(seconds, expire)
        timer.start()
        try:
            yield expired
        finally:
            timer.cancel()
            timer.join()

    def kill(self) -> None:
        # While returncode is None the number is not free for another process.
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def end(self) -> None:
        with suppress(OSError):
            self._input.close()
        self.kill()
        self._output.close()
        self._process.wait()
