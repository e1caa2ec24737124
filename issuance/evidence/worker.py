"""The child process in which hostile files are opened, under hard limits.

It has no environment and no files to write, and it handles no error: any end other than an answer
tells the checker that the file is damaged.
"""

import os
import resource
import sys
from typing import BinaryIO, Final

from issuance.evidence.document import check_document, check_proof
from issuance.evidence.photo import check_photo
from issuance.evidence.picture import copy_clean, make_preview
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
from issuance.evidence.rules import PhotoRule
from issuance.findings import any_blocks

_MEMORY: Final = 1024**3
_PROCESSOR_SECONDS: Final = 10
_OPEN_FILES: Final = 64


def main() -> None:
    """Answer requests from standard input until it closes."""
    requests, answers = sys.stdin.buffer, _claim_output()
    _limit_resources()
    answers.write(READY)
    answers.flush()
    while line := read_line(requests):
        request = Request.model_validate_json(line)
        content = requests.read(request.length)
        _allow_processor_time()
        send(answers, *_perform(request.task, content))


def _claim_output() -> BinaryIO:
    """Keep standard output for answers: whatever a library prints goes nowhere."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return answers


def _limit_resources() -> None:
    limits = (
        (resource.RLIMIT_AS, _MEMORY),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
    )
    for kind, limit in limits:
        resource.setrlimit(kind, (limit, limit))


def _allow_processor_time() -> None:
    """Give this file its seconds, on top of what the process has used before it."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime)
    resource.setrlimit(resource.RLIMIT_CPU, (used + _PROCESSOR_SECONDS, resource.RLIM_INFINITY))


def _perform(task: Task, content: bytes) -> tuple[Answer, bytes]:
    match task:
        case PhotoTask():
            return Answer(report=check_photo(content, task.rule)), b""
        case DocumentTask():
            check = check_proof if task.kind == "proof" else check_document
            return Answer(report=check(content, task.rule)), b""
        case PreviewTask():
            _require_sound(content)
            preview = make_preview(content, task.maximum_width, task.maximum_height)
            answer = Answer(width=preview.width, height=preview.height, length=len(preview.rgb))
            return answer, preview.rgb
        case CleanCopyTask():
            _require_sound(content)
            copy = copy_clean(content)
            return Answer(length=len(copy)), copy


def _require_sound(content: bytes) -> None:
    """Refuse what is not a safe picture, however small or large its file."""
    report = check_photo(content, PhotoRule(minimum_side=1, maximum_bytes=max(1, len(content))))
    if any_blocks(report.findings):
        raise ValueError("not a sound picture")
