"""A certificate the register does not know is brought as a file, asked for and revoked, by keys."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from textual.pilot import Pilot

from backend_client.offices import DEMONSTRATION
from issuance.access.totp import current_code
from issuance.certificates.brought_certificate import LARGEST_FILE
from issuance.certificates.stream import AuthorityState, evolve_authority
from issuance.certificates.unregistered import UnregisteredRevocationAsked
from issuance.engine.demonstration import PEOPLE
from issuance.engine.office import named_stream
from issuance.engine.opening import OpenedOffice, open_office
from issuance.engine.responder import responder_of
from issuance.engine.streams import append, read_state
from issuance.findings import Finding
from issuance.queries import UnregisteredAnswer, UnregisteredQuery, UnregisteredRevocation
from issuance.register.model import Origin
from issuance.secret import Secret
from tests.keys import press_and_wait, wait_until
from tests.screens.conftest import RunCounter, shown
from tests.screens.middle_of_a_case import (
    MakeKey,
    choose_file,
    press_until,
    question,
    settled,
    text_of,
)
from tui.form import Form
from ventanilla.compose import system_sources


@pytest.fixture(scope="module")
def issued(founded_office: Path, make_key: MakeKey, tmp_path_factory: pytest.TempPathFactory):
    """Return a certificate of the office's authority that a lost copy of it issued."""
    lost = shutil.copytree(founded_office, tmp_path_factory.mktemp("lost") / DEMONSTRATION)
    olga = PEOPLE[0]
    sources = system_sources()
    code = current_code(Secret(olga.totp_secret), sources.clock.now())
    opened = open_office(lost, olga.user, Secret(olga.password), code, sources, make_key)
    assert isinstance(opened, OpenedOffice)
    # It signs status answers, and is the first thing that the authority certifies.
    responder = responder_of(opened.engine.office, olga.user)
    opened.close()
    assert not isinstance(responder, Finding)
    return responder.certificate.public_bytes(Encoding.PEM)


@pytest.fixture
def brought(issued: bytes, tmp_path: Path) -> Path:
    file = tmp_path / "certificado.pem"
    file.write_bytes(issued)
    return file


async def known(pilot: Pilot[Any]) -> tuple[UnregisteredRevocation, ...]:
    answer = await pilot.app.backend.ask(UnregisteredQuery())  # type: ignore[attr-defined]
    assert isinstance(answer, UnregisteredAnswer)
    return answer.entries


async def open_list(pilot: Pilot[Any]) -> None:
    await press_until(pilot, "f6", screen="CertificatesScreen")
    await press_until(pilot, "f6", screen="UnregisteredScreen")
    await wait_until(lambda: "no están en el registro" in text_of(pilot, ".title"))
    await settled(pilot)


async def refused(pilot: Pilot[Any], file: Path, words: str) -> None:
    """Bring a file that is refused in these words."""
    await press_until(pilot, "f6", screen="FilePicker")
    await choose_file(pilot, file, "UnregisteredScreen")
    await wait_until(lambda: words in text_of(pilot, "#message"))
    await settled(pilot)


async def ask(pilot: Pilot[Any], brought: Path) -> None:
    """Bring the certificate and ask, as an authority does for somebody who died."""
    await press_until(pilot, "f6", screen="FilePicker")
    await choose_file(pilot, brought, "UnregisteredRequestScreen")
    await wait_until(lambda: any(each.focused_field for each in pilot.app.screen.query(Form)))
    await settled(pilot)


def texts(pilot: Pilot[Any]) -> dict[str, str]:
    return dict(pilot.app.screen.query_one(Form).texts())


async def test_one_asks_another_revokes_and_the_world_hears_of_it(
    counter: RunCounter, brought: Path
):
    async with counter("olga", size=(80, 24)) as pilot:
        await open_list(pilot)
        assert "Nadie ha pedido" in shown(pilot)
        await ask(pilot, brought)
        assert "número de serie" in text_of(pilot, "#found")
        await press_and_wait(pilot, "ventanilla", "enter", "otra persona", "enter", "enter")
        # Left in the middle, nothing typed is lost.
        await press_until(pilot, "se lo contó", "f3", screen="UnregisteredScreen")
        await ask(pilot, brought)
        assert texts(pilot)["note"] == "se lo contó"
        await question(pilot, "f10")
        assert "nadie" in shown(pilot)
        await press_until(pilot, "down", "enter", screen="UnregisteredScreen")
        (waiting,) = await known(pilot)
        assert (waiting.status, waiting.cause, waiting.note) == (
            "waiting", "key_compromise", "se lo contó",
        )  # fmt: skip
        assert waiting.holder[:10] in shown(pilot)
        assert "F10" not in shown(pilot)
        # Who may not confirm is told who may.
        await press_and_wait(pilot, "f10")
        await wait_until(lambda: "aprobador" in text_of(pilot, "#message"))
    async with counter("adrian", size=(120, 40), language="en") as pilot:
        await press_until(pilot, "f4", screen="ValueList")
        await press_until(pilot, "not in the", "enter", screen="UnregisteredScreen")
        await wait_until(lambda: "F10 Revoke" in shown(pilot))
        await question(pilot, "f10")
        await press_until(pilot, "down", "enter", screen="UnregisteredScreen")
        await wait_until(lambda: "revoked" in shown(pilot))
        (done,) = await known(pilot)
        assert (done.status, done.decided_by) == ("revoked", "adrian")
        # An approver has no key for the list: who has is asked to log in.
        assert "waits for somebody who may issue" in text_of(pilot, "#message")
        assert "F10" not in shown(pilot)


@pytest.mark.soak
async def test_wrong_files_are_told_and_a_declined_one_stands(counter: RunCounter, brought: Path):
    files = {
        "hola.pem": b"-----BEGIN NOTHING-----",
        "vacio.der": b"",
        "grande.crt": b"0" * (LARGEST_FILE + 1),
    }
    for name, content in files.items():
        brought.with_name(name).write_bytes(content)
    async with counter("olga", size=(80, 24)) as pilot:
        await open_list(pilot)
        unreadable = "un certificado que se pueda leer"
        await refused(pilot, brought.with_name("hola.pem"), unreadable)
        await refused(pilot, brought.with_name("grande.crt"), "KB")
        await refused(pilot, brought.with_name("vacio.der"), unreadable)
        await ask(pilot, brought)
        await press_and_wait(pilot, "ventanilla", "enter", "otra persona", "enter", "enter")
        await question(pilot, "f10")
        await press_until(pilot, "down", "enter", screen="UnregisteredScreen")
        await refused(pilot, brought, "espera a una segunda persona")
    async with counter("adrian", "unregistered") as pilot:
        await wait_until(lambda: "F12" in shown(pilot))
        await press_until(pilot, "f12", screen="Choice")
        await press_and_wait(pilot, "enter", "No es la misma persona.", "enter")
        await wait_until(lambda: "rechazada" in shown(pilot))
        (declined,) = await known(pilot)
        assert (declined.status, declined.decline_note) == ("declined", "No es la misma persona.")


async def test_a_long_list_has_pages(counter: RunCounter, office: Path, make_key: MakeKey):
    note_many(office, make_key, 30)
    async with counter("olga", "unregistered") as pilot:
        await wait_until(lambda: "página 1+" in text_of(pilot, ".title"))
        assert len(await known(pilot)) == 30
        await wait_until(lambda: "ANA 1 " in shown(pilot))
        await press_and_wait(pilot, "pagedown")
        await wait_until(lambda: "página 2" in text_of(pilot, ".title"))
        await wait_until(lambda: "ANA" in shown(pilot) and "ANA 1 " not in shown(pilot))
        await press_and_wait(pilot, "pageup")
        await wait_until(lambda: "ANA 1 " in shown(pilot))


def note_many(folder: Path, make_key: MakeKey, count: int) -> None:
    """Let the register know many revocations that were asked for."""
    olga = PEOPLE[0]
    sources = system_sources()
    code = current_code(Secret(olga.totp_secret), sources.clock.now())
    opened = open_office(folder, olga.user, Secret(olga.password), code, sources, make_key)
    assert isinstance(opened, OpenedOffice)
    there = opened.engine.office
    stream, now = named_stream(there.id, "authority"), there.now()
    events = [
        UnregisteredRevocationAsked(
            serial=f"{each:x}", by="olga", at=now, certificate="", holder=f"ANA {each}",
            identification="", not_after=now, cause="key_compromise", effective=None,
            asked_by="holder", identified_by="card_at_counter", asker="", note="",
        )
        for each in range(1, count + 1)
    ]  # fmt: skip
    with there.register.writing() as writing:
        state, revision = read_state(writing, stream, AuthorityState)
        for event in events:
            state = evolve_authority(state, event)
        assert state is not None
        append(writing, stream, revision, events, Origin(now, "olga", None, None), state)
    opened.close()


async def test_who_may_not_revoke_is_told_who_may(counter: RunCounter):
    async with counter("jefa", "unregistered") as pilot:
        await wait_until(lambda: "Nadie ha pedido" in shown(pilot))
        assert "F6 Traer" not in shown(pilot)
        await press_and_wait(pilot, "f6")
        await wait_until(lambda: "operador" in text_of(pilot, "#message"))
