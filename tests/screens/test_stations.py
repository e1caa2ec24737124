"""Stations are invited, invited anew and ended by keys."""

from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from textual.pilot import Pilot

from issuance.engine.station_keys import ReleasedKeys, released_keys
from issuance.engine.stations import Enrolled, enrol_station
from issuance.secret import Secret
from tests.keys import close_with, press_and_wait, wait_until
from tests.screens.conftest import RunCounter, screen_name, shown


def enrolled(pilot: Pilot[int], code: Secret) -> Enrolled:
    """Enrol a computer with a code, as the server does."""
    app: Any = pilot.app
    office = app.backend._door.opened.engine.office
    key = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes_raw()
    made = enrol_station(office, code, key)
    assert isinstance(made, Enrolled), made
    return made


def released(pilot: Pilot[int], station: UUID) -> ReleasedKeys:
    app: Any = pilot.app
    return released_keys(app.backend._door.opened.engine.office, station)


async def code_shown(pilot: Pilot[int]) -> Secret:
    await wait_until(lambda: screen_name(pilot) == "StationCodeShown")
    screen: Any = pilot.app.screen
    code: Secret = screen._code
    await wait_until(lambda: code.reveal() in shown(pilot))
    await close_with(pilot, "enter")
    await wait_until(lambda: screen_name(pilot) == "StationsScreen")
    return code


async def row_reads(pilot: Pilot[int], *words: str) -> None:
    await wait_until(
        lambda: any(all(word in line for word in words) for line in shown(pilot).splitlines())
    )


async def choose(pilot: Pilot[int], act: str) -> None:
    await press_and_wait(pilot, "enter", until=lambda: screen_name(pilot) == "ValueList")
    await press_and_wait(pilot, act, "enter")


@pytest.mark.parametrize(
    ("language", "size"), [("es", (80, 24)), pytest.param("en", (120, 40), marks=pytest.mark.soak)]
)
async def test_a_station_is_invited_enrols_is_invited_anew_and_ended(
    counter: RunCounter, language: str, size: tuple[int, int]
):
    spanish = language == "es"
    async with counter("jefa", "stations", language=language, size=size) as pilot:
        await wait_until(lambda: "F10" in shown(pilot))
        await press_and_wait(pilot, "f10", until=lambda: screen_name(pilot) == "StationEntryScreen")
        await press_and_wait(pilot, "Puesto 2", "enter")
        first = await code_shown(pilot)
        await row_reads(pilot, "Puesto 2", "invitado" if spanish else "invited")

        one = enrolled(pilot, first)
        await press_and_wait(pilot, "f5")
        await row_reads(pilot, "Puesto 2", "en uso" if spanish else "in use")

        await choose(pilot, "hacer" if spanish else "make")
        await wait_until(lambda: screen_name(pilot) == "StationEntryScreen")
        await press_and_wait(pilot, "enter")
        again = enrolled(pilot, await code_shown(pilot))
        assert again.station == one.station
        assert again.epoch != one.epoch

        await press_and_wait(pilot, "f5")
        waits = "hay un código" if spanish else "a code waits"
        await wait_until(lambda: "Puesto 2" in shown(pilot) and waits not in shown(pilot))
        screen: Any = pilot.app.screen
        before = screen._stations[0].revision
        await choose(pilot, "clave nueva" if spanish else "new key")
        await wait_until(lambda: screen._stations[0].revision > before)
        assert len(released(pilot, one.station).former) == 1
        assert released(pilot, one.station).current not in (one.key, again.key)

        await choose(pilot, "terminar" if spanish else "end:")
        await wait_until(lambda: screen_name(pilot) == "Confirm")
        await press_and_wait(pilot, "down", "enter")
        await row_reads(pilot, "Puesto 2", "fuera de uso" if spanish else "out of use")


async def test_only_administrators_see_the_stations(counter: RunCounter):
    async with counter("olga", "stations") as pilot:
        await wait_until(lambda: "administr" in shown(pilot))


async def test_a_name_is_needed(counter: RunCounter):
    async with counter("jefa", "station_entry") as pilot:
        await press_and_wait(pilot, "f10")
        await wait_until(lambda: "obligatorio" in shown(pilot))
        assert screen_name(pilot) == "StationEntryScreen"


async def test_an_office_of_this_computer_has_nothing_to_exchange(counter: RunCounter):
    async with counter("olga", "sync") as pilot:
        await wait_until(lambda: "No espera nada" in shown(pilot))
        await press_and_wait(pilot, "f10")
    async with counter("olga") as pilot:
        await press_and_wait(pilot, "f4", until=lambda: screen_name(pilot) == "ValueList")
        assert "Intercambio" not in shown(pilot)
