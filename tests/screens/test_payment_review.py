"""The cashier confirms or refuses a recorded deposit."""

from datetime import date
from pathlib import Path

import pytest

from backend_client.station import DraftKey
from issuance.cases.state import PaymentStatus
from screens.payment_review import PaymentReviewScreen
from tests.keys import press_and_wait, wait_until
from tests.screens.conftest import RunCounter
from tests.screens.middle_of_a_case import (
    MakeKey,
    in_test,
    opened,
    payment_recorded,
    press_until,
    question,
    screen_name,
    screen_of,
    settled,
    state_of,
    text_of,
)
from tui.form import Form
from tui.widgets.choice import Choice, Chosen
from ventanilla.rehearsal import Rehearsal


@pytest.fixture
def case(founded_office: Path, make_key: MakeKey, tmp_path: Path) -> Rehearsal:
    return in_test(payment_recorded(founded_office, make_key), tmp_path)


@pytest.fixture
def office(case: Rehearsal) -> Path:
    return case.folder


@pytest.mark.parametrize("language", ["es", "en"])
async def test_the_cashier_confirms_only_after_saying_yes(
    counter: RunCounter, case: Rehearsal, language: str
):
    async with opened(counter, "carmen", "payment_review", case, language=language) as pilot:
        assert "MUESTRA00000" in text_of(pilot, "#deposit")
        await question(pilot, "f10")
        words = "veintidós dólares" if language == "es" else "twenty-two dollars"
        assert words in text_of(pilot, ".consequence")
        await press_until(pilot, "enter", screen="PaymentReviewScreen")
        payment = screen_of(pilot, PaymentReviewScreen).state.payment
        assert payment is not None
        assert payment.status is PaymentStatus.RECORDED
        await question(pilot, "f10")
        await press_until(pilot, "down", "enter", screen="WorklistScreen")
    payment = state_of(case).payment
    assert payment is not None
    assert payment.status is PaymentStatus.CONFIRMED


async def test_a_refused_payment_comes_back_with_reason_and_former_data(
    counter: RunCounter, case: Rehearsal
):
    async with opened(counter, "carmen", "payment_review", case) as pilot:
        await press_until(pilot, "f6", screen="Choice")
        await press_until(pilot, "enter", "no consta", "enter", screen="WorklistScreen")
    async with opened(counter, "olga", "payment", case) as pilot:
        assert "no consta" in text_of(pilot, "#message")
        assert pilot.app.screen.query_one(Form).texts()["deposit_number"] == "MUESTRA00000"


async def test_who_opened_the_case_is_told_why_the_payment_waits(
    counter: RunCounter, case: Rehearsal
):
    async with opened(counter, "olga", "payment", case) as pilot:
        assert "cajero" in text_of(pilot, "#stands")
    async with opened(counter, "olga", "payment_review", case) as pilot:
        await press_and_wait(pilot, "f10")
        await settled(pilot)
        assert screen_name(pilot) == "PaymentReviewScreen"
        assert "cajero" in text_of(pilot, "#message")


async def test_a_refusal_begun_is_back_after_a_restart(counter: RunCounter, case: Rehearsal):
    async with opened(counter, "carmen", "payment_review", case) as pilot:
        await press_until(pilot, "f6", screen="Choice")
        await press_and_wait(pilot, "down", "enter", "faltan 2 dólares")
        review = pilot.app.screen_stack[-2]
        assert isinstance(review, PaymentReviewScreen)
        key = DraftKey.of_case(review.case, PaymentReviewScreen.DRAFT)
        await wait_until(
            lambda: (
                (kept := review.backend.station.load_draft(key))
                and kept.values.get("note") == "faltan 2 dólares"
            )
        )
    async with opened(counter, "carmen", "payment_review", case) as pilot:
        assert "F6" in text_of(pilot, "#message")
        await press_until(pilot, "f6", screen="Choice")
        chosen = pilot.app.screen
        assert isinstance(chosen, Choice)
        assert chosen.chosen == Chosen("amount_differs", "faltan 2 dólares")
        await press_until(pilot, "enter", "enter", screen="WorklistScreen")
    payment = state_of(case).payment
    assert payment is not None
    assert (payment.reason, payment.note) == ("amount_differs", "faltan 2 dólares")


async def test_the_deposit_is_told_in_the_readers_forms(counter: RunCounter, case: Rehearsal):
    async with opened(counter, "carmen", "payment_review", case) as pilot:
        deposit = text_of(pilot, "#deposit")
        payment = screen_of(pilot, PaymentReviewScreen).state.payment
        assert payment is not None
        day = date.fromisoformat(payment.values["deposit_date"])
        assert f"{day:%d/%m/%Y}" in deposit
        assert "$22,77" in deposit
        assert "Olga Operadora" in deposit
