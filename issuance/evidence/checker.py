"""The door to the limited child process: checks and small pictures of files nobody trusts yet."""

import os
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
    PhotoTask,
    PreviewTask,
    Request,
    Task,
    read_line,
    send,
)
from issuance.evidence.report import DocumentReport, PhotoReport, Preview
from issuance.evidence.rules import DocumentRule, PhotoRule
from issuance.findings import any_blocks, blocks
from issuance.findings.evidence import EvidenceCode

CheckKind = Literal["photo", "document", "proof"]
Report = PhotoReport | DocumentReport

_START: Final = (
    "import sys; sys.path.insert(0, sys.argv[1]); import issuance.evidence.worker as worker; "
    "worker.main()"
)
_START_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class _Outcome:
    answer: Answer | None
    content: bytes = b""
    failure: str = ""


class LimitedChecker:
    """Opens hostile files in a child process that may neither hang nor eat the machine.

    One child is kept ready from the first use or `warm` on; one that met a bad file is not used
    again. Calls wait for each other and last up to `wall_seconds` each: make them in a thread.
    """

    def __init__(self, wall_seconds: float = 15.0) -> None:
        self._wall_seconds = wall_seconds
        self._turn = threading.Lock()
        self._closed = False
        self._worker: _Worker | None = None

    def warm(self) -> None:
        """Start the child ahead of the first file."""
        with self._turn:
            if not self._closed:
                self._ready_worker()

    def check(self, kind: CheckKind, content: bytes, rule: PhotoRule | DocumentRule) -> Report:
        """Check a file. A child that dies or takes too long proves the file damaged.

        A photo takes a `PhotoRule`, a document or proof a `DocumentRule`; raises TypeError for
        the other one.
        """
        outcome = self._perform(_check_task(kind, rule), content)
        if outcome.answer and outcome.answer.report:
            return outcome.answer.report
        if outcome.failure == "unavailable":
            finding = blocks(EvidenceCode.CHECK_UNAVAILABLE)
        else:
            finding = blocks(EvidenceCode.DAMAGED, reason=outcome.failure)
        report = PhotoReport if kind == "photo" else DocumentReport
        return report(findings=(finding,))

    def preview(self, content: bytes, maximum_width: int, maximum_height: int) -> Preview | None:
        """Return a photo as a small upright picture; None when it cannot be shown."""
        task = PreviewTask(maximum_width=maximum_width, maximum_height=maximum_height)
        outcome = self._perform(task, content)
        answer = outcome.answer
        if (
            answer is None
            or not 0 < answer.width <= maximum_width
            or not 0 < answer.height <= maximum_height
            or len(outcome.content) != answer.width * answer.height * 3
        ):
            return None
        return Preview(answer.width, answer.height, outcome.content)

    def clean_copy(self, content: bytes) -> bytes | None:
        """Return a photo as a new upright JPEG without EXIF, place or further pictures.

        None when the file is not a sound picture.
        """
        return self._perform(CleanCopyTask(), content).content or None

    def close(self) -> None:
        """End the child, even in the middle of a check."""
        self._closed = True
        if worker := self._worker:
            worker.kill()
        with self._turn:
            if self._worker:
                self._worker.end()

    def _perform(self, task: Task, content: bytes) -> _Outcome:
        with self._turn:
            if self._closed:
                raise RuntimeError("the checker is closed")
            outcome = self._ready_worker().perform(task, content, self._wall_seconds)
            report = outcome.answer.report if outcome.answer else None
            if outcome.failure or (report and any_blocks(report.findings)):
                self._replace_worker()
            return outcome

    def _ready_worker(self) -> "_Worker":
        if self._worker is None or not self._worker.is_alive():
            self._replace_worker()
        if self._worker is None:
            raise RuntimeError("the checker is closed")
        return self._worker

    def _replace_worker(self) -> None:
        if self._worker is not None:
            self._worker.end()
        self._worker = None if self._closed else _Worker()


def _check_task(kind: CheckKind, rule: PhotoRule | DocumentRule) -> Task:
    match kind, rule:
        case "photo", PhotoRule():
            return PhotoTask(rule=rule)
        case (("document" | "proof"), DocumentRule()):
            return DocumentTask(kind=kind, rule=rule)
        case _:
            raise TypeError(f"{type(rule).__name__} is no rule for a {kind}")


class _Worker:
    """One child process, in a process group of its own so that nothing of it is left."""

    def __init__(self) -> None:
        root = Path(issuance.__file__).parent.parent
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and code, no input
            [sys.executable, "-I", "-B", "-c", _START, str(root)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            cwd="/",
            start_new_session=True,
        )
        self._input = cast("IO[bytes]", self._process.stdin)
        self._output = cast("IO[bytes]", self._process.stdout)
        self._ready = False

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def perform(self, task: Task, content: bytes, wall_seconds: float) -> _Outcome:
        if not self._ready:
            with self._deadline(_START_SECONDS):
                self._ready = self._output.readline(len(READY)) == READY
        if not self._ready:
            return _Outcome(None, failure="unavailable")
        with self._deadline(wall_seconds) as expired:
            try:
                send(self._input, Request(task=task, length=len(content)), content)
                answer = Answer.model_validate_json(read_line(self._output))
                payload = self._output.read(answer.length)
            except (OSError, ValueError):
                # No answer, or one that is none: the child came to grief over this file.
                answer, payload = None, b""
        if answer is not None and len(payload) == answer.length:
            return _Outcome(answer, payload)
        self.end()
        late = expired.is_set() or self._process.returncode == -signal.SIGXCPU
        return _Outcome(None, failure="timeout" if late else "crashed")

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
