"""The start screen among institutions: each finds what the own seats give, and no more."""

from time import monotonic

import pytest

from tests.keys import press_and_wait
from tests.screens.conftest import screen_name, shown
from tests.screens.institutions.driving import home, see


async def test_a_holder_finds_only_the_own_things(desk):
    async with desk("ana") as pilot:
        await home(pilot)
        await see(pilot, "Ana Araya")
        assert "Bruno" not in shown(pilot)
        for key in ("f6", "f8"):
            assert key.upper() not in shown(pilot)
            await press_and_wait(pilot, key)
            assert screen_name(pilot) == "InstitutionsHomeScreen"
        await press_and_wait(pilot, "bravo")
        await see(pilot, "Nada encontrado aquí")
        await press_and_wait(pilot, "f3")
        await see(pilot, "Ana Araya")


@pytest.mark.soak
@pytest.mark.parametrize(
    ("user", "lists"),
    [
        ("olga", ("To enable", "Institutions", "For me", "Tickets", "Campaigns")),
        ("ofelia", ("Officials", "Requests", "Issued", "Tickets", "Campaigns")),
        ("fermin", ("Requests", "Mine")),
    ],
)  # fmt: skip
async def test_every_seat_has_its_lists(desk, user, lists):
    async with desk(user, size=(120, 40), language="en") as pilot:
        await home(pilot)
        line = shown(pilot).splitlines()[3]
        places = [line.index(f"{at} {label}") for at, label in enumerate(lists, start=1)]
        assert places == sorted(places)
        for label in lists[1:]:
            await press_and_wait(pilot, "right")
            assert pilot.app.translate(pilot.app.screen.listing.label) == label


async def test_who_works_hears_that_nothing_can_be_published(desk, ministry):
    # A file stands where the folder is to be made.
    (ministry.folder / "published").touch()
    async with desk("ofelia") as pilot:
        await home(pilot)
        until = monotonic() + 60
        while "no se guardan" not in shown(pilot) and monotonic() < until:
            await press_and_wait(pilot, "f5")
        await see(pilot, "no se guardan")
