"""From an unknown ministry to its first official's signature, every step on its own screen."""

from datetime import timedelta
from pathlib import Path

import pytest

from issuance.institution_queries import PortableQuery, PortablesQuery
from issuance.secret import Secret
from tests.furnished_ministry import code_at
from tests.issuance.signing.signing_samples import pdf
from tests.keys import press_and_wait, wait_until
from tests.screens.conftest import screen_name, shown
from tests.screens.institutions.driving import (
    arrive,
    attach,
    choose,
    fill_in,
    first_password,
    home,
    say_yes,
    see,
)
from tests.screens.institutions.enabled_ministry import PAPER
from tests.screens.institutions.first_log_in import enrol
from tests.screens.institutions.test_institutions import FORM, MINING
from tests.screens.portable.test_holder import judged, pdfsig_says

PEOPLE = {
    "Rosa": {"run": "9999999-3", "surname": "Rojas", "position": "Ministra de fe", "user": "rosa"},
    "Raúl": {"run": "1-9", "surname": "Reyes", "position": "Abogado", "user": "raul"},
}


async def register(pilot, name: str) -> Secret:
    """Register an official and give them an account; return the first password."""
    person = PEOPLE[name]
    await home(pilot)
    await press_and_wait(pilot, "f10")
    await arrive(pilot, "OfficialEntryScreen")
    await fill_in(
        pilot,
        run=person["run"],
        given_names=name,
        first_surname=person["surname"],
        email=f"{person['user']}@mineria.example",
        position=person["position"],
    )
    await press_and_wait(pilot, "f10")
    await arrive(pilot, "OfficialScreen")
    await choose(pilot, "dar una cuenta")
    await arrive(pilot, "MemberEntryScreen")
    await press_and_wait(pilot, person["user"], "enter")
    password = await first_password(pilot)
    await arrive(pilot, "OfficialScreen")
    await see(pilot, person["user"])
    return password


async def set_up_codes(pilot) -> Secret:
    """Set up the codes to sign with, two in a row, and return what makes them."""
    await choose(pilot, "códigos")
    await wait_until(lambda: screen_name(pilot) == "PortableOtpScreen")
    screen = pilot.app.screen
    await wait_until(lambda: screen.has_class("-enrolling"))
    secret, now = screen._enrolment.secret, pilot.app.backend.now()
    for step in (-1, 0):
        await press_and_wait(pilot, code_at(secret, now, step).reveal(), "enter")
    await arrive(pilot, "PortableCertificateScreen")
    return secret


@pytest.mark.soak
@pytest.mark.timeout(600)
async def test_from_an_unknown_ministry_to_a_signed_document(desk, ministry, tmp_path: Path):
    paper = tmp_path / "convenio.pdf"
    paper.write_bytes(PAPER)
    # A one-time code works once: everybody comes a minute after the one before.
    minutes = iter(range(1, 60))

    def later() -> timedelta:
        return timedelta(minutes=next(minutes))

    async with desk("olga", later=later()) as pilot:
        await home(pilot)
        await press_and_wait(pilot, "f10")
        await arrive(pilot, "InstitutionEntryScreen")
        await fill_in(pilot, **FORM)
        await attach(pilot, paper, "convenio")
        await attach(pilot, paper, "acto")
        await press_and_wait(pilot, "f10")
        await arrive(pilot, "InstitutionScreen")
    async with desk("jefa", later=later()) as pilot:
        await home(pilot)
        await press_and_wait(pilot, "mineria", "enter")
        await arrive(pilot, "InstitutionScreen")
        await choose(pilot, "aprobar")
        await say_yes(pilot)
        await see(pilot, "generación G2")
        await choose(pilot, "cuenta")
        await arrive(pilot, "MemberEntryScreen")
        await press_and_wait(pilot, "oortiz", "enter")
        password = await first_password(pilot)
    await enrol(ministry, "oortiz", password, later())
    async with desk("oortiz", later=later()) as pilot:
        passwords = {}
        for name in PEOPLE:
            passwords[name] = await register(pilot, name)
            await press_and_wait(pilot, "f3")
        await home(pilot)
        await press_and_wait(pilot, "rojas", "enter")
        await arrive(pilot, "OfficialScreen")
        await choose(pilot, "pedir que sea")
        await arrive(pilot, "TicketEntryScreen")
        await fill_in(pilot, text="Por ley.")
        await press_and_wait(pilot, "f10")
        await arrive(pilot, "TicketScreen")
    async with desk("jefa", later=later()) as pilot:
        await home(pilot)
        await press_and_wait(pilot, "3", "enter", "enter")
        await arrive(pilot, "TicketScreen")
        await choose(pilot, "funcionario")
        await arrive(pilot, "OfficialScreen")
        await choose(pilot, "nombrar")
        await arrive(pilot, "CertifierGrantScreen")
        await fill_in(pilot, law="Ley 19.799")
        await press_and_wait(pilot, "f10")
        await arrive(pilot, "OfficialScreen")
        await see(pilot, "vigente")
    for name, first in passwords.items():
        await enrol(ministry, PEOPLE[name]["user"], first, later())
    async with desk("raul", later=later()) as pilot:
        await home(pilot)
        await press_and_wait(pilot, "f10")
        await arrive(pilot, "PortableRequestScreen")
        await fill_in(pilot, purpose="Propósito", phone="961234567")
        await press_and_wait(pilot, "f10")
        await home(pilot)
        await see(pilot, "Raúl Reyes")
    async with desk("rosa", later=later()) as pilot:
        await home(pilot)
        await press_and_wait(pilot, "f6")
        await arrive(pilot, "RequestsScreen")
        await see(pilot, "Raúl Reyes")
        # The other ministry's requests are none of hers.
        assert "Ana Araya" not in shown(pilot)
        await press_and_wait(pilot, "enter")
        await arrive(pilot, "RequestApprovalScreen")
        await press_and_wait(pilot, "A023456789", "enter")
        await say_yes(pilot)
        await see(pilot, "1 de 1 listas")
        (line,) = (await pilot.app.backend.ask(PortablesQuery())).entries
        assert (line.official_name, line.status, line.institution_name) == (
            "Raúl Reyes", "issued", MINING,
        )  # fmt: skip
    letter = tmp_path / "oficio.pdf"
    letter.write_bytes(pdf())
    async with desk("raul", later=later()) as pilot:
        await home(pilot)
        await see(pilot, "Raúl Reyes")
        await press_and_wait(pilot, "enter")
        await arrive(pilot, "PortableCertificateScreen")
        # How he was seen stands there for himself, too.
        await see(pilot, "A023456789")
        secret = await set_up_codes(pilot)
        await see(pilot, "en uso")
        await choose(pilot, "firmar")
        await arrive(pilot, "PortableSigningScreen")
        await press_and_wait(pilot, "f6", until=lambda: screen_name(pilot) == "FilePicker")
        await press_and_wait(pilot, str(letter), "enter")
        await arrive(pilot, "PortableSigningScreen")
        await see(pilot, "oficio.pdf")
        await press_and_wait(pilot, "última página, a la derecha", "enter")
        await wait_until(lambda: pilot.app.screen.query("#code"))
        now = pilot.app.backend.now()
        await press_and_wait(pilot, code_at(secret, now, 1).reveal(), "enter")
        await see(pilot, "oficio-firmado.pdf")
        known = await pilot.app.backend.ask(PortableQuery(certificate=line.certificate))
        signed_at = pilot.app.backend.now()
    signed = letter.with_name("oficio-firmado.pdf")
    assert await judged(signed.read_bytes(), known.chain, signed_at) == [True]
    assert "Signature is Valid" in pdfsig_says(signed)
