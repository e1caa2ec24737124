"""What the applicant reads before agreeing, and how one who does not agree is let go."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from issuance.cases.state import CaseStatus
from issuance.certificates.validity import Term
from tests.keys import press_and_wait, wait_until
from tests.screens.activation.office import (
    ReadyCase,
    RunActivation,
    answer_yes,
    confirm_person,
    page,
    state_of,
    text_of,
)
from tui.moments import day

ZONE = "America/Guayaquil"


@pytest.mark.soak
async def test_the_fields_are_labelled_for_the_operator_the_contract_is_the_applicants(
    activation: RunActivation, ready: ReadyCase
):
    async with activation(ready, language="en") as pilot:
        await confirm_person(pilot)
        await wait_until(lambda: "Common name" in text_of(pilot))
        await press_and_wait(pilot, "f11", until=lambda: "Nombre común" in text_of(pilot))
        await press_and_wait(pilot, "f11", until=lambda: "Common name" in text_of(pilot))
        await press_and_wait(pilot, "pagedown")
        await wait_until(lambda: "Contrato de certificación" in text_of(pilot))


async def test_the_applicant_sees_until_when_it_will_be_valid(
    activation: RunActivation, ready: ReadyCase
):
    async with activation(ready, language="en") as pilot:
        await confirm_person(pilot)
        await wait_until(lambda: "Common name" in text_of(pilot))
        ends = Term(years=2).end(datetime.now(ZoneInfo(ZONE)))
        assert re.search(rf"Valid until\s+{day(ends, ZONE, 'en')}", text_of(pilot))


async def test_who_wants_time_leaves_a_case_on_hold_with_its_reason(
    activation: RunActivation, ready: ReadyCase
):
    async with activation(ready) as pilot:
        await confirm_person(pilot)
        await press_and_wait(pilot, "f12")
        await page(pilot, "ValueList")
        await press_and_wait(pilot, "enter")
        await page(pilot, "Choice")
        await press_and_wait(pilot, "enter", "quiere leerlo en casa", "enter")
        await page(pilot, "WorklistScreen")
        state = await state_of(pilot, ready.case)
    assert state.status is CaseStatus.HELD
    assert state.held_for == "waiting_for_applicant"


async def test_who_does_not_agree_ends_the_case_after_a_question(
    activation: RunActivation, ready: ReadyCase
):
    async with activation(ready) as pilot:
        await confirm_person(pilot)
        await press_and_wait(pilot, "f12")
        await page(pilot, "ValueList")
        await press_and_wait(pilot, "down", "enter")
        await page(pilot, "Choice")
        await press_and_wait(pilot, "enter", "enter")
        await answer_yes(pilot)
        await page(pilot, "WorklistScreen")
        state = await state_of(pilot, ready.case)
    assert state.status is CaseStatus.CANCELLED
    assert state.ended_for == "applicant_request"
