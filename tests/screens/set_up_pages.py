"""The pages of the set-up as an administrator fills them, one after the other."""

from textual.widgets import Input

from issuance.access.totp import current_code
from screens.set_up_pages import PAGES
from tests.keys import press_and_wait, wait_until
from tests.screens.conftest import screen_name, shown
from ventanilla.compose import SystemClock

PASSWORD = "correcto-caballo-bateria"
PASSPHRASE = "frase-muy-larga-de-la-autoridad"


def page(pilot) -> str:
    return pilot.app.screen.page.name


async def at_page(pilot, name: str) -> None:
    await wait_until(lambda: screen_name(pilot) == "SetUpScreen" and page(pilot) == name, 30)
    title = next(each.title for each in PAGES if each.name == name)
    await wait_until(lambda: pilot.app.translate(title) in shown(pilot))
    await wait_until(lambda: pilot.app.keys.idle and not pilot.app.keys.is_held)


def box(pilot, name: str) -> str:
    return pilot.app.screen.query_one(f"#box-{name}", Input).value


async def at_first_page(pilot) -> None:
    await wait_until(lambda: screen_name(pilot) == "FirstStartScreen")
    await press_and_wait(pilot, "end", "enter")
    await at_page(pilot, "rules")


async def begin(pilot) -> None:
    await at_first_page(pilot)
    await press_and_wait(pilot, "enter")
    await at_page(pilot, "office")


async def fill_office(pilot) -> None:
    await press_and_wait(pilot, "Oficina Ñandú", "enter", "Pich", "enter")
    await at_page(pilot, "administrator")


async def fill_administrator(pilot) -> None:
    await press_and_wait(pilot, "mvera", "enter", "María Vera", "enter")
    await press_and_wait(pilot, PASSWORD, "enter", PASSWORD, "enter")
    await at_page(pilot, "authenticator")


async def fill_authenticator(pilot) -> None:
    await press_and_wait(pilot, code_of(pilot), "enter")
    await at_page(pilot, "authority")


async def fill_authority(pilot) -> None:
    await press_and_wait(pilot, "AC ÑANDÚ", "enter", PASSPHRASE, "enter", PASSPHRASE, "f10")
    await at_page(pilot, "mail")


def code_of(pilot) -> str:
    return current_code(pilot.app.screen._enrolment.secret, SystemClock().now()).reveal()


async def make_office(pilot) -> list[str]:
    """Go from the summary to the last page; return the recovery key's groups."""
    await press_and_wait(pilot, "f10")
    await at_page(pilot, "recovery")
    groups = pilot.app.screen._new.recovery_key.reveal().split()
    assert all(group in shown(pilot) for group in groups)
    await press_and_wait(pilot, "enter")
    await at_page(pilot, "check")
    return groups


async def to_the_summary(pilot) -> None:
    await begin(pilot)
    await fill_office(pilot)
    await fill_administrator(pilot)
    await fill_authenticator(pilot)
    await fill_authority(pilot)
    await press_and_wait(pilot, "f10")
    await at_page(pilot, "summary")
