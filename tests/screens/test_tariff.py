import pytest

from tests.keys import press_and_wait, wait_until
from tests.screens.application_typing import NATURAL, form_is_there, screen_is, screen_name
from tests.screens.case_samples import cells, shown

PRODUCTS = 23


def marked(app) -> str:
    return app.screen._product


async def ready(pilot):
    await wait_until(lambda: cells(pilot.app))


async def test_what_can_be_chosen_comes_first_with_its_price(counter):
    async with counter("olga", "tariff") as pilot:
        await ready(pilot)
        rows = cells(pilot.app)
        assert len(rows) == PRODUCTS
        assert rows[0][:3] == ["Persona natural", "Archivo PKCS#12", "2 años"]
        assert "22,77" in rows[0][3]
        assert rows[0][3].endswith("(muestra)")
        available = [row[3] != "todavía no" for row in rows]
        assert available == sorted(available, reverse=True)
        assert sum(available) == 9


async def test_typing_parts_of_a_name_narrows_the_list(counter):
    async with counter("olga", "tariff") as pilot:
        await ready(pilot)
        await press_and_wait(pilot, "juridica priv 1", until=lambda: len(cells(pilot.app)) == 1)
        assert cells(pilot.app)[0][0] == "Persona jurídica privada"
        await press_and_wait(pilot, "enter")
        await form_is_there(pilot)
        assert pilot.app.screen._product == "juridica-privada-pkcs12-1y"


async def test_enter_begins_the_marked_product(counter):
    async with counter("olga", "tariff") as pilot:
        await ready(pilot)
        await press_and_wait(pilot, "down", "down", "up", "f10")
        await form_is_there(pilot)
        assert pilot.app.screen._product == "natural-pkcs12-1y"


async def test_a_product_that_is_to_come_says_why_and_is_not_begun(counter):
    async with counter("olga", "tariff") as pilot:
        await ready(pilot)
        await press_and_wait(pilot, "nat tok")
        assert "no graba tokens" in shown(pilot.app, "#about")
        await press_and_wait(pilot, "enter")
        assert screen_name(pilot.app) == "TariffScreen"
        assert "no graba tokens" in shown(pilot.app, "#message")


@pytest.mark.parametrize("typed", ["zzz", "[/]", "[bold]x"])
async def test_what_fits_nothing_is_told_and_begins_nothing(counter, typed):
    async with counter("olga", "tariff") as pilot:
        await ready(pilot)
        await press_and_wait(pilot, typed, until=lambda: not cells(pilot.app))
        assert shown(pilot.app, "#about") == ""
        await press_and_wait(pilot, "enter", "down", "pageup")
        assert screen_name(pilot.app) == "TariffScreen"
        assert "Ningún producto" in shown(pilot.app, "#message")


async def test_back_from_the_application_marks_its_product_again(counter):
    async with counter("olga", "tariff") as pilot:
        await ready(pilot)
        await press_and_wait(pilot, "down", "down", "down", "enter")
        await form_is_there(pilot)
        chosen = pilot.app.screen._product
        await press_and_wait(pilot, "f3")
        await screen_is(pilot, "TariffScreen")
        assert marked(pilot.app) == chosen != NATURAL


async def test_it_speaks_english_and_keeps_what_is_typed_when_the_language_changes(counter):
    async with counter("olga", "tariff", language="en", size=(120, 40)) as pilot:
        await ready(pilot)
        assert cells(pilot.app)[0][0] == "Natural person"
        assert cells(pilot.app)[0][3].startswith("$22.77")
        await press_and_wait(pilot, "token", "f11")
        await wait_until(lambda: "Token" in {row[1] for row in cells(pilot.app)})
        assert {row[1] for row in cells(pilot.app)} == {"Token"}
        assert cells(pilot.app)[0][0] == "Persona natural"


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_every_part_is_on_the_screen(counter, size):
    async with counter("olga", "tariff", size=size) as pilot:
        await ready(pilot)
        for selector in ("#typed", "#products", "#about", "#message"):
            region = pilot.app.screen.query_one(selector).region
            assert region.height
            assert region.bottom <= size[1]
        assert pilot.app.screen.query_one("#rules").display == (size[0] == 120)
