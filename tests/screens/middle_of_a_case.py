"""Cases that have come some way, and screens opened over the work-list as at a counter."""

import shutil
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from copy import copy
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Static

from backend_client.offices import DEMONSTRATION
from issuance.cases.commands.payment import ConfirmPayment, RecordPayment
from issuance.cases.state import CaseState
from issuance.certificates.keys import PrivateKey
from issuance.policies.loader import load_policy
from issuance.samples.documents import sample_document, sample_proof
from issuance.samples.people import sample_payment, sample_person
from issuance.samples.photo import sample_photo
from screens.case_screen import CaseScreen
from tests.keys import press_and_wait, wait_until
from tests.screens.conftest import RunCounter
from tests.thrift import made_once
from tui.app import VentanillaApp
from tui.application import application
from tui.widgets.confirm import Confirm
from tui.widgets.notice import Notice
from ventanilla.compose import system_sources
from ventanilla.rehearsal import Rehearsal

ScreenT = TypeVar("ScreenT", bound=Screen[Any])
_TODAY = date(2026, 11, 22)
"""The day drawn on the sample files; nothing reads it there."""

MakeKey = Callable[[str], PrivateKey]


def _not_begun(folder: Path, make_key: MakeKey, product: str, number: int) -> Rehearsal:
    chosen = load_policy("ec-icert").policy.product(product)
    assert chosen is not None
    target = folder.parent / "applicant.p12"
    return Rehearsal(folder, system_sources(), make_key, chosen, target, number)


def rehearsal_of(
    folder: Path, make_key: MakeKey, product: str = "natural-pkcs12-2y", number: int = 0
) -> Rehearsal:
    """Return an approved case of an invented person, with nobody logged in."""
    case = _not_begun(folder, make_key, product, number)
    case.apply()
    case.approve()
    case.close()
    return case


# Each is made once for all tests, which work on copies.


@cache
def approved(founded: Path, make_key: MakeKey) -> Rehearsal:
    """Return an approved case of a natural person."""
    folder, (case,) = made_once(
        "approved", lambda folder: [rehearsal_of(folder, make_key).case], founded
    )
    made = _not_begun(folder, make_key, "natural-pkcs12-2y", 0)
    made.case = case
    return made


def _gone_on(name: str, before: Rehearsal, act: Callable[[Rehearsal], object]) -> Rehearsal:
    """Return the case after one more act."""
    case = copy(before)

    def go_on(folder: Path) -> list[UUID]:
        case.folder = folder
        act(case)
        case.close()
        return [case.case]

    case.folder, _ = made_once(name, go_on, before.folder)
    return case


@cache
def evidence_brought(founded: Path, make_key: MakeKey) -> Rehearsal:
    """Return a case whose photo and documents wait for review."""
    return _gone_on("brought", approved(founded, make_key), Rehearsal.bring_evidence)


@cache
def payment_recorded(founded: Path, make_key: MakeKey) -> Rehearsal:
    """Return a case whose deposit waits for the cashier."""
    return _gone_on("recorded", approved(founded, make_key), _record_payment)


def _record_payment(case: Rehearsal) -> None:
    case.log_in("olga")
    office = case.office.engine.office
    values = sample_payment(case.number, office.today())
    proof = office.blobs.keep(sample_proof(case.person, values), "application/pdf")
    amount = case.state.price.total.amount
    province = office.sign.province
    case.execute(RecordPayment(province=province, amount=amount, values=dict(values), proof=proof))


@cache
def payment_confirmed(founded: Path, make_key: MakeKey) -> Rehearsal:
    """Return a case that is paid; who the invoice is for stays open."""
    return _gone_on("confirmed", payment_recorded(founded, make_key), _confirm_payment)


def _confirm_payment(case: Rehearsal) -> None:
    case.log_in("carmen")
    case.execute(ConfirmPayment(amount=case.state.price.total.amount))


def copied(case: Rehearsal, folder: Path) -> Rehearsal:
    """Return the same case in a copy of its office."""
    twin = copy(case)
    twin.folder = shutil.copytree(case.folder, folder)
    return twin


def in_test(case: Rehearsal, tmp_path: Path) -> Rehearsal:
    """Return the same case in an office that belongs to one test."""
    return copied(case, tmp_path / "home" / DEMONSTRATION)


def state_of(case: Rehearsal) -> CaseState:
    """Return the case as it is, while the program does not run."""
    case.log_in("olga")
    state = case.state
    case.close()
    return state


@cache
def _files(product: str, number: int) -> Mapping[str, bytes]:
    policy = load_policy("ec-icert").policy
    chosen = policy.product(product)
    assert chosen is not None
    person = sample_person(chosen.certificate_type, number)
    parts = {"type": chosen.certificate_type, "container": chosen.container}
    files = {"proof.pdf": sample_proof(person, sample_payment(number, _TODAY))}
    for rule in policy.evidence_for({**person.values, **parts}):
        if rule.photo:
            files["photo.jpg"] = sample_photo(person, number)
        else:
            files[f"{rule.id}.pdf"] = sample_document(rule.id, person, _TODAY)
    return files


def write_files(case: Rehearsal, folder: Path) -> Path:
    """Write the person's photo, documents and proof of payment; return their folder."""
    brought = folder / "brought"
    brought.mkdir()
    for name, content in _files(case.product.id, case.number).items():
        (brought / name).write_bytes(content)
    return brought


@asynccontextmanager
async def opened(
    counter: RunCounter, user: str, screen: str, case: Rehearsal, **options: Any
) -> AsyncIterator[Pilot[int]]:
    """Run the program with a screen of the case open over the work-list."""
    async with counter(user, **options) as pilot:
        open_screen(pilot, screen, case)
        await wait_until(lambda: getattr(pilot.app.screen, "known", None) is not None)
        await settled(pilot)
        yield pilot


def open_screen(pilot: Pilot[Any], screen: str, case: Rehearsal) -> None:
    """Open a screen of the case over the one on top."""
    application(pilot.app.screen).open_screen(screen, case.case)


async def settled(pilot: Pilot[Any]) -> None:
    """Wait until no key waits and no work begun by a key goes on."""
    app = application(pilot.app.screen)
    await wait_until(lambda: app.keys.idle and not app.keys.is_held and not _working(app))


def _working(app: VentanillaApp) -> bool:
    lasting = {"command", "file", "exemption", "take over", "reason", "copy"}
    groups = {worker.group for worker in app.workers if worker.is_running}
    # Work that asks something waits for a dialog: what is under the dialog counts as settled.
    on_case_screen = isinstance(app.screen, CaseScreen)
    return bool(groups & {"load", "paint", "form"}) or (on_case_screen and bool(groups & lasting))


def screen_name(pilot: Pilot[Any]) -> str:
    """Return the class of the screen on top."""
    return type(pilot.app.screen).__name__


def screen_of(pilot: Pilot[Any], kind: type[ScreenT]) -> ScreenT:
    """Return the screen on top as what it is."""
    screen = pilot.app.screen
    assert isinstance(screen, kind), screen
    return screen


async def press_until(pilot: Pilot[Any], *keys: str, screen: str) -> None:
    """Send keys and wait for a screen to be on top with its work done."""
    await press_and_wait(pilot, *keys, until=lambda: screen_name(pilot) == screen)
    await settled(pilot)


async def question(pilot: Pilot[Any], *keys: str) -> None:
    """Send keys and wait for the question or notice they lead to; it drops keys for a while."""
    app = application(pilot.app.screen)
    before = app.keys._deaf_until
    await press_and_wait(pilot, *keys)
    asked = (Confirm, Notice)
    await wait_until(lambda: isinstance(app.screen, asked) and app.keys._deaf_until != before)


async def choose_file(pilot: Pilot[Any], path: Path, back_on: str) -> None:
    """Type a path into the file picker that is open."""
    await press_until(pilot, str(path), "enter", screen=back_on)


def text_of(pilot: Pilot[Any], *selectors: str) -> str:
    """Return the words of some parts of the screen, or of all of them."""
    parts = [
        str(widget.content)
        for selector in selectors or ("Static",)
        for widget in pilot.app.screen.query(selector).results(Static)
        if widget.display
    ]
    return "\n".join(parts)
