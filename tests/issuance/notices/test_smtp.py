import logging
import smtplib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from uuid import UUID

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword
from pydantic import ValidationError

from issuance.findings.notices import NoticeCode
from issuance.notices.delivery import Delivery, finding_of
from issuance.notices.mail import mail_address, make_mail
from issuance.notices.smtp import MailSecurity, MailSettings, SmtpTransport
from issuance.secret import Secret

NOTICE = UUID("01900000-0000-7000-8000-000000000001")
CODE = "48151623"


def mail(to: str = "nusta@example.ec") -> EmailMessage:
    sender, recipient = mail_address("oficina@example.ec", "Oficina Ñ"), mail_address(to)
    assert sender is not None
    assert recipient is not None
    text = f"Subject: Su código\n\nCódigo: {CODE}\n.una línea con punto\n"
    return make_mail(NOTICE, sender, recipient, "es", text, datetime(2026, 1, 2, 3, 4, tzinfo=UTC))


def settings(
    port: int = 2525, security: MailSecurity = MailSecurity.LOOPBACK, **others: object
) -> MailSettings:
    return MailSettings.model_validate(
        {
            "host": "127.0.0.1",
            "port": port,
            "security": security,
            "sender": "oficina@example.ec",
            "timeout": 5.0,
        }
        | others
    )


def deliver(chosen: MailSettings, message: EmailMessage | None = None) -> Delivery:
    return SmtpTransport(chosen).deliver(message or mail(), NOTICE)


@pytest.mark.parametrize("security", [MailSecurity.STARTTLS, MailSecurity.TLS])
def test_mail_arrives_encrypted_and_whole(security, authority, start_server, handler):
    option = "tls_context" if security is MailSecurity.STARTTLS else "ssl_context"
    port = start_server(**{option: authority.server_context})

    chosen = settings(port, security, authority_file=authority.certificate_file)
    outcome = deliver(chosen)

    assert outcome == Delivery()
    assert outcome.ok
    [envelope] = handler.accepted
    assert handler.encrypted == [True]
    assert envelope.mail_from == "oficina@example.ec"
    assert envelope.rcpt_tos == ["nusta@example.ec"]
    arrived = message_from_bytes(envelope.content, policy=SMTP)
    assert arrived["Subject"] == "Su código"
    assert arrived["From"].addresses[0].display_name == "Oficina Ñ"
    assert arrived["Message-ID"] == f"<{NOTICE}@example.ec>"
    text = arrived.get_content().replace("\r\n", "\n")
    assert text == f"Código: {CODE}\n.una línea con punto\n"


@pytest.mark.parametrize("security", [MailSecurity.STARTTLS, MailSecurity.TLS])
def test_a_server_of_another_authority_gets_nothing(security, authority, start_server, handler):
    option = "tls_context" if security is MailSecurity.STARTTLS else "ssl_context"
    port = start_server(**{option: authority.server_context})

    outcome = deliver(settings(port, security))

    assert outcome == Delivery(NoticeCode.MAIL_SERVER_UNTRUSTED)
    assert handler.accepted == []


@pytest.mark.parametrize("security", [MailSecurity.STARTTLS, MailSecurity.TLS])
def test_a_certificate_for_another_name_gets_nothing(security, authority, start_server, handler):
    option = "tls_context" if security is MailSecurity.STARTTLS else "ssl_context"
    port = start_server(**{option: authority.server_context})

    outcome = deliver(
        settings(port, security, host="localhost", authority_file=authority.certificate_file)
    )

    assert outcome == Delivery(NoticeCode.MAIL_SERVER_UNTRUSTED)
    assert handler.accepted == []


@pytest.mark.parametrize("security", [MailSecurity.STARTTLS, MailSecurity.TLS])
def test_without_encryption_nothing_leaves(security, start_server, handler):
    outcome = deliver(settings(start_server(), security))

    assert outcome == Delivery(NoticeCode.MAIL_ENCRYPTION_MISSING)
    assert handler.accepted == []


def only_ana(server, session, envelope, mechanism, data) -> AuthResult:
    return AuthResult(success=data == LoginPassword(b"ana", b"correct horse"), handled=False)


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        ("correct horse", Delivery()),
        ("battery staple", Delivery(NoticeCode.MAIL_LOGIN_REFUSED, reply="535 5.7.8")),
    ],
)
def test_log_in(password, expected, authority, start_server, handler, caplog):
    caplog.set_level(logging.DEBUG)
    port = start_server(
        tls_context=authority.server_context,
        require_starttls=True,
        auth_required=True,
        authenticator=only_ana,
    )
    chosen = settings(
        port,
        MailSecurity.STARTTLS,
        authority_file=authority.certificate_file,
        user="ana",
        password=Secret(password),
    )

    assert deliver(chosen) == expected
    assert len(handler.accepted) == (1 if expected.ok else 0)
    assert password not in repr(chosen) + chosen.model_dump_json()
    ours = [each for each in caplog.records if not each.name.startswith(("mail", "asyncio"))]
    assert ours == []


def test_a_server_without_log_in_is_told_so(start_server):
    chosen = settings(start_server(), user="ana", password=Secret("correct horse"))

    assert deliver(chosen).code is NoticeCode.MAIL_LOGIN_REFUSED


@pytest.mark.parametrize(
    ("where", "reply", "expected"),
    [
        (
            "recipient_reply",
            "550 5.1.1 no such user",
            Delivery(NoticeCode.MAIL_ADDRESS_REFUSED, permanent=True, reply="550 5.1.1"),
        ),
        (
            "recipient_reply",
            "451 4.7.1 greylisted",
            Delivery(NoticeCode.MAIL_SERVER_BUSY, reply="451 4.7.1"),
        ),
        (
            "recipient_reply",
            "421 closing",
            Delivery(NoticeCode.MAIL_SERVER_BUSY, reply="421"),
        ),
        (
            "sender_reply",
            "553 5.7.1 not your address",
            Delivery(NoticeCode.MAIL_SENDER_REFUSED, reply="553 5.7.1"),
        ),
        ("sender_reply", "452 full", Delivery(NoticeCode.MAIL_SERVER_BUSY, reply="452")),
    ],
)
def test_refusals_of_an_address(where, reply, expected, start_server, handler):
    setattr(handler, where, reply)

    assert deliver(settings(start_server())) == expected
    assert handler.accepted == []


def test_first_busy_then_taken(start_server, handler):
    handler.data_replies = ["452 4.3.1 disk full"]
    chosen = settings(start_server())

    assert deliver(chosen) == Delivery(NoticeCode.MAIL_SERVER_BUSY, reply="452 4.3.1")
    assert deliver(chosen).ok
    assert len(handler.accepted) == 1


def test_a_reply_that_repeats_the_message_is_not_kept(start_server, handler):
    handler.data_replies = [f"554 5.6.0 spam: Codigo: {CODE}"]

    outcome = deliver(settings(start_server()))

    assert outcome == Delivery(NoticeCode.MAIL_REFUSED, permanent=True, reply="554 5.6.0")
    assert outcome.error == "MAIL_REFUSED 554 5.6.0"
    assert CODE not in repr(outcome)


def test_letters_beyond_ascii_in_an_address(start_server, handler):
    with_them = settings(start_server(enable_SMTPUTF8=True))
    without = settings(start_server(enable_SMTPUTF8=False))

    assert deliver(with_them, mail("ñusta@example.ec")).ok
    assert handler.accepted[0].rcpt_tos == ["ñusta@example.ec"]
    assert deliver(without, mail("ñusta@example.ec")) == Delivery(
        NoticeCode.MAIL_ADDRESS_UNSUPPORTED, permanent=True
    )


Script = Callable[[socket.socket], None]


@pytest.fixture
def scripted_server() -> Iterator[Callable[[Script], int]]:
    """Serve one connection with a function, for what no honest server does."""
    listeners: list[socket.socket] = []
    threads: list[threading.Thread] = []

    def start(script: Script) -> int:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def serve() -> None:
            with suppress(OSError):
                connection, _ = listener.accept()
                with connection:
                    script(connection)

        threads.append(threading.Thread(target=serve))
        threads[-1].start()
        return listener.getsockname()[1]

    yield start
    for listener in listeners:
        listener.close()
    for thread in threads:
        thread.join()


def test_nobody_there():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    assert deliver(settings(port)) == Delivery(NoticeCode.MAIL_SERVER_UNREACHABLE)


def test_a_silent_server_is_slow(scripted_server):
    port = scripted_server(lambda connection: connection.recv(1))

    assert deliver(settings(port, timeout=0.1)) == Delivery(NoticeCode.MAIL_SERVER_SLOW)


def test_a_dripping_server_meets_its_deadline(scripted_server):
    hung_up = threading.Event()

    def drip(connection: socket.socket) -> None:
        try:
            while not hung_up.wait(0.02):
                connection.sendall(b"2")
        except OSError:
            hung_up.set()

    port = scripted_server(drip)
    started = time.monotonic()

    assert deliver(settings(port, timeout=0.1)) == Delivery(NoticeCode.MAIL_SERVER_UNREACHABLE)
    assert time.monotonic() - started < 3
    assert hung_up.wait(5)


@pytest.mark.parametrize(
    "greeting", [b"", b"\xff\xfe\x00", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"2" * 20_000]
)
def test_a_server_of_another_kind_is_only_unreachable_or_busy(greeting, scripted_server):
    def speak(connection: socket.socket) -> None:
        connection.sendall(greeting)

    outcome = deliver(settings(scripted_server(speak)))

    assert outcome.code in {NoticeCode.MAIL_SERVER_UNREACHABLE, NoticeCode.MAIL_SERVER_BUSY}
    assert not outcome.permanent


def test_a_broken_log_in_challenge_is_no_crash(scripted_server):
    def challenge(connection: socket.socket) -> None:
        with connection.makefile("rwb", buffering=0) as line:
            line.write(b"220 hello\r\n")
            line.readline()
            line.write(b"250-hello\r\n250 AUTH CRAM-MD5\r\n")
            line.readline()
            line.write(b"334 A\r\n")

    chosen = settings(scripted_server(challenge), user="ana", password=Secret("correct horse"))

    assert deliver(chosen).code is NoticeCode.MAIL_SERVER_UNREACHABLE


def test_what_was_taken_stays_taken_without_a_farewell(scripted_server):
    def take_and_leave(connection: socket.socket) -> None:
        with connection.makefile("rwb", buffering=0) as line:
            for reply in (b"220 hi", b"250 hi", b"250 ok", b"250 ok", b"354 go"):
                line.write(reply + b"\r\n")
                if reply != b"354 go":
                    line.readline()
            while line.readline() != b".\r\n":
                pass
            line.write(b"250 taken\r\n")

    assert deliver(settings(scripted_server(take_and_leave))).ok


@pytest.mark.parametrize(
    "wrong",
    [
        {"host": "mail.example.ec", "security": MailSecurity.LOOPBACK},
        {"host": "10.0.0.1", "security": MailSecurity.LOOPBACK},
        {"sender": "oficina"},
        {"sender": "a@example.ec\r\nBcc: b@example.ec"},
        {"user": "ana"},
        {"password": Secret("alone")},
        {"user": "ana", "password": Secret("contraseña")},
        {"port": 0},
        {"timeout": 0.0},
    ],
)
def test_settings_that_cannot_work_are_refused(wrong):
    with pytest.raises(ValidationError) as refusal:
        settings(**wrong)

    assert "contraseña" not in str(refusal.value)


def test_an_authority_file_that_is_missing_is_said_at_once(tmp_path: Path):
    with pytest.raises(FileNotFoundError):
        SmtpTransport(settings(2525, authority_file=tmp_path / "none.pem"))


def test_smtplib_checks_certificates_against_host():
    # `SmtpTransport._greet` sets this private name of the standard library.
    assert vars(smtplib.SMTP(local_hostname="here"))["_host"] == ""


@pytest.mark.parametrize("code", list(NoticeCode))
def test_an_error_kept_in_the_register_becomes_a_finding(code):
    error = Delivery(code, reply="550 5.1.1").error
    assert error is not None

    finding = finding_of(error)

    assert (finding.code, finding.parameters) == (code, {"reply": "550 5.1.1"})
