"""A citizen's whole way through the real screens, by keys alone."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from issuance.policies.loader import load_policy
from issuance.policies.model import EvidenceRule
from issuance.samples.documents import sample_document, sample_document_date, sample_proof
from issuance.samples.people import SamplePerson, sample_payment, sample_person
from issuance.samples.photo import sample_photo
from tests.keys import press_and_wait, wait_until
from tests.office_day import office_day
from tests.screens.activation.office import (
    answer_yes,
    choose_password,
    page,
    read_to_the_end,
    send_code,
    type_target,
)
from tests.screens.application_typing import form_is_there, in_order, screen_is, type_values
from tests.screens.conftest import shown
from tests.screens.evidence_work import answer_everything
from tests.screens.middle_of_a_case import choose_file, press_until, settled
from tui.widgets.checklist import Checklist

Counter = Any
"""A pilot of the program; its screens are of many classes, and the steps know which is on top."""

PEOPLE = {"olga": "1", "adrian": "2", "carmen": "3"}
POLICY = load_policy("ec-icert").policy


@dataclass
class Citizen:
    """An invented person with everything they bring, and their case once it is open."""

    certificate_type: str
    folder: Path
    number: int = 0
    language: str = "es"
    case: UUID | None = None
    case_number: str = ""
    seen: list[str] = field(default_factory=list)
    """What stood on the screen once a file was checked, and before one was accepted."""
    person: SamplePerson = field(init=False)

    def __post_init__(self) -> None:
        self.person = sample_person(self.certificate_type, self.number)

    @property
    def product(self) -> str:
        return f"{self.certificate_type}-pkcs12-2y"

    @property
    def typed(self) -> dict[str, str]:
        """What is typed into the form: the telephone as people say it."""
        return {**self.person.values, "phone": "0990001000"}

    @property
    def yes(self) -> str:
        return "s" if self.language == "es" else "y"

    @property
    def rules(self) -> tuple[EvidenceRule, ...]:
        parts = {"type": self.certificate_type, "container": "pkcs12"}
        return POLICY.evidence_for({**self.person.values, **parts})

    async def file_of(self, rule: EvidenceRule, today: date) -> Path:
        """Return the file; drawing it is slow, while at a counter it is there already."""
        return await asyncio.to_thread(self._draw, rule, today)

    def _draw(self, rule: EvidenceRule, today: date) -> Path:
        path = self.folder / (f"{rule.id}.jpg" if rule.photo else f"{rule.id}.pdf")
        content = (
            sample_photo(self.person, self.number)
            if rule.photo
            else sample_document(rule.id, self.person, today)
        )
        path.write_bytes(content)
        return path

    async def proof(self, values: Mapping[str, str]) -> Path:
        """Return the proof of a deposit."""
        path = self.folder / "proof.pdf"
        path.write_bytes(await asyncio.to_thread(sample_proof, self.person, values))
        return path


async def become(pilot: Counter, user: str) -> None:
    """Switch to another of the demonstration's people: a real log-out and log-in."""
    if pilot.app.backend.session.operator == user:
        return
    await press_and_wait(
        pilot, "f7", until=lambda: type(pilot.app.screen).__name__ == "SwitchPersonScreen"
    )
    await wait_until(lambda: pilot.app.screen._people)
    await press_and_wait(pilot, PEOPLE[user])
    await wait_until(
        lambda: (
            type(pilot.app.screen).__name__ == "WorklistScreen"
            and pilot.app.backend.session.operator == user
        ),
        timeout=30,
    )
    await settled(pilot)


async def open_step(pilot: Counter, citizen: Citizen, screen: str, found_by: str = "") -> None:
    """Find the case by its number and open the step it stands at."""
    await open_case(pilot, citizen, found_by)
    await press_until(pilot, "f10", screen=screen)


async def open_case(pilot: Counter, citizen: Citizen, found_by: str = "") -> None:
    """Find the case by its number or another text, as a scanner would type it."""
    await screen_is(pilot, "WorklistScreen")
    await press_and_wait(pilot, found_by or citizen.case_number, "enter")
    await screen_is(pilot, "CaseOverviewScreen")
    await wait_until(lambda: pilot.app.screen.known)
    await settled(pilot)


async def back_to_the_list(pilot: Counter) -> None:
    """Leave every screen above the work-list."""
    for _ in range(4):
        if type(pilot.app.screen).__name__ == "WorklistScreen":
            return
        here = pilot.app.screen
        await press_and_wait(pilot, "f3", until=lambda here=here: pilot.app.screen is not here)
        await settled(pilot)
    raise AssertionError("the work-list was not reached")


async def apply(pilot: Counter, citizen: Citizen) -> None:
    """Choose the product, fill in the form, accept the consent, confirm the e-mail."""
    await begin_application(pilot, citizen)
    await type_values(pilot, in_order(pilot.app, citizen.typed))
    await accept_consent(pilot, citizen)
    code = await send_code(pilot)
    await press_and_wait(pilot, code, "enter")
    await wait_until(lambda: pilot.app.screen.state.email_confirmed)
    await settled(pilot)
    await back_to_the_list(pilot)


async def begin_application(pilot: Counter, citizen: Citizen) -> None:
    """Choose the product in the tariff."""
    await become(pilot, "olga")
    await press_until(pilot, "f10", screen="TariffScreen")
    lines = [line.id for line in pilot.app.screen._lines()]
    await press_and_wait(pilot, *["down"] * lines.index(citizen.product), "enter")
    await form_is_there(pilot)


async def accept_consent(pilot: Counter, citizen: Citizen) -> None:
    """Read the consent to its end and accept it; that opens the case."""
    await screen_is(pilot, "ConsentScreen")
    await settled(pilot)
    for _ in range(20):
        if type(pilot.app.screen).__name__ != "ConsentScreen":
            break
        await press_and_wait(pilot, "pagedown")
        await press_and_wait(pilot, "f10")
        await settled(pilot)
    await screen_is(pilot, "EmailScreen")
    await settled(pilot)
    citizen.case = pilot.app.screen.case
    citizen.case_number = pilot.app.screen.state.number


async def approve(pilot: Counter, citizen: Citizen) -> None:
    """Approve as another person."""
    await become(pilot, "adrian")
    await open_step(pilot, citizen, "ApprovalScreen")
    await approve_shown(pilot)
    await back_to_the_list(pilot)


async def approve_shown(pilot: Counter) -> None:
    """Approve the application on the screen, every page of which must have been seen."""
    for _ in range(4):
        await press_and_wait(pilot, "f10")
        await settled(pilot)
        if pilot.app.screen.state.approved_by:
            return
    raise AssertionError("the application was not approved")


async def bring_evidence(pilot: Counter, citizen: Citizen) -> None:
    """Bring every file the case needs."""
    await become(pilot, "olga")
    await open_step(pilot, citizen, "EvidenceScreen")
    today = office_day(pilot.app.backend.now(), pilot.app.backend.policy.policy)
    for rule in citizen.rules:
        await choose(pilot, citizen, rule)
        await answer_everything(pilot, citizen.yes)
        if rule.dated:
            await press_and_wait(pilot, f"{sample_document_date(rule.id, today):%d%m%Y}")
        await press_until(pilot, "enter", screen="EvidenceScreen")
    await back_to_the_list(pilot)


async def choose(pilot: Counter, citizen: Citizen, rule: EvidenceRule) -> None:
    """Choose the file of the document that is marked, and wait for its checks."""
    path = await citizen.file_of(
        rule, office_day(pilot.app.backend.now(), pilot.app.backend.policy.policy)
    )
    await press_until(pilot, "enter", screen="FilePicker")
    await choose_file(pilot, path, "EvidenceCaptureScreen")
    citizen.seen.append(shown(pilot))


async def accept_evidence(pilot: Counter, citizen: Citizen) -> None:
    """Accept everything as another person."""
    await become(pilot, "adrian")
    await open_step(pilot, citizen, "EvidenceReviewScreen")
    await review_everything(pilot, citizen)
    await back_to_the_list(pilot)


async def review_everything(pilot: Counter, citizen: Citizen) -> None:
    """Look at what waits and accept it; then everything is sent.

    Enter turns to the page nobody has looked at yet, accepts the file, and in the end sends all.
    What cannot be drawn here is copied, to be looked at in another program.
    """
    for _ in range(8 * len(citizen.rules)):
        await settled(pilot)
        if type(pilot.app.screen).__name__ != "EvidenceReviewScreen":
            return
        citizen.seen.append(shown(pilot))
        await press_and_wait(pilot, "f9" if "F9: " in citizen.seen[-1] else "enter")
        await settled(pilot)
        if type(pilot.app.screen).__name__ == "FilePicker":
            await press_until(pilot, "f10", screen="EvidenceReviewScreen")
    raise AssertionError("the review did not come to its end")


async def record_payment(pilot: Counter, citizen: Citizen) -> None:
    """Record the deposit with its proof, and the exact amount."""
    await become(pilot, "olga")
    await open_step(pilot, citizen, "PaymentScreen")
    today = pilot.app.screen.today
    values = sample_payment(citizen.number, today)
    await press_until(
        pilot,
        "enter",
        values["deposit_number"],
        "enter",
        f"{today:%d%m%Y}",
        "enter",
        values["bank"],
        "enter",
        values["depositor_name"],
        "enter",
        screen="FilePicker",
    )
    await choose_file(pilot, await citizen.proof(values), "PaymentScreen")
    due = pilot.app.screen.state.price.total.amount
    await press_and_wait(pilot, str(due), "enter")
    await wait_until(lambda: type(pilot.app.screen).__name__ != "PaymentScreen")
    await settled(pilot)
    await back_to_the_list(pilot)


async def confirm_payment(pilot: Counter, citizen: Citizen) -> None:
    """Confirm the money as the cashier."""
    await become(pilot, "carmen")
    await open_step(pilot, citizen, "PaymentReviewScreen")
    await press_until(pilot, "f10", screen="Confirm")
    await press_until(pilot, "down", "enter", screen="CaseOverviewScreen")
    await back_to_the_list(pilot)


async def bill(pilot: Counter, citizen: Citizen) -> None:
    """Bill the applicant."""
    await become(pilot, "carmen")
    # Not by the number again: the same scan within two seconds counts once.
    await open_step(pilot, citizen, "BillingScreen", citizen.person.values["cedula"])
    await press_until(pilot, citizen.yes, screen="CaseOverviewScreen")
    await back_to_the_list(pilot)


async def activate(pilot: Counter, citizen: Citizen, target: Path, password: str) -> None:
    """Confirm person and data, enter the code, choose the password, save the file."""
    await become(pilot, "olga")
    await open_activation(pilot, citizen)
    await answer_all(pilot, citizen)
    await page(pilot, "ActivationDataScreen")
    await read_to_the_end(pilot)
    await answer_all(pilot, citizen)
    await page(pilot, "ActivationCodeScreen")
    code = await send_code(pilot)
    await press_and_wait(pilot, code, "enter")
    await page(pilot, "PasswordScreen")
    await choose_password(pilot, password)
    await type_target(pilot, target)
    await answer_yes(pilot)
    await page(pilot, "ActivationDoneScreen", timeout=60)


async def open_activation(
    pilot: Counter, citizen: Citizen, at: str = "ActivationPersonScreen"
) -> None:
    """Open the activation, at the page it stands at."""
    await open_case(pilot, citizen)
    await press_and_wait(pilot, "f10")
    await page(pilot, at)
    if at == "ActivationPersonScreen":
        await wait_until(lambda: pilot.app.screen.query(Checklist))


async def answer_all(pilot: Counter, citizen: Citizen) -> None:
    """Answer a checklist with yes, and go on."""
    questions = pilot.app.screen.query_one(Checklist)
    while not questions.complete:
        await press_and_wait(pilot, citizen.yes)
    await press_and_wait(pilot, "enter")


@contextmanager
def telling(pilot: Counter) -> Iterator[None]:
    """Add what stands on the screen to whatever fails."""
    try:
        yield
    except AssertionError as error:
        error.add_note(f"on {type(pilot.app.screen).__name__}:\n{shown(pilot)}")
        raise


STEPS = (
    apply,
    approve,
    bring_evidence,
    accept_evidence,
    record_payment,
    confirm_payment,
    bill,
)
