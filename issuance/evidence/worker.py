"""The child process in which hostile files are opened, under hard limits.

It can write no files, its environment is what its engines need, and it handles no error: any end
other than an answer tells the checker that the file is damaged. It opens no connection, but nothing
here keeps a decoder that was taken over from doing so.
"""

import os
import resource
import sys
from typing import BinaryIO, Final

from issuance.evidence.document import check_document, check_proof
from issuance.evidence.engines import Engines, PageRenderer
from issuance.evidence.engines_here import engines_here
from issuance.evidence.formats import name_format
from issuance.evidence.page_pictures import draw_page, redraw
from issuance.evidence.photo import check_photo
from issuance.evidence.picture import copy_clean, make_preview
from issuance.evidence.protocol import (
    READY,
    Answer,
    CleanCopyTask,
    DocumentTask,
    Hole,
    PagePreviewTask,
    PhotoTask,
    PreviewTask,
    Request,
    SignedDocumentTask,
    Task,
    read_line,
    send,
)
from issuance.evidence.report import Preview, Tell
from issuance.evidence.rules import DocumentRule, PhotoRule
from issuance.evidence.signed_document import check_signed_document
from issuance.findings import Finding, any_blocks
from issuance.signing.preparation import (
    PdfSigningTask,
    SigningTask,
    XmlSigningTask,
    prepare_here,
    split,
)

_MEMORY: Final = 1024**3
_PROCESSOR_SECONDS: Final = 10
_OPEN_FILES: Final = 64
_MAXIMUM_PAGES: Final = 20

_NOTHING: Final = (Answer(), b"")


def main() -> None:
    """Answer requests from standard input until it closes."""
    requests, answers = sys.stdin.buffer, _claim_output()
    engines = engines_here()
    _limit_resources()
    answers.write(READY)
    answers.flush()

    def tell(finding: Finding) -> None:
        send(answers, Answer(finding=finding), b"")

    while line := read_line(requests):
        request = Request.model_validate_json(line)
        content = requests.read(request.length)
        _allow_processor_time()
        if engines.matcher is None and _compares_faces(request.task):
            engines = engines_here(compare_faces=True)
        send(answers, *_perform(request.task, content, engines, tell))


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


def _compares_faces(task: Task) -> bool:
    faces = task.rule.faces if isinstance(task, PhotoTask) else None
    return faces is not None and faces.compare_faces


def _perform(task: Task, content: bytes, engines: Engines, tell: Tell) -> tuple[Answer, bytes]:
    match task:
        case PhotoTask():
            report = check_photo(content, task.rule, task.expected, engines, tell)
            return Answer(report=report), b""
        case DocumentTask():
            check = check_proof if task.kind == "proof" else check_document
            return Answer(report=check(content, task.rule, task.expected, engines, tell)), b""
        case PreviewTask():
            _require_sound_photo(content)
            return _show(make_preview(content, task))
        case PagePreviewTask():
            if task.page >= _require_sound_document(content) or engines.pages is None:
                return _NOTHING
            return _show(draw_page(content, task, engines.pages))
        case CleanCopyTask():
            copy = _copy_clean(content, engines.pages)
            return Answer(length=len(copy)), copy
        case SignedDocumentTask():
            return Answer(report=check_signed_document(content, task, _MAXIMUM_PAGES)), b""
        case PdfSigningTask() | XmlSigningTask():
            return _prepare_signing(content, task)


def _prepare_signing(content: bytes, task: SigningTask) -> tuple[Answer, bytes]:
    prepared = prepare_here(split(content, task.parts), task)
    if isinstance(prepared, Finding):
        return Answer(refused=prepared), b""
    hole = Hole(start=prepared.start, end=prepared.end, digest=prepared.digest.hex())
    return Answer(hole=hole, length=len(prepared.content)), prepared.content


def _show(preview: Preview) -> tuple[Answer, bytes]:
    answer = Answer(width=preview.width, height=preview.height, length=len(preview.rgb))
    return answer, preview.rgb


def _copy_clean(content: bytes, renderer: PageRenderer | None) -> bytes:
    if name_format(content) != "PDF":
        _require_sound_photo(content)
        return copy_clean(content)
    pages = _require_sound_document(content)
    return redraw(content, pages, renderer) if renderer else b""


def _require_sound_photo(content: bytes) -> None:
    """Refuse what is not a safe picture, however small or large its file."""
    rule = PhotoRule(minimum_side=1, maximum_bytes=max(1, len(content)))
    if any_blocks(check_photo(content, rule).findings):
        raise ValueError("not a sound picture")


def _require_sound_document(content: bytes) -> int:
    """Refuse a PDF that nobody should open, however large its file; return its pages."""
    rule = DocumentRule(maximum_bytes=max(1, len(content)), maximum_pages=_MAXIMUM_PAGES)
    report = check_document(content, rule)
    if any_blocks(report.findings):
        raise ValueError("not a sound document")
    return report.pages
