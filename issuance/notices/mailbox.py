"""The outgoing mailbox of a demonstration office: mail is kept, encrypted, instead of sent."""

import os
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from uuid import UUID

from issuance.findings.notices import NoticeCode
from issuance.notices.delivery import Delivery
from issuance.notices.sealed import Sealing
from issuance.sources import Randomness


@dataclass(frozen=True, slots=True)
class StoredMail:
    """One mail as its recipient would see it."""

    notice_id: UUID
    to: str
    subject: str
    at: datetime
    body: str


class DemonstrationMailbox:
    """A transport that keeps each mail in a folder, one sealed file a notice."""

    def __init__(self, folder: Path, sealing: Sealing, randomness: Randomness) -> None:
        self._folder = folder
        self._sealing = sealing
        self._randomness = randomness

    def deliver(self, message: EmailMessage, notice_id: UUID) -> Delivery:
        """Keep one message; the same notice again replaces it."""
        sealed = self._sealing.seal(message.as_bytes(), notice_id.bytes, self._randomness)
        try:
            self._write(self._path(notice_id), sealed)
        except OSError:
            return Delivery(NoticeCode.MAILBOX_NOT_WRITABLE)
        return Delivery()

    def _write(self, path: Path, content: bytes) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = path.with_suffix(".unfinished")
        unfinished.unlink(missing_ok=True)
        with open(unfinished, "xb", opener=_private) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)

    def list(self, limit: int = 200) -> tuple[StoredMail, ...]:
        """Return the newest mails first (notice ids are UUIDv7: their order is that of time).

        A file that this office did not seal, or that was changed, is not among them.
        """
        names = sorted((each.stem for each in self._folder.glob("*.mail")), reverse=True)
        mails = (self.read(UUID(name)) for name in names[:limit])
        return tuple(mail for mail in mails if mail is not None)

    def read(self, notice_id: UUID) -> StoredMail | None:
        """Return one mail, None when there is none that this office sealed."""
        try:
            sealed = self._path(notice_id).read_bytes()
        except FileNotFoundError:
            return None
        clear = self._sealing.open(sealed, notice_id.bytes)
        return None if clear is None else _read_mail(notice_id, clear)

    def _path(self, notice_id: UUID) -> Path:
        return self._folder / f"{notice_id}.mail"


def _read_mail(notice_id: UUID, content: bytes) -> StoredMail:
    message = message_from_bytes(content, policy=SMTP)
    return StoredMail(
        notice_id=notice_id,
        to=message["To"],
        subject=message["Subject"],
        at=message["Date"].datetime,
        body=message.get_content().replace("\r\n", "\n"),
    )


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
