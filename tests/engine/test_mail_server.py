"""Another mail server is the administrator's act, and the register knows of it."""

from dataclasses import replace

from backend_client.mail_form import mail_settings
from issuance.access.office_stream import MailServerChanged
from issuance.access.operators import ActDenied
from issuance.engine.mail import read_mail_settings
from issuance.findings import Finding
from issuance.findings.access import AccessCode
from issuance.notices.smtp import MailSecurity, MailSettings
from issuance.secret import Secret
from tests.engine.desk import Desk

SETTINGS = MailSettings(
    host="mail.example.com",
    port=465,
    security=MailSecurity.TLS,
    sender="oficina@example.com",
    user="oficina",
    password=Secret("clave-del-correo"),
)


def changes(desk: Desk) -> list[dict[str, object]]:
    return [e.public for e in desk.entries("office") if e.kind == MailServerChanged.KIND]


def test_a_change_is_kept_and_recorded_without_its_password(desk: Desk):
    here = desk.log_in("jefa")
    assert here.engine.set_mail(SETTINGS, here.session) == ()
    assert changes(desk) == [{"host": "mail.example.com", "port": 465, "by": "jefa"}]
    kept = read_mail_settings(desk.folder, here.keys)
    assert kept is not None
    assert kept.host == "mail.example.com"


def test_mail_leaves_through_another_server_at_once(desk: Desk):
    """The demonstration's mail never leaves it; an office's asks for its settings each time."""
    here = desk.log_in("jefa")
    sign = replace(here.engine.office.sign, demonstration=False)
    office = replace(here.engine.office, sign=sign)
    assert office.sender.addr_spec == "ventanilla@localhost"
    assert here.engine.set_mail(SETTINGS, here.session) == ()
    assert office.sender.addr_spec == SETTINGS.sender


def test_the_help_desks_mail_goes_to_the_help_desk(desk: Desk):
    here = desk.log_in("jefa")
    office = replace(here.engine.office, sign=replace(here.engine.office.sign, demonstration=False))
    assert here.engine.set_mail(SETTINGS, here.session) == ()
    assert office.help_desk == SETTINGS.sender
    typed = {
        "host": "mail.example.com", "port": "25", "sender": "oficina@example.com",
        "help_desk": "mesa@example.com",
    }  # fmt: skip
    settings = mail_settings(typed, None)
    assert isinstance(settings, MailSettings)
    assert here.engine.set_mail(settings, here.session) == ()
    assert (office.help_desk, office.sender.addr_spec) == ("mesa@example.com", SETTINGS.sender)
    wrong = mail_settings({**typed, "help_desk": "mesa"}, None)
    assert isinstance(wrong, Finding)
    assert wrong.field == "help_desk"


def test_who_does_not_administer_is_denied_and_the_try_is_kept(desk: Desk):
    here = desk.log_in("olga")
    (refused,) = here.engine.set_mail(SETTINGS, here.session)
    assert refused.code == AccessCode.ADMINISTRATOR_ONLY
    assert desk.last("olga", ActDenied) == {"act": "set_mail", "cause": "ADMINISTRATOR_ONLY"}
    assert changes(desk) == []
    assert read_mail_settings(desk.folder, here.keys) is None


def test_settings_that_cannot_be_written_are_not_recorded(desk: Desk):
    here = desk.log_in("jefa")
    (desk.folder / ".mail.sealed.unfinished").mkdir()
    (failed,) = here.engine.set_mail(SETTINGS, here.session)
    assert failed.code == AccessCode.STORE_FAILED
    assert changes(desk) == []
