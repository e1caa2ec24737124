"""A second person reviews photo and documents."""

from pathlib import Path

import pytest

from issuance.cases.state import EvidenceStatus
from screens.evidence_review import EvidenceReviewScreen
from tests.keys import press_and_wait, wait_until
from tests.screens.conftest import RunCounter
from tests.screens.middle_of_a_case import (
    MakeKey,
    evidence_brought,
    in_test,
    opened,
    press_until,
    screen_name,
    screen_of,
    settled,
    state_of,
    text_of,
)
from ventanilla.rehearsal import Rehearsal

SLOTS = ("photo", "identity_card", "utility_bill", "ruc_document")


@pytest.fixture
def case(founded_office: Path, make_key: MakeKey, tmp_path: Path) -> Rehearsal:
    return in_test(evidence_brought(founded_office, make_key), tmp_path)


@pytest.fixture
def office(case: Rehearsal) -> Path:
    return case.folder


async def test_a_second_person_accepts_everything(counter: RunCounter, case: Rehearsal):
    async with opened(counter, "adrian", "evidence_review", case) as pilot:
        await press_and_wait(pilot, "enter", "enter", "enter", "enter")
        await settled(pilot)
        assert state_statuses(pilot) == {EvidenceStatus.CAPTURED}
        await press_until(pilot, "enter", screen="WorklistScreen")
    assert {e.status for e in state_of(case).evidence.values()} == {EvidenceStatus.ACCEPTED}


def state_statuses(pilot):
    return {each.status for each in screen_of(pilot, EvidenceReviewScreen).state.evidence.values()}


async def test_one_is_returned_with_its_reason_and_the_rest_accepted(
    counter: RunCounter, case: Rehearsal
):
    async with opened(counter, "adrian", "evidence_review", case, language="en") as pilot:
        await press_and_wait(pilot, "down")
        await press_until(pilot, "n", screen="Choice")
        await press_until(
            pilot, "enter", "the back is missing", "enter", screen="EvidenceReviewScreen"
        )
        await press_and_wait(pilot, "t")
        await settled(pilot)
        assert "Enter or F10" in text_of(pilot, "#hint")
        await press_until(pilot, "f10", screen="WorklistScreen")
    held = state_of(case).evidence
    assert held["identity_card"].status is EvidenceStatus.RETURNED
    assert held["identity_card"].reason == "unreadable"
    assert "the back is missing" in held["identity_card"].note
    assert {held[s].status for s in SLOTS if s != "identity_card"} == {EvidenceStatus.ACCEPTED}


async def test_decisions_not_sent_yet_are_back_after_a_restart(
    counter: RunCounter, case: Rehearsal
):
    async with opened(counter, "adrian", "evidence_review", case) as pilot:
        await press_and_wait(pilot, "s", "s")
        await settled(pilot)
    async with opened(counter, "adrian", "evidence_review", case) as pilot:
        assert len(screen_of(pilot, EvidenceReviewScreen)._decisions()) == 2
        assert len(screen_of(pilot, EvidenceReviewScreen)._undecided()) == 2


async def test_sending_some_leaves_the_others_waiting(counter: RunCounter, case: Rehearsal):
    async with opened(counter, "adrian", "evidence_review", case) as pilot:
        await press_and_wait(pilot, "s", "f10")
        await wait_until(lambda: EvidenceStatus.ACCEPTED in state_statuses(pilot))
        await settled(pilot)
        assert screen_name(pilot) == "EvidenceReviewScreen"
        assert len(screen_of(pilot, EvidenceReviewScreen)._undecided()) == 3


async def test_who_brought_the_files_cannot_accept_them(counter: RunCounter, case: Rehearsal):
    async with opened(counter, "olga", "evidence_review", case) as pilot:
        assert "aprobador" in text_of(pilot, "#hint")
        await press_and_wait(pilot, "t", "f10")
        await settled(pilot)
        assert screen_name(pilot) == "EvidenceReviewScreen"
    assert {e.status for e in state_of(case).evidence.values()} == {EvidenceStatus.CAPTURED}


async def test_a_copy_of_a_document_can_be_saved_to_look_at(
    counter: RunCounter, case: Rehearsal, tmp_path: Path
):
    target = tmp_path / "to look at"
    target.mkdir()
    async with opened(counter, "adrian", "evidence_review", case) as pilot:
        await press_until(pilot, "down", "f9", screen="FilePicker")
        await press_and_wait(pilot, str(target), "enter")
        await settled(pilot)
        await press_until(pilot, "f10", screen="EvidenceReviewScreen")
        await wait_until(lambda: list(target.iterdir()))
    (copy,) = target.iterdir()
    assert copy.read_bytes().startswith(b"%PDF")
    assert copy.stat().st_mode & 0o077 == 0


async def test_the_key_bar_offers_to_enlarge_photos_only(counter: RunCounter, case: Rehearsal):
    async with opened(counter, "adrian", "evidence_review", case) as pilot:
        assert "Ampliar" in text_of(pilot, "KeyBar")
        await press_and_wait(pilot, "down")
        await wait_until(lambda: "Ampliar" not in text_of(pilot, "KeyBar"))
        await press_and_wait(pilot, "up")
        await wait_until(lambda: "Ampliar" in text_of(pilot, "KeyBar"))
