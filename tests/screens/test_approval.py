import asyncio
import shutil
from dataclasses import replace

import pytest
from textual.widgets import Input, OptionList

from backend_client.offices import DEMONSTRATION
from backend_client.station import DraftKey
from issuance.access.roles import Role
from issuance.cases.commands.application import ReturnApplication
from issuance.cases.state import CaseStatus
from issuance.engine.demonstration import demonstration_plan
from issuance.engine.founding import found_office
from screens.approval_return import ReturnDialog, Returned
from screens.paged_text import PagedText
from tests.keys import key_events, press_and_wait, wait_until
from tests.screens.application_typing import known_case, screen_is, screen_name
from tests.screens.case_samples import TO_APPROVAL, lead, shown
from tests.screens.conftest import shown as whole_screen
from tui.key_bar import KeyBar
from tui.widgets.choice import Choice
from ventanilla.compose import system_sources


@pytest.fixture
def waiting(office, make_key):
    """Return a case that waits for approval."""
    return lead(office, make_key, TO_APPROVAL)


@pytest.fixture(scope="module")
def office_of_two_roles(tmp_path_factory, make_key):
    """Found an office whose operator may also approve."""
    plan = demonstration_plan()
    both = (Role.OPERATOR, Role.APPROVER)
    people = tuple(
        replace(each, roles=both) if each.user == "olga" else each for each in plan.people
    )
    folder = tmp_path_factory.mktemp("two_roles") / DEMONSTRATION
    found_office(folder, replace(plan, people=people), system_sources(), make_key)
    return folder


def page(app) -> str:
    text = app.screen.query_one(PagedText)
    return text._pages[text._page].plain if text._pages else ""


def key_bar(app) -> str:
    return str(app.screen.query_one(KeyBar).content)


async def ready(pilot):
    await screen_is(pilot, "ApprovalScreen")
    await wait_until(lambda: pilot.app.screen.known and page(pilot.app))


async def opened_over_the_work_list(pilot, case):
    await screen_is(pilot, "WorklistScreen")
    pilot.app.open_screen("approval", case)
    await ready(pilot)


@pytest.mark.parametrize("language", ["es", "en"])
async def test_the_approver_sees_all_data_and_approves(counter, waiting, language):
    async with counter("adrian", "worklist", language=language) as pilot:
        await opened_over_the_work_list(pilot, waiting.case)
        for name in ("cedula", "given_names", "email", "phone", "address", "ruc"):
            assert waiting.person.values[name] in page(pilot.app)
        await press_and_wait(pilot, "f10", until=lambda: pilot.app.screen.state.approved_by)
        assert pilot.app.screen.state.approved_by == "adrian"
        await wait_until(lambda: "Adrián Aprobador" in shown(pilot.app, "#standing"))
        await press_and_wait(pilot, "f10")
        await screen_is(pilot, "WorklistScreen")


async def test_a_second_page_must_be_seen_before_approving(counter, office, make_key):
    waiting = lead(office, make_key, TO_APPROVAL, 0, "miembro-empresa")
    async with counter("adrian", "approval", waiting.case) as pilot:
        await ready(pilot)
        await wait_until(lambda: len(pilot.app.screen.query_one(PagedText)._pages) == 2)
        await press_and_wait(pilot, "f10")
        assert not pilot.app.screen.state.approved_by
        assert pilot.app.screen.query_one(PagedText).at_end
        assert "esta página" in shown(pilot.app, "#message")
        await press_and_wait(pilot, "f10", until=lambda: pilot.app.screen.state.approved_by)


async def test_an_answer_that_comes_when_the_screen_is_gone_harms_nobody(counter, waiting):
    async with counter("adrian", "worklist") as pilot:
        await opened_over_the_work_list(pilot, waiting.case)
        left = pilot.app.screen
        await press_and_wait(pilot, "f3", until=lambda: not left.is_drawn)
        left.tell("told too late")
        assert "told too late" not in shown(pilot.app, "#message")


async def test_enter_alone_never_approves(counter, waiting):
    async with counter("adrian", "approval", waiting.case) as pilot:
        await ready(pilot)
        await press_and_wait(pilot, "3059999015", "enter", "space", "enter")
        assert not (await known_case(pilot.app, waiting.case)).state.approved_by


async def test_an_operator_is_told_who_approves_and_can_do_nothing(counter, waiting):
    async with counter("olga", "approval", waiting.case) as pilot:
        await ready(pilot)
        assert "aprobador" in shown(pilot.app, "#standing")
        assert "Aprobar" not in key_bar(pilot.app)
        await press_and_wait(pilot, "f10", "f6", "f12")
        assert screen_name(pilot.app) == "ApprovalScreen"
        assert "aprobador" in shown(pilot.app, "#message")
        assert not (await known_case(pilot.app, waiting.case)).state.approved_by


async def test_who_captured_it_is_told_that_another_person_must_check(
    counter, office_of_two_roles, tmp_path, make_key
):
    office = shutil.copytree(office_of_two_roles, tmp_path / "two" / DEMONSTRATION)
    waiting = lead(office, make_key, TO_APPROVAL)
    async with counter("olga", "approval", waiting.case, folder=office) as pilot:
        await ready(pilot)
        standing = shown(pilot.app, "#standing")
        assert "otra persona" in standing
        assert "Puede aprobar: aprobador" in standing
        await press_and_wait(pilot, "f10", until=lambda: shown(pilot.app, "#message"))
        assert not (await known_case(pilot.app, waiting.case)).state.approved_by


# -- return --------------------------------------------------------------------------------------


async def marking(pilot):
    await press_and_wait(pilot, "f6")
    await screen_is(pilot, "ReturnDialog")
    await wait_until(lambda: isinstance(pilot.app.focused, OptionList))


async def drafts_kept(pilot):
    workers = [each for each in pilot.app.workers if each.group == "draft"]
    await wait_until(lambda: all(each.is_finished for each in workers))


async def test_exactly_the_marked_fields_are_returned_with_the_note(counter, waiting):
    async with counter("adrian", "worklist") as pilot:
        await opened_over_the_work_list(pilot, waiting.case)
        await marking(pilot)
        await press_and_wait(pilot, "enter", "down", "space", "up", "space", "enter")
        await press_and_wait(pilot, "down", "enter", "tab", "Revise el código.", "f10")
        await screen_is(pilot, "WorklistScreen")
        correction = (await known_case(pilot.app, waiting.case)).state.application_correction
        assert correction is not None
        assert correction.items == ("dactylar_code",)
        assert correction.note == "Revise el código."


async def test_who_it_is_about_is_not_offered_for_correction(counter, waiting):
    async with counter("adrian", "approval", waiting.case) as pilot:
        await ready(pilot)
        await marking(pilot)
        offered = [each.id for each in pilot.app.screen.query_one(OptionList).options]
        assert "cedula" not in offered
        assert "identification_kind" not in offered
        assert "given_names" in offered
        assert "cancele y abra otro trámite" in whole_screen(pilot)


async def test_nothing_marked_is_told_and_returns_nothing(counter, waiting):
    async with counter("adrian", "approval", waiting.case) as pilot:
        await ready(pilot)
        await marking(pilot)
        await press_and_wait(pilot, "tab", "Sin marcar", "enter")
        assert isinstance(pilot.app.screen, ReturnDialog)
        assert pilot.app.screen.query_one("#note", Input).value == "Sin marcar"
        state = (await known_case(pilot.app, waiting.case)).state
        assert state.application_correction is None


async def test_what_was_marked_and_noted_survives_a_restart(counter, waiting):
    async with counter("adrian", "approval", waiting.case) as pilot:
        await ready(pilot)
        await marking(pilot)
        await press_and_wait(pilot, "down", "enter", "tab", "Mire el número", "escape")
        await ready(pilot)
        await drafts_kept(pilot)
    async with counter("adrian", "approval", waiting.case) as pilot:
        await ready(pilot)
        await marking(pilot)
        assert pilot.app.screen.returned.items == ("given_names",)
        assert pilot.app.screen.returned.note == "Mire el número"


async def test_f12_empties_a_return_and_brings_it_back(counter, waiting):
    async with counter("adrian", "approval", waiting.case) as pilot:
        await ready(pilot)
        await marking(pilot)
        bar = key_bar(pilot.app)
        assert all(key in bar for key in ("F3 Atrás", "F10 Devolver", "F12 Vaciar"))
        await press_and_wait(pilot, "down", "space", "tab", "revise", "f12")
        dialog = pilot.app.screen
        assert dialog.returned == Returned((), "")
        await press_and_wait(pilot, "f12")
        begun = dialog.returned
        assert begun.note == "revise"
        assert len(begun.items) == 1
        await press_and_wait(pilot, "f3")
        await ready(pilot)
        await drafts_kept(pilot)
    async with counter("adrian", "approval", waiting.case) as pilot:
        await ready(pilot)
        await wait_until(lambda: "F6" in shown(pilot.app, "#message"))
        await marking(pilot)
        assert pilot.app.screen.returned == begun
        await press_and_wait(pilot, "f12", "f3")
        await ready(pilot)
        await drafts_kept(pilot)
    async with counter("adrian", "approval", waiting.case) as pilot:
        await ready(pilot)
        await marking(pilot)
        assert pilot.app.screen.returned == Returned((), "")


async def test_a_returned_application_waits_for_the_operator(counter, waiting):
    waiting.log_in("adrian")
    waiting.execute(ReturnApplication(items=("city",)))
    waiting.close()
    async with counter("adrian", "approval", waiting.case) as pilot:
        await ready(pilot)
        assert "Solicitud" in shown(pilot.app, "#standing")
        assert "Aprobar" not in key_bar(pilot.app)


# -- rejection -----------------------------------------------------------------------------------


async def choosing(pilot):
    await press_and_wait(pilot, "f12")
    await screen_is(pilot, "Choice")


async def test_a_rejection_is_confirmed_and_no_is_chosen_already(counter, waiting):
    async with counter("adrian", "worklist") as pilot:
        await opened_over_the_work_list(pilot, waiting.case)
        await choosing(pilot)
        await press_and_wait(pilot, "enter", "enter")
        await screen_is(pilot, "Confirm")
        await press_and_wait(pilot, "enter")
        await ready(pilot)
        assert (await known_case(pilot.app, waiting.case)).state.status is CaseStatus.OPEN
        await choosing(pilot)
        await press_and_wait(pilot, "enter", "enter")
        await screen_is(pilot, "Confirm")
        await press_and_wait(pilot, "down", "enter")
        await screen_is(pilot, "WorklistScreen")
        state = (await known_case(pilot.app, waiting.case)).state
        assert state.status is CaseStatus.REJECTED
        assert state.ended_for == "identity_not_proven"


async def test_another_reason_needs_a_note(counter, waiting):
    async with counter("adrian", "approval", waiting.case) as pilot:
        await ready(pilot)
        await choosing(pilot)
        await press_and_wait(pilot, "end", "enter", "enter")
        assert isinstance(pilot.app.screen, Choice)
        await press_and_wait(pilot, "No es su documento", "enter")
        await screen_is(pilot, "Confirm")


async def test_a_rejection_that_is_left_keeps_no_draft_of_a_return(counter, waiting):
    async with counter("adrian", "approval", waiting.case) as pilot:
        await ready(pilot)
        await choosing(pilot)
        await press_and_wait(pilot, "escape")
        await ready(pilot)
        station = pilot.app.backend.station
        assert not station.load_draft(DraftKey.of_case(waiting.case, "approval"))


# -- the screen ----------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_rules_stand_beside_where_there_is_room(counter, waiting, size):
    async with counter("adrian", "approval", waiting.case, size=size) as pilot:
        await ready(pilot)
        assert pilot.app.screen.query_one("#rules").display == (size[0] == 120)
        assert pilot.app.screen.query_one("#data").region.bottom <= size[1]
        assert len(pilot.app.screen.query_one(PagedText)._pages) == 1


async def test_another_language_draws_the_same_case(counter, waiting):
    async with counter("adrian", "approval", waiting.case) as pilot:
        await ready(pilot)
        await press_and_wait(pilot, "f11")
        await wait_until(lambda: "Given names" in page(pilot.app))
        assert waiting.person.values["cedula"] in page(pilot.app)
        assert "Approve" in key_bar(pilot.app)


async def test_a_key_typed_while_a_command_is_given_waits_for_its_outcome(
    counter, waiting, monkeypatch
):
    async with counter("adrian", "worklist") as pilot:
        await opened_over_the_work_list(pilot, waiting.case)
        backend, may_answer = pilot.app.backend, asyncio.Event()
        execute, given = backend.execute, []

        async def execute_slowly(body, stream, revision):
            given.append(body.kind)
            await may_answer.wait()
            return await execute(body, stream, revision)

        monkeypatch.setattr(backend, "execute", execute_slowly)
        for event in (*key_events("f10"), *key_events("f10")):
            pilot.app.post_message(event)
        await wait_until(lambda: given)
        await pilot.pause()
        assert screen_name(pilot.app) == "ApprovalScreen"
        may_answer.set()
        # The second F10 leaves, since the approval is done by then.
        await screen_is(pilot, "WorklistScreen")
        assert given == ["approve"]
