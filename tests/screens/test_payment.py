"""The deposit: what the slip says, its proof, the exact amount."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuance.cases.state import PaymentStatus
from screens.payment import PaymentScreen
from tests.keys import press_and_wait, wait_until
from tests.screens.approved_case import case, files, office
from tests.screens.conftest import RunCounter
from tests.screens.middle_of_a_case import (
    MakeKey,
    choose_file,
    opened,
    press_until,
    rehearsal_of,
    screen_of,
    settled,
    state_of,
    text_of,
)
from tui.form import Form
from tui.form_fields import FieldRow
from tui.widgets.amount_field import AmountField, filled_from_the_right
from ventanilla.rehearsal import Rehearsal

__all__ = ["case", "files", "office"]


async def fill_in_slip(pilot) -> None:
    day = f"{screen_of(pilot, PaymentScreen).today:%d%m%Y}"
    await press_until(
        pilot, "enter", "a-123", "enter", day, "enter", "Banco Uno", "enter", "Ana Vega", "enter",
        screen="FilePicker",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("language", "size"), [("es", (80, 24)), pytest.param("en", (120, 40), marks=pytest.mark.soak)]
)
async def test_a_deposit_is_recorded_with_its_proof(
    counter: RunCounter, case: Rehearsal, files: Path, language: str, size: tuple[int, int]
):
    async with opened(counter, "olga", "payment", case, language=language, size=size) as pilot:
        await fill_in_slip(pilot)
        await choose_file(pilot, files / "proof.pdf", "PaymentScreen")
        due = screen_of(pilot, PaymentScreen).state.price.total.amount
        await press_until(pilot, str(due), "enter", screen="WorklistScreen")
    payment = state_of(case).payment
    assert payment is not None
    assert payment.status is PaymentStatus.RECORDED
    assert payment.province == "pichincha"
    assert payment.values["deposit_number"] == "A123"
    assert payment.amount.amount == due


async def test_another_amount_than_due_is_refused_and_everything_stays(
    counter: RunCounter, case: Rehearsal, files: Path
):
    async with opened(counter, "olga", "payment", case) as pilot:
        await fill_in_slip(pilot)
        await choose_file(pilot, files / "proof.pdf", "PaymentScreen")
        await press_and_wait(pilot, "1200", "enter")
        await settled(pilot)
        assert "12,00" in text_of(pilot, "#hint")
        assert "22,77" in text_of(pilot, "#hint")
        amount = pilot.app.screen.query_one(AmountField)
        assert amount.value == "12,00"
        await press_and_wait(pilot, "22")
        assert amount.value == "0,22", "what is typed takes the place of what was refused"
        await press_and_wait(pilot, "7")
        assert amount.value == "2,27"
        assert "A123" in text_of(pilot, "#deposit")
    assert state_of(case).payment is None


async def test_a_deposit_of_tomorrow_is_told_beside_its_date(counter: RunCounter, case: Rehearsal):
    async with opened(counter, "olga", "payment", case) as pilot:
        tomorrow = screen_of(pilot, PaymentScreen).today + timedelta(days=1)
        await press_and_wait(pilot, "enter", "A123", "enter", f"{tomorrow:%d%m%Y}", "enter")
        row = next(row for row in pilot.app.screen.query(FieldRow) if row.spec.kind == "date")
        await wait_until(lambda: [each.code for each in row.findings] == ["DEPOSIT_DATE_IN_FUTURE"])


async def test_slip_proof_and_amount_are_back_after_a_restart(
    counter: RunCounter, case: Rehearsal, files: Path
):
    async with opened(counter, "olga", "payment", case) as pilot:
        await fill_in_slip(pilot)
        await choose_file(pilot, files / "proof.pdf", "PaymentScreen")
        await press_and_wait(pilot, "227")
        await settled(pilot)
    async with opened(counter, "olga", "payment", case) as pilot:
        assert "A123" in text_of(pilot, "#deposit")
        assert "proof.pdf" in text_of(pilot, "#file")
        assert pilot.app.screen.query_one(AmountField).value == "2,27"
        await press_and_wait(pilot, "f3")
        assert pilot.app.screen.query_one(Form).texts()["depositor_name"] == "Ana Vega"


@pytest.mark.soak
async def test_the_amount_is_written_as_the_language_writes_it(
    counter: RunCounter, case: Rehearsal, files: Path
):
    async with opened(counter, "olga", "payment", case) as pilot:
        await fill_in_slip(pilot)
        await choose_file(pilot, files / "proof.pdf", "PaymentScreen")
        await press_and_wait(pilot, "22,7", "f11")
        await wait_until(lambda: pilot.app.screen.query_one(AmountField).value == "2.27")
        await press_and_wait(pilot, ".6")
        assert pilot.app.screen.query_one(AmountField).value == "22.76"
        assert pilot.app.screen.query_one(AmountField).minor_units == 2276


@pytest.mark.soak
async def test_what_was_typed_is_discarded_and_brought_back(
    counter: RunCounter, case: Rehearsal, files: Path
):
    async with opened(counter, "olga", "payment", case) as pilot:
        await fill_in_slip(pilot)
        await choose_file(pilot, files / "proof.pdf", "PaymentScreen")
        await press_and_wait(pilot, "227")
        screen = pilot.app.screen
        assert isinstance(screen, PaymentScreen)
        form = screen.query_one(Form)
        typed = form.texts()
        assert typed["depositor_name"] == "Ana Vega"
        await press_and_wait(pilot, "f12")
        await wait_until(lambda: not form.texts()["depositor_name"])
        await wait_until(lambda: not screen.draft)
        assert form.texts()["province"] == typed["province"]
        await press_and_wait(pilot, "f12")
        await wait_until(lambda: screen.draft.get("amount"))
        assert form.texts() == {**typed, "deposit_number": "A123"}, "in its normal form"
        assert pilot.app.screen.query_one(AmountField).value == "2,27"
        assert "proof.pdf" in text_of(pilot, "#file")


async def test_another_province_shows_another_account(counter: RunCounter, case: Rehearsal):
    async with opened(counter, "olga", "payment", case) as pilot:
        assert "MUESTRA-19" in text_of(pilot, "#account")
        await press_until(pilot, "f4", screen="ValueList")
        await press_until(pilot, "azu", "enter", screen="PaymentScreen")
        await wait_until(lambda: "MUESTRA-01" in text_of(pilot, "#account"))


async def test_a_proof_that_is_neither_pdf_nor_jpeg_is_refused(
    counter: RunCounter, case: Rehearsal, tmp_path: Path
):
    wrong = tmp_path / "proof.pdf"
    wrong.write_bytes(b"transfer done, trust me")
    async with opened(counter, "olga", "payment", case) as pilot:
        await fill_in_slip(pilot)
        await choose_file(pilot, wrong, "PaymentScreen")
        assert "Corrija esto" in text_of(pilot, "#file")
        assert not pilot.app.screen.query_one("#typed").display


async def test_a_deposit_that_paid_before_is_told_beside_its_number(
    counter: RunCounter, office: Path, make_key: MakeKey, case: Rehearsal, files: Path
):
    other = rehearsal_of(office, make_key, "natural-pkcs12-2y", 1)
    other.pay()
    other.close()
    used, number = other.number, state_of(other).number
    async with opened(counter, "olga", "payment", case) as pilot:
        day = f"{screen_of(pilot, PaymentScreen).today:%d%m%Y}"
        await press_until(
            pilot, "enter", f"MUESTRA{used:05}", "enter", day, "enter", "Uno", "enter", "Ana",
            "enter", screen="FilePicker",
        )  # fmt: skip
        await choose_file(pilot, files / "proof.pdf", "PaymentScreen")
        due = screen_of(pilot, PaymentScreen).state.price.total.amount
        await press_and_wait(pilot, str(due), "enter")
        await settled(pilot)
        form = pilot.app.screen.query_one(Form)
        await wait_until(lambda: form.focused_field == "deposit_number")
        assert number in text_of(pilot, "#message")


@given(st.integers(min_value=1, max_value=999_999_999))
def test_digits_fill_from_the_right(cents: int):
    shown = filled_from_the_right(str(cents), ",")
    units, _, decimals = shown.partition(",")
    assert int(units) * 100 + int(decimals) == cents
    assert len(decimals) == 2


@pytest.mark.parametrize(
    ("digits", "shown"), [("", ""), ("0", ""), ("5", "0,05"), ("02277", "22,77")]
)
def test_an_amount_as_it_grows(digits: str, shown: str):
    assert filled_from_the_right(digits, ",") == shown
