"""Bringing photo and documents, with the authority's questions about each."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from issuance.cases.state import EvidenceStatus
from screens.evidence import EvidenceScreen
from screens.evidence_capture import EvidenceCaptureScreen
from tests.keys import press_and_wait, wait_until
from tests.screens.approved_case import case, files, office
from tests.screens.conftest import RunCounter
from tests.screens.conftest import shown as whole_screen
from tests.screens.evidence_work import answer_everything, decide_warnings, draw_pages, painted
from tests.screens.middle_of_a_case import (
    MakeKey,
    choose_file,
    open_screen,
    opened,
    press_until,
    question,
    rehearsal_of,
    screen_name,
    screen_of,
    settled,
    state_of,
    text_of,
    write_files,
)
from tui.form import Form
from tui.widgets.checklist import Checklist
from tui.widgets.data_table import PageTable
from tui.widgets.line_input import LineInput
from tui.widgets.picture import Picture
from ventanilla.rehearsal import Rehearsal

__all__ = ["case", "files", "office"]

SLOTS = ("photo", "identity_card", "utility_bill", "ruc_document")


@pytest.mark.parametrize(
    ("language", "size", "everything_here"),
    [
        ("es", (80, 24), "Está todo"),
        pytest.param("en", (120, 40), "Everything is here", marks=pytest.mark.soak),
    ],
)
async def test_every_file_is_brought_by_keyboard_alone(
    counter: RunCounter,
    case: Rehearsal,
    files: Path,
    language: str,
    size: tuple[int, int],
    everything_here: str,
):
    async with opened(counter, "olga", "evidence", case, language=language, size=size) as pilot:
        for slot in SLOTS:
            await press_until(pilot, "enter", screen="FilePicker")
            assert "F6" not in whole_screen(pilot), "the keys of the screen below do nothing here"
            name = "photo.jpg" if slot == "photo" else f"{slot}.pdf"
            await choose_file(pilot, files / name, "EvidenceCaptureScreen")
            await answer_everything(pilot, "s" if language == "es" else "y")
            if slot == "utility_bill":
                today = screen_of(pilot, EvidenceCaptureScreen).today
                await press_and_wait(pilot, f"{today:%d%m%Y}")
            await press_until(pilot, "enter", screen="EvidenceScreen")
        assert everything_here in text_of(pilot, "#next")
    held = state_of(case).evidence
    assert set(held) == set(SLOTS)
    assert {each.status for each in held.values()} == {EvidenceStatus.CAPTURED}
    assert held["photo"].answers[0] == "card_beside_face"
    assert held["utility_bill"].document_date is not None


async def test_a_refused_file_is_told_with_its_cure_and_another_can_be_brought(
    counter: RunCounter, case: Rehearsal, files: Path, tmp_path: Path
):
    wrong = tmp_path / "letter.jpg"
    wrong.write_bytes(b"Dear office, this is not a picture.")
    async with opened(counter, "olga", "evidence", case) as pilot:
        await press_until(pilot, "enter", screen="FilePicker")
        await choose_file(pilot, wrong, "EvidenceCaptureScreen")
        assert "Corrija esto" in text_of(pilot, "#findings")
        assert not pilot.app.screen.query_one("#look").display
        await press_until(pilot, "enter", screen="FilePicker")
        await choose_file(pilot, files / "photo.jpg", "EvidenceCaptureScreen")
        assert not pilot.app.screen.query_one("#findings").display
        assert pilot.app.screen.query_one("#look").display
    assert state_of(case).evidence == {}


async def test_a_question_answered_with_no_stops_the_file(
    counter: RunCounter, case: Rehearsal, files: Path
):
    async with opened(counter, "olga", "evidence", case) as pilot:
        await bring_card(pilot, files)
        await press_and_wait(pilot, "s", "n", "s", "enter")
        await settled(pilot)
        assert screen_name(pilot) == "EvidenceCaptureScreen"
        assert "F6" in text_of(pilot, "#todo")
    assert state_of(case).evidence == {}


async def bring_card(pilot: Pilot[Any], files: Path) -> None:
    await press_until(pilot, "down", "enter", screen="FilePicker")
    await choose_file(pilot, files / "identity_card.pdf", "EvidenceCaptureScreen")
    await decide_warnings(pilot)


async def test_a_no_pressed_by_mistake_can_be_corrected(
    counter: RunCounter, case: Rehearsal, files: Path
):
    async with opened(counter, "olga", "evidence", case) as pilot:
        await bring_card(pilot, files)
        await press_and_wait(pilot, "s", "n", "enter")
        assert "Con un no" in text_of(pilot, "#message")
        await press_and_wait(pilot, "up", "s")
        await settled(pilot)
        assert text_of(pilot, "#message") == ""
        await press_and_wait(pilot, "s")
        await press_until(pilot, "enter", screen="EvidenceScreen")
    assert state_of(case).evidence["identity_card"].status is EvidenceStatus.CAPTURED


async def test_file_answers_and_date_are_back_after_a_restart(
    counter: RunCounter, case: Rehearsal, files: Path
):
    async with opened(counter, "olga", "evidence", case) as pilot:
        await press_until(pilot, "down", "down", "enter", screen="FilePicker")
        await choose_file(pilot, files / "utility_bill.pdf", "EvidenceCaptureScreen")
        await answer_everything(pilot)
        await press_and_wait(pilot, "01012020", "enter")
        await settled(pilot)
        assert screen_name(pilot) == "EvidenceCaptureScreen"
        assert "90" in text_of(pilot, "#message")
    async with opened(counter, "olga", "evidence", case) as pilot:
        await press_until(pilot, "down", "down", "enter", screen="EvidenceCaptureScreen")
        screen = pilot.app.screen
        assert "utility_bill.pdf" in text_of(pilot, "#file")
        assert "1 página" in text_of(pilot, "#file")
        assert screen.query_one(Checklist).complete
        assert screen.query_one(Form).texts() == {"document_date": "2020-01-01"}


@pytest.mark.soak
async def test_f12_puts_file_and_answers_aside_and_brings_them_back(
    counter: RunCounter, case: Rehearsal, files: Path
):
    async with opened(counter, "olga", "evidence", case) as pilot:
        await bring_card(pilot, files)
        await press_and_wait(pilot, "s", "f12")
        await settled(pilot)
        assert "identity_card.pdf" not in text_of(pilot, "#file")
        assert "F12" in text_of(pilot, "#message")
        await press_and_wait(pilot, "f12")
        await settled(pilot)
        assert "identity_card.pdf" in text_of(pilot, "#file")
        assert len(pilot.app.screen.query_one(Checklist).accepted) == 1
        await press_and_wait(pilot, "f12")
        await settled(pilot)
        await press_until(pilot, "f3", screen="EvidenceScreen")
        assert "identity_card.file" not in screen_of(pilot, EvidenceScreen).draft
    assert "identity_card" not in state_of(case).evidence


@pytest.mark.soak
async def test_half_the_answers_survive_a_switch_of_language(
    counter: RunCounter, case: Rehearsal, files: Path
):
    async with opened(counter, "olga", "evidence", case) as pilot:
        await bring_card(pilot, files)
        await press_and_wait(pilot, "s", "s", "f11")
        await wait_until(lambda: "Y (yes)" in text_of(pilot, "#todo"))
        await settled(pilot)
        assert len(pilot.app.screen.query_one(Checklist).accepted) == 2
        await press_and_wait(pilot, "y")
        assert len(pilot.app.screen.query_one(Checklist).accepted) == 3


async def test_the_photo_is_shown_and_can_be_looked_at_closely(
    counter: RunCounter, case: Rehearsal, files: Path
):
    async with opened(counter, "olga", "evidence", case) as pilot:
        await press_until(pilot, "enter", screen="FilePicker")
        await choose_file(pilot, files / "photo.jpg", "EvidenceCaptureScreen")
        small = await shown(pilot.app.screen.query_one(Picture))
        await press_until(pilot, "z", screen="PhotoView")
        whole = await shown(pilot.app.screen.query_one(Picture))
        assert len(whole) > len(small)
        await press_and_wait(pilot, "+")
        await wait_until(lambda: pilot.app.screen.query_one(Picture)._strips != whole)
        await press_until(pilot, "escape", screen="EvidenceCaptureScreen")


async def shown(picture: Picture):
    await wait_until(lambda: picture._strips)
    return picture._strips


def fail(descriptor: int) -> None:
    raise OSError(errno.EIO, os.strerror(errno.EIO), descriptor)


async def test_a_colleague_is_asked_before_going_on_with_somebodys_work(
    counter: RunCounter, case: Rehearsal, files: Path, monkeypatch: pytest.MonkeyPatch
):
    async with opened(counter, "olga", "evidence", case) as pilot:
        await bring_card(pilot, files)
        await press_and_wait(pilot, "s")
        await settled(pilot)
        # Another operator's work at this station, as far as the station can tell.
        screen = screen_of(pilot, EvidenceCaptureScreen)
        assert screen.backend.station.take_over(screen.drafts._key, "otra")
    async with counter("olga") as pilot:
        open_screen(pilot, "evidence", case)
        await question(pilot)
        assert "otra" in text_of(pilot)
        with monkeypatch.context() as failing:
            failing.setattr("os.fsync", fail)
            await press_until(pilot, "down", "enter", screen="EvidenceScreen")
            await wait_until(lambda: "No se pudo guardar" in whole_screen(pilot))
        await press_and_wait(pilot, "f3")
        open_screen(pilot, "evidence", case)
        await question(pilot)
        await press_until(pilot, "down", "enter", screen="EvidenceScreen")
        await press_until(pilot, "down", "enter", screen="EvidenceCaptureScreen")
        assert isinstance(pilot.app.screen, EvidenceCaptureScreen)
        assert pilot.app.screen.query_one(Checklist).accepted == ("both_sides",)


async def test_an_exemption_asks_for_its_proof_and_takes_it(
    counter: RunCounter, office: Path, make_key: MakeKey, tmp_path: Path
):
    case = rehearsal_of(office, make_key, "miembro-empresa-pkcs12-2y", 4)
    files = write_files(case, tmp_path)
    async with opened(counter, "olga", "evidence", case) as pilot:
        table = pilot.app.screen.query_one(PageTable)
        assert "Exención" not in whole_screen(pilot), "the photo has none"
        while screen_of(pilot, EvidenceScreen)._marked().slot != "voting_certificate":
            before = table.cursor_row
            await press_and_wait(pilot, "down")
            assert table.cursor_row != before
        assert "F4 Exención" in whole_screen(pilot)
        await press_until(pilot, "f4", screen="ValueList")
        await press_until(pilot, "discapacidad", "enter", screen="FilePicker")
        await choose_file(pilot, files / "identity_card.pdf", "EvidenceScreen")
    held = state_of(case).evidence["voting_certificate"]
    assert held.exemption == "disability"
    assert held.blob is not None


async def test_whoever_may_not_bring_files_is_told_who_may(counter: RunCounter, case: Rehearsal):
    async with opened(counter, "carmen", "evidence", case) as pilot:
        assert "operador" in text_of(pilot, "#next")
        await press_and_wait(pilot, "enter")
        await settled(pilot)
        assert screen_name(pilot) == "EvidenceScreen"


@pytest.mark.parametrize("way_out", ["escape", "f3"])
async def test_leaving_the_picker_with_nothing_brought_returns_to_the_list(
    counter: RunCounter, case: Rehearsal, way_out: str
):
    async with opened(counter, "olga", "evidence", case) as pilot:
        await press_until(pilot, "enter", screen="FilePicker")
        await press_until(pilot, way_out, screen="EvidenceScreen")


@pytest.mark.soak
async def test_the_pages_of_a_document_are_turned_here_and_on_the_whole_screen(
    counter: RunCounter, case: Rehearsal, files: Path, monkeypatch: pytest.MonkeyPatch
):
    draw_pages(monkeypatch)
    async with opened(counter, "olga", "evidence", case) as pilot:
        await bring_card(pilot, files)
        await painted(pilot, 0)
        await press_and_wait(pilot, "pagedown")
        await painted(pilot, 1)
        assert "página 2 de 2" in text_of(pilot, ".caption")
        await press_until(pilot, "z", screen="PhotoView")
        await painted(pilot, 1)
        await press_and_wait(pilot, "pagedown")
        await painted(pilot, 0)


@pytest.mark.soak
async def test_the_whole_date_is_seen_after_a_stray_key(
    counter: RunCounter, case: Rehearsal, files: Path
):
    async with opened(counter, "olga", "evidence", case, size=(80, 24)) as pilot:
        await press_until(pilot, "down", "down", "enter", screen="FilePicker")
        await choose_file(pilot, files / "utility_bill.pdf", "EvidenceCaptureScreen")
        await answer_everything(pilot)
        await press_and_wait(pilot, "x", "03/11/2026")
        box = pilot.app.screen.query_one(LineInput)
        assert box.value == "x03/11/2026"
        assert box.size.width == 12
        assert box.render_line(0).text.startswith("x03/11/2026")
