from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12
from textual.pilot import Pilot
from textual.widgets import OptionList

from backend_client.station import DraftKey
from issuance.cases.state import CaseStatus
from issuance.findings import blocks
from issuance.findings.certificates import CertificateFinding
from tests.keys import press_and_wait, wait_until
from tests.screens.activation.office import (
    PASSWORD,
    ReadyCase,
    RunActivation,
    answer_yes,
    app_of,
    assert_no_secret,
    backend_of,
    choose_password,
    confirm_data,
    confirm_person,
    files_in,
    page,
    read_to_the_end,
    send_another_code,
    send_code,
    shown,
    state_of,
    text_of,
    to_the_password,
    type_target,
)
from tests.screens.conftest import RunCounter
from tests.screens.evidence_work import draw_pages
from tui.sentences import sentence
from tui.widgets.checklist import Checklist
from tui.widgets.code_field import CodeField
from tui.widgets.line_input import LineInput
from tui.widgets.picture import Picture
from tui.widgets.viewer import Viewer


@pytest.mark.soak
@pytest.mark.parametrize("language", ["es", "en"])
async def test_from_the_person_to_a_file_that_opens(
    activation: RunActivation, ready: ReadyCase, stick: Path, language: str
):
    seen: list[str] = []
    async with activation(ready, language=language) as pilot:
        await to_the_password(pilot)
        await choose_password(pilot)
        seen.append(pilot.app.export_screenshot())
        await type_target(pilot, stick)
        seen.append(pilot.app.export_screenshot())
        await answer_yes(pilot)
        await page(pilot, "ActivationDoneScreen")
        await wait_until(lambda: text_of(pilot).count("√") >= 6 + 7)
        assert "►" not in text_of(pilot)
        seen.append(pilot.app.export_screenshot())
        state = await state_of(pilot, ready.case)
        draft = backend_of(pilot).station.load_draft(DraftKey.of_case(ready.case, "activation"))
        await press_and_wait(pilot, "f10")
        await page(pilot, "WorklistScreen")
    assert state.status is CaseStatus.ACTIVE
    assert draft is None
    (saved,) = files_in(stick, "")
    assert saved.name.endswith(f"-{state.number}.p12")
    bag = load_pkcs12(saved.read_bytes(), PASSWORD.encode())
    assert bag.key is not None
    assert bag.cert is not None
    assert state.activation.certificate is not None
    assert str(bag.cert.certificate.serial_number) == state.activation.certificate.serial
    assert_no_secret(ready.folder.parent, seen, PASSWORD)


@pytest.mark.soak
async def test_a_no_about_the_person_stops_the_activation(
    activation: RunActivation, ready: ReadyCase
):
    async with activation(ready) as pilot:
        await page(pilot, "ActivationPersonScreen")
        await wait_until(lambda: pilot.app.screen.query(Checklist))
        await press_and_wait(pilot, "s", "n", "s", "enter", "f10")
        assert shown(pilot) == "ActivationPersonScreen"
        assert "F3" in text_of(pilot)
        assert not (await state_of(pilot, ready.case)).activation.person_confirmed_by
        await press_and_wait(pilot, "up", "s", "f10")
        await page(pilot, "ActivationDataScreen")
        assert (await state_of(pilot, ready.case)).activation.person_confirmed_by == "olga"


async def test_the_photo_and_the_fields_stand_side_by_side(
    activation: RunActivation, ready: ReadyCase
):
    async with activation(ready) as pilot:
        await page(pilot, "ActivationPersonScreen")
        await wait_until(lambda: pilot.app.screen.query_one(Picture)._strips)
        state = await state_of(pilot, ready.case)
        assert state.values["first_surname"] in text_of(pilot)
        await press_and_wait(pilot, "z")
        await page(pilot, "PhotoView")


@pytest.mark.parametrize(("size", "together"), [((120, 40), True), ((80, 24), False)])
async def test_photo_and_card_stand_together_or_take_turns(
    counter: RunCounter,
    ready: ReadyCase,
    monkeypatch: pytest.MonkeyPatch,
    size: tuple[int, int],
    together: bool,
):
    draw_pages(monkeypatch, 2)
    async with counter("olga", "worklist", size=size, folder=ready.folder) as pilot:
        app_of(pilot).open_screen("activation", ready.case)
        await page(pilot, "ActivationPersonScreen")
        screen = pilot.app.screen
        photo, card = screen.query_one("#photo", Viewer), screen.query_one("#card", Viewer)
        await wait_until(lambda: photo.painted)
        await wait_until(lambda: card.of is not None)
        assert (photo.display, card.display) == (True, together)
        await press_and_wait(pilot, "f4")
        await wait_until(lambda: card.painted)
        assert (photo.display, card.display) == (together, True)
        if not together:
            await press_and_wait(pilot, "f4", "f4")
            assert (photo.display, card.display) == (True, False)


async def test_nobody_agrees_to_a_contract_before_its_end(
    activation: RunActivation, ready: ReadyCase
):
    async with activation(ready) as pilot:
        await confirm_person(pilot)
        await press_and_wait(pilot, "s", "s", "s")
        assert not pilot.app.screen.query(Checklist)
        await read_to_the_end(pilot)
        await press_and_wait(pilot, "s", "f10")
        assert shown(pilot) == "ActivationDataScreen"
        assert (await state_of(pilot, ready.case)).activation.data_confirmed_at is None
        await press_and_wait(pilot, "s", "n", "f10")
        assert "F3" in text_of(pilot)
        assert (await state_of(pilot, ready.case)).activation.data_confirmed_at is None


async def test_a_wrong_code_costs_an_attempt_and_only_the_newest_code_counts(
    activation: RunActivation, ready: ReadyCase
):
    async with activation(ready) as pilot:
        await confirm_person(pilot)
        await confirm_data(pilot)
        first = await send_code(pilot)
        for _ in range(5):
            await press_and_wait(pilot, "00000000" if first != "00000000" else "1" * 8, "enter")
        await wait_until(lambda: "ya no sirve" in text_of(pilot))
        second = await send_another_code(pilot)
        wrong = first if first != second else "00000000"
        await press_and_wait(pilot, wrong, "enter")
        field = pilot.app.screen.query_one(CodeField)
        await wait_until(lambda: "4" in str(field.query_one("Static").render()))
        assert (await state_of(pilot, ready.case)).codes["activation"].attempts == 1
        assert first not in text_of(pilot)
        await press_and_wait(pilot, second, "f10")
        await page(pilot, "PasswordScreen")


async def test_nothing_is_issued_when_the_file_cannot_be_saved_there(
    activation: RunActivation, authorised: ReadyCase, stick: Path
):
    async with activation(authorised) as pilot:
        await page(pilot, "PasswordScreen")
        await choose_password(pilot)
        (stick / "taken.p12").write_bytes(b"another")
        for target in (stick / "taken.p12", stick / "none" / "x.p12"):
            before = text_of(pilot)
            await type_target(pilot, target)
            await wait_until(lambda before=before: text_of(pilot) != before)
            assert shown(pilot) == "ActivationSaveScreen"
        await type_target(pilot, stick / "llave.p12")
        await page(pilot, "Confirm")
        await press_and_wait(pilot, "enter")
        await page(pilot, "ActivationSaveScreen")
        assert (await state_of(pilot, authorised.case)).activation.certificate is None
        assert (stick / "taken.p12").read_bytes() == b"another"
        assert not (stick / "llave.p12").exists()


@pytest.mark.soak
async def test_typing_replaces_the_offered_path_and_a_chosen_folder_its_error(
    activation: RunActivation, authorised: ReadyCase, stick: Path
):
    missing = stick / ("a-folder-with-a-long-name-" * 5) / "none" / "llave.p12"
    async with activation(authorised) as pilot:
        await page(pilot, "PasswordScreen")
        await choose_password(pilot)
        target = pilot.app.screen.query_one("#target", LineInput)
        await wait_until(lambda: target.value and target.has_focus)
        await press_and_wait(pilot, str(missing), "enter")
        missing_folder = sentence(
            blocks(CertificateFinding.FOLDER_MISSING, path=str(missing)), app_of(pilot).translate
        )
        last_word = missing_folder.split()[-1]
        assert target.value == str(missing)
        await wait_until(lambda: last_word in told(pilot))
        await press_and_wait(pilot, "f4")
        await page(pilot, "FilePicker")
        await wait_until(lambda: pilot.app.screen.query_one(OptionList).option_count)
        await press_and_wait(pilot, "f10")
        await page(pilot, "ActivationSaveScreen")
        assert target.value.startswith(str(stick))
        assert not told(pilot).strip()


def told(pilot: Pilot[int]) -> str:
    """Return what can be read in the message line."""
    region = pilot.app.screen.query_one("#message").region
    return "\n".join(text_of(pilot).split("\n")[region.y : region.bottom])


async def test_the_contract_goes_with_the_applicant(
    activation: RunActivation, authorised: ReadyCase, stick: Path
):
    async with activation(authorised) as pilot:
        await page(pilot, "PasswordScreen")
        await choose_password(pilot)
        await type_target(pilot, stick)
        await page(pilot, "Confirm")
        # Whoever presses Enter again while the file is made still sees what came of it.
        await press_and_wait(pilot, "down", "enter", "enter", "enter")
        await page(pilot, "ActivationDoneScreen")
        await press_and_wait(pilot, "f9")
        await page(pilot, "FilePicker")
        await press_and_wait(pilot, str(stick), "enter", "f10")
        await wait_until(lambda: files_in(stick, ".pdf"))
    (contract,) = files_in(stick, ".pdf")
    assert contract.read_bytes().startswith(b"%PDF")


async def test_who_may_not_activate_is_told_who_may(activation: RunActivation, ready: ReadyCase):
    async with activation(ready, "carmen") as pilot:
        await page(pilot, "ActivationPersonScreen")
        await wait_until(lambda: pilot.app.screen.query(Checklist))
        words = app_of(pilot).translate("Operator").casefold()
        await wait_until(lambda: words[:5] in text_of(pilot).casefold())
        await press_and_wait(pilot, "s", "s", "s", "enter")
        assert not (await state_of(pilot, ready.case)).activation.person_confirmed_by
