"""A real office is set up page by page, and a demonstration with one key."""

import stat
from pathlib import Path
from typing import NoReturn

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
)
from textual.widgets import Input, OptionList

from backend_client.offices import DEMONSTRATION, OFFICE
from backend_client.set_up_draft import load_set_up
from issuance.access.office import OfficeFile
from issuance.access.office_file import read_office
from issuance.access.roles import Role, Session
from issuance.access.totp import current_code
from issuance.certificates.keys import algorithm_of, make_private_key
from issuance.certificates.to_be_signed import key_of
from issuance.engine.mail import read_mail_settings
from issuance.engine.opening import OpenedOffice, open_office
from issuance.policies.loader import PolicyError
from issuance.secret import Secret
from screens.set_up_pages import PAGES
from tests.keys import press_and_wait, wait_until
from tests.screens.conftest import screen_name, shown
from tests.screens.set_up_pages import (
    PASSPHRASE,
    PASSWORD,
    at_first_page,
    at_page,
    begin,
    box,
    fill_administrator,
    fill_authenticator,
    fill_authority,
    fill_office,
    make_office,
    page,
    to_the_summary,
)
from tui.form import Form
from tui.widgets.qr import QrCode
from ventanilla.compose import SystemClock, system_sources


@pytest.fixture
def home(tmp_path) -> Path:
    return tmp_path / "new" / "home"


@pytest.mark.soak
async def test_what_may_lie_clear_is_back_after_a_stop(start, home):
    async with start(home) as pilot:
        await begin(pilot)
        await fill_office(pilot)
        await fill_administrator(pilot)
        await fill_authenticator(pilot)
        await fill_authority(pilot)
        await press_and_wait(pilot, "mail.example.com", "enter")
        await wait_until(lambda: load_set_up(home).get("host"))
    kept = (home / "set-up.json").read_text("utf-8")
    assert stat.S_IMODE((home / "set-up.json").stat().st_mode) == 0o600
    for secret in ("mvera", "Vera", PASSWORD, PASSPHRASE):
        assert secret not in kept
    async with start(home) as pilot:
        await at_first_page(pilot)
        await wait_until(lambda: "de vuelta" in shown(pilot))
        await press_and_wait(pilot, "enter")
        await at_page(pilot, "office")
        assert box(pilot, "name") == "Oficina Ñandú"
        await press_and_wait(pilot, "f10")
        await at_page(pilot, "administrator")
        assert box(pilot, "user") == ""
        await fill_administrator(pilot)
        await fill_authenticator(pilot)
        assert box(pilot, "authority") == "AC ÑANDÚ"
        assert box(pilot, "passphrase") == ""
        await press_and_wait(pilot, "f12", until=lambda: screen_name(pilot) == "Confirm")
        await press_and_wait(pilot, "down", "enter")
        await wait_until(lambda: screen_name(pilot) == "FirstStartScreen")
        assert load_set_up(home) == {}


@pytest.mark.parametrize("octets", [b"", b"[]", b'{"name": 7}', b"\xff", b"{" * 9000])
def test_a_damaged_note_of_a_set_up_counts_as_none(tmp_path, octets):
    (tmp_path / "set-up.json").write_bytes(octets)
    assert load_set_up(tmp_path) == {}


async def test_the_demonstration_takes_one_enter(start, home):
    async with start(home) as pilot:
        await wait_until(lambda: screen_name(pilot) == "FirstStartScreen")
        assert pilot.app.screen.query_one(OptionList).highlighted == 0
        await press_and_wait(pilot, "enter")
        await wait_until(lambda: screen_name(pilot) == "LogInScreen", 30)
        await wait_until(lambda: pilot.app.station.demonstration)
        await press_and_wait(pilot, "1", "enter")
        await wait_until(lambda: screen_name(pilot) == "WorklistScreen", 30)
        samples = home / DEMONSTRATION / "samples"
        await wait_until(samples.is_dir, 30)
    assert len(list(samples.iterdir())) == 8
    assert [path.name for path in home.iterdir() if path.is_dir()] == [DEMONSTRATION]


async def test_samples_that_a_stop_left_undone_are_drawn_at_the_next_log_in(start, office):
    order = office / ".samples.unfinished"
    (order / "1-half").mkdir(parents=True)
    async with start():
        await wait_until((office / "samples").is_dir, 30)
    assert not order.exists()


@pytest.mark.parametrize(
    ("language", "size"),
    [("es", (80, 24)), pytest.param("en", (120, 40), marks=pytest.mark.soak)],
)
async def test_an_office_is_set_up_and_its_administrator_logs_in(start, home, language, size):
    async with start(home, language, size=size) as pilot:
        await to_the_summary(pilot)
        assert "Oficina Ñandú · Pichincha" in shown(pilot)
        secret = pilot.app.screen._enrolment.secret
        groups = await make_office(pilot)
        assert not (home / OFFICE).exists()
        asked = pilot.app.screen._asked
        assert len(set(asked)) == 2
        await press_and_wait(pilot, "AAAAA", "enter", groups[asked[1]], "enter")
        words = "no son los grupos" if language == "es" else "not the groups"
        await wait_until(lambda: words in shown(pilot))
        assert not (home / OFFICE).exists()
        await press_and_wait(pilot, "up", *["backspace"] * 5, groups[asked[0]].lower(), "f10")
        await wait_until(lambda: screen_name(pilot) == "LogInScreen")
        await wait_until(lambda: pilot.app.screen._ready.is_set())
        await wait_until(lambda: pilot.app.station.office == "Oficina Ñandú")
        assert not pilot.app.station.demonstration
        assert await pilot.app.backend.known_people() == ()
        await press_and_wait(pilot, "mvera", "enter", PASSWORD, "enter")
        await press_and_wait(pilot, current_code(secret, SystemClock().now()).reveal(), "enter")
        await wait_until(lambda: screen_name(pilot) == "WorklistScreen")
        session = pilot.app.backend.session
        assert isinstance(session, Session)
        assert (session.roles, session.demonstration) == ((Role.ADMINISTRATOR,), False)
        await press_and_wait(pilot, "f7")
        assert screen_name(pilot) == "WorklistScreen"
        assert "F7" not in shown(pilot)
    sign = read_office(home / OFFICE)
    assert isinstance(sign, OfficeFile)
    assert (sign.province, sign.language) == ("pichincha", language)
    everything = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    for typed in (PASSWORD, PASSPHRASE, groups[0], secret.reveal()):
        assert typed.encode() not in everything


@pytest.mark.soak
async def test_an_office_of_institutions_is_set_up(start, home):
    async with start(home) as pilot:
        await at_first_page(pilot)
        await press_and_wait(pilot, "ctrl+u", "Inst", "enter")
        await at_page(pilot, "office")
        assert "Provincia" not in shown(pilot)
        assert "depósitos" not in shown(pilot)
        await press_and_wait(pilot, "FirmaGob", "enter")
        await at_page(pilot, "administrator")
        await fill_administrator(pilot)
        secret = pilot.app.screen._enrolment.secret
        await fill_authenticator(pilot)
        await fill_authority(pilot)
        await press_and_wait(pilot, "f10")
        await at_page(pilot, "summary")
        assert "Oficina: FirmaGob" in {line.strip() for line in shown(pilot).splitlines()}
        assert "ningún trámite" not in shown(pilot)
        groups = await make_office(pilot)
        first, second = pilot.app.screen._asked
        await press_and_wait(pilot, groups[first], "enter", groups[second], "enter")
        await wait_until(lambda: screen_name(pilot) == "LogInScreen")
        await wait_until(lambda: pilot.app.screen._ready.is_set())
        await press_and_wait(pilot, "mvera", "enter", PASSWORD, "enter")
        await press_and_wait(pilot, current_code(secret, SystemClock().now()).reveal(), "enter")
        await wait_until(lambda: screen_name(pilot) == "InstitutionsHomeScreen")
        issuing = pilot.app.backend._door.opened.engine.office.authority.issuing
        assert "C=CL" in issuing.subject.rfc4514_string()


async def test_going_back_loses_nothing(start, home):
    async with start(home) as pilot:
        await begin(pilot)
        await fill_office(pilot)
        await press_and_wait(pilot, "mvera", "enter", "María", "f3")
        await at_page(pilot, "office")
        assert box(pilot, "name") == "Oficina Ñandú"
        assert box(pilot, "province") == "Pichincha"
        await press_and_wait(pilot, "f3")
        await at_page(pilot, "rules")
        await press_and_wait(pilot, "f3")
        await wait_until(lambda: screen_name(pilot) == "FirstStartScreen")
        await press_and_wait(pilot, "enter")
        await at_page(pilot, "rules")
        await press_and_wait(pilot, "enter")
        await at_page(pilot, "office")
        await wait_until(lambda: box(pilot, "province") == "Pichincha")
        await press_and_wait(pilot, "f10")
        await at_page(pilot, "administrator")
        assert (box(pilot, "user"), box(pilot, "person")) == ("mvera", "María")
        await press_and_wait(pilot, "f11")
        await wait_until(lambda: "First administrator" in shown(pilot))
        assert (box(pilot, "user"), box(pilot, "person")) == ("mvera", "María")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (("Mvera", "enter"), "no puede ser un nombre de usuario"),
        (("mvera", "enter", "María", "enter", "corta", "enter"), "demasiado corta"),
        (("mvera", "enter", "María", "enter", "mvera-mvera-mvera", "enter"), "contiene el nombre"),
        (("mvera", "enter", "María", "enter", PASSWORD, "enter", "otra", "enter"), "no coinciden"),
    ],
)
async def test_what_is_wrong_is_told_beside_the_field(start, home, typed, words):
    async with start(home, size=(120, 40)) as pilot:
        await begin(pilot)
        await fill_office(pilot)
        await press_and_wait(pilot, *typed)
        await wait_until(lambda: words in shown(pilot))
        assert page(pilot) == "administrator"


@pytest.mark.parametrize("size", [(80, 24), pytest.param((120, 40), marks=pytest.mark.soak)])
async def test_the_whole_picture_is_on_the_screen_and_a_wrong_code_is_told(start, home, size):
    async with start(home, size=size) as pilot:
        await begin(pilot)
        await fill_office(pilot)
        await press_and_wait(pilot, "a23456789012345678901234567890b", "enter", "María", "enter")
        await press_and_wait(pilot, PASSWORD, "enter", PASSWORD, "enter")
        await at_page(pilot, "authenticator")
        picture = pilot.app.screen.query_one(QrCode).query("Static").first()
        assert picture.size.height == picture.region.height <= pilot.app.size.height - 2
        assert pilot.app.screen.region.contains_region(picture.region)
        assert picture.region.bottom <= pilot.app.screen.query_one("KeyBar").region.y
        secret = pilot.app.screen._enrolment.secret.reveal()
        assert secret[-4:] in shown(pilot)
        await press_and_wait(pilot, "000000", "enter")
        await wait_until(lambda: "El código no" in shown(pilot))
        await press_and_wait(pilot, *["backspace"] * 6)
        await fill_authenticator(pilot)


async def test_a_mail_server_is_kept_sealed(start, home):
    async with start(home) as pilot:
        await begin(pilot)
        await fill_office(pilot)
        await fill_administrator(pilot)
        await fill_authenticator(pilot)
        await fill_authority(pilot)
        await press_and_wait(pilot, "mail.example.com", "enter", "0", "enter", "STA", "enter")
        await press_and_wait(pilot, "oficina@example.com", "enter", "oficina", "enter", "f10")
        await wait_until(lambda: "El puerto es un número" in shown(pilot))
        pilot.app.screen.query_one("#box-port", Input).value = "587"
        await press_and_wait(pilot, "f10")
        await wait_until(lambda: "van juntos" in shown(pilot))
        pilot.app.screen.query_one("#box-mail_password", Input).value = "clave-del-correo"
        await press_and_wait(pilot, "f10")
        await at_page(pilot, "summary")
        secret = pilot.app.screen._enrolment.secret
        groups = await make_office(pilot)
        first, second = pilot.app.screen._asked
        await press_and_wait(pilot, groups[first], "enter", groups[second], "enter")
        await wait_until(lambda: screen_name(pilot) == "LogInScreen")
        await wait_until(lambda: pilot.app.screen._ready.is_set())
        backend = pilot.app.backend
        code = current_code(secret, SystemClock().now())
        assert isinstance(await backend.log_in("mvera", Secret(PASSWORD), code), Session)
        settings = read_mail_settings(home / OFFICE, backend._door.opened.keys)
        assert settings is not None
        assert settings.password is not None
        assert (settings.host, settings.port) == ("mail.example.com", 587)
        assert settings.password.matches(Secret("clave-del-correo"))
    assert b"clave-del-correo" not in (home / OFFICE / "mail.sealed").read_bytes()


async def test_an_end_before_the_end_leaves_no_office(start, home):
    async with start(home) as pilot:
        await to_the_summary(pilot)
        await make_office(pilot)
        pilot.app.close_down()
        await wait_until(lambda: not pilot.app.is_running)
    assert not [path for path in home.iterdir() if path.is_dir()]
    async with start(home) as pilot:
        await to_the_summary(pilot)
        await make_office(pilot)
        await press_and_wait(pilot, "f12", until=lambda: screen_name(pilot) == "Confirm")
        await press_and_wait(pilot, "down", "enter")
        await wait_until(lambda: screen_name(pilot) == "FirstStartScreen")
    assert not [path for path in home.iterdir() if path.is_dir()]


async def test_an_office_that_cannot_be_read_is_never_replaced(start, home):
    (home / OFFICE).mkdir(parents=True)
    (home / OFFICE / "office.json").write_text("{")
    async with start(home) as pilot:
        await wait_until(lambda: "dañado" in shown(pilot))
        assert pilot.app.screen.query_one(OptionList).option_count == 2
    assert (home / OFFICE / "office.json").read_text() == "{"


def test_every_page_has_a_place_in_the_flow():
    names = [each.name for each in PAGES]
    assert names[-2:] == ["recovery", "check"]
    assert len(set(names)) == len(names)


@pytest.mark.soak
async def test_the_kind_of_key_is_chosen(start, home):
    async with start(home) as pilot:
        await begin(pilot)
        await fill_office(pilot)
        await fill_administrator(pilot)
        secret = pilot.app.screen._enrolment.secret
        await fill_authenticator(pilot)
        # Without a name and without an old authority there is nothing to issue under.
        await press_and_wait(pilot, "down", PASSPHRASE, "enter", PASSPHRASE, "f10")
        assert page(pilot) == "authority"
        pilot.app.screen.query_one("#box-authority", Input).focus()
        await press_and_wait(pilot, "AC ÑANDÚ", "enter", "enter", "enter", "P-384", "f10")
        await at_page(pilot, "mail")
        await press_and_wait(pilot, "f10")
        await at_page(pilot, "summary")
        await make_office(pilot)
        code = current_code(secret, SystemClock().now())
        opened = open_office(
            pilot.app.screen._new.folder, "mvera", Secret(PASSWORD), code, system_sources(),
            make_private_key,
        )  # fmt: skip
        assert isinstance(opened, OpenedOffice), opened
        authority = opened.engine.office.authority
        opened.close()
        for certificate in authority.chain:
            assert algorithm_of(key_of(certificate)) == "p-384"


async def test_an_old_authority_is_judged_on_its_page(start, home, tmp_path):
    async with start(home, "es") as pilot:
        await begin(pilot)
        await fill_office(pilot)
        await fill_administrator(pilot)
        await fill_authenticator(pilot)
        await press_and_wait(pilot, "down", PASSPHRASE, "enter", PASSPHRASE, "enter", "enter")
        await press_and_wait(pilot, "~nobody-of-that-name", "f10")
        await wait_until(lambda: "key.p12 / key.pem" in " ".join(shown(pilot).split()))
        assert (page(pilot), focused_field(pilot)) == ("authority", "old_authority")
        key = make_private_key("p-256").private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"otra frase")
        )
        (tmp_path / "key.pem").write_bytes(key)
        for name in ("chain.pem", "index.txt", "list.crl"):
            (tmp_path / name).touch()
        await press_and_wait(pilot, "ctrl+u", str(tmp_path), "enter", "esta no es", "f10")
        await wait_until(lambda: "No se pudo abrir la clave" in " ".join(shown(pilot).split()))
        assert (page(pilot), focused_field(pilot)) == ("authority", "old_passphrase")
        assert box(pilot, "old_passphrase") == "esta no es"
        await press_and_wait(pilot, "ctrl+u", "otra frase", "f10")
        await wait_until(lambda: "Ninguno de los certificados" in " ".join(shown(pilot).split()))
        assert (page(pilot), focused_field(pilot)) == ("authority", "old_authority")


def focused_field(pilot) -> str:
    return pilot.app.screen.query_one(Form).focused_field


async def test_rules_that_cannot_be_used_are_told_where_they_are_chosen(start, home, monkeypatch):
    def refused(name: str) -> NoReturn:
        raise PolicyError('profiles.toml: profiles "tenth": key_usage', name)

    async with start(home, "es") as pilot:
        await at_first_page(pilot)
        monkeypatch.setattr("backend_client.founding.load_policy", refused)
        await press_and_wait(pilot, "enter")
        await wait_until(lambda: "«ec-icert» no se pueden usar" in " ".join(shown(pilot).split()))
        assert page(pilot) == "rules"
        monkeypatch.undo()
        await press_and_wait(pilot, "enter")
        await at_page(pilot, "office")
