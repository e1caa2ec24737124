"""Hands mail to the office's mail server (RFC 5321), encrypted and with its certificate checked."""

import smtplib
import socket
import ssl
from collections.abc import Generator
from contextlib import contextmanager, suppress
from email.headerregistry import Address
from email.message import EmailMessage
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from threading import Timer
from typing import Annotated, Final, Self
from uuid import UUID

from pydantic import Field, model_validator

from issuance.findings.notices import NoticeCode
from issuance.model import Frozen, Text
from issuance.notices.delivery import Delivery, status_figures
from issuance.notices.mail import mail_address
from issuance.policies.rendering import one_line
from issuance.secret import SecretField

_LOGIN_METHODS: Final = frozenset({"CRAM-MD5", "PLAIN", "LOGIN"})
"""What smtplib can do (RFC 4954)."""


class MailSecurity(StrEnum):
    """How the way to the mail server is protected."""

    STARTTLS = "starttls"
    """Encrypted after the greeting (RFC 3207), usually port 587; never in clear."""
    TLS = "tls"
    """Encrypted from the first octet (RFC 8314), usually port 465."""
    LOOPBACK = "none-on-loopback-only"
    """In clear, to a mail server on this very host."""


class MailSettings(Frozen):
    """Where the office's mail server is and who we are there.

    `timeout` is seconds for one answer; a whole delivery may take four times as long.
    `help_desk` gets the mails for the help desk of institutions, else the sender does.
    `authority_file` is a PEM file with the authority of a mail server that public ones do not know.
    """

    host: Annotated[str, Field(min_length=1, max_length=253)]
    port: Annotated[int, Field(ge=1, le=65535)]
    security: MailSecurity
    sender: str
    sender_name: Text = ""
    help_desk: str = ""
    user: str | None = None
    password: SecretField = None
    timeout: Annotated[float, Field(gt=0, le=120)] = 15.0
    authority_file: Path | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if mail_address(self.sender) is None:
            raise ValueError("the sender is not an e-mail address")
        if self.help_desk and mail_address(self.help_desk) is None:
            raise ValueError("the help desk has no e-mail address")
        if (self.user is None) != (self.password is None):
            raise ValueError("user and password come together")
        if not f"{self.user}{self.password.reveal() if self.password else ''}".isascii():
            raise ValueError("user and password must be ASCII; smtplib sends nothing else")
        if self.security is MailSecurity.LOOPBACK and not _is_loopback(self.host):
            raise ValueError("mail in clear is for a server on this host only")
        return self

    def sender_address(self) -> Address:
        """Return the sender as the mail's From shows it."""
        local, _, domain = self.sender.rpartition("@")
        return Address(one_line(self.sender_name), local, domain)


class SmtpTransport:
    """Delivers each message over a connection of its own.

    Raises OSError when made with an authority file that cannot be read.
    """

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings
        self._context = ssl.create_default_context(cafile=settings.authority_file)

    def deliver(self, message: EmailMessage, notice_id: UUID) -> Delivery:
        """Hand over one message; nothing of its content is logged or repeated in the answer."""
        del notice_id  # the message carries it as its Message-ID
        try:
            with self._connection() as connection:
                return _send(connection, message)
        # smtplib's exceptions are OSErrors; a server that speaks nonsense causes ValueErrors.
        except (OSError, ValueError) as failure:
            return _explain(failure)

    @contextmanager
    def _connection(self) -> Generator[smtplib.SMTP, None, None]:
        timeout = self._settings.timeout
        # The sender's domain as our name spares a look-up of this host's own.
        name = self._settings.sender.rpartition("@")[2]
        connection = (
            smtplib.SMTP_SSL(local_hostname=name, timeout=timeout, context=self._context)
            if self._settings.security is MailSecurity.TLS
            else smtplib.SMTP(local_hostname=name, timeout=timeout)
        )
        # A socket's timeout starts anew with every octet; a dripping server needs an end as well.
        deadline = Timer(timeout * 4, _hang_up, [connection])
        deadline.daemon = True
        deadline.start()
        try:
            self._greet(connection)
            yield connection
            # What was taken stays taken, even when the farewell fails.
            with suppress(OSError):
                connection.quit()
        finally:
            deadline.cancel()
            connection.close()

    def _greet(self, connection: smtplib.SMTP) -> None:
        settings = self._settings
        # The certificate is checked against this name. Only smtplib's constructor sets it, and
        # that one would read the greeting before the deadline above is at work.
        vars(connection)["_host"] = settings.host
        code, text = connection.connect(settings.host, settings.port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, text)
        if settings.security is MailSecurity.STARTTLS:
            connection.starttls(context=self._context)
        if settings.user is not None and settings.password is not None:
            connection.ehlo_or_helo_if_needed()
            offered = connection.esmtp_features.get("auth", "").upper().split()
            if _LOGIN_METHODS.isdisjoint(offered):
                raise smtplib.SMTPAuthenticationError(504, "no method in common")
            connection.login(settings.user, settings.password.reveal())


def _send(connection: smtplib.SMTP, message: EmailMessage) -> Delivery:
    try:
        connection.send_message(message)
    except smtplib.SMTPNotSupportedError:
        return Delivery(NoticeCode.MAIL_ADDRESS_UNSUPPORTED, permanent=True)
    return Delivery()


def _hang_up(connection: smtplib.SMTP) -> None:
    with suppress(OSError):
        if connection.sock is not None:
            connection.sock.shutdown(socket.SHUT_RDWR)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _explain(failure: OSError | ValueError) -> Delivery:
    match failure:
        case smtplib.SMTPRecipientsRefused():
            code, text = next(iter(failure.recipients.values()))
            return _judge(code, text, NoticeCode.MAIL_ADDRESS_REFUSED)
        case smtplib.SMTPDataError():
            return _judge(failure.smtp_code, failure.smtp_error, NoticeCode.MAIL_REFUSED)
        # The two next are the office's settings, not the message: once mended, it leaves.
        case smtplib.SMTPAuthenticationError():
            reply = status_figures(failure.smtp_code, failure.smtp_error)
            return Delivery(NoticeCode.MAIL_LOGIN_REFUSED, reply=reply)
        case smtplib.SMTPSenderRefused() if failure.smtp_code >= 500:
            reply = status_figures(failure.smtp_code, failure.smtp_error)
            return Delivery(NoticeCode.MAIL_SENDER_REFUSED, reply=reply)
        case smtplib.SMTPResponseException():
            return _later(failure.smtp_code, failure.smtp_error)
        case ssl.SSLCertVerificationError():
            return Delivery(NoticeCode.MAIL_SERVER_UNTRUSTED)
        case smtplib.SMTPNotSupportedError() | ssl.SSLError():
            return Delivery(NoticeCode.MAIL_ENCRYPTION_MISSING)
        # smtplib turns a time-out while it waits for an answer into a disconnection.
        case _ if isinstance(failure, TimeoutError) or isinstance(
            failure.__context__, TimeoutError
        ):
            return Delivery(NoticeCode.MAIL_SERVER_SLOW)
        case _:
            return Delivery(NoticeCode.MAIL_SERVER_UNREACHABLE)


def _judge(code: int, text: bytes | str, refused: NoticeCode) -> Delivery:
    """Tell a refusal for good (5xx) from one for now (4xx), RFC 5321 section 4.2.1."""
    if 500 <= code < 600:
        return Delivery(refused, permanent=True, reply=status_figures(code, text))
    return _later(code, text)


def _later(code: int, text: bytes | str) -> Delivery:
    if 400 <= code < 600:
        return Delivery(NoticeCode.MAIL_SERVER_BUSY, reply=status_figures(code, text))
    return Delivery(NoticeCode.MAIL_SERVER_UNREACHABLE)  # what answers there speaks no SMTP
