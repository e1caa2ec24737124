"""A case that is ready for its activation, and the ways through its pages that tests share."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from uuid import UUID

from textual.pilot import Pilot

from backend_client.backend import Backend
from backend_client.station import DraftKey
from issuance.cases.state import CaseState
from issuance.certificates.keys import PrivateKey
from issuance.policies.loader import load_policy
from issuance.queries import CaseAnswer, CaseQuery, MailboxAnswer, MailboxQuery
from tests.keys import press_and_wait, wait_until
from tests.screens.conftest import RunCounter
from tests.soft_token import MODULE
from tui.app import VentanillaApp
from tui.widgets.checklist import Checklist
from ventanilla.compose import system_sources
from ventanilla.rehearsal import Rehearsal

PASSWORD = "Guayabamba-verde-77"


@dataclass(frozen=True)
class ReadyCase:
    """An office and its case, of which only the activation, or its last pages, are missing."""

    folder: Path
    case: UUID


class RunActivation(Protocol):
    """Runs the program on a case's activation; see the fixture `activation`."""

    def __call__(
        self, known: ReadyCase, user: str = "olga", language: str = "es"
    ) -> AbstractAsyncContextManager[Pilot[int]]: ...


def rehearse(
    folder: Path,
    make_key: Callable[[str], PrivateKey],
    *,
    code_entered: bool = False,
    product_id: str = "natural-pkcs12-2y",
) -> UUID:
    """Lead a case of the office in this folder up to its activation, or up to the password."""
    product = load_policy("ec-icert").policy.product(product_id)
    assert product is not None
    played = Rehearsal(folder, system_sources(), make_key, product, folder / "unused.p12")
    for act in (played.apply, played.approve, played.bring_evidence, played.accept_evidence):
        act()
    played.pay()
    if code_entered:
        played.confirm_person()
        played.enter_activation_code()
    played.close()
    return played.case


def files_in(folder: Path, ending: str) -> list[Path]:
    return sorted(folder.glob(f"*{ending}"))


def app_of(pilot: Pilot[int]) -> VentanillaApp:
    assert isinstance(pilot.app, VentanillaApp)
    return pilot.app


def backend_of(pilot: Pilot[int]) -> Backend:
    backend = app_of(pilot).backend
    assert backend is not None
    return backend


def shown(pilot: Pilot[int]) -> str:
    """Name the screen on top."""
    return type(pilot.app.screen).__name__


def text_of(pilot: Pilot[int]) -> str:
    """Return everything that stands on the screen, line by line."""
    strips = pilot.app.screen._compositor.render_strips()
    return "\n".join(strip.text for strip in strips)


def kept(pilot: Pilot[int], case: UUID) -> dict[str, str]:
    """Return the draft of the activation."""
    draft = backend_of(pilot).station.load_draft(DraftKey.of_case(case, "activation"))
    return dict(draft.values) if draft else {}


def assert_no_secret(home: Path, screenshots: list[str], secret: str) -> None:
    """Fail when a secret stands in a screenshot or in any file of the program."""
    assert not any(secret in screenshot for screenshot in screenshots)
    for path in home.rglob("*"):
        if path.is_file():
            assert secret.encode() not in path.read_bytes(), path


async def page(pilot: Pilot[int], name: str, timeout: float = 60) -> None:  # noqa: ASYNC109
    await wait_until(lambda: shown(pilot) == name and pilot.app.screen.is_mounted, timeout)
    await wait_until(lambda: app_of(pilot).keys.idle)


async def state_of(pilot: Pilot[int], case: UUID) -> CaseState:
    answer = await backend_of(pilot).ask(CaseQuery(case=case))
    assert isinstance(answer, CaseAnswer)
    return answer.state


async def mails(pilot: Pilot[int]) -> tuple[str, ...]:
    answer = await backend_of(pilot).ask(MailboxQuery())
    assert isinstance(answer, MailboxAnswer)
    return tuple(message.body for message in answer.messages)


async def send_code(pilot: Pilot[int], key: str = "f10") -> str:
    """Send a code and read it in the mailbox, as the applicant does."""
    before = len(await mails(pilot))
    await press_and_wait(pilot, key)
    return await _code_of_a_new_mail(pilot, before)


async def _code_of_a_new_mail(pilot: Pilot[int], before: int) -> str:
    received = await mails(pilot)
    while len(received) <= before:
        received = await mails(pilot)
    digits = [word for word in received[0].split() if word.isdigit() and len(word) == 8]
    await wait_until(lambda: pilot.app.screen.query_one("#code").display)
    return digits[0]


async def send_another_code(pilot: Pilot[int]) -> str:
    """Send a code in the place of another, for the usual reason."""
    before = len(await mails(pilot))
    await press_and_wait(pilot, "f6")
    await page(pilot, "Choice")
    await press_and_wait(pilot, "enter")
    await page(pilot, "ActivationCodeScreen")
    return await _code_of_a_new_mail(pilot, before)


async def confirm_person(pilot: Pilot[int]) -> None:
    await page(pilot, "ActivationPersonScreen")
    await wait_until(lambda: pilot.app.screen.query(Checklist))
    await press_and_wait(pilot, "s", "s", "s", "enter")
    await page(pilot, "ActivationDataScreen")


async def read_to_the_end(pilot: Pilot[int]) -> None:
    for _ in range(20):
        if pilot.app.screen.query(Checklist):
            return
        await press_and_wait(pilot, "pagedown")
    raise AssertionError("the contract has no end")


async def confirm_data(pilot: Pilot[int]) -> None:
    await read_to_the_end(pilot)
    await press_and_wait(pilot, "s", "s", "s", "enter")
    await page(pilot, "ActivationCodeScreen")


async def to_the_password(pilot: Pilot[int]) -> None:
    """Go through the first three pages."""
    await confirm_person(pilot)
    await confirm_data(pilot)
    code = await send_code(pilot)
    await press_and_wait(pilot, code, "enter")
    await page(pilot, "PasswordScreen")


async def choose_password(pilot: Pilot[int], password: str = PASSWORD) -> None:
    await press_and_wait(pilot, password, "enter", password, "enter")
    await page(pilot, "ActivationSaveScreen")


async def type_target(pilot: Pilot[int], target: Path) -> None:
    """Replace the path that is offered."""
    await wait_until(lambda: pilot.app.screen.query_one("#target").has_focus)
    await press_and_wait(pilot, "ctrl+u", str(target), "enter")


async def answer_yes(pilot: Pilot[int]) -> None:
    await page(pilot, "Confirm")
    await press_and_wait(pilot, "down", "enter")


async def set_up_tokens(
    counter: RunCounter, folder: Path, officer_pin: str = "", module: str = MODULE
) -> None:
    """Name the module in the settings, as an administrator does."""
    async with counter("jefa", "settings", folder=folder) as pilot:
        await press_and_wait(pilot, "f5")
        await page(pilot, "TokenSettingsScreen")
        await press_and_wait(pilot, module, "enter", officer_pin, "f10")
        await wait_until(lambda: "Los ajustes quedan guardados" in text_of(pilot))
