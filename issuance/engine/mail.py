"""Where an office's mail goes: its mail server, or the demonstration's own mailbox."""

from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from issuance.access.durable_file import replace_file
from issuance.access.key_ring import KeyRing, Purpose
from issuance.access.office import OfficeFile
from issuance.access.sealing import Sealing
from issuance.findings.notices import NoticeCode
from issuance.model import canonical_bytes, plain
from issuance.notices.delivery import Delivery, Transport
from issuance.notices.mailbox import DemonstrationMailbox
from issuance.notices.smtp import MailSettings, SmtpTransport
from issuance.secret import Secret
from issuance.sources import Randomness

_FILE_NAME = "mail.sealed"
_LABEL = b"mail settings 1"
_Document = TypeAdapter(dict[str, Any])


def mail_route(
    folder: Path, sign: OfficeFile, keys: KeyRing, randomness: Randomness
) -> tuple[Transport, Address]:
    """Return the way out for an office's mail and the sender it goes under.

    Without settings the mail stays queued and says so; it never goes anywhere else.
    """
    if sign.demonstration:
        mailbox = demonstration_mailbox(folder, keys, randomness)
        return mailbox, Address(sign.name, "ventanilla", "demostracion.invalid")
    settings = read_mail_settings(folder, keys)
    if settings is None:
        return UnsetTransport(), Address(sign.name, "ventanilla", "localhost")
    return SmtpTransport(settings), settings.sender_address()


def demonstration_mailbox(
    folder: Path, keys: KeyRing, randomness: Randomness
) -> DemonstrationMailbox:
    """Return the mailbox inside a demonstration office."""
    sealing = Sealing(keys.key(Purpose.MAILBOX))
    return DemonstrationMailbox(folder / "mailbox", sealing, randomness)


def write_mail_settings(
    folder: Path, keys: KeyRing, settings: MailSettings, randomness: Randomness
) -> None:
    """Keep the mail server's settings, password included, sealed under the office's key."""
    document = plain(settings)
    document["password"] = settings.password.reveal() if settings.password else None
    document["timeout"] = str(settings.timeout)
    sealing = Sealing(keys.key(Purpose.NOTICES))
    sealed = sealing.seal(canonical_bytes(document), _LABEL, randomness)
    replace_file(folder / _FILE_NAME, sealed)


def read_mail_settings(folder: Path, keys: KeyRing) -> MailSettings | None:
    """Return the mail server's settings, None where none were made or they were changed."""
    try:
        sealed = (folder / _FILE_NAME).read_bytes()
    except FileNotFoundError:
        return None
    clear = Sealing(keys.key(Purpose.NOTICES)).open(sealed, _LABEL)
    if clear is None:
        return None
    document = _Document.validate_json(clear)
    password = document.pop("password")
    return MailSettings.model_validate(
        {**document, "password": Secret(str(password)) if password is not None else None}
    )


class UnsetTransport:
    """Stands where no mail server was set up: nothing leaves, and the outbox says why."""

    def deliver(self, message: EmailMessage, notice_id: UUID) -> Delivery:
        """Refuse for now."""
        del message, notice_id
        return Delivery(NoticeCode.MAIL_NOT_SET_UP)
