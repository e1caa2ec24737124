import asyncio
import shutil
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import pytest
from textual.widgets import DataTable, OptionList

from issuance.cases.commands.conduct import HoldCase
from issuance.queries import CaseAnswer, CaseQuery, HistoryQuery, NoticesQuery
from issuance.streams import StreamRef
from screens.case import screen_for
from screens.case_steps import obstacle, roles_that_can_act
from tests.keys import key_events, press_and_wait, wait_until
from tests.screens.case_samples import (
    TO_ACTIVATION,
    TO_APPROVAL,
    TO_EVIDENCE,
    TO_REVIEW,
    TO_THE_END,
    lead,
    shown,
)
from tests.thrift import made_once

POINTS = {
    "new": TO_APPROVAL,
    "approved": TO_EVIDENCE,
    "brought": TO_REVIEW,
    "paid": TO_ACTIVATION,
    "active": TO_THE_END,
}


@pytest.fixture(scope="module")
def led(founded_office, make_key) -> tuple[Path, dict[str, UUID]]:
    folder, cases = made_once(
        "case",
        lambda folder: [
            lead(folder, make_key, acts, number).case for number, acts in enumerate(POINTS.values())
        ],
        founded_office,
    )
    return folder, dict(zip(POINTS, cases, strict=True))


@pytest.fixture
def office(led, tmp_path) -> Path:
    return shutil.copytree(led[0], tmp_path / "home" / "demonstration")


@pytest.fixture
def opened(counter, led):
    """Open the overview of a case by its name in `POINTS`."""

    @asynccontextmanager
    async def open_case(point, user="olga", size=(80, 24), language="es"):
        case = led[1][point]
        async with counter(user, "case", case, size=size, language=language) as pilot:
            await wait_until(lambda: pilot.app.screen.known and steps(pilot.app))
            yield pilot

    return open_case


def screen_name(app) -> str:
    return type(app.screen).__name__


def steps(app) -> list[str]:
    options = app.screen.query_one("#steps", OptionList)
    return [str(options.get_option_at_index(at).prompt) for at in range(options.option_count)]


async def choose(pilot, typed):
    await press_and_wait(pilot, "f4", until=lambda: screen_name(pilot.app) == "ValueList")
    await press_and_wait(pilot, typed, "enter")


async def is_told(pilot, words):
    await wait_until(lambda: screen_name(pilot.app) == "CaseOverviewScreen")
    await wait_until(lambda: words in shown(pilot.app, "#message"))


async def test_steps_say_how_they_stand_and_whose_turn_it_is(opened):
    async with opened("new") as pilot:
        lines = steps(pilot.app)
        assert "hecho" in lines[0]
        assert "espera revisión" in lines[2]
        assert "aprobador" in lines[2]
        assert "después de: Aprobación" in lines[3]
        assert "otra persona (aprobador)" in shown(pilot.app, "#status")
        assert "María" in shown(pilot.app, "PersonBar")


async def test_enter_opens_the_step_for_whom_it_waits_and_tells_the_others(opened):
    async with opened("new") as pilot:
        await press_and_wait(pilot, "enter")
        await is_told(pilot, "aprobador")
    async with opened("new", "adrian") as pilot:
        assert "Pulse Intro" in shown(pilot.app, "#status")
        await press_and_wait(pilot, "enter")
        await wait_until(lambda: screen_name(pilot.app) == "ApprovalScreen")
        await wait_until(lambda: pilot.app.screen.known)


async def test_another_step_is_chosen_with_the_arrows(opened):
    async with opened("approved") as pilot:
        await press_and_wait(pilot, "down", "f10")
        await wait_until(lambda: screen_name(pilot.app) == "PaymentScreen")
        await wait_until(lambda: pilot.app.screen.known)


@pytest.mark.parametrize(
    ("point", "user", "step", "screen", "free"),
    [
        ("new", "olga", "application", "application", True),
        ("new", "adrian", "approval", "approval", True),
        ("new", "olga", "approval", "approval", False),
        ("approved", "olga", "evidence", "evidence", True),
        ("approved", "adrian", "evidence", "evidence_review", False),
        ("brought", "olga", "evidence", "evidence", True),
        ("brought", "adrian", "evidence", "evidence_review", True),
        ("approved", "carmen", "payment", "payment", True),
        ("brought", "olga", "payment", "payment", True),
        ("paid", "olga", "activation", "activation", True),
        ("paid", "carmen", "billing", "billing", True),
        ("active", "olga", "activation", "activation", False),
    ],
)
async def test_the_screen_of_a_step_fits_the_person(opened, point, user, step, screen, free):
    async with opened(point, user) as pilot:
        known = pilot.app.screen.known
        view = next(each for each in known.steps if each.id == step)
        assert screen_for(view, known) == screen
        assert (obstacle(view, known) is None) is free


async def test_a_payment_that_waits_for_review_is_the_cashiers(opened):
    async with opened("brought") as pilot:
        known = pilot.app.screen.known
        evidence = next(each for each in known.steps if each.id == "evidence")
        assert roles_that_can_act(evidence, known) == ("approver",)
        payment = next(each for each in known.steps if each.id == "payment")
        assert roles_that_can_act(payment, known) == ("operator", "cashier")


async def test_the_step_that_is_this_persons_turn_is_marked_by_a_sign(opened):
    async with opened("brought") as pilot:
        assert "Ahora: Pago. Pulse Intro." in shown(pilot.app, "#status")
        assert [line for line in steps(pilot.app) if "►" in line] == [steps(pilot.app)[4]]
        assert "►○ Pago" in steps(pilot.app)[4]
        await press_and_wait(pilot, "up", until=lambda: "►○" in steps(pilot.app)[3])
        assert "►" not in steps(pilot.app)[4]
        await press_and_wait(pilot, "down", "enter")
        await wait_until(lambda: screen_name(pilot.app) == "PaymentScreen")
        await wait_until(lambda: pilot.app.screen.known)


async def test_a_message_goes_when_the_case_has_changed(opened):
    async with opened("approved") as pilot:
        await press_and_wait(pilot, "down", "down", "enter")
        await is_told(pilot, "Pago")
        await press_and_wait(pilot, "f5")
        await wait_until(lambda: not pilot.app.keys.is_held)
        assert "Pago" in shown(pilot.app, "#message")
        screen, backend = pilot.app.screen, pilot.app.backend
        stream = StreamRef(kind="case", id=screen.case)
        held = HoldCase(reason="system_outage")
        assert (await backend.execute(held, stream, screen.known.revision)).applied
        await press_and_wait(pilot, "f5", until=lambda: screen.state.status == "held")
        await wait_until(lambda: shown(pilot.app, "#message") == "")


async def test_hold_with_a_reason_and_resume(opened):
    async with opened("approved") as pilot:
        await choose(pilot, "espera")
        await wait_until(lambda: screen_name(pilot.app) == "Choice")
        await press_and_wait(pilot, "enter", "vuelve el lunes", "enter")
        await is_told(pilot, "queda en espera")
        assert pilot.app.screen.state.held_for == "waiting_for_applicant"
        assert "F4, reanudar" in shown(pilot.app, "#status")
        await press_and_wait(pilot, "enter")
        await is_told(pilot, "Espera algo de la persona")
        await choose(pilot, "reanudar")
        await wait_until(lambda: screen_name(pilot.app) == "Choice")
        # The usual reason costs one Enter.
        await press_and_wait(pilot, "enter")
        await is_told(pilot, "continúa")
        assert pilot.app.screen.state.held_for == ""
        await choose(pilot, "historial")
        await wait_until(lambda: screen_name(pilot.app) == "HistoryScreen")
        table = pilot.app.screen.query_one(DataTable)
        await wait_until(lambda: table.row_count)
        table.move_cursor(row=table.row_count - 1)
        await wait_until(lambda: "La persona respondió" in shown(pilot.app, "#entry"))


async def test_a_reason_that_needs_a_note_is_not_taken_without(opened):
    async with opened("approved") as pilot:
        await choose(pilot, "espera")
        await wait_until(lambda: screen_name(pilot.app) == "Choice")
        await press_and_wait(pilot, "down", "down", "enter", "enter")
        assert screen_name(pilot.app) == "Choice"
        await press_and_wait(pilot, "la foto no convence", "enter")
        await is_told(pilot, "queda en espera")
        assert pilot.app.screen.state.held_for == "doubt_under_review"


async def test_cancel_asks_first_and_no_is_chosen_already(opened):
    async with opened("approved") as pilot:
        await choose(pilot, "cancelar")
        await wait_until(lambda: screen_name(pilot.app) == "Choice")
        await press_and_wait(pilot, "enter", "enter")
        await wait_until(lambda: screen_name(pilot.app) == "Confirm")
        consequence = shown(pilot.app, ".consequence")
        assert "no se puede reabrir" in consequence
        assert "Sebastián" in consequence
        await press_and_wait(pilot, "enter")
        await wait_until(lambda: screen_name(pilot.app) == "CaseOverviewScreen")
        assert pilot.app.screen.state.status == "open"
        await choose(pilot, "cancelar")
        await wait_until(lambda: screen_name(pilot.app) == "Choice")
        await press_and_wait(pilot, "enter", "enter")
        await wait_until(lambda: screen_name(pilot.app) == "Confirm")
        await press_and_wait(pilot, "down", "enter")
        await is_told(pilot, "cancelado")
        assert pilot.app.screen.state.status == "cancelled"
        assert "cancelado: La persona lo pidió" in shown(pilot.app, "#status")
        await press_and_wait(pilot, "enter")
        await is_told(pilot, "ya terminó (cancelado)")
        await choose(pilot, "mensaje")
        await wait_until(lambda: screen_name(pilot.app) == "ValueList")
        await press_and_wait(pilot, "cancelado", "enter")
        await wait_until(lambda: screen_name(pilot.app) == "Choice")
        await press_and_wait(pilot, "down", "tab", "llamó por teléfono", "enter")
        await is_told(pilot, "otra vez")
        history = await pilot.app.backend.ask(HistoryQuery(case=pilot.app.screen.case))
        details = history.entries[-1].details
        assert (details["reason"], details["note"]) == ("message_lost", "llamó por teléfono")
        assert [each.template for each in pilot.app.screen.notices].count("case_cancelled") == 2


async def test_the_approver_rejects_in_english(opened):
    async with opened("new", "adrian", language="en") as pilot:
        await choose(pilot, "reject")
        await wait_until(lambda: screen_name(pilot.app) == "Choice")
        await press_and_wait(pilot, "enter", "not the same person", "enter")
        await wait_until(lambda: screen_name(pilot.app) == "Confirm")
        await press_and_wait(pilot, "down", "enter")
        await is_told(pilot, "is rejected")
        assert pilot.app.screen.state.ended_for == "identity_not_proven"


async def test_what_is_not_possible_now_says_why(opened):
    async with opened("new") as pilot:
        await choose(pilot, "rechazar")
        await is_told(pilot, "aprobador")
    async with opened("active") as pilot:
        await choose(pilot, "cancelar")
        await is_told(pilot, "ya terminó")


async def test_a_message_is_sent_again(opened):
    async with opened("approved", size=(120, 40)) as pilot:
        await wait_until(lambda: "Solicitud aprobada" in shown(pilot.app, "#beside"))
        before = len(pilot.app.screen.notices)
        await choose(pilot, "mensaje")
        await wait_until(lambda: screen_name(pilot.app) == "ValueList")
        await press_and_wait(pilot, "aprobada", "enter")
        await wait_until(lambda: screen_name(pilot.app) == "Choice")
        await press_and_wait(pilot, "enter")
        await is_told(pilot, "otra vez")
        query = NoticesQuery(case=pilot.app.screen.case)
        notices = (await pilot.app.backend.ask(query)).entries
        assert len(notices) == before + 1
        assert [each.template for each in notices].count("application_approved") == 2


async def test_a_code_is_not_sent_twice_but_made_anew(opened):
    async with opened("paid") as pilot:
        await press_and_wait(pilot, "f5")
        await choose(pilot, "mensaje")
        await wait_until(lambda: screen_name(pilot.app) == "ValueList")
        await press_and_wait(pilot, "codigo para el correo", "enter")
        # The e-mail is confirmed long since, so a code for it would be of no use.
        await is_told(pilot, "Correo")
        assert len(pilot.app.screen.notices) == len(
            (await pilot.app.backend.ask(NoticesQuery(case=pilot.app.screen.case))).entries
        )


async def test_the_history_is_reached_and_left(opened):
    async with opened("approved") as pilot:
        await choose(pilot, "historial")
        await wait_until(lambda: screen_name(pilot.app) == "HistoryScreen")
        await press_and_wait(pilot, "f3")
        await wait_until(lambda: screen_name(pilot.app) == "CaseOverviewScreen")


async def test_a_colleagues_change_meanwhile_is_told_and_nothing_is_done(opened):
    async with opened("approved") as pilot:
        await choose(pilot, "cancelar")
        await wait_until(lambda: screen_name(pilot.app) == "Choice")
        case, backend = pilot.app.screen_stack[0].case, pilot.app.backend
        known = await backend.ask(CaseQuery(case=case))
        assert isinstance(known, CaseAnswer)
        held = HoldCase(reason="system_outage")
        await backend.execute(held, StreamRef(kind="case", id=case), known.revision)
        await press_and_wait(pilot, "enter", "enter")
        await wait_until(lambda: screen_name(pilot.app) == "Confirm")
        await press_and_wait(pilot, "down", "enter")
        await is_told(pilot, "Otra persona cambió")
        assert pilot.app.screen.state.status == "held"


async def test_everything_known_is_shown_page_by_page(opened):
    async with opened("active") as pilot:
        seen = ""
        while f"Página {seen.count('Página') + 1} de" in shown(pilot.app, "#known"):
            seen += shown(pilot.app, "#known")
            await press_and_wait(pilot, "pagedown")
        for words in ("Código dactilar", "Valor a pagar", "Número de serie", "Certificado emitido"):
            assert words in seen
        assert seen.count("Página") > 2


async def test_wide_shows_it_beside(opened):
    async with opened("active", size=(120, 40), language="en") as pilot:
        await wait_until(lambda: "Amount due" in shown(pilot.app, "#beside"))
        assert "Serial number" in shown(pilot.app, "#beside")
        assert "Application" in shown(pilot.app, "#known")
        assert "F4: the certificate" in shown(pilot.app, "#status")


async def test_a_scan_of_the_same_person_changes_nothing(opened):
    async with opened("approved") as pilot:
        state = pilot.app.screen.state
        await press_and_wait(pilot, state.values["cedula"], "enter", state.number, "enter")
        assert screen_name(pilot.app) == "CaseOverviewScreen"
        assert shown(pilot.app, "#message") == ""


async def test_a_switch_of_language_redraws_the_case(opened):
    async with opened("approved") as pilot:
        await press_and_wait(pilot, "f11")
        await wait_until(lambda: "done" in steps(pilot.app)[0])
        assert "Now: Photo and documents" in shown(pilot.app, "#status")


async def test_every_act_of_the_screen_is_in_the_history(opened):
    async with opened("approved") as pilot:
        await choose(pilot, "espera")
        await wait_until(lambda: screen_name(pilot.app) == "Choice")
        await press_and_wait(pilot, "enter", "enter")
        await is_told(pilot, "queda en espera")
        history = await pilot.app.backend.ask(HistoryQuery(case=pilot.app.screen.case))
        last = history.entries[-1]
        assert (last.kind, last.operator) == ("case_held", "olga")


async def test_a_case_that_has_ended_has_no_present_step(opened):
    async with opened("active") as pilot:
        bar = str(pilot.app.screen.query_one("PersonBar").content)
        assert "√√√√√√√ 7 de 7 pasos hechos" in bar
        assert "►" not in bar
        assert pilot.app.screen.query_one("#steps", OptionList).highlighted is None
        assert "Olga Operadora" in shown(pilot.app, "#status")
        await press_and_wait(pilot, "enter", "f10")
        assert type(pilot.app.screen).__name__ == "CaseOverviewScreen"
        await press_and_wait(pilot, "down", "enter")
        await wait_until(lambda: shown(pilot.app, "#message"))


async def test_keys_typed_while_a_case_is_read_act_on_what_was_read(counter, led, monkeypatch):
    async with counter("olga") as pilot:
        await wait_until(lambda: pilot.app.screen._is_page_read)
        backend, may_answer = pilot.app.backend, asyncio.Event()
        ask = backend.ask

        async def ask_slowly(query):
            await may_answer.wait()
            return await ask(query)

        monkeypatch.setattr(backend, "ask", ask_slowly)
        pilot.app.open_screen("case", led[1]["approved"])
        await wait_until(lambda: pilot.app.keys.is_held)
        for event in key_events("f10"):
            pilot.app.post_message(event)
        await pilot.pause()
        assert screen_name(pilot.app) == "CaseOverviewScreen"
        assert pilot.app.screen.known is None
        may_answer.set()
        await wait_until(lambda: screen_name(pilot.app) == "EvidenceScreen")
