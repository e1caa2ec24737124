"""What a transport answers, and how a failed attempt is written down."""

import re
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Protocol
from uuid import UUID

from issuance.findings import Finding, warns
from issuance.findings.notices import NoticeCode

_STATUS = re.compile(r"^\s*([245]\.\d{1,3}\.\d{1,3})\b")


@dataclass(frozen=True, slots=True)
class Delivery:
    """The outcome of one attempt.

    `permanent` tells that the same message will never be taken. `reply` holds only the server's
    status figures (`550 5.1.1`): its free text may repeat what we sent, a code among it.
    """

    code: NoticeCode | None = None
    permanent: bool = False
    reply: str = ""

    @property
    def ok(self) -> bool:
        """Tell whether the server took the message."""
        return self.code is None

    @property
    def error(self) -> str | None:
        """Return the outcome as the register keeps it, None when the message was taken."""
        return None if self.code is None else f"{self.code} {self.reply}".strip()


def finding_of(error: str) -> Finding:
    """Read a register's `last_error` back as a finding."""
    code, _, reply = error.partition(" ")
    return warns(NoticeCode(code), reply=reply)


def status_figures(code: int, text: bytes | str) -> str:
    """Reduce a server's answer to its reply code and enhanced status code (RFC 3463)."""
    answer = text.decode("ascii", "replace") if isinstance(text, bytes) else text
    status = _STATUS.match(answer)
    return f"{code} {status[1]}" if status else str(code)


class Transport(Protocol):
    """A way for a message to leave the office."""

    def deliver(self, message: EmailMessage, notice_id: UUID) -> Delivery:
        """Hand over one message; every failure is in the answer, never an exception."""
        ...
