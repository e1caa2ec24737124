"""Sends the files that wait in a station, a few at a time and beside what else is sent.

What the server has of them is asked once for many: over a long line most of the time is spent
waiting for answers.
"""

import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Final, Protocol

import httpx
from pydantic import ValidationError

from backend_client.server_connection import FILE, QUICK, Patience
from issuance.evidence.blob import BlobRef
from issuance.evidence.blob_store import BlobDamaged
from issuance.findings import Finding, blocks
from issuance.findings.remote import RemoteCode
from issuance.wire import read_blob_answer
from issuance.wire_stations import MOST_FILES_ASKED, RECEIVED, FilesAsked, FilesThere

_PIECE: Final = 256 * 1024
"""Octets of a file sent at once: what arrived before a break is not sent again."""
_AT_A_TIME: Final = 8


class Ask(Protocol):
    """Sends one request in the station's name; from several threads at once."""

    def __call__(
        self,
        method: str,
        path: str,
        content: bytes,
        patience: Patience,
        *,
        media_type: str = "application/json",
        content_range: str = "",
    ) -> httpx.Response | Finding:
        """Return the answer, or why there is none."""
        ...


class FileSending:
    """One round's files on their way; `tell` hears octets that arrived, and of all files."""

    def __init__(
        self,
        files: Sequence[BlobRef],
        read: Callable[[BlobRef], bytes],
        ask: Ask,
        tell: Callable[[int, int], object],
    ) -> None:
        self._files, self._read, self._ask, self._tell = files, read, ask, tell
        self._altogether = sum(blob.length for blob in files)
        self._arrived: dict[str, int] = {}
        self._turn = threading.Condition()
        self._dealt_with: set[str] = set()
        self._over = False
        self._stopped: Finding | BaseException | None = None
        self._refused: Finding | None = None

    def send(self) -> Finding | None:
        """Send what the server has not, the first files first; return what was in the way."""
        with self.beside():
            pass
        return self.trouble

    @contextmanager
    def beside(self) -> Generator[None]:
        """Send in a thread while the block goes on; leaving it waits for the end."""
        # A thread that waits for a dead line must not keep the program from ending.
        thread = threading.Thread(target=self._send_until_over, name="files", daemon=True)
        thread.start()
        try:
            yield
        except BaseException as error:
            # Nobody waits for the rest of the files.
            self._stopped = self._stopped or error
            raise
        finally:
            thread.join()

    def wait_for(self, files: Iterable[BlobRef]) -> None:
        """Wait until those of these that are to be sent arrived, or will not."""
        awaited = {blob.sha256 for blob in files} & {blob.sha256 for blob in self._files}
        with self._turn:
            self._turn.wait_for(lambda: self._over or awaited <= self._dealt_with)

    def stop(self, finding: Finding) -> None:
        """Begin with no other piece of a file."""
        self._stopped = self._stopped or finding

    @property
    def trouble(self) -> Finding | None:
        """Return what was in the way; raises what a thread failed with."""
        if isinstance(self._stopped, BaseException):
            raise self._stopped
        return self._stopped or self._refused

    def _send_until_over(self) -> None:
        try:
            for start in range(0, len(self._files), MOST_FILES_ASKED):
                some = self._files[start : start + MOST_FILES_ASKED]
                there = self._there(some)
                if isinstance(there, Finding):
                    self.stop(there)
                    return
                if self._stopped is not None:
                    return
                self._send_all(list(zip(some, there, strict=True)))
        except BaseException as error:  # noqa: BLE001 -- raised again by who asks for the trouble
            self._stopped = error
        finally:
            with self._turn:
                self._over = True
                self._turn.notify_all()

    def _there(self, files: Sequence[BlobRef]) -> Sequence[int] | Finding:
        """Return how many octets of each file the server has."""
        asked = FilesAsked(files=tuple(files)).model_dump_json().encode()
        answered = self._ask("POST", RECEIVED, asked, QUICK)
        if isinstance(answered, Finding):
            if answered.code == RemoteCode.SERVER_UNREACHABLE:
                return answered
            # A server that does not know the question takes the files all the same.
            return [0] * len(files)
        with suppress(ValidationError):
            told = FilesThere.model_validate_json(answered.content).received
            if len(told) == len(files):
                return told
        return blocks(RemoteCode.SERVER_ANSWER_UNREADABLE, status=answered.status_code)

    def _send_all(self, files: Sequence[tuple[BlobRef, int]]) -> None:
        waiting = iter(files)
        # A thread that waits for a dead line must not keep the program from ending.
        beside = [
            threading.Thread(target=self._send_each, args=(waiting,), name="file", daemon=True)
            for _ in files[1:_AT_A_TIME]
        ]
        for thread in beside:
            thread.start()
        self._send_each(waiting)
        for thread in beside:
            thread.join()

    def _send_each(self, waiting: Iterator[tuple[BlobRef, int]]) -> None:
        try:
            while self._stopped is None and (following := self._next(waiting)):
                told = self._send(*following)
                if told is not None and told.code == RemoteCode.SERVER_REFUSED:
                    # It is about this file: the others need not wait for it.
                    self._refused = told
                elif told is not None:
                    self.stop(told)
                self._deal_with(following[0])
        except BaseException as error:  # noqa: BLE001 -- raised again by who waits for all
            self._stopped = error

    def _deal_with(self, blob: BlobRef) -> None:
        with self._turn:
            self._dealt_with.add(blob.sha256)
            self._turn.notify_all()

    def _next(self, waiting: Iterator[tuple[BlobRef, int]]) -> tuple[BlobRef, int] | None:
        with self._turn:
            return next(waiting, None)

    def _send(self, blob: BlobRef, begin: int) -> Finding | None:
        path = f"/v1/blobs/{blob.sha256}"
        try:
            content = self._read(blob)
        except BlobDamaged:
            # It came from elsewhere, or is gone: its command says so when it is settled.
            return None
        while begin < blob.length:
            self._note(blob, begin)
            piece = content[begin : begin + _PIECE]
            ranged = f"bytes {begin}-{begin + len(piece) - 1}/{blob.length}"
            sent = self._ask(
                "PUT", path, piece, FILE, media_type=blob.media_type, content_range=ranged
            )
            if isinstance(sent, Finding):
                return sent
            with suppress(ValueError):
                told = read_blob_answer(sent.content)
                if isinstance(told, tuple):
                    return told[0]
                begin = told if isinstance(told, int) and told > begin else blob.length
                continue
            return blocks(RemoteCode.SERVER_ANSWER_UNREADABLE, status=sent.status_code)
        self._note(blob, blob.length)
        return None

    def _note(self, blob: BlobRef, arrived: int) -> None:
        with self._turn:
            self._arrived[blob.sha256] = arrived
            self._tell(sum(self._arrived.values()), self._altogether)
