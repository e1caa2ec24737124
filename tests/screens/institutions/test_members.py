"""Accounts of an institution's people: a lost password or telephone is no end of them."""

from datetime import timedelta

import pytest

from tests.keys import press_and_wait
from tests.screens.conftest import screen_name, shown
from tests.screens.institutions.driving import (
    arrive,
    choose,
    first_password,
    home,
    say_yes,
)
from tests.screens.institutions.first_log_in import enrol


async def test_an_operator_gives_who_lost_the_telephone_a_new_first_password(desk, ministry):
    async with desk("ofelia") as pilot:
        await home(pilot)
        await press_and_wait(pilot, "araya", "enter")
        await arrive(pilot, "OfficialScreen")
        await choose(pilot, "nueva")
        await say_yes(pilot)
        password = await first_password(pilot)
        await arrive(pilot, "OfficialScreen")
    with pytest.raises(AssertionError):
        async with desk("ana", later=timedelta(minutes=1)):
            pass
    await enrol(ministry, "ana", password, timedelta(minutes=2))
    async with desk("ana", later=timedelta(minutes=3)) as pilot:
        await home(pilot)
        assert "Ana Araya" in shown(pilot)


@pytest.mark.soak
async def test_the_centre_gives_it_to_an_operator_and_nobody_to_oneself(desk, ministry):
    async with desk("jefa") as pilot:
        await home(pilot)
        await press_and_wait(pilot, "2", "enter", "enter")
        await arrive(pilot, "InstitutionScreen")
        await choose(pilot, "nueva")
        await say_yes(pilot)
        password = await first_password(pilot)
    await enrol(ministry, "ofelia", password, timedelta(minutes=1))
    async with desk(
        "ofelia", "institution", ministry.institution, later=timedelta(minutes=2)
    ) as pilot:
        await arrive(pilot, "InstitutionScreen")
        await press_and_wait(pilot, "f4", until=lambda: screen_name(pilot) == "ValueList")
        assert "Historial" in shown(pilot)
        assert "primera contraseña" not in shown(pilot)
