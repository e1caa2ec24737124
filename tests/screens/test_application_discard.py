"""F12 empties the form, says what it took away, and gives it back."""

from issuance.identity.examples import invented_cedula
from screens.application_words import FilledIn
from tests.keys import press_and_wait, wait_until
from tests.screens.application_typing import (
    NATURAL,
    OF_OLGA,
    all_texts,
    form_is_there,
    in_field,
    key_bar,
    saved_draft,
    texts,
)
from tests.screens.case_samples import TO_APPROVAL, lead, shown

TOKEN = "natural-token-2y"


async def test_what_was_discarded_is_told_and_f12_again_brings_it_back(counter):
    async with counter("olga", "application", NATURAL) as pilot:
        await form_is_there(pilot)
        await press_and_wait(pilot, invented_cedula(0), "enter", "v123412", "enter", "Ana", "f12")
        assert texts(pilot.app)["cedula"] == ""
        assert in_field(pilot.app) == "cedula"
        told = shown(pilot.app, "#message")
        assert "Ana" in told
        assert "3 campos" in told
        assert "Deshacer" in key_bar(pilot.app)
        assert await saved_draft(pilot, OF_OLGA) is None
        await press_and_wait(pilot, "f12")
        assert texts(pilot.app)["cedula"] == invented_cedula(0)
        assert texts(pilot.app)["given_names"] == "Ana"
        assert "Descartar" in key_bar(pilot.app)
        assert await saved_draft(pilot, OF_OLGA) is not None


async def test_f8_brings_it_back_even_after_somebody_else_was_typed(counter):
    async with counter("olga", "application", NATURAL) as pilot:
        await form_is_there(pilot)
        await press_and_wait(pilot, invented_cedula(0), "enter", "f12", invented_cedula(1), "enter")
        assert "Descartar" in key_bar(pilot.app)
        assert "vuelve con F8" in shown(pilot.app, "#message")
        await press_and_wait(pilot, "f8")
        assert texts(pilot.app)["cedula"] == invented_cedula(0)
        assert await saved_draft(pilot, OF_OLGA) is not None


async def test_a_renewal_stays_its_persons_after_anothers_draft_was_looked_at(counter):
    async with counter("olga", "application", NATURAL) as pilot:
        await form_is_there(pilot)
        await press_and_wait(pilot, invented_cedula(0), "enter", "f3")
        lucia = FilledIn({"identification_kind": "cedula", "cedula": invented_cedula(1)}, "77")
        pilot.app.open_screen("application", TOKEN, (), True, lucia)
        await form_is_there(pilot)
        await wait_until(lambda: "Renovación" in shown(pilot.app, "#product"))
        renewal = shown(pilot.app, "#product")
        await press_and_wait(pilot, "f8")
        assert texts(pilot.app)["cedula"] == invented_cedula(0)
        assert "Renovación" not in shown(pilot.app, "#product")
        await press_and_wait(pilot, "f12")
        assert texts(pilot.app)["cedula"] == invented_cedula(1)
        assert shown(pilot.app, "#product") == renewal


async def test_nothing_typed_is_nothing_discarded(counter):
    async with counter("olga", "application", NATURAL) as pilot:
        await form_is_there(pilot)
        await press_and_wait(pilot, "f12")
        assert "No se ha escrito nada" in shown(pilot.app, "#message")
        assert "Deshacer" not in key_bar(pilot.app)


async def test_a_mended_application_returns_to_what_the_case_says(counter, office, make_key):
    played = lead(office, make_key, TO_APPROVAL)
    async with counter("olga", "application", played.case) as pilot:
        await form_is_there(pilot)
        before = all_texts(pilot.app)
        await press_and_wait(pilot, "f12")
        assert "No se ha escrito nada" in shown(pilot.app, "#message")
        await press_and_wait(pilot, "end", "7", "enter", "f12")
        assert "1 campo." in shown(pilot.app, "#message")
        assert all_texts(pilot.app) == before
        await press_and_wait(pilot, "f12")
        assert all_texts(pilot.app) != before


async def test_the_offices_province_is_there_to_be_changed(counter):
    async with counter("olga", "application", NATURAL) as pilot:
        await form_is_there(pilot)
        assert all_texts(pilot.app)["province"] == "pichincha"
        pilot.app.screen.query_one("Form").focus_field("province")
        await press_and_wait(pilot, "loja", "enter")
        assert all_texts(pilot.app)["province"] == "loja"


async def test_the_list_of_values_is_offered_only_where_there_is_one(counter):
    async with counter("olga", "application", NATURAL) as pilot:
        await form_is_there(pilot)
        assert "F4" not in key_bar(pilot.app)
        await press_and_wait(pilot, "up")
        await wait_until(lambda: "F4" in key_bar(pilot.app))
        await press_and_wait(pilot, "f4", "zzz")
        await wait_until(lambda: "coincide con «zzz»" in shown(pilot.app, "#nothing"))
        await press_and_wait(pilot, "f3", "down")
        await wait_until(lambda: "F4" not in key_bar(pilot.app))
