import pytest

from backend_client.station import DraftKey
from issuance.cases.commands.application import ReturnApplication
from issuance.identity.examples import invented_cedula, invented_ruc
from tests.keys import press_and_wait, wait_until
from tests.screens.application_typing import (
    NATURAL,
    OF_OLGA,
    all_texts,
    codes,
    complete,
    fill_in,
    form_is_there,
    in_field,
    key_bar,
    known_case,
    read_consent,
    row,
    saved_draft,
    screen_is,
    screen_name,
    texts,
    typed_values,
)
from tests.screens.case_samples import TO_APPROVAL, TO_EVIDENCE, lead, shown
from tui.form import Form

TYPES = ["natural", "juridica-privada", "miembro-empresa"]
ONE_IN_CHECK = [
    "miembro-empresa",
    *(pytest.param(each, marks=pytest.mark.soak) for each in ("natural", "juridica-privada")),
]


def product_of(certificate_type: str) -> str:
    return f"{certificate_type}-pkcs12-2y"


async def open_case(pilot, values):
    await fill_in(pilot, values)
    await read_consent(pilot)
    await press_and_wait(pilot, "f10")
    await screen_is(pilot, "EmailScreen")
    return pilot.app.screen.case


# -- a new application ---------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["es", pytest.param("en", marks=pytest.mark.soak)])
@pytest.mark.parametrize("certificate_type", ONE_IN_CHECK)
async def test_a_whole_form_typed_in_one_burst_opens_the_case(counter, certificate_type, language):
    values = typed_values(0, certificate_type)
    product = product_of(certificate_type)
    async with counter("olga", "application", product, language=language) as pilot:
        case = await open_case(pilot, values)
        state = (await known_case(pilot.app, case)).state
        assert state.product == product
        assert state.language == language
        assert dict(state.values) == {**values, "phone": "+593990001000"}
        assert await saved_draft(pilot, OF_OLGA) is None


async def test_a_passport_asks_for_its_own_fields_and_nothing_typed_is_lost(counter):
    async with counter("olga", "application", NATURAL) as pilot:
        await form_is_there(pilot)
        await press_and_wait(pilot, invented_cedula(0), "enter")
        await press_and_wait(pilot, "up", "up", *["backspace"] * 6, "pasap", "enter", "AB12345")
        assert in_field(pilot.app) == "passport"
        assert "cedula" not in texts(pilot.app)
        await press_and_wait(pilot, "enter", "colom", "enter")
        assert texts(pilot.app)["country"] == "CO"
        assert in_field(pilot.app) == "given_names"
        await press_and_wait(pilot, "up", "up", "up", *["backspace"] * 9, "ced", "enter")
        assert in_field(pilot.app) == "cedula"
        assert texts(pilot.app)["cedula"] == invented_cedula(0)


async def test_the_last_answer_can_ask_for_more_before_the_form_is_complete(counter):
    values = typed_values(1)
    assert values["wants_invoicing"] == "no"
    async with counter("olga", "application", NATURAL) as pilot:
        await fill_in(pilot, {**values, "wants_invoicing": ""})
        await press_and_wait(pilot, "s", "enter", until=lambda: in_field(pilot.app) == "ruc")
        await press_and_wait(pilot, invented_ruc(1), "enter")
        await screen_is(pilot, "ConsentScreen")


async def test_a_wrong_number_is_told_while_typing_and_holds_the_form(counter):
    right = invented_cedula(1)
    wrong = right[:-1] + str((int(right[-1]) + 1) % 10)
    async with counter("olga", "application", NATURAL) as pilot:
        await form_is_there(pilot)
        await press_and_wait(pilot, wrong)
        assert codes(pilot.app, "cedula")
        await fill_in(pilot, {**typed_values(1), "cedula": ""})
        assert screen_name(pilot.app) == "ApplicationScreen"
        assert in_field(pilot.app) == "cedula"
        await press_and_wait(pilot, *["backspace"] * 10, right)
        assert not codes(pilot.app, "cedula")
        await press_and_wait(pilot, "f10")
        await screen_is(pilot, "ConsentScreen")


async def test_what_the_engine_refuses_stands_beside_its_field_and_all_is_kept(counter):
    values = {**typed_values(0), "ruc": invented_ruc(5)}
    async with counter("olga", "application", NATURAL) as pilot:
        await complete(pilot, values)
        await read_consent(pilot)
        await press_and_wait(pilot, "f10")
        await screen_is(pilot, "ApplicationScreen")
        await wait_until(lambda: codes(pilot.app, "ruc") == ["RUC_OF_ANOTHER_PERSON"])
        await wait_until(lambda: in_field(pilot.app) == "ruc")
        assert all_texts(pilot.app)["given_names"] == values["given_names"]
        assert await saved_draft(pilot, OF_OLGA) is not None


async def test_hostile_text_is_shown_harmlessly_and_refused(counter):
    async with counter("olga", "application", NATURAL) as pilot:
        await form_is_there(pilot)
        await press_and_wait(pilot, "down", "down", "[/][bold]Ana", "enter")
        assert row(pilot.app, "given_names").findings
        assert shown(pilot.app, "#product").startswith("[/][bold]Ana")


# -- one open case a person ----------------------------------------------------------------------


async def test_the_case_the_person_has_is_named_and_offered(counter, office, make_key):
    existing = lead(office, make_key, TO_APPROVAL)
    async with counter("olga", "application", NATURAL) as pilot:
        await complete(pilot, typed_values(0))
        await read_consent(pilot)
        await press_and_wait(pilot, "f10")
        await screen_is(pilot, "ApplicationScreen")
        await wait_until(lambda: "Abrir" in key_bar(pilot.app))
        number = (await known_case(pilot.app, existing.case)).state.number
        assert number in shown(pilot.app, "#message")
        assert codes(pilot.app, "cedula") == ["OPEN_CASE_EXISTS"]
        await press_and_wait(pilot, "f8")
        await screen_is(pilot, "CaseOverviewScreen")
        assert pilot.app.screen.case == existing.case


# -- drafts --------------------------------------------------------------------------------------


async def test_after_a_restart_the_resumed_application_has_everything_typed(counter):
    values = typed_values(0)
    async with counter("olga", "application", NATURAL) as pilot:
        await fill_in(pilot, {name: values[name] for name in list(values)[:8]})
        await press_and_wait(pilot, "up", "up")
        typed = {name: text for name, text in all_texts(pilot.app).items() if text}
        assert await saved_draft(pilot, OF_OLGA) is not None
    async with counter("olga", "application", NATURAL) as pilot:
        await form_is_there(pilot)
        assert {name: text for name, text in all_texts(pilot.app).items() if text} == typed
        await press_and_wait(pilot, "f10")
        assert in_field(pilot.app) == next(name for name in texts(pilot.app) if name not in typed)


async def test_a_fresh_application_only_offers_what_was_typed_before(counter):
    values = typed_values(0)
    async with counter("olga", "application", NATURAL) as pilot:
        await fill_in(pilot, {name: values[name] for name in list(values)[:6]})
        await press_and_wait(pilot, "f3")
        await screen_is(pilot, "TariffScreen")
    async with counter("olga", "tariff", "natural-pkcs12-1y") as pilot:
        await wait_until(lambda: pilot.app.screen.query("#products"))
        await press_and_wait(pilot, "enter")
        await form_is_there(pilot)
        assert texts(pilot.app)["given_names"] == ""
        assert values["given_names"] in shown(pilot.app, "#message")
        await press_and_wait(pilot, "f8")
        assert texts(pilot.app)["given_names"] == values["given_names"]
        assert pilot.app.screen._product == NATURAL


async def test_going_back_keeps_the_field_one_is_in(counter):
    async with counter("olga", "application", NATURAL) as pilot:
        await form_is_there(pilot)
        await press_and_wait(pilot, "30599", "f3")
        await screen_is(pilot, "TariffScreen")
        saved = await saved_draft(pilot, OF_OLGA)
        assert saved is not None
        assert saved.values["cedula"] == "30599"


async def test_an_untouched_form_leaves_no_draft(counter):
    async with counter("olga", "application", NATURAL) as pilot:
        await form_is_there(pilot)
        await press_and_wait(pilot, "down", "up", "f3")
        await screen_is(pilot, "TariffScreen")
        assert await saved_draft(pilot, OF_OLGA) is None


async def test_another_language_keeps_fields_and_place(counter):
    async with counter("olga", "application", NATURAL) as pilot:
        await form_is_there(pilot)
        await press_and_wait(pilot, invented_cedula(0), "enter", "v12", "f11")
        await wait_until(lambda: "Natural person" in shown(pilot.app, "#product"))
        assert texts(pilot.app)["cedula"] == invented_cedula(0)
        assert texts(pilot.app)["dactylar_code"] == "v12"
        assert texts(pilot.app)["identification_kind"] == "cedula"
        assert in_field(pilot.app) == "dactylar_code"


# -- correction ----------------------------------------------------------------------------------


@pytest.fixture
def returned(office, make_key):
    """Return a case whose city and given names are to be mended."""
    played = lead(office, make_key, TO_APPROVAL)
    played.log_in("adrian")
    played.execute(ReturnApplication(items=("given_names", "city"), note="Como en la cédula."))
    played.close()
    return played


async def test_only_what_must_be_mended_is_shown_with_the_note(counter, returned):
    async with counter("olga", "worklist") as pilot:
        pilot.app.open_screen("application", returned.case)
        await form_is_there(pilot)
        assert list(texts(pilot.app)) == ["given_names", "city"]
        await wait_until(lambda: "Como en la cédula." in shown(pilot.app, "#correction"))
        await press_and_wait(pilot, "end", " Luz", "enter", "end", " DM", "enter")
        await screen_is(pilot, "WorklistScreen")
        known = await known_case(pilot.app, returned.case)
        assert known.state.application_correction is None
        assert known.state.values["given_names"] == returned.person.values["given_names"] + " Luz"
        assert known.state.values["city"].endswith(" DM")
        assert await saved_draft(pilot, DraftKey.of_case(returned.case, "application")) is None


async def test_the_whole_application_can_be_mended_too(counter, returned):
    async with counter("olga", "worklist") as pilot:
        pilot.app.open_screen("application", returned.case)
        await form_is_there(pilot)
        await press_and_wait(pilot, "end", " Luz", "f6")
        assert "phone" in texts(pilot.app)
        assert texts(pilot.app)["given_names"].endswith(" Luz")
        pilot.app.screen.query_one(Form).focus_field("phone")
        await press_and_wait(pilot, *["backspace"] * 13, "0990001001", "f10")
        await screen_is(pilot, "WorklistScreen")
        state = (await known_case(pilot.app, returned.case)).state
        assert state.values["phone"] == "+593990001001"


async def test_a_correction_survives_a_restart(counter, returned):
    async with counter("olga", "application", returned.case) as pilot:
        await form_is_there(pilot)
        await press_and_wait(pilot, "end", " Luz", "enter")
        await wait_until(lambda: pilot.app.screen.draft)
        key = DraftKey.of_case(returned.case, "application")
        assert await saved_draft(pilot, key) is not None
    async with counter("olga", "application", returned.case) as pilot:
        await form_is_there(pilot)
        assert texts(pilot.app)["given_names"].endswith(" Luz")


async def test_an_approved_application_says_why_it_cannot_be_mended(counter, office, make_key):
    approved = lead(office, make_key, TO_EVIDENCE)
    async with counter("olga", "application", approved.case) as pilot:
        await wait_until(lambda: shown(pilot.app, "#message"))
        assert not pilot.app.screen.query(Form)
        await press_and_wait(pilot, "f10", "f6", "f12", "f8")
        assert screen_name(pilot.app) == "ApplicationScreen"


# -- the screen ----------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(80, 24), pytest.param((120, 40), marks=pytest.mark.soak)])
@pytest.mark.parametrize("certificate_type", TYPES)
async def test_every_field_can_be_seen_without_scrolling(counter, certificate_type, size):
    product = product_of(certificate_type)
    async with counter("olga", "application", product, size=size) as pilot:
        await form_is_there(pilot)
        last = list(texts(pilot.app))[-1]
        seen: set[str] = set()
        await press_and_wait(pilot, "up")
        while in_field(pilot.app) not in seen:
            name = in_field(pilot.app)
            seen.add(name)
            await wait_until(lambda: row(pilot.app, in_field(pilot.app)).region.height == 2)
            region = row(pilot.app, name).region
            assert region.bottom <= pilot.app.screen.query_one("#hint").region.y
            await press_and_wait(pilot, "down")
        assert last in seen
        assert seen == set(texts(pilot.app))
