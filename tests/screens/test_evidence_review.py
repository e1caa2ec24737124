"""A second person reviews photo and documents."""

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from issuance.cases.commands.evidence import Override
from issuance.cases.events.evidence import CheckRecord
from issuance.cases.state import EvidenceStatus
from screens.evidence_review import EvidenceReviewScreen
from tests.keys import press_and_wait, wait_until
from tests.screens.conftest import RunCounter
from tests.screens.evidence_work import draw_pages, painted
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
from tui.widgets.choice import Choice, Chosen
from tui.widgets.viewer import Viewer
from ventanilla.rehearsal import Rehearsal

SLOTS = ("photo", "identity_card", "utility_bill", "ruc_document")


@pytest.fixture
def case(founded_office: Path, make_key: MakeKey, tmp_path: Path) -> Rehearsal:
    return in_test(evidence_brought(founded_office, make_key), tmp_path)


@pytest.fixture
def office(case: Rehearsal) -> Path:
    return case.folder


@pytest.fixture(autouse=True)
def _pages(monkeypatch: pytest.MonkeyPatch) -> None:
    draw_pages(monkeypatch, 2)


async def look_through(pilot: Pilot[Any]) -> None:
    """Look at every page of what is marked."""
    screen = screen_of(pilot, EvidenceReviewScreen)
    held = screen._held(screen._marked().slot)
    assert held is not None
    assert held.blob is not None
    await wait_until(lambda: screen.query_one(Viewer).of == held.blob)
    await painted(pilot, 0)
    for page in range(1, held.pages):
        await press_and_wait(pilot, "pagedown")
        await painted(pilot, page)
    await wait_until(lambda: not screen._unseen(screen._marked().slot))


async def accept_after_looking(pilot: Pilot[Any], slots: int) -> None:
    for _ in range(slots):
        await look_through(pilot)
        await press_and_wait(pilot, "enter")
        await settled(pilot)


async def test_a_second_person_accepts_everything(counter: RunCounter, case: Rehearsal):
    async with opened(counter, "adrian", "evidence_review", case) as pilot:
        await accept_after_looking(pilot, len(SLOTS))
        assert state_statuses(pilot) == {EvidenceStatus.CAPTURED}
        await press_until(pilot, "enter", screen="WorklistScreen")
    assert {e.status for e in state_of(case).evidence.values()} == {EvidenceStatus.ACCEPTED}


async def test_nothing_is_accepted_before_every_page_was_on_the_screen(
    counter: RunCounter, case: Rehearsal
):
    async with opened(counter, "adrian", "evidence_review", case) as pilot:
        screen = screen_of(pilot, EvidenceReviewScreen)
        await press_and_wait(pilot, "down")
        assert "2 páginas" in text_of(pilot, "#facts")
        await painted(pilot, 0)
        await wait_until(lambda: screen._unseen("identity_card") == [1])
        await press_and_wait(pilot, "s")
        assert "página 2" in text_of(pilot, "#message")
        assert screen._decisions() == {}
        # Enter leads to what is missing first.
        await press_and_wait(pilot, "enter")
        await painted(pilot, 1)
        await wait_until(lambda: not screen._unseen("identity_card"))
        await press_and_wait(pilot, "enter")
        assert set(screen._decisions()) == {"identity_card"}
        await press_and_wait(pilot, "t")
        assert "RUC de la persona (página 1)" in text_of(pilot, "#message")


async def test_a_page_that_cannot_be_drawn_is_looked_at_in_a_copy(
    counter: RunCounter, case: Rehearsal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    draw_pages(monkeypatch, 0)
    async with opened(counter, "adrian", "evidence_review", case) as pilot:
        screen = screen_of(pilot, EvidenceReviewScreen)
        await press_and_wait(pilot, "down")
        await wait_until(lambda: "no se puede mostrar" in text_of(pilot, ".caption"))
        await press_and_wait(pilot, "s")
        assert screen._decisions() == {}
        await press_until(pilot, "f9", screen="FilePicker")
        await press_and_wait(pilot, str(tmp_path), "enter")
        await settled(pilot)
        await press_until(pilot, "f10", screen="EvidenceReviewScreen")
        await wait_until(lambda: not screen._unseen("identity_card"))
        await press_and_wait(pilot, "s")
        assert set(screen._decisions()) == {"identity_card"}


async def test_it_is_told_who_let_a_warning_pass_and_why(counter: RunCounter, case: Rehearsal):
    async with opened(counter, "adrian", "evidence_review", case) as pilot:
        screen = screen_of(pilot, EvidenceReviewScreen)
        held = screen.state.evidence["photo"]
        check = CheckRecord(code="POSE", severity="warns", parameters={"value": 31})
        override = Override(code="POSE", reason="person_present", note="torticolis")
        changed = held.model_copy(update={"checks": (check,), "overrides": (override,)})
        evidence = {**screen.state.evidence, "photo": changed}
        assert screen.known is not None
        state = screen.known.state.model_copy(update={"evidence": evidence})
        screen.known = screen.known.model_copy(update={"state": state})
        screen.fill()
        facts = text_of(pilot, "#facts")
        assert "Olga Operadora: La persona está presente" in facts
        assert "torticolis" in facts


def state_statuses(pilot):
    return {each.status for each in screen_of(pilot, EvidenceReviewScreen).state.evidence.values()}


@pytest.mark.soak
async def test_a_reason_that_is_begun_is_back_after_a_restart(counter: RunCounter, case: Rehearsal):
    async with opened(counter, "adrian", "evidence_review", case) as pilot:
        await press_until(pilot, "n", screen="Choice")
        await press_and_wait(pilot, "down", "enter", "falta el rev")
        await press_until(pilot, "escape", screen="EvidenceReviewScreen")
        await settled(pilot)
        workers = pilot.app.workers
        await wait_until(lambda: all(w.is_finished for w in workers if w.group == "draft"))
    async with opened(counter, "adrian", "evidence_review", case) as pilot:
        await press_until(pilot, "n", screen="Choice")
        chosen = pilot.app.screen
        assert isinstance(chosen, Choice)
        assert chosen.chosen == Chosen("incomplete", "falta el rev")


async def test_one_is_returned_with_its_reason_and_the_rest_accepted(
    counter: RunCounter, case: Rehearsal
):
    async with opened(counter, "adrian", "evidence_review", case, language="en") as pilot:
        await press_and_wait(pilot, "down")
        await press_until(pilot, "n", screen="Choice")
        await press_until(
            pilot, "enter", "the back is missing", "enter", screen="EvidenceReviewScreen"
        )
        await accept_after_looking(pilot, len(SLOTS) - 1)
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
        await accept_after_looking(pilot, 2)
    async with opened(counter, "adrian", "evidence_review", case) as pilot:
        assert len(screen_of(pilot, EvidenceReviewScreen)._decisions()) == 2
        assert len(screen_of(pilot, EvidenceReviewScreen)._undecided()) == 2


async def test_sending_some_leaves_the_others_waiting(counter: RunCounter, case: Rehearsal):
    async with opened(counter, "adrian", "evidence_review", case) as pilot:
        await accept_after_looking(pilot, 1)
        await press_and_wait(pilot, "f10")
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


@pytest.mark.soak
async def test_f12_discards_decisions_and_brings_them_back(counter: RunCounter, case: Rehearsal):
    async with opened(counter, "adrian", "evidence_review", case) as pilot:
        screen = screen_of(pilot, EvidenceReviewScreen)
        assert "F12" not in text_of(pilot, "KeyBar")
        await accept_after_looking(pilot, 1)
        assert set(screen._decisions()) == {"photo"}
        assert "F12" in text_of(pilot, "KeyBar")
        await press_and_wait(pilot, "f12")
        await settled(pilot)
        assert not screen._decisions()
        assert "F12" in text_of(pilot, "#message")
        await press_and_wait(pilot, "f12")
        await settled(pilot)
        assert set(screen._decisions()) == {"photo"}
        await press_and_wait(pilot, "f12")
        await settled(pilot)
    async with opened(counter, "adrian", "evidence_review", case) as pilot:
        assert not screen_of(pilot, EvidenceReviewScreen)._decisions()
