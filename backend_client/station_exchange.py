"""A station's rounds with its server: files, commands, the office's chain; all of it blocks."""

import gzip
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from typing import Final, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from backend_client.certifying import certified
from backend_client.disk_reserve import DiskReserve, with_room
from backend_client.file_sending import FileSending
from backend_client.own_office import OwnOffice
from backend_client.server_connection import (
    AWAY,
    ONCE,
    Patience,
    ServerConnection,
    Unanswered,
)
from issuance.evidence.blob import BlobRef
from issuance.findings import Finding, blocks
from issuance.findings.remote import RemoteCode
from issuance.findings.sync import SyncCode
from issuance.register.errors import RegisterFailure
from issuance.sources import Clock
from issuance.stations.lease import Lease
from issuance.stations.signed import SignedText
from issuance.stations.ticket import HEADER
from issuance.sync.pull import NOTHING_SEEN, Pull, PullAnswer
from issuance.sync.push import Push, PushAnswer, StationCommand
from issuance.wire_stations import (
    GZIP,
    LEASES,
    ONE_PACKET,
    PULL,
    PUSH,
    LeaseTold,
    PullSent,
    PushSent,
)

ModelT = TypeVar("ModelT", bound=BaseModel)

_MOST_CHARACTERS: Final = 200_000
"""Of commands in one push; quoted they are more, and a server reads a mebibyte."""
_EXCHANGE: Final = Patience(30, 1)
_LEASE_RENEWED: Final = timedelta(hours=1)


class StationExchange:
    """Sends what waits and follows the office's chain, over a connection of its own."""

    def __init__(
        self,
        connection: ServerConnection,
        own: OwnOffice,
        clock: Clock,
        tell_sending: Callable[[int, int], object],
        reserve: DiskReserve,
    ) -> None:
        """Prepare; `tell_sending` is told octets that arrived, and of all files that wait."""
        self._connection = connection
        self._own = own
        self._clock = clock
        self._tell_sending = tell_sending
        self._reserve = reserve
        self._asked_to = 0
        """Up to which number the server was asked what became of commands that wait there."""
        self._ahead = timedelta()
        """How much the server's clock is before this computer's."""

    def round(self) -> Finding | None:
        """Exchange everything; what stopped it is told, and the next round goes on from there."""
        try:
            told = with_room(self._reserve, self._exchanged)
        except RegisterFailure as failure:
            return failure.finding
        self._reserve.keep()
        return told

    def _exchanged(self) -> Finding | None:
        own, changed, refused = self._own, False, None
        if (nameless := self._show_itself()) is not None:
            return nameless
        if own.ready:
            stopped = self._push()[0] if own.register.is_urgent else None
            if stopped is None:
                stopped, changed, refused = self._send()
            if stopped is not None:
                return stopped
        stopped, pulled = self._pull()
        if pulled or changed:
            own.rebuild()
        return stopped or self._renew_lease() or refused

    @property
    def asked_pause(self) -> float:
        """Return for how many seconds the server still wants to be left alone."""
        return self._connection.asked_pause

    def end(self) -> None:
        """Begin no further attempt."""
        self._connection.end()

    def close(self) -> None:
        """Begin no further attempt, and close the connection."""
        self._connection.close()

    def _send(self) -> tuple[Finding | None, bool, Finding | None]:
        """Push commands, each after its files, which later files follow meanwhile.

        Returns what stopped it, whether any receipt came, and what was in the way of a file.
        """
        own = self._own
        files = FileSending(own.register.files(), own.blobs.read, self._asked, self._tell_sending)
        with files.beside():
            stopped, changed = self._push(files)
            if stopped is not None:
                files.stop(stopped)
        return stopped, changed, files.trouble

    def _push(self, files: FileSending | None = None) -> tuple[Finding | None, bool]:
        """Push everything; tell whether any receipt came."""
        register, enrolled, changed = self._own.register, self._own.enrolled, False
        while True:
            commands, asked = _batch(register.unsent()), register.unanswered(self._asked_to)
            if not commands and not asked:
                return None, changed
            if files is not None:
                files.wait_for(_files(commands))
                if (away := files.trouble) is not None and away.code in AWAY:
                    return away, changed
                # What has no file goes on, whatever else keeps the files.
            push = Push(
                station=enrolled.station,
                epoch=enrolled.epoch,
                commands=commands,
                unsettled=asked,
                seen=register.seen(),
            )
            answer = self._told(PUSH, PushSent(push=push), PushAnswer)
            if isinstance(answer, Finding):
                return answer, changed
            changed, self._asked_to = True, max(asked, default=0)
            stopped = register.note(answer)
            if stopped is not None or not commands:
                return stopped, changed

    def _pull(self) -> tuple[Finding | None, bool]:
        """Pull everything; tell whether anything came."""
        own, pulled = self._own, False
        while True:
            pull = Pull(
                station=own.enrolled.station,
                epoch=own.enrolled.epoch,
                after=own.register.seen() if own.ready else NOTHING_SEEN,
                waiting=own.still_to_send(),
            )
            answer = self._told(PULL, PullSent(pull=pull), PullAnswer)
            if isinstance(answer, Finding):
                return answer, pulled
            stopped = own.adopt(answer)
            if stopped is not None or not answer.entries:
                return stopped, pulled
            pulled = True

    def _show_itself(self) -> Finding | None:
        """Show the station's certificate, which is renewed before it ends."""
        own = self._own
        ask = partial(self._asked, "POST", patience=ONCE)
        now = self._clock.now() + self._ahead
        shown = certified(self._connection, own.enrolled, now, own.randomness, ask)
        if isinstance(shown, Finding):
            return shown
        return None if shown is own.enrolled else own.keep_certificate(shown)

    def _renew_lease(self) -> Finding | None:
        lease, age = self._own.enrolled.lease(), self._own.time.lease_age
        if isinstance(lease, Lease) and age is not None and age < _LEASE_RENEWED:
            return None
        answered = self._asked("POST", LEASES, b"", ONCE)
        if isinstance(answered, Finding):
            return answered
        told = _read(LeaseTold, answered)
        return told if isinstance(told, Finding) else self._own.keep_lease(told.lease)

    def _told(self, path: str, asked: BaseModel, model: type[ModelT]) -> ModelT | Finding:
        answered = self._asked("POST", path, asked.model_dump_json().encode(), _EXCHANGE)
        return answered if isinstance(answered, Finding) else _read(model, answered)

    def _asked(
        self,
        method: str,
        path: str,
        content: bytes,
        patience: Patience,
        *,
        media_type: str = "application/json",
        content_range: str = "",
    ) -> httpx.Response | Finding:
        """Send a request with a ticket, once more where only the clocks are apart."""
        more = {"Content-Range": content_range} if content_range else {}
        sent = content
        if path == PUSH and len(content) > ONE_PACKET:
            sent = gzip.compress(content, 1, mtime=0)
            more["Content-Encoding"] = GZIP
        refused = blocks(SyncCode.STATION_CLOCK_WRONG, seconds=0)
        while True:
            ahead = self._ahead
            answered = self._connection.request(
                method,
                path,
                patience,
                content=sent,
                media_type=media_type,
                headers={HEADER: self._ticket(method, path, content, ahead), **more},
            )
            if not isinstance(answered, Unanswered):
                return answered
            before, refused = refused, answered.findings[0]
            apart = refused.parameters.get("seconds")
            is_first = before.parameters.get("seconds") == 0
            clock = refused.code == SyncCode.STATION_CLOCK_WRONG
            if not (clock and is_first and isinstance(apart, int)):
                return refused
            # From what was told then: files are sent by several threads.
            self._ahead = ahead - timedelta(seconds=apart)

    def _ticket(self, method: str, path: str, content: bytes, ahead: timedelta) -> str:
        return self._own.enrolled.ticket(method, path, content, self._clock.now() + ahead)


def _batch(commands: Sequence[SignedText]) -> tuple[SignedText, ...]:
    """Return the first commands, as many as one request takes and at least one."""
    size, taken = 0, 0
    for each in commands:
        size += len(each.text)
        if taken and size > _MOST_CHARACTERS:
            break
        taken += 1
    return tuple(commands[:taken])


def _files(commands: Sequence[SignedText]) -> Iterator[BlobRef]:
    for each in commands:
        yield from StationCommand.model_validate_json(each.text).files()


def _read(model: type[ModelT], answered: httpx.Response) -> ModelT | Finding:
    try:
        return model.model_validate_json(answered.content)
    except ValidationError:
        return blocks(RemoteCode.SERVER_ANSWER_UNREADABLE, status=answered.status_code)
