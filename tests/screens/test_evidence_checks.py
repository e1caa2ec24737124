"""Checks that stream in, warnings a person decides, engines that are missing."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from issuance.cases.events.evidence import Boxes
from issuance.cases.state import EvidenceStatus
from issuance.evidence.engines import Engines
from issuance.evidence.engines_here import engines_here
from issuance.evidence.report import Box, DocumentReport, PhotoReport
from issuance.findings import Finding, blocks, informs, warns
from issuance.findings.evidence import EvidenceCode
from screens.evidence_capture import EvidenceCaptureScreen
from screens.evidence_ladder import RungState, rung_states
from tests.keys import press_and_wait, wait_until
from tests.screens.approved_case import case, files, office
from tests.screens.conftest import RunCounter
from tests.screens.evidence_work import (
    answer_everything,
    check_in_steps,
    check_with,
    draw_pages,
    report_with,
)
from tests.screens.middle_of_a_case import (
    choose_file,
    opened,
    press_until,
    question,
    screen_name,
    screen_of,
    settled,
    state_of,
    text_of,
)
from tui.widgets.checklist import Checklist
from tui.widgets.decisions import Decisions
from ventanilla.rehearsal import Rehearsal

__all__ = ["case", "files", "office"]

PERSON, PORTRAIT = (
    Box(left=80, top=60, width=200, height=260),
    Box(left=420, top=480, width=40, height=52),
)
ALL_SEEN = PhotoReport(
    findings=(informs(EvidenceCode.NUMBER_MATCHES),),
    width=720,
    height=900,
    person=PERSON,
    portrait=PORTRAIT,
)
GLASSES = warns(EvidenceCode.GLASSES, value=31, threshold=20, engine="eyes 1")
POSE = warns(EvidenceCode.POSE, value=31, threshold=25, engine="eyes 1")


def seen_but(*findings: Finding) -> PhotoReport:
    return ALL_SEEN.model_copy(update={"findings": (*ALL_SEEN.findings, *findings)})


async def bring_photo(pilot: Pilot[Any], files: Path) -> EvidenceCaptureScreen:
    await press_until(pilot, "enter", screen="FilePicker")
    await choose_file(pilot, files / "photo.jpg", "EvidenceCaptureScreen")
    return screen_of(pilot, EvidenceCaptureScreen)


async def test_one_key_records_a_photo_the_checks_have_nothing_against(
    counter: RunCounter, case: Rehearsal, files: Path, monkeypatch: pytest.MonkeyPatch
):
    report_with(monkeypatch, ALL_SEEN)
    async with opened(counter, "olga", "evidence", case) as pilot:
        await bring_photo(pilot, files)
        assert "ACEPTAR" in text_of(pilot, "#verdict")
        await press_until(pilot, "enter", screen="EvidenceScreen")
    held = state_of(case).evidence["photo"]
    assert held.status is EvidenceStatus.CAPTURED
    assert held.boxes == Boxes(person=PERSON, portrait=PORTRAIT)
    assert len(held.answers) == 5


async def test_what_the_checks_answered_can_be_denied(
    counter: RunCounter, case: Rehearsal, files: Path, monkeypatch: pytest.MonkeyPatch
):
    report_with(monkeypatch, ALL_SEEN)
    async with opened(counter, "olga", "evidence", case) as pilot:
        await bring_photo(pilot, files)
        await press_and_wait(pilot, "n", "enter")
        await settled(pilot)
        assert screen_name(pilot) == "EvidenceCaptureScreen"
    assert state_of(case).evidence == {}


async def test_a_warning_is_overridden_for_a_reason_that_is_recorded(
    counter: RunCounter, case: Rehearsal, files: Path, monkeypatch: pytest.MonkeyPatch
):
    report_with(monkeypatch, seen_but(GLASSES, POSE))
    async with opened(counter, "olga", "evidence", case) as pilot:
        await bring_photo(pilot, files)
        assert "REVISAR: 2 avisos" in text_of(pilot, "#verdict")
        await press_and_wait(pilot, "enter")
        assert screen_name(pilot) == "EvidenceCaptureScreen"
        assert isinstance(pilot.app.focused, Decisions)
        await press_until(pilot, "s", screen="ValueList")
        await press_until(pilot, "presente", "enter", screen="EvidenceCaptureScreen")
        await press_until(pilot, "s", screen="ValueList")
        await press_until(pilot, "enter", screen="EvidenceCaptureScreen")
        await settled(pilot)
    async with opened(counter, "olga", "evidence", case) as pilot:
        await press_until(pilot, "enter", screen="EvidenceCaptureScreen")
        assert "todos los avisos tienen decisión" in text_of(pilot, "#verdict")
        await answer_everything(pilot)
        await press_until(pilot, "enter", screen="EvidenceScreen")
    overrides = {each.code: each.reason for each in state_of(case).evidence["photo"].overrides}
    assert overrides == {"GLASSES": "person_present", "POSE": "seen_by_eye"}


@pytest.mark.soak
async def test_a_reason_that_needs_explaining_asks_for_a_note(
    counter: RunCounter, case: Rehearsal, files: Path, monkeypatch: pytest.MonkeyPatch
):
    report_with(monkeypatch, seen_but(POSE))
    async with opened(counter, "olga", "evidence", case) as pilot:
        screen = await bring_photo(pilot, files)
        await press_until(pilot, "s", screen="ValueList")
        await press_until(pilot, "otro", "enter", screen="Choice")
        await press_until(pilot, "enter", "torticolis", "enter", screen="EvidenceCaptureScreen")
        await settled(pilot)
        assert screen.in_hand.overrides["POSE"].note == "torticolis"


async def test_a_warning_that_is_so_asks_the_applicant_for_another_photo(
    counter: RunCounter, case: Rehearsal, files: Path, monkeypatch: pytest.MonkeyPatch
):
    report_with(monkeypatch, seen_but(GLASSES))
    async with opened(counter, "olga", "evidence", case, language="en") as pilot:
        await bring_photo(pilot, files)
        await press_and_wait(pilot, "n", "enter")
        await settled(pilot)
        assert screen_name(pilot) == "EvidenceCaptureScreen"
        assert "F6" in text_of(pilot, "#todo")
        await question(pilot, "p")
        await press_until(pilot, "down", "enter", screen="EvidenceScreen")
    held = state_of(case).evidence["photo"]
    assert held.status is EvidenceStatus.REQUESTED
    assert held.requested == ("GLASSES",)


@pytest.mark.soak
async def test_another_photo_is_asked_for_where_a_file_is_refused(
    counter: RunCounter, case: Rehearsal, files: Path, monkeypatch: pytest.MonkeyPatch
):
    report_with(monkeypatch, PhotoReport(findings=(blocks(EvidenceCode.BLUR, value=3),)))
    async with opened(counter, "olga", "evidence", case) as pilot:
        await bring_photo(pilot, files)
        assert "RECHAZAR" in text_of(pilot, "#verdict")
        assert "Pedir" in text_of(pilot, "KeyBar")
        await question(pilot, "p")
        await press_until(pilot, "down", "enter", screen="EvidenceScreen")
    assert state_of(case).evidence["photo"].requested == ("BLUR",)


async def test_findings_come_one_by_one_and_the_keyboard_never_waits(
    counter: RunCounter, case: Rehearsal, files: Path, monkeypatch: pytest.MonkeyPatch
):
    more = check_in_steps(monkeypatch, (POSE, *ALL_SEEN.findings), seen_but(POSE))
    async with opened(counter, "olga", "evidence", case) as pilot:
        await press_until(pilot, "enter", screen="FilePicker")
        await press_and_wait(pilot, str(files / "photo.jpg"), "enter")
        await wait_until(lambda: screen_name(pilot) == "EvidenceCaptureScreen")
        screen = screen_of(pilot, EvidenceCaptureScreen)
        await wait_until(lambda: screen.in_hand.checking)
        assert "… archivo" in text_of(pilot, "#ladder")
        more()
        await wait_until(lambda: "! rostros" in text_of(pilot, "#ladder"))
        assert "√ archivo" in text_of(pilot, "#ladder")
        await press_and_wait(pilot, "s", "s", "n")
        assert len(screen.query_one(Checklist).answers) == 3
        assert screen.in_hand.checking
        await press_and_wait(pilot, "enter")
        assert screen_name(pilot) == "EvidenceCaptureScreen"
        more()
        more()
        await wait_until(lambda: not screen.in_hand.checking)
        await settled(pilot)
        # What was answered stands; what was not is answered by the checks.
        answers = screen.query_one(Checklist).answers
        assert list(answers.values()).count(False) == 1
        assert len(answers) == 5


@pytest.mark.parametrize(
    "missing",
    [
        "text",
        *(
            pytest.param(each, marks=pytest.mark.soak)
            for each in ("faces", "pages", "strict", "everything")
        ),
    ],
)
async def test_without_an_engine_the_journey_works_and_says_what_to_look_at(
    counter: RunCounter,
    case: Rehearsal,
    files: Path,
    monkeypatch: pytest.MonkeyPatch,
    missing: str,
):
    engines = Engines() if missing == "everything" else replace(engines_here(), **{missing: None})
    check_with(monkeypatch, engines)
    async with opened(counter, "olga", "evidence", case) as pilot:
        screen = await bring_photo(pilot, files)
        if engines.faces is None:
            assert "rostros: mire usted" in text_of(pilot, "#ladder")
            assert "FACES_NOT_CHECKED" in screen.in_hand.undecided
            assert "card_beside_face" not in screen.query_one(Checklist).answers
        if engines.strict is None:
            assert "archivo: mire usted" in text_of(pilot, "#ladder")
            assert "DAMAGE_NOT_CHECKED" in screen.in_hand.undecided
        if engines.text is None:
            assert "NUMBER_NOT_CHECKED" in screen.in_hand.undecided
            assert "number_readable" not in screen.query_one(Checklist).answers
        await answer_everything(pilot)
        await press_until(pilot, "enter", screen="EvidenceScreen")
        await press_until(pilot, "enter", screen="FilePicker")
        await choose_file(pilot, files / "identity_card.pdf", "EvidenceCaptureScreen")
        if engines.pages is None:
            assert "páginas: mire usted" in text_of(pilot, "#ladder")
            await wait_until(lambda: "no se puede mostrar" in text_of(pilot, ".caption"))
        await answer_everything(pilot)
        await press_until(pilot, "enter", screen="EvidenceScreen")
    held = state_of(case).evidence
    assert {held[slot].status for slot in ("photo", "identity_card")} == {EvidenceStatus.CAPTURED}
    overridden = {each.code for each in held["photo"].overrides}
    for code, engine in (
        ("FACES_NOT_CHECKED", engines.faces),
        ("DAMAGE_NOT_CHECKED", engines.strict),
        ("NUMBER_NOT_CHECKED", engines.text and engines.faces),
    ):
        assert (code in overridden) == (engine is None)


@pytest.mark.soak
async def test_the_data_stand_beside_on_a_wide_screen_and_take_turns_on_a_narrow_one(
    counter: RunCounter, case: Rehearsal, files: Path, monkeypatch: pytest.MonkeyPatch
):
    report_with(monkeypatch, ALL_SEEN)
    for size, beside in (((120, 40), True), ((80, 24), False)):
        async with opened(counter, "olga", "evidence", case, size=size) as pilot:
            screen = await (bring_photo(pilot, files) if beside else _taken_up(pilot))
            data, answers = screen.query_one("#data"), screen.query_one("#answers")
            assert data.display == beside
            await press_and_wait(pilot, "f4")
            assert data.display
            assert case.person.values["first_surname"] in text_of(pilot, "#data")
            assert answers.display == beside
            # Answering goes on while the data are shown.
            assert screen.query_one(Checklist).complete


async def _taken_up(pilot: Pilot[Any]) -> EvidenceCaptureScreen:
    await press_until(pilot, "enter", screen="EvidenceCaptureScreen")
    return screen_of(pilot, EvidenceCaptureScreen)


async def test_a_document_shows_its_pages(
    counter: RunCounter, case: Rehearsal, files: Path, monkeypatch: pytest.MonkeyPatch
):
    report_with(monkeypatch, DocumentReport(findings=(), pages=2))
    draw_pages(monkeypatch)
    async with opened(counter, "olga", "evidence", case) as pilot:
        await press_until(pilot, "down", "enter", screen="FilePicker")
        await choose_file(pilot, files / "identity_card.pdf", "EvidenceCaptureScreen")
        await wait_until(lambda: "página 1 de 2" in text_of(pilot, ".caption"))


def test_a_rung_is_done_once_a_later_one_has_told_something():
    rungs = ("file", "quality", "faces", "number")
    gps, number = informs(EvidenceCode.EXIF_GPS), informs(EvidenceCode.NUMBER_NOT_READ)
    c, r, w = RungState.CHECKED, RungState.RUNNING, RungState.WAITING
    assert [*rung_states(rungs, [], finished=False).values()] == [r, w, w, w]
    assert [*rung_states(rungs, [gps], finished=False).values()] == [r, w, w, w]
    assert [*rung_states(rungs, [gps, POSE], finished=False).values()] == [
        c, c, RungState.WARNS, w,
    ]  # fmt: skip
    assert [*rung_states(rungs, [gps, number], finished=True).values()] == [
        c, c, c, RungState.BY_EYE,
    ]  # fmt: skip


def test_what_blocks_ends_the_ladder():
    rungs = ("file", "quality", "faces", "number")
    found = [blocks(EvidenceCode.DARK)]
    assert [*rung_states(rungs, found, finished=True).values()] == [
        RungState.CHECKED, RungState.BLOCKS, RungState.WAITING, RungState.WAITING,
    ]  # fmt: skip


def test_a_number_nobody_read_is_no_passed_check():
    rungs = ("file", "quality", "faces", "number")
    found = [warns(EvidenceCode.NO_CARD)]
    assert rung_states(rungs, found, finished=True)["number"] is RungState.BY_EYE


@pytest.mark.parametrize(
    ("finding", "rung"),
    [
        (informs(EvidenceCode.NUMBER_NOT_READ), "card"),
        (warns(EvidenceCode.CARD_OLD_FORMAT), "card"),
        (warns(EvidenceCode.FRONT_MISSING), "pages"),
        (warns(EvidenceCode.ROTATED), "pages"),
    ],
)
def test_what_is_found_on_a_page_is_not_told_of_the_file(finding: Finding, rung: str):
    states = rung_states(("file", "pages", "card"), [finding], finished=True)
    assert states["file"] is RungState.CHECKED
    assert states[rung] in {RungState.WARNS, RungState.BY_EYE}
