from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, NullPool, create_engine

from issuance.access.sealing import Sealing
from issuance.findings.notices import NoticeCode
from issuance.model import canonical_bytes
from issuance.notices.delivery import Delivery
from issuance.notices.mail import mail_address
from issuance.notices.mailbox import DemonstrationMailbox
from issuance.notices.model import Notice, NoticeState
from issuance.notices.outbox import Outbox
from issuance.notices.sealed import NoticeSecret, open_secret, seal_secret
from issuance.notices.smtp import MailSecurity, MailSettings, SmtpTransport
from issuance.register.model import NoticeRow
from issuance.register.notices import NoticeReading, NoticeWriting
from issuance.register.tables import notices
from issuance.secret import Secret

ResultT = TypeVar("ResultT")
START = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
CODE = "48151623"
OFFICE = UUID(int=1)
TEXTS = {
    ("code", "es"): "Subject: Su código\n\nHola $name, su código es $code.\n",
    ("approved", "es"): "Subject: Aprobado\n\nHola $name.\n",
}
BUSY = Delivery(NoticeCode.MAIL_SERVER_BUSY, reply="451")


@dataclass
class Clock:
    """A clock that a test moves."""

    moment: datetime = START

    def now(self) -> datetime:
        return self.moment

    def pass_by(self, **time: float) -> None:
        self.moment += timedelta(**time)


class NoRandomness:
    """Always zeros: what is sealed is not the point."""

    def octets(self, count: int) -> bytes:
        return bytes(count)

    def digits(self, count: int) -> str:
        return "0" * count


class Notices:
    """The register's own statements for notices, on an unencrypted database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def reading(self) -> Iterator[NoticeReading]:
        with self._engine.connect() as connection:
            yield NoticeReading(connection, OFFICE)

    def write(self, work: Callable[[NoticeWriting], ResultT]) -> ResultT:
        with self._engine.begin() as connection:
            return work(NoticeWriting(connection, OFFICE))


@dataclass
class ScriptedTransport:
    """Gives the outcomes of a list in turn, then takes everything."""

    outcomes: list[Delivery] = field(default_factory=list)
    messages: list[EmailMessage] = field(default_factory=list)
    meanwhile: Callable[[], object] = lambda: None

    def deliver(self, message: EmailMessage, notice_id: UUID) -> Delivery:
        self.messages.append(message)
        self.meanwhile()
        return self.outcomes.pop(0) if self.outcomes else Delivery()


@dataclass
class Office:
    """An outbox with everything around it."""

    outbox: Outbox
    register: Notices
    transport: ScriptedTransport
    clock: Clock
    database: Path
    seal: Callable[[UUID, datetime], bytes]

    def queue(self, number: int = 1, *, secret_for: timedelta | None = None, **other: Any) -> UUID:
        identifier = UUID(int=number)
        now = self.clock.now()
        row: dict[str, Any] = {
            "id": identifier,
            "case_id": UUID(int=99),
            "template": "code" if secret_for else "approved",
            "language": "es",
            "to": "ana@example.ec",
            "parameters": canonical_bytes({"name": "María Ñusta"}),
            "sealed_secret": self.seal(identifier, now + secret_for) if secret_for else None,
            "state": "queued",
            "attempts": 0,
            "next_attempt_at": now,
            "last_error": None,
            "created_at": now,
        }
        self.register.write(lambda writing: writing.queue_notice(NoticeRow(**(row | other))))
        return identifier

    def notice(self, identifier: UUID) -> Notice:
        with self.register.reading() as reading:
            row = reading.notice(identifier)
        assert row is not None
        return Notice.from_row(row)


def text_of(template: str, language: str) -> str:
    return TEXTS[template, language]


@pytest.fixture
def office(tmp_path: Path, sealing, randomness) -> Office:
    database = tmp_path / "register.db"
    engine = create_engine(f"sqlite:///{database}", poolclass=NullPool)
    notices.create(engine)
    clock, transport, register = Clock(), ScriptedTransport(), Notices(engine)
    sender = mail_address("oficina@example.ec")
    assert sender is not None
    outbox = Outbox(register, transport, text_of, sender, sealing, clock)

    def seal(identifier: UUID, expires_at: datetime) -> bytes:
        content = NoticeSecret("code", Secret(CODE), expires_at)
        return seal_secret(sealing, identifier, content, randomness)

    return Office(outbox, register, transport, clock, database, seal)


def test_a_due_notice_leaves_once(office: Office):
    identifier = office.queue()

    assert office.outbox.deliver_due() == 1
    assert office.outbox.deliver_due() == 0

    [message] = office.transport.messages
    assert message["To"] == "ana@example.ec"
    assert message.get_content() == "Hola María Ñusta.\n"
    sent = office.notice(identifier)
    assert (sent.state, sent.attempts, sent.last_error) == (NoticeState.SENT, 1, None)


def test_a_code_is_in_the_mail_and_nowhere_else(office: Office):
    identifier = office.queue(secret_for=timedelta(minutes=10))
    assert office.notice(identifier).has_secret
    assert CODE.encode() not in office.database.read_bytes()

    assert office.outbox.deliver_due() == 1

    assert CODE in office.transport.messages[0].get_content()
    assert CODE not in str(office.transport.messages[0]["Subject"])
    assert not office.notice(identifier).has_secret
    assert all(
        CODE.encode() not in file.read_bytes()
        for file in office.database.parent.iterdir()
        if file.is_file()
    )


def test_waits_grow_and_a_day_is_the_end(office: Office):
    office.transport.outcomes = [BUSY] * 100
    identifier = office.queue()

    waits: list[timedelta] = []
    while office.notice(identifier).state is not NoticeState.DEAD:
        assert office.outbox.deliver_due() == 0
        due = office.notice(identifier).next_attempt_at
        waits.append(due - office.clock.now())
        office.clock.moment = due - timedelta(seconds=1)
        tried = len(office.transport.messages)
        office.outbox.deliver_due()
        assert len(office.transport.messages) == tried
        office.clock.moment = due

    minutes = [wait // timedelta(minutes=1) for wait in waits]
    assert minutes[:5] == [1, 5, 15, 60, 60]
    assert timedelta(hours=23) < office.clock.now() - START <= timedelta(hours=25)
    dead = office.notice(identifier)
    assert dead.last_error == "MAIL_SERVER_BUSY 451"
    assert dead.attempts == len(office.transport.messages) == len(waits)
    office.clock.pass_by(days=30)
    assert office.outbox.deliver_due() == 0
    assert len(office.transport.messages) == dead.attempts


def test_busy_then_taken_keeps_the_message_id(office: Office):
    office.transport.outcomes = [BUSY]
    identifier = office.queue(secret_for=timedelta(minutes=10))

    assert office.outbox.deliver_due() == 0
    waiting = office.notice(identifier)
    assert (waiting.state, waiting.has_secret) == (NoticeState.FAILED, True)
    assert waiting.last_error == "MAIL_SERVER_BUSY 451"
    office.clock.pass_by(minutes=1)
    assert office.outbox.deliver_due() == 1

    first, second = office.transport.messages
    assert first["Message-ID"] == second["Message-ID"]
    sent = office.notice(identifier)
    assert (sent.state, sent.attempts, sent.has_secret) == (NoticeState.SENT, 2, False)


def test_a_refusal_for_good_ends_it_and_drops_the_code(office: Office):
    refused = Delivery(NoticeCode.MAIL_ADDRESS_REFUSED, permanent=True, reply="550 5.1.1")
    office.transport.outcomes = [refused]
    identifier = office.queue(secret_for=timedelta(minutes=10))

    assert office.outbox.deliver_due() == 0

    dead = office.notice(identifier)
    assert (dead.state, dead.has_secret) == (NoticeState.DEAD, False)
    assert dead.last_error == "MAIL_ADDRESS_REFUSED 550 5.1.1"


def test_a_code_that_ran_out_is_never_sent(office: Office):
    identifier = office.queue(secret_for=timedelta(minutes=10))
    office.clock.pass_by(minutes=10)

    assert office.outbox.deliver_due() == 0

    assert office.transport.messages == []
    dead = office.notice(identifier)
    assert (dead.state, dead.has_secret) == (NoticeState.DEAD, False)
    assert dead.last_error == NoticeCode.NOTICE_CODE_EXPIRED


def test_a_code_that_dies_before_the_next_attempt_is_given_up_at_once(office: Office):
    office.transport.outcomes = [BUSY] * 9
    identifier = office.queue(secret_for=timedelta(minutes=10))

    for minutes in (0, 1, 5):
        office.clock.pass_by(minutes=minutes)
        office.outbox.deliver_due()

    dead = office.notice(identifier)
    assert (dead.state, dead.attempts, dead.has_secret) == (NoticeState.DEAD, 3, False)
    assert dead.last_error == "MAIL_SERVER_BUSY 451"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"template": "unknown"}, NoticeCode.NOTICE_TEXT_MISSING),
        ({"language": "qu"}, NoticeCode.NOTICE_TEXT_MISSING),
        ({"parameters": b"{}"}, NoticeCode.NOTICE_TEXT_MISSING),
        ({"parameters": b'{"name":"a","more":"b"}'}, NoticeCode.NOTICE_TEXT_MISSING),
        ({"to": "ana"}, NoticeCode.MAIL_ADDRESS_MALFORMED),
        ({"to": "ana@example.ec\r\nBcc: b@example.ec"}, NoticeCode.MAIL_ADDRESS_MALFORMED),
        ({"sealed_secret": bytes(60)}, NoticeCode.NOTICE_CODE_UNREADABLE),
    ],
)
def test_what_cannot_become_a_mail_dies_and_holds_nobody_up(office: Office, change, code):
    broken = office.queue(1, **change)
    sound = office.queue(2)

    assert office.outbox.deliver_due() == 1

    assert office.notice(broken).state is NoticeState.DEAD
    assert office.notice(broken).last_error == code
    assert not office.notice(broken).has_secret
    assert office.notice(sound).state is NoticeState.SENT
    assert len(office.transport.messages) == 1


def test_a_crash_while_sending_costs_one_more_mail_and_no_notice(office: Office):
    def crash() -> None:
        raise KeyboardInterrupt

    identifier = office.queue(secret_for=timedelta(minutes=10))
    office.transport.meanwhile = crash
    with pytest.raises(KeyboardInterrupt):
        office.outbox.deliver_due()
    counted = office.notice(identifier)
    assert (counted.state, counted.attempts) == (NoticeState.QUEUED, 1)

    office.transport.meanwhile = lambda: None
    office.clock.pass_by(minutes=4)
    assert office.outbox.deliver_due() == 0
    office.clock.pass_by(minutes=1)
    assert office.outbox.deliver_due() == 1
    first, second = office.transport.messages
    assert first["Message-ID"] == second["Message-ID"]


def test_two_deliverers_at_once_send_one_mail(office: Office):
    office.queue()
    office.transport.meanwhile = lambda: office.outbox.deliver_due()

    assert office.outbox.deliver_due() == 1
    assert len(office.transport.messages) == 1


def test_a_list_read_before_another_deliverer_sent_it_sends_nothing(office: Office):
    first, second = office.queue(1), office.queue(2)
    office.transport.meanwhile = lambda: office.outbox.deliver_due()

    assert office.outbox.deliver_due() == 1
    assert len(office.transport.messages) == 2
    assert {office.notice(each).state for each in (first, second)} == {NoticeState.SENT}


def test_a_limit_is_kept_and_the_rest_follows(office: Office):
    for number in range(1, 6):
        office.queue(number)

    assert [office.outbox.deliver_due(limit=2) for _ in range(4)] == [2, 2, 1, 0]


def test_through_a_real_mail_server(office: Office, start_server, handler, sealing, authority):
    handler.data_replies = ["451 4.3.0 later"]
    port = start_server(tls_context=authority.server_context)
    settings = MailSettings(
        host="127.0.0.1",
        port=port,
        security=MailSecurity.STARTTLS,
        sender="oficina@example.ec",
        sender_name="Registro Ñ\r\nBcc: b",
        authority_file=authority.certificate_file,
    )
    outbox = Outbox(
        office.register,
        SmtpTransport(settings),
        text_of,
        settings.sender_address(),
        sealing,
        office.clock,
    )
    identifier = office.queue(secret_for=timedelta(minutes=10))

    assert outbox.deliver_due() == 0
    assert office.notice(identifier).last_error == "MAIL_SERVER_BUSY 451 4.3.0"
    office.clock.pass_by(minutes=1)
    assert outbox.deliver_due() == 1
    [envelope] = handler.accepted
    sender = message_from_bytes(envelope.content, policy=SMTP)["From"].addresses[0]
    assert (sender.display_name, sender.addr_spec) == ("Registro Ñ Bcc: b", "oficina@example.ec")


def test_into_the_demonstrations_mailbox(office: Office, tmp_path: Path, sealing, randomness):
    mailbox = DemonstrationMailbox(tmp_path / "mail", sealing, randomness)
    outbox = Outbox(office.register, mailbox, text_of, office.outbox.sender, sealing, office.clock)
    office.queue(secret_for=timedelta(minutes=10))

    assert outbox.deliver_due() == 1
    [mail] = mailbox.list()
    assert mail.body == f"Hola María Ñusta, su código es {CODE}.\n"


@given(text=st.text(max_size=64), seconds=st.integers(0, 10**9))
def test_a_secret_opens_for_its_own_notice_only(text: str, seconds: int):
    sealing = Sealing(bytes(32))
    expires_at = START + timedelta(seconds=seconds)
    sealed = seal_secret(
        sealing, UUID(int=1), NoticeSecret("code", Secret(text), expires_at), NoRandomness()
    )

    opened = open_secret(sealing, UUID(int=1), sealed)
    assert opened is not None
    assert opened.secret.reveal() == text
    assert opened.expires_at == expires_at
    assert "secret=Secret(…)" in repr(opened)
    assert open_secret(sealing, UUID(int=2), sealed) is None
    assert open_secret(Sealing(bytes(31) + b"x"), UUID(int=1), sealed) is None
