"""Who the invoice is for."""

from pathlib import Path

import pytest

from issuance.identity.examples import invented_ruc
from tests.keys import press_and_wait, wait_until
from tests.screens.conftest import RunCounter
from tests.screens.middle_of_a_case import (
    MakeKey,
    in_test,
    opened,
    payment_confirmed,
    press_until,
    settled,
    state_of,
    text_of,
)
from tui.form import Form
from ventanilla.rehearsal import Rehearsal


@pytest.fixture
def case(founded_office: Path, make_key: MakeKey, tmp_path: Path) -> Rehearsal:
    return in_test(payment_confirmed(founded_office, make_key), tmp_path)


@pytest.fixture
def office(case: Rehearsal) -> Path:
    return case.folder


@pytest.mark.parametrize(("language", "key"), [("es", "s"), ("en", "y")])
async def test_the_invoice_goes_to_the_applicant_with_one_key(
    counter: RunCounter, case: Rehearsal, language: str, key: str
):
    async with opened(counter, "olga", "billing", case, language=language) as pilot:
        assert case.person.values["cedula"] in text_of(pilot, "#rows")
        await press_until(pilot, key, screen="WorklistScreen")
    billing = state_of(case).billing
    assert billing is not None
    assert billing.same_as_applicant


async def test_the_invoice_goes_to_a_company(counter: RunCounter, case: Rehearsal):
    async with opened(counter, "olga", "billing", case) as pilot:
        await press_and_wait(pilot, "n", until=lambda: pilot.app.screen.query_one(Form).display)
        await settled(pilot)
        await press_until(
            pilot, "enter", invented_ruc(50), "enter", "Textiles S.A.", "enter", "Quito 1",
            "enter", "a@example.com", "enter", "0990001000", "enter", screen="WorklistScreen",
        )  # fmt: skip
    billing = state_of(case).billing
    assert billing is not None
    assert not billing.same_as_applicant
    assert billing.values["billing_ruc"] == invented_ruc(50)


async def test_the_kind_of_identification_decides_which_number_is_asked(
    counter: RunCounter, case: Rehearsal
):
    async with opened(counter, "olga", "billing", case) as pilot:
        await press_and_wait(pilot, "n")
        await settled(pilot)
        await press_until(pilot, "f4", screen="ValueList")
        await press_until(pilot, "cedu", "enter", screen="BillingScreen")
        form = pilot.app.screen.query_one(Form)
        await wait_until(lambda: form.focused_field == "billing_cedula")
        await press_and_wait(pilot, "3059999007", "enter", "Rosa Vega")
        assert "billing_ruc" not in form.texts()
        assert form.texts()["billing_cedula"] == "3059999007"
        assert form.texts()["billing_name"] == "Rosa Vega"


async def test_what_was_typed_for_somebody_else_is_back_after_a_restart(
    counter: RunCounter, case: Rehearsal
):
    async with opened(counter, "olga", "billing", case) as pilot:
        await press_and_wait(pilot, "n")
        await settled(pilot)
        await press_and_wait(pilot, "enter", invented_ruc(50), "enter", "Textiles S.A.", "enter")
        await settled(pilot)
    async with opened(counter, "olga", "billing", case) as pilot:
        texts = pilot.app.screen.query_one(Form).texts()
        assert texts["billing_ruc"] == invented_ruc(50)
        assert texts["billing_name"] == "Textiles S.A."
