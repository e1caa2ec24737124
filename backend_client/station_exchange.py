"""A station's rounds with its server: files, commands, the office's chain; all of it blocks."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from backend_client.file_sending import FileSending
from backend_client.own_office import OwnOffice
from backend_client.server_connection import (
    AWAY,
    ONCE,
    Patience,
    ServerConnection,
    Unanswered,
)
from issuance.findings import Finding, blocks
from issuance.findings.remote import RemoteCode
from issuance.findings.sync import SyncCode
from issuance.register.errors import RegisterFailure
from issuance.sources import Clock
from issuance.stations.lease import Lease
from issuance.stations.signed import SignedText
from issuance.stations.ticket import HEADER, Ticket, body_digest
from issuance.sync.pull import NOTHING_SEEN, Pull, PullAnswer
from issuance.sync.push import Push, PushAnswer
from issuance.wire_stations import LEASES, PULL, PUSH, LeaseTold, PullSent, PushSent

ModelT = TypeVar("ModelT", bound=BaseModel)

_MOST_CHARACTERS: Final = 200_000
"""Of commands in one push; quoted they are more, and a server reads a mebibyte."""
_EXCHANGE: Final = Patience(30, 1)


class StationExchange:
    """Sends what waits and follows the office's chain, over a connection of its own."""

    def __init__(
        self,
        connection: ServerConnection,
        own: OwnOffice,
        clock: Clock,
        tell_sending: Callable[[int, int], object],
    ) -> None:
        """Prepare; `tell_sending` is told octets that arrived, and of all files that wait."""
        self._connection = connection
        self._own = own
        self._clock = clock
        self._tell_sending = tell_sending
        self._asked_to = 0
        """Up to which number the server was asked what became of commands that wait there."""
        self._ahead = timedelta()
        """How much the server's clock is before this computer's."""

    def round(self) -> Finding | None:
        """Exchange everything; what stopped it is told, and the next round goes on from there."""
        own, changed, refused = self._own, False, None
        try:
            if own.ready:
                stopped = self._push()[0] if own.register.is_urgent else None
                refused = None if stopped else self._send_files()
                if refused is not None and refused.code in AWAY:
                    stopped = refused
                if stopped is None:
                    # What has no file goes on, whatever keeps the files.
                    stopped, changed = self._push()
                if stopped is not None:
                    return stopped
            stopped, pulled = self._pull()
            if pulled or changed:
                own.rebuild()
            return stopped or self._renew_lease() or refused
        except RegisterFailure as failure:
            return failure.finding

    def close(self) -> None:
        """Begin no further attempt, and close the connection."""
        self._connection.close()

    def _send_files(self) -> Finding | None:
        own = self._own
        files = own.register.files()
        return FileSending(files, own.blobs.read, self._asked, self._tell_sending).send()

    def _push(self) -> tuple[Finding | None, bool]:
        """Push everything; tell whether any receipt came."""
        register, enrolled, changed = self._own.register, self._own.enrolled, False
        while True:
            commands, asked = _batch(register.unsent()), register.unanswered(self._asked_to)
            if not commands and not asked:
                return None, changed
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

    def _renew_lease(self) -> Finding | None:
        lease, now = self._own.enrolled.lease(), self._clock.now()
        if isinstance(lease, Lease) and now - lease.issued_at < timedelta(hours=1):
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
        refused = blocks(SyncCode.STATION_CLOCK_WRONG, seconds=0)
        while True:
            ahead = self._ahead
            answered = self._connection.request(
                method,
                path,
                patience,
                content=content,
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
        enrolled = self._own.enrolled
        ticket = Ticket(
            station=enrolled.station,
            epoch=enrolled.epoch,
            method=method,
            path=path,
            body=body_digest(content),
            at=self._clock.now() + ahead,
        )
        return ticket.header(enrolled.key)


def _batch(commands: Sequence[SignedText]) -> tuple[SignedText, ...]:
    """Return the first commands, as many as one request takes and at least one."""
    size, taken = 0, 0
    for each in commands:
        size += len(each.text)
        if taken and size > _MOST_CHARACTERS:
            break
        taken += 1
    return tuple(commands[:taken])


def _read(model: type[ModelT], answered: httpx.Response) -> ModelT | Finding:
    try:
        return model.model_validate_json(answered.content)
    except ValidationError:
        return blocks(RemoteCode.SERVER_ANSWER_UNREADABLE, status=answered.status_code)
