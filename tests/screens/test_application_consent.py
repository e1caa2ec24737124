"""The applicant accepts the use of the data, declines it, or wants to think it over."""

import pytest

from issuance.certificates.validity import Term
from issuance.queries import CountsAnswer, CountsQuery
from screens.paged_text import PagedText
from tests.keys import press_and_wait, wait_until
from tests.screens.application_typing import (
    NATURAL,
    OF_OLGA,
    complete,
    form_is_there,
    key_bar,
    known_case,
    read_consent,
    saved_draft,
    screen_is,
    screen_name,
    texts,
    typed_values,
)
from tests.screens.case_samples import shown
from tests.screens.middle_of_a_case import press_until


async def test_the_whole_consent_is_shown_before_it_can_be_recorded(counter):
    async with counter("olga", "application", NATURAL) as pilot:
        await complete(pilot, typed_values(0))
        await screen_is(pilot, "ConsentScreen")
        await press_and_wait(pilot, "f10")
        assert screen_name(pilot.app) == "ConsentScreen"
        assert "todas las páginas" in shown(pilot.app, "#message")
        await press_and_wait(pilot, "f3")
        await screen_is(pilot, "ApplicationScreen")
        assert texts(pilot.app)["given_names"]


async def test_the_applicant_may_have_the_text_and_the_mails_in_another_language(counter):
    async with counter("olga", "application", NATURAL) as pilot:
        await complete(pilot, typed_values(0))
        await read_consent(pilot)
        await press_and_wait(pilot, "f4")
        assert "Consent to the" in str(pilot.app.screen.query_one(PagedText)._pages[0])
        await press_and_wait(pilot, "f10")
        assert screen_name(pilot.app) == "ConsentScreen"
        await read_consent(pilot)
        await press_and_wait(pilot, "f10")
        await screen_is(pilot, "EmailScreen")
        state = (await known_case(pilot.app, pilot.app.screen.case)).state
        assert state.language == "en"


async def test_who_opens_a_case_hears_that_the_authority_ends_before_its_term(
    counter, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(Term, "end", lambda _, begin: begin.replace(year=9000))
    async with counter("olga", "application", NATURAL) as pilot:
        await complete(pilot, typed_values(0))
        await read_consent(pilot)
        await press_and_wait(pilot, "f10")
        await screen_is(pilot, "Notice")
        assert "antes de que pague" in shown(pilot.app, ".consequence")
        await press_until(pilot, "enter", screen="EmailScreen")


async def cases_of(pilot) -> int:
    answer = await pilot.app.backend.ask(CountsQuery())
    assert isinstance(answer, CountsAnswer)
    return answer.counts["all"]


@pytest.mark.parametrize(
    ("language", "size"), [("es", (80, 24)), pytest.param("en", (120, 40), marks=pytest.mark.soak)]
)
async def test_of_who_declines_nothing_is_kept(counter, language, size):
    async with counter("olga", "application", NATURAL, language=language, size=size) as pilot:
        await complete(pilot, typed_values(0))
        await screen_is(pilot, "ConsentScreen")
        assert "F12" in key_bar(pilot.app)
        await press_and_wait(pilot, "f12")
        await screen_is(pilot, "ValueList")
        # What does no harm is marked already.
        await press_and_wait(pilot, "down", "enter")
        await screen_is(pilot, "WorklistScreen")
        kept = "no se guardó nada" if language == "es" else "nothing was kept"
        await wait_until(lambda: kept in shown(pilot.app, "#message"))
        assert typed_values(0)["given_names"] in shown(pilot.app, "#message")
        assert await saved_draft(pilot, OF_OLGA) is None
        assert await cases_of(pilot) == 0


async def test_the_data_of_who_thinks_it_over_wait_for_f8(counter):
    async with counter("olga", "application", NATURAL) as pilot:
        await complete(pilot, typed_values(0))
        await screen_is(pilot, "ConsentScreen")
        await press_and_wait(pilot, "f12", "enter")
        await screen_is(pilot, "WorklistScreen")
        await wait_until(lambda: "F8" in shown(pilot.app, "#message"))
        assert await cases_of(pilot) == 0
    async with counter("olga", "worklist") as pilot:
        await wait_until(lambda: pilot.app.screen._interrupted)
        await press_and_wait(pilot, "f8")
        await screen_is(pilot, "ApplicationScreen")
        await form_is_there(pilot)
        cedula = typed_values(0)["cedula"]
        await wait_until(lambda: texts(pilot.app)["cedula"] == cedula and pilot.app.keys.idle)


async def test_who_presses_decline_by_mistake_goes_back_to_the_text(counter):
    async with counter("olga", "application", NATURAL) as pilot:
        await complete(pilot, typed_values(0))
        await screen_is(pilot, "ConsentScreen")
        await press_and_wait(pilot, "f12", "f3")
        await screen_is(pilot, "ConsentScreen")
        await press_and_wait(pilot, "f3")
        await screen_is(pilot, "ApplicationScreen")
        assert texts(pilot.app)["given_names"]
