import string
from datetime import UTC, datetime, timedelta, timezone
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuance.notices.mail import mail_address, make_mail, split_mail
from issuance.policies.rendering import TemplateMismatchError, render
from tests.examples import examples

NOTICE = UUID("01900000-0000-7000-8000-000000000001")
TEMPLATE = "Subject: Trámite de $name\n\nEstimada persona $name:\n\nSu trámite avanzó.\n"
HEADERS = {
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "Content-Language",
    "Content-Type",
    "Content-Transfer-Encoding",
    "MIME-Version",
}


def mail(rendered: str, language: str = "es") -> EmailMessage:
    at = datetime(2026, 3, 1, 23, 30, tzinfo=timezone(timedelta(hours=-5)))
    sender = Address("Oficina «Ñandú»", "oficina", "example.ec")
    return make_mail(NOTICE, sender, Address("", "ana", "example.ec"), language, rendered, at)


def arrived(message: EmailMessage) -> EmailMessage:
    parsed = message_from_bytes(message.as_bytes(), policy=SMTP)
    assert isinstance(parsed, EmailMessage)
    return parsed


def test_a_mail_says_what_it_is():
    message = arrived(mail(render(TEMPLATE, {"name": "María Ñusta"})))

    assert set(message.keys()) == HEADERS
    assert message["Subject"] == "Trámite de María Ñusta"
    assert message["From"].addresses[0].display_name == "Oficina «Ñandú»"
    assert message["Message-ID"] == f"<{NOTICE}@example.ec>"
    assert message["Date"].datetime == datetime(2026, 3, 2, 4, 30, tzinfo=UTC)
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "es"
    assert message.get_content_type() == "text/plain"
    assert message.get_content_charset() == "utf-8"
    text = message.get_content().replace("\r\n", "\n")
    assert text == "Estimada persona María Ñusta:\n\nSu trámite avanzó.\n"


@settings(max_examples=examples(40), deadline=None)
@given(name=st.text(max_size=300))
def test_no_name_adds_a_header_or_a_line(name):
    message = arrived(mail(render(TEMPLATE, {"name": f"x{name}"})))

    assert set(message.keys()) == HEADERS
    assert [str(each) for each in message["To"].addresses] == ["ana@example.ec"]
    assert message.get_content().count("\n") == 3


@pytest.mark.parametrize(
    "attack",
    ["a\r\nBcc: b@example.ec", "a\nSubject: b", "a\u2028Bcc: b@example.ec", "a\x85Bcc: b", "a\0b"],
)
def test_header_injection_stays_text_of_the_subject(attack):
    message = arrived(mail(render(TEMPLATE, {"name": attack})))

    assert "Bcc" not in message
    assert len(message.get_all("Subject", [])) == 1
    assert message["Subject"].startswith("Trámite de a")
    assert all(character.isprintable() for character in message["Subject"])


@pytest.mark.parametrize(
    "text",
    [
        "ana@example.ec",
        "ana.maria+cert@correo.example.ec",
        "o'neill@example.ec",
        "ñusta@ñandú.ec",
    ],
)
def test_addresses(text):
    address = mail_address(text)

    assert address is not None
    assert address.addr_spec == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ana",
        "@example.ec",
        "ana@",
        "a b@example.ec",
        "ana@exam ple.ec",
        "ana@example.ec, b@example.ec",
        "Ana <ana@example.ec>",
        "ana@example.ec\r\nBcc: b@example.ec",
        "ana\0@example.ec",
        "ana\u202e@example.ec",
        "ana..x@example.ec",
        ".ana@example.ec",
        "ana@-example.ec",
        "ana@example..ec",
        "ana@[127.0.0.1]",
        f"{'a' * 250}@example.ec",
    ],
)
def test_what_is_no_address(text):
    assert mail_address(text) is None


@given(st.text(alphabet=string.printable + "ñ\u202e\u2028\x85\0", max_size=40))
def test_an_address_is_one_recipient_and_survives_the_mail(text):
    address = mail_address(text)
    if address is None:
        return
    message = make_mail(
        NOTICE,
        Address("", "o", "example.ec"),
        address,
        "es",
        "Subject: a\n\nb",
        datetime(2026, 1, 1, tzinfo=UTC),
    )

    assert [each.addr_spec for each in message["To"].addresses] == [text]
    assert set(message.keys()) == HEADERS


@given(st.from_regex(r"[a-z0-9]{1,8}@[a-z]{1,8}\.[a-z]{2,3}", fullmatch=True))
def test_plain_addresses_are_read(text):
    assert mail_address(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Hola\n\ntexto",
        "Subject:\n\ntexto",
        "Subject: a",
        "Subject: a\ntexto",
        "Subject: a\n\n ",
    ],
)
def test_a_template_without_subject_or_text_is_a_fault(text):
    with pytest.raises(TemplateMismatchError):
        split_mail(text)
