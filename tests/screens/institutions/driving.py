"""What somebody at these screens does again and again."""

from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Input, OptionList, Static

from issuance.secret import Secret
from tests.keys import close_with, press_and_wait, wait_until
from tests.screens.conftest import screen_name, shown
from tui.form import Form


async def arrive(pilot: Pilot[Any], name: str) -> None:
    """Wait until a screen is shown and has read what it shows."""
    await wait_until(lambda: screen_name(pilot) == name)
    screen: Any = pilot.app.screen
    await wait_until(lambda: getattr(screen, "_is_ready", getattr(screen, "_is_read", True)))
    keys: Any = screen.ventanilla.keys
    await wait_until(lambda: keys.idle and not keys.is_held)


async def home(pilot: Pilot[Any]) -> None:
    """Wait for the start screen with its lists."""
    await arrive(pilot, "InstitutionsHomeScreen")


async def see(pilot: Pilot[Any], text: str) -> None:
    """Wait until a text is shown."""
    try:
        await wait_until(lambda: text in shown(pilot), 60)
    except AssertionError:
        raise AssertionError(f"{text!r} is not in\n{shown(pilot)}") from None


async def choose(pilot: Pilot[Any], act: str) -> None:
    """Open what can be done on a page, and pick it."""
    await press_and_wait(pilot, "f4", until=lambda: screen_name(pilot) == "ValueList")
    await press_and_wait(pilot, act, "enter")


async def pick(pilot: Pilot[Any], value: str) -> None:
    """Pick a value of a list that is shown."""
    await wait_until(lambda: screen_name(pilot) == "ValueList")
    await press_and_wait(pilot, value, "enter")


async def say_yes(pilot: Pilot[Any]) -> None:
    """Answer the question that is asked."""
    await wait_until(lambda: screen_name(pilot) == "Confirm")
    await wait_until(lambda: pilot.app.screen.query(OptionList))
    choices = pilot.app.screen.query_one(OptionList)
    # What is typed before the question stood for a while is dropped.
    while choices.highlighted != 1:
        await press_and_wait(pilot, "end")
    await press_and_wait(pilot, "enter")


async def fill_in(pilot: Pilot[Any], **texts: str) -> None:
    """Type into the fields of a form, by name."""
    form = pilot.app.screen.query_one(Form)
    for name, text in texts.items():
        form.focus_field(name)
        box = pilot.app.screen.query_one(f"#box-{name}", Input)
        await press_and_wait(pilot, "end", *["backspace"] * len(box.value), text)


async def attach(pilot: Pilot[Any], path: Path, place: str = "") -> None:
    """Attach a file; of several places, choose one first."""
    screen: Any = pilot.app.screen
    before = len(screen.files)
    await press_and_wait(pilot, "f6")
    if place:
        await pick(pilot, place)
    await wait_until(lambda: screen_name(pilot) == "FilePicker")
    await press_and_wait(pilot, str(path), "enter")
    await wait_until(lambda: pilot.app.screen is screen and len(screen.files) > before)


async def first_password(pilot: Pilot[Any]) -> Secret:
    """Return the password that is shown once, and close it."""
    await wait_until(lambda: screen_name(pilot) == "FirstPasswordShown")
    await wait_until(lambda: pilot.app.screen.query("#first-password"))
    password = Secret(str(pilot.app.screen.query_one("#first-password", Static).content))
    await close_with(pilot, "enter")
    return password
