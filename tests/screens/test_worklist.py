import asyncio
import shutil
from pathlib import Path

import pytest
from textual.events import Paste
from textual.widgets import Input, OptionList

from backend_client.offices import DEMONSTRATION
from backend_client.station import DraftKey
from issuance.cases.commands.conduct import HoldCase
from issuance.identity.examples import invented_cedula
from issuance.queries import CaseQuery, WorklistQuery
from issuance.streams import StreamRef
from screens.search_box import SearchBox
from screens.worklist_table import titles
from tests.keys import press_and_wait, wait_until
from tests.screens.case_samples import TO_APPROVAL, TO_EVIDENCE, cells, lead, shown
from tests.thrift import made_once
from tui.translation import Translator

CASES = 16


@pytest.fixture(scope="module")
def busy_office(founded_office, make_key) -> Path:
    def begin_cases(folder):
        return [
            lead(folder, make_key, TO_APPROVAL if number else TO_EVIDENCE, number).case
            for number in range(CASES)
        ]

    return made_once("worklist", begin_cases, founded_office)[0]


@pytest.fixture
def office(busy_office, tmp_path) -> Path:
    return shutil.copytree(busy_office, tmp_path / "home" / "demonstration")


def screen_name(app) -> str:
    return type(app.screen).__name__


def box(app) -> str:
    return app.screen.query_one("#search", Input).value


async def case_is_open(pilot):
    await wait_until(lambda: screen_name(pilot.app) == "CaseOverviewScreen")
    await wait_until(lambda: pilot.app.screen.known)


async def ready(pilot):
    await wait_until(lambda: cells(pilot.app) and " 5 " in shown(pilot.app, "#lists"))
    await wait_until(lambda: str(CASES) in shown(pilot.app, "#lists"))


async def test_a_scanned_cedula_opens_its_case(counter):
    async with counter() as pilot:
        await ready(pilot)
        await press_and_wait(pilot, invented_cedula(3), "enter")
        await case_is_open(pilot)
        assert pilot.app.screen.state.values["cedula"] == invented_cedula(3)
        await press_and_wait(pilot, "f3", until=lambda: screen_name(pilot.app) == "WorklistScreen")
        assert box(pilot.app) == ""


async def test_the_case_number_opens_its_case_however_it_is_written(counter):
    async with counter() as pilot:
        await ready(pilot)
        number = cells(pilot.app)[0][0].replace("-", "")
        await press_and_wait(pilot, number, "enter")
        await case_is_open(pilot)


async def test_the_same_scan_within_two_seconds_counts_once(counter):
    async with counter() as pilot:
        await ready(pilot)
        scan = (invented_cedula(3), "enter")
        await press_and_wait(pilot, *scan, *scan)
        await case_is_open(pilot)
        assert len(pilot.app.screen_stack) == 2


async def test_the_same_scan_of_several_cases_opens_none(counter):
    async with counter() as pilot:
        await ready(pilot)
        await press_and_wait(pilot, "3059999", "enter", "3059999", "enter")
        assert screen_name(pilot.app) == "WorklistScreen"
        assert box(pilot.app) == "3059999"


async def test_a_scan_over_a_case_goes_to_the_next_person(counter):
    async with counter() as pilot:
        await ready(pilot)
        await press_and_wait(pilot, invented_cedula(3), "enter")
        await case_is_open(pilot)
        first = pilot.app.screen
        await press_and_wait(pilot, invented_cedula(4), "enter")
        await wait_until(lambda: pilot.app.screen is not first)
        await case_is_open(pilot)
        assert pilot.app.screen.state.values["cedula"] == invented_cedula(4)
        assert len(pilot.app.screen_stack) == 2


async def test_what_is_typed_is_searched_and_several_are_chosen_from(counter):
    async with counter() as pilot:
        await ready(pilot)
        await press_and_wait(pilot, "munoz", until=lambda: "munoz" in shown(pilot.app, "#lists"))
        people = [row[1] for row in cells(pilot.app)]
        assert 1 < len(people) < CASES
        await press_and_wait(pilot, "enter")
        await wait_until(lambda: "flechas" in shown(pilot.app, "#message"))
        marked = cells(pilot.app)[1][0]
        await press_and_wait(pilot, "down", "enter")
        await case_is_open(pilot)
        assert pilot.app.screen.state.number == marked


async def test_nothing_found_is_told_and_what_was_typed_stays(counter):
    async with counter() as pilot:
        await ready(pilot)
        await press_and_wait(pilot, "[/]nadie", "enter")
        await wait_until(lambda: "No se encontró" in shown(pilot.app, "#message"))
        assert box(pilot.app) == "[/]nadie"
        assert cells(pilot.app) == []
        # The next scan replaces the text as a whole.
        await press_and_wait(pilot, invented_cedula(5), "enter")
        await case_is_open(pilot)


async def test_a_slash_asks_for_exactly_a_number(counter):
    async with counter() as pilot:
        await ready(pilot)
        await press_and_wait(pilot, "/3059999", "enter")
        await wait_until(lambda: "No se encontró" in shown(pilot.app, "#message"))
        await press_and_wait(pilot, f"/{invented_cedula(2)}", "enter")
        await case_is_open(pilot)


async def test_lists_by_digit_and_by_arrow_each_with_its_count(counter):
    async with counter() as pilot:
        await ready(pilot)
        assert "1 Míos 16" in shown(pilot.app, "#lists")
        assert "2 Por revisar 15" in shown(pilot.app, "#lists")
        await press_and_wait(pilot, "3", "enter", until=lambda: len(cells(pilot.app)) == 1)
        assert cells(pilot.app)[0][5] == "solicitante"
        await press_and_wait(pilot, "right")
        await wait_until(lambda: cells(pilot.app) == [])
        assert "No hay trámites" in shown(pilot.app, "#about")
        await press_and_wait(pilot, "left", until=lambda: len(cells(pilot.app)) == 1)


async def test_nothing_is_said_of_a_list_before_its_answer(counter, monkeypatch):
    async with counter() as pilot:
        await ready(pilot)
        backend = pilot.app.backend
        ask, answers = backend.ask, asyncio.Event()

        async def ask_slowly(query):
            await answers.wait()
            return await ask(query)

        monkeypatch.setattr(backend, "ask", ask_slowly)
        pilot.app.open_screen("worklist")
        await wait_until(lambda: pilot.app.screen.is_drawn and len(pilot.app.screen_stack) == 2)
        pilot.app.screen.fill()
        assert "Actualizando" in shown(pilot.app, "#about")
        assert "Actualizando" in shown(pilot.app, "#resume")
        assert "1 Míos  2" in shown(pilot.app, "#lists")
        answers.set()
        await ready(pilot)
        assert "Actualizando" not in shown(pilot.app, "#about")


async def test_an_empty_list_is_read_again_after_another_screen(counter):
    async with counter() as pilot:
        await ready(pilot)
        await press_and_wait(pilot, "4", "enter", until=lambda: cells(pilot.app) == [])
        await wait_until(lambda: "No hay trámites" in shown(pilot.app, "#about"))
        screen, backend = pilot.app.screen, pilot.app.backend
        await press_and_wait(pilot, "f9", until=lambda: screen_name(pilot.app) == "MailboxScreen")
        case = (await backend.ask(WorklistQuery(name="all"))).entries[0].case
        key = DraftKey.of_case(case, "payment")
        backend.station.save_draft(key, {"deposit_number": "1"}, "olga")
        await press_and_wait(pilot, "f3", until=lambda: pilot.app.screen is screen)
        await wait_until(lambda: "F8" in shown(pilot.app, "#resume"))
        await press_and_wait(pilot, "f9", until=lambda: screen_name(pilot.app) == "MailboxScreen")
        backend.station.drop_draft(key)
        await press_and_wait(pilot, "f3", until=lambda: pilot.app.screen is screen)
        await wait_until(lambda: shown(pilot.app, "#resume") == "")


async def test_pages_turn_and_nothing_is_loaded_beyond_one(counter):
    async with counter() as pilot:
        await ready(pilot)
        first = [row[0] for row in cells(pilot.app)]
        assert len(first) < CASES
        await press_and_wait(pilot, "pagedown")
        await wait_until(lambda: [row[0] for row in cells(pilot.app)] != first)
        second = [row[0] for row in cells(pilot.app)]
        assert not set(first) & set(second)
        assert len(first) + len(second) == CASES
        await press_and_wait(pilot, "pagedown", "pageup")
        await wait_until(lambda: [row[0] for row in cells(pilot.app)] == first)
        await press_and_wait(pilot, "pageup")
        assert [row[0] for row in cells(pilot.app)] == first


async def test_a_page_fits_without_scrolling(counter):
    async with counter() as pilot:
        await ready(pilot)
        table = pilot.app.screen.query_one("#cases")
        assert table.virtual_size.height <= table.size.height
        assert table.virtual_size.width <= table.size.width


async def test_wide_shows_more_and_who_worked_on_it(counter):
    async with counter(size=(120, 40), language="en") as pilot:
        await ready(pilot)
        assert len(cells(pilot.app)) == CASES
        assert cells(pilot.app)[0][-1] == "Olga Operadora"
        table = pilot.app.screen.query_one("#cases")
        assert table.virtual_size.width <= table.size.width
        assert "Olga Operadora" in shown(pilot.app, "#about")
        assert "1 Mine 16" in shown(pilot.app, "#lists")


async def test_a_switch_of_language_keeps_what_was_typed(counter):
    async with counter() as pilot:
        await ready(pilot)
        await press_and_wait(pilot, "guaman")
        await press_and_wait(pilot, "f11")
        await wait_until(lambda: "Found for" in shown(pilot.app, "#lists"))
        assert box(pilot.app) == "guaman"


async def test_the_approver_begins_with_what_is_to_be_reviewed(counter):
    async with counter("adrian") as pilot:
        await ready(pilot)
        await wait_until(lambda: {row[5] for row in cells(pilot.app)} == {"por revisar"})
        assert "F10" not in shown(pilot.app, "KeyBar")
        await press_and_wait(pilot, "nadie así", "enter")
        await wait_until(lambda: "No se encontró nada" in shown(pilot.app, "#message"))
        assert "F10" not in shown(pilot.app, "#message")
        await press_and_wait(pilot, "f10")
        assert "operador" in shown(pilot.app, "#message")
        assert screen_name(pilot.app) == "WorklistScreen"


async def test_a_register_that_contradicts_its_checkpoint_is_told_to_whoever_works(counter, office):
    (office / "checkpoint.json").write_text("{}")
    async with counter() as pilot:
        await wait_until(lambda: "fue alterado" in shown(pilot.app, "#message"))


async def test_a_new_case_begins_at_the_tariff(counter):
    async with counter() as pilot:
        await ready(pilot)
        assert "F10" in shown(pilot.app, "KeyBar")
        await press_and_wait(pilot, "f10", until=lambda: screen_name(pilot.app) == "TariffScreen")


async def test_after_a_restart_interrupted_work_is_offered(counter):
    async with counter() as pilot:
        await ready(pilot)
        await press_and_wait(pilot, "f8")
        await wait_until(lambda: "trabajo interrumpido" in shown(pilot.app, "#message"))
        backend = pilot.app.backend
        await press_and_wait(pilot, invented_cedula(0), "enter")
        await case_is_open(pilot)
        key = DraftKey.of_case(pilot.app.screen.case, "billing")
        backend.station.save_draft(key, {"billing_name": "X"}, "olga")
    async with counter() as pilot:
        await wait_until(lambda: "F8" in shown(pilot.app, "#resume"))
        assert "paso 6 de 7: Facturación" in shown(pilot.app, "#resume")
        # The step cannot be done yet, so the case itself opens and says what comes first.
        await press_and_wait(pilot, "f8")
        await case_is_open(pilot)


async def test_an_application_without_a_case_is_offered_and_one_of_several_chosen(counter):
    async with counter(language="en") as pilot:
        await ready(pilot)
        station = pilot.app.backend.station
        await press_and_wait(pilot, invented_cedula(0), "enter")
        await case_is_open(pilot)
        case = pilot.app.screen.case
        await press_and_wait(pilot, "f3")
        values = {"product": "natural-pkcs12-2y", "given_names": "Ana", "first_surname": "Vera"}
        station.save_draft(DraftKey.of_case(case, "payment"), {"deposit_number": "1"}, "olga")
        station.save_draft(DraftKey.of_operator("olga", "application"), values, "olga")
        await press_and_wait(pilot, "f5")
        await wait_until(
            lambda: "Ana Vera: Application (and 1 more)" in shown(pilot.app, "#resume")
        )
        await press_and_wait(pilot, "f8", until=lambda: screen_name(pilot.app) == "ValueList")
        await press_and_wait(pilot, "ana", "enter")
        await wait_until(lambda: screen_name(pilot.app) == "ApplicationScreen")
        await wait_until(lambda: "Ana" in [each.value for each in pilot.app.screen.query(Input)])


async def offers(pilot, count):
    await wait_until(
        lambda: [each.option_count for each in pilot.app.screen.query(OptionList)] == [count]
    )


async def test_the_administrator_reaches_the_people_and_others_do_not(counter):
    async with counter("jefa") as pilot:
        await ready(pilot)
        await press_and_wait(pilot, "f4", until=lambda: screen_name(pilot.app) == "ValueList")
        await offers(pilot, 4)
        await press_and_wait(pilot, "personas", "enter")
        await wait_until(lambda: screen_name(pilot.app) == "OperatorsScreen")
    async with counter("olga") as pilot:
        await ready(pilot)
        await press_and_wait(pilot, "f4", until=lambda: screen_name(pilot.app) == "ValueList")
        await offers(pilot, 3)


async def test_mailbox_and_log_out_have_their_keys(counter):
    async with counter() as pilot:
        await ready(pilot)
        await press_and_wait(pilot, "f9", until=lambda: screen_name(pilot.app) == "MailboxScreen")
        await press_and_wait(pilot, "f3", until=lambda: screen_name(pilot.app) == "WorklistScreen")
        pilot.app.offices.chosen = pilot.app.offices.sign(DEMONSTRATION)
        before = pilot.app.backend
        await press_and_wait(pilot, "f12", until=lambda: screen_name(pilot.app) == "LogInScreen")
        await wait_until(lambda: pilot.app.backend not in (None, before))


async def test_help_explains_the_box(counter):
    async with counter() as pilot:
        await ready(pilot)
        await press_and_wait(pilot, "f1", until=lambda: screen_name(pilot.app) == "HelpScreen")


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("width", [80, 120])
def test_the_columns_fit(language, width):
    assert sum(map(len, titles(width, Translator(language)))) <= width


async def test_a_page_that_emptied_gives_way_to_the_first(counter):
    async with counter() as pilot:
        await ready(pilot)
        await press_and_wait(pilot, "2", "enter")
        await wait_until(lambda: {row[5] for row in cells(pilot.app)} == {"por revisar"})
        first = cells(pilot.app)
        await press_and_wait(pilot, "pagedown", until=lambda: len(cells(pilot.app)) < len(first))
        backend = pilot.app.backend
        for row in cells(pilot.app):
            known = await backend.ask(CaseQuery(number=row[0]))
            case = StreamRef(kind="case", id=known.state.id)
            body = HoldCase(reason="system_outage")
            assert (await backend.execute(body, case, known.revision)).applied
        await press_and_wait(pilot, "f5", until=lambda: cells(pilot.app) == first)
        assert "página" not in shown(pilot.app, "#lists")


async def test_what_is_pasted_into_the_box_stands_there_once(counter):
    async with counter() as pilot:
        await ready(pilot)
        pilot.app.post_message(Paste("26-000001"))
        box = pilot.app.screen.query_one(SearchBox)
        await wait_until(lambda: box.value)
        await wait_until(lambda: pilot.app.keys.idle)
        assert box.value == "26-000001"
