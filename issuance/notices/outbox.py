"""Delivers what the outbox holds, at least once, and gives up where waiting cannot help.

An attempt is recorded before the mail server is asked and again after it answered: a crash in
between costs a second mail with the same Message-ID, never a lost one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Final, Protocol, TypeVar
from uuid import UUID

from issuance.findings.notices import NoticeCode
from issuance.notices.delivery import Delivery, Transport
from issuance.notices.mail import mail_address, make_mail
from issuance.notices.model import Notice, NoticeRow, NoticeState
from issuance.notices.sealed import NoticeSecret, Sealing, open_secret
from issuance.policies.rendering import TemplateMismatchError, render
from issuance.sources import Clock

ResultT = TypeVar("ResultT")

_LEASE: Final = timedelta(minutes=5)
"""How long after a crash while sending another attempt is made; no mail server is asked longer."""

_WAITS: Final = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(minutes=60),
)
"""How long to wait after the first, second, third and every later attempt."""

_PATIENCE: Final = timedelta(hours=24)
"""How long after its creation a message is tried again."""


class NoticeWriting(Protocol):
    """The register's outbox inside a transaction."""

    def claim_due_notice(self, now: datetime, until: datetime) -> NoticeRow | None:
        """Take the message that is due longest until a moment, and count the attempt."""
        ...

    def notice(self, notice_id: UUID, /) -> NoticeRow | None:
        """Return one notice."""
        ...

    def record_notice_attempt(
        self,
        notice_id: UUID,
        /,
        *,
        state: str,
        attempts: int,
        next_attempt_at: datetime,
        last_error: str | None,
    ) -> None:
        """Write down where a notice stands."""
        ...

    def clear_notice_secret(self, notice_id: UUID, /) -> None:
        """Remove a notice's sealed secret."""
        ...


class NoticeRegister(Protocol):
    """The part of the register that the outbox needs."""

    def write(self, work: Callable[[NoticeWriting], ResultT], /) -> ResultT:
        """Make a change, committed when this returns."""
        ...


class _UndeliverableError(Exception):
    """No mail can be made of a notice, now or later."""

    def __init__(self, code: NoticeCode) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Outbox:
    """Takes due notices out of a register and hands them to a transport.

    `template_text` gives the mail template for a name and a language and raises KeyError where
    there is none.
    """

    register: NoticeRegister
    transport: Transport
    template_text: Callable[[str, str], str]
    sender: Address
    sealing: Sealing
    clock: Clock

    def deliver_due(self, limit: int = 50) -> int:
        """Try the notices that are due; return how many the mail server took."""
        taken = 0
        for _ in range(limit):
            row = self._claim()
            if row is None:
                break
            taken += self._try(row)
        return taken

    def _claim(self) -> NoticeRow | None:
        """Count an attempt before it is made, and keep other workers from making it too."""
        now = self.clock.now()
        return self.register.write(lambda writing: writing.claim_due_notice(now, now + _LEASE))

    def _try(self, row: NoticeRow) -> bool:
        expires_at: datetime | None = None
        try:
            secret = self._secret(row)
            expires_at = secret.expires_at if secret else None
            delivery = self.transport.deliver(self._mail(row, secret), row.id)
        except _UndeliverableError as fault:
            delivery = Delivery(fault.code, permanent=True)
        self._record(row, delivery, expires_at)
        return delivery.ok

    def _record(self, row: NoticeRow, delivery: Delivery, expires_at: datetime | None) -> None:
        next_attempt_at = self.clock.now() + _wait(row.attempts)
        last_chance = row.created_at + _PATIENCE
        if expires_at is not None:
            last_chance = min(last_chance, expires_at)
        if delivery.ok:
            state = NoticeState.SENT
        elif delivery.permanent or next_attempt_at > last_chance:
            state = NoticeState.DEAD
        else:
            state = NoticeState.FAILED

        def record(writing: NoticeWriting) -> None:
            current = writing.notice(row.id)
            if not delivery.ok and (current is None or current.attempts != row.attempts):
                # Too late: another worker is trying by now, and will say how it went.
                return
            writing.record_notice_attempt(
                row.id,
                state=state,
                attempts=row.attempts,
                next_attempt_at=next_attempt_at,
                last_error=delivery.error,
            )
            if state is not NoticeState.FAILED:
                writing.clear_notice_secret(row.id)

        self.register.write(record)

    def _secret(self, row: NoticeRow) -> NoticeSecret | None:
        if row.sealed_secret is None:
            return None
        secret = open_secret(self.sealing, row.id, row.sealed_secret)
        if secret is None:
            raise _UndeliverableError(NoticeCode.NOTICE_CODE_UNREADABLE)
        if secret.expires_at <= self.clock.now():
            raise _UndeliverableError(NoticeCode.NOTICE_CODE_EXPIRED)
        return secret

    def _mail(self, row: NoticeRow, secret: NoticeSecret | None) -> EmailMessage:
        notice = Notice.from_row(row)
        to = mail_address(notice.to)
        if to is None:
            raise _UndeliverableError(NoticeCode.MAIL_ADDRESS_MALFORMED)
        parameters = dict(notice.parameters)
        if secret is not None:
            parameters[secret.placeholder] = secret.secret.reveal()
        try:
            text = render(self.template_text(notice.template, notice.language), parameters)
            return make_mail(row.id, self.sender, to, notice.language, text, self.clock.now())
        except (KeyError, TemplateMismatchError) as fault:
            raise _UndeliverableError(NoticeCode.NOTICE_TEXT_MISSING) from fault


def _wait(attempts: int) -> timedelta:
    return _WAITS[min(attempts, len(_WAITS)) - 1]
