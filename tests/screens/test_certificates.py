"""Certificates after their issue: found, looked at, suspended, revoked, renewed, listed."""

import csv
import json
import shutil
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from cryptography import x509
from textual.pilot import Pilot
from textual.widgets import OptionList

from backend_client.offices import DEMONSTRATION
from issuance.access.operators import ListExported
from issuance.access.totp import current_code
from issuance.cases.commands.life import RevokeCertificate
from issuance.cases.state import CaseState, CaseStatus, CertificateState
from issuance.certificates.keys import make_private_key
from issuance.engine.demonstration import PEOPLE, demonstration_plan
from issuance.engine.founding import Founded, found_office
from issuance.engine.office import Sources, named_stream
from issuance.engine.opening import OpenedOffice, open_office
from issuance.engine.streams import every_entry
from issuance.policies.loader import load_policy
from issuance.queries import CaseAnswer, CaseQuery, WorklistAnswer, WorklistQuery
from issuance.register.model import Entry
from issuance.secret import Secret
from issuance.streams import StreamRef
from tests.keys import press_and_wait, wait_until
from tests.screens.case_samples import cells
from tests.screens.conftest import RunCounter, shown
from tests.screens.middle_of_a_case import (
    MakeKey,
    press_until,
    question,
    screen_name,
    settled,
    text_of,
)
from tests.thrift import made_once
from tui.application import application
from tui.form import Form
from ventanilla.compose import SystemRandomness, TimeOrderedIdentifiers, system_sources
from ventanilla.rehearsal import Rehearsal

OLD_DAYS = 690
"""Two years of a certificate, less forty days."""


@dataclass(frozen=True, slots=True)
class ClockBehind:
    """A clock that is some days behind the computer's."""

    days: int

    def now(self) -> datetime:
        return datetime.now(UTC) - timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class Issued:
    """An office with a certificate that ends in forty days, and a new one."""

    folder: Path
    old: UUID
    new: UUID


@pytest.fixture(scope="module")
def issued(make_key: MakeKey) -> Issued:
    def issue(folder: Path) -> list[UUID]:
        past = Sources(ClockBehind(OLD_DAYS), TimeOrderedIdentifiers(), SystemRandomness())
        assert isinstance(found_office(folder, demonstration_plan(), past, make_key), Founded)
        product = load_policy("ec-icert").policy.product("natural-pkcs12-2y")
        assert product is not None
        cases: list[UUID] = []
        for number, sources in enumerate((past, system_sources())):
            target = folder.parent / f"{number}.p12"
            played = Rehearsal(folder, sources, make_key, product, target, number)
            played.play()
            played.close()
            cases.append(played.case)
        return cases

    folder, (old, new) = made_once("certificates", issue)
    return Issued(folder, old, new)


@pytest.fixture
def office(issued: Issued, tmp_path: Path) -> Path:
    return shutil.copytree(issued.folder, tmp_path / "home" / DEMONSTRATION)


Open = Callable[..., AbstractAsyncContextManager[Pilot[int]]]


@pytest.fixture
def opened(counter: RunCounter) -> Open:
    """Run the program with a screen open over the work-list."""

    @asynccontextmanager
    async def run(user: str, screen: str, *arguments: object, **options: object):
        async with counter(user, **options) as pilot:  # type: ignore[arg-type]
            application(pilot.app.screen).open_screen(screen, *arguments)
            await drawn(pilot)
            yield pilot

    return run


async def drawn(pilot: Pilot[int]) -> None:
    """Wait until the screen on top has read what it shows."""
    screen = pilot.app.screen
    await wait_until(lambda: getattr(screen, "known", True) is not None)
    await settled(pilot)


async def choose(pilot: Pilot[int], typed: str, screen: str) -> None:
    """Choose from the list of actions."""
    await press_until(pilot, "f4", screen="ValueList")
    await press_until(pilot, typed, "enter", screen=screen)
    await drawn(pilot)


async def state_of(pilot: Pilot[int], case: UUID) -> CaseState:
    backend = application(pilot.app.screen).backend
    assert backend is not None
    answer = await backend.ask(CaseQuery(case=case))
    assert isinstance(answer, CaseAnswer)
    return answer.state


async def certificate_of(pilot: Pilot[int], case: UUID) -> CertificateState:
    certificate = (await state_of(pilot, case)).activation.certificate
    assert certificate is not None
    return certificate


async def listed(pilot: Pilot[int], *keys: str, count: int) -> list[list[str]]:
    """Type into the list of certificates and wait for so many lines."""
    await press_and_wait(pilot, *keys)
    await wait_until(lambda: len(cells(pilot.app)) == count)
    return cells(pilot.app)


# -- the list ------------------------------------------------------------------------------------


async def test_the_worklist_leads_to_the_certificates(counter: RunCounter):
    async with counter("olga") as pilot:
        await press_and_wait(pilot, "f6", until=lambda: screen_name(pilot) == "CertificatesScreen")
        lines = await listed(pilot, count=2)
        assert [line[5] for line in lines] == ["vigente", "vigente"]


async def test_a_certificate_is_found_by_name_number_and_serial(opened: Open, issued: Issued):
    async with opened("olga", "certificates") as pilot:
        certificate = await certificate_of(pilot, issued.old)
        state = await state_of(pilot, issued.old)
        await listed(pilot, count=2)
        sought = (
            state.values["first_surname"].lower(),
            state.values["cedula"],
            state.number,
            certificate.serial,
            f"{int(certificate.serial):x}",
        )
        for text in sought:
            await listed(pilot, text, count=1)
            assert cells(pilot.app)[0][3] == state.number, text
            await listed(pilot, "escape", count=2)
        await press_until(pilot, certificate.serial, "enter", screen="CertificateScreen")


@pytest.mark.parametrize("language", ["es", "en"])
async def test_what_ends_soon_is_told_with_the_days_left(opened: Open, language: str):
    async with opened("olga", "certificates", language=language) as pilot:
        await listed(pilot, "6", "enter", count=0)
        (line,) = await listed(pilot, "7", "enter", count=1)
        count, unit = line[5].split()
        assert 38 <= int(count) <= 41
        assert unit == {"es": "días", "en": "days"}[language]
        await listed(pilot, "3", "enter", count=0)


async def test_the_worklist_says_how_many_end_soon_and_the_lists_where(counter: RunCounter):
    async with counter("olga", size=(120, 40)) as pilot:
        soon = "F6: caducan en 30 d: 0, 60 d: 1, 90 d: 1"
        await wait_until(lambda: soon in text_of(pilot, "#resume"))
        await press_and_wait(pilot, "f6", until=lambda: screen_name(pilot) == "CertificatesScreen")
        await listed(pilot, count=2)
        assert "6 30 d: 0 7 60 d: 1 8 90 d: 1" in text_of(pilot, "#lists")


async def test_every_list_has_its_name_in_a_narrow_terminal(opened: Open):
    async with opened("olga", "certificates") as pilot:
        await listed(pilot, count=2)
        names = text_of(pilot, "#lists")
        assert "8 90 d" in names
        assert len(names) <= 80


@pytest.mark.parametrize("form", ["csv", "json"])
async def test_the_list_is_saved_for_nobody_else_to_read(
    opened: Open, issued: Issued, office: Path, tmp_path: Path, form: str
):
    folder = tmp_path / "lists"
    folder.mkdir()
    async with opened("olga", "certificates") as pilot:
        await listed(pilot, "8", "enter", count=1)
        state = await state_of(pilot, issued.old)
        await press_until(pilot, "f9", screen="ValueList")
        assert "cédulas" in text_of(pilot, ".title")
        await press_until(pilot, form, "enter", screen="FilePicker")
        await press_and_wait(pilot, "ctrl+u", str(folder), "enter", "f10")
        await wait_until(lambda: "datos personales" in text_of(pilot, "#message"))
    (saved,) = folder.iterdir()
    assert saved.stat().st_mode & 0o777 == 0o600
    text = saved.read_text("utf-8-sig")
    rows = json.loads(text) if form == "json" else list(csv.DictReader(text.splitlines()))
    assert [(row["case"], row["identification"]) for row in rows] == [
        (state.number, state.values["cedula"])
    ]
    (export,) = exports_of("olga", office)
    assert (export.public["expiring_within_days"], export.public["lines"]) == (90, 1)
    assert export.personal == {"text": "", "file": str(saved)}


def exports_of(user: str, office: Path) -> list[Entry]:
    """Return what the register keeps of the lists somebody saved."""
    person = next(each for each in PEOPLE if each.user == user)
    sources = system_sources()
    code = current_code(Secret(person.totp_secret), sources.clock.now())
    opened = open_office(office, user, Secret(person.password), code, sources, make_private_key)
    assert isinstance(opened, OpenedOffice), opened
    try:
        inner = opened.engine.office
        with inner.register.reading() as reading:
            entries = every_entry(reading, named_stream(inner.id, "operator", user))
    finally:
        opened.close()
    return [each for each in entries if each.kind == ListExported.KIND]


# -- its page ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "es",
            (
                "VIGENTE",
                "renovarse",
                "Dice lo que debía",
                "SHA-256 con RSA",
                "Persona natural · Archivo PKCS#12",
                "Huella",
                "RAIZ",
                "Se emitió",
            ),
        ),
        (
            "en",
            (
                "VALID",
                "renewed",
                "Says what was",
                "SHA-256 with RSA",
                "Natural person · PKCS#12 file",
                "Fingerprint",
                "RAIZ",
                "was issued",
            ),
        ),
    ],
)
async def test_every_side_of_a_certificate_is_shown(
    opened: Open, issued: Issued, language: str, words: tuple[str, ...]
):
    async with opened("olga", "certificate", issued.old, language=language) as pilot:
        seen = text_of(pilot, "#standing")
        for side in "1234":
            await press_and_wait(pilot, side)
            for _ in range(3):
                seen += str(pilot.app.screen.query_one("#first").render())
                await press_and_wait(pilot, "pagedown")
        for each in words:
            assert each in seen
        assert (await certificate_of(pilot, issued.old)).serial in seen


async def test_two_sides_stand_beside_each_other_where_it_is_wide(opened: Open, issued: Issued):
    async with opened("olga", "certificate", issued.new, size=(120, 40)) as pilot:
        for side, words in (("first", "Contrato"), ("second", "Sujeto")):
            shown = pilot.app.screen.query_one(f"#{side}")
            await wait_until(lambda shown=shown, words=words: words in str(shown.render()))


async def test_the_side_that_has_another_page_turns_where_it_is_wide(opened: Open, issued: Issued):
    async with opened("olga", "certificate", issued.new, size=(120, 24)) as pilot:
        fields = pilot.app.screen.query_one("#second")
        await wait_until(lambda: "Página 1 de" in str(fields.render()))
        await press_and_wait(pilot, "pagedown", until=lambda: "Página 2 de" in str(fields.render()))
        await press_and_wait(pilot, "pageup", until=lambda: "Página 1 de" in str(fields.render()))


async def test_the_certificate_is_saved_as_it_was_issued(
    opened: Open, issued: Issued, tmp_path: Path
):
    folder = tmp_path / "files"
    folder.mkdir()
    async with opened("olga", "certificate", issued.new) as pilot:
        serial = (await certificate_of(pilot, issued.new)).serial
        for what in ("certificado", "cadena"):
            await press_until(pilot, "f9", screen="ValueList")
            await press_until(pilot, f"{what} " if what == "cadena" else "El cert", "enter",
                              screen="FilePicker")  # fmt: skip
            await press_and_wait(pilot, "ctrl+u", str(folder), "enter", "f10")
            await wait_until(lambda: screen_name(pilot) == "CertificateScreen")
            await wait_until(lambda name=what: any(folder.glob(f"{name}-*.pem")))
    (saved,) = folder.glob("certificado-*.pem")
    certificate = x509.load_pem_x509_certificate(saved.read_bytes())
    assert str(certificate.serial_number) == serial
    (chain,) = folder.glob("cadena-*.pem")
    above = x509.load_pem_x509_certificates(chain.read_bytes())
    certificate.verify_directly_issued_by(above[0])
    above[0].verify_directly_issued_by(above[1])


# -- revoking ------------------------------------------------------------------------------------


async def test_the_holders_wish_revokes_only_after_saying_yes(opened: Open, issued: Issued):
    async with opened("olga", "certificate", issued.new) as pilot:
        await choose(pilot, "revocar", "RevocationScreen")
        assert "nadie puede deshacer" in text_of(pilot, "#meaning")
        await press_and_wait(pilot, "ventanilla", "enter", "otra persona", "enter", "enter")
        await question(pilot, "enter")
        assert "nadie podrá deshacerlo" in text_of(pilot, ".consequence")
        await press_until(pilot, "enter", screen="RevocationScreen")
        assert (await state_of(pilot, issued.new)).status is CaseStatus.ACTIVE
        await question(pilot, "f10")
        await press_until(pilot, "down", "enter", screen="CertificateScreen")
        await wait_until(lambda: "REVOCADO" in text_of(pilot, "#standing"))
        standing = (await certificate_of(pilot, issued.new)).life.standing
        assert standing is not None
        assert (standing.cause, standing.reason) == ("key_compromise", "keyCompromise")
        await press_until(pilot, "f4", screen="ValueList")
        options = pilot.app.screen.query_one(OptionList)
        offered = [str(each.prompt) for each in options.options]
        assert offered == ["Abrir el trámite", "Historial del trámite"]


async def test_a_death_needs_its_day_and_dates_nothing_back(opened: Open, issued: Issued):
    async with opened("olga", "revocation", issued.new) as pilot:
        await press_and_wait(pilot, "ventanilla", "enter", "falleci", "enter")
        # Told where it was chosen, before anything else is typed.
        await wait_until(lambda: "no puede pedirlo" in " ".join(shown(pilot).split()))
        await press_and_wait(pilot, "f10")
        await settled(pilot)
        form = pilot.app.screen.query_one(Form)
        assert form.focused_field == "cause"
        form.focus_field("asked_by")
        await press_and_wait(pilot, "autoridad", "enter")
        await settled(pilot)
        assert "no puede pedirlo" not in " ".join(shown(pilot).split())
        await press_and_wait(pilot, "Acta 12", "enter", "oficio", "enter", "f10")
        await settled(pilot)
        assert form.focused_field == "effective"
        day = datetime.now(UTC).date() - timedelta(days=9)
        await press_and_wait(pilot, f"{day + timedelta(days=40):%d%m%Y}", "f10")
        await wait_until(lambda: "a más tardar, hoy" in " ".join(shown(pilot).split()))
        await press_and_wait(pilot, "ctrl+u", f"{day:%d%m%Y}", "enter")
        await question(pilot, "f10")
        asked = text_of(pilot, ".consequence")
        assert f"desde el {day:%d/%m/%Y}" in asked
        assert "\ufffd" not in asked
        await press_until(pilot, "down", "enter", screen="WorklistScreen")
    async with opened("adrian", "revocation_review", issued.new) as pilot:
        await question(pilot, "f10")
        assert f"desde el {day:%d/%m/%Y}" in text_of(pilot, ".consequence")
        await press_until(pilot, "down", "enter", screen="WorklistScreen")
        standing = (await certificate_of(pilot, issued.new)).life.standing
        assert standing is not None
        assert standing.invalid_since is not None
        assert standing.at - standing.invalid_since > timedelta(days=8)


async def ask_for_an_authority(pilot: Pilot[int], case: UUID) -> None:
    """Note a revocation that an authority asks for; who asks is told first."""
    form = pilot.app.screen.query_one(Form)
    form.focus_field("asked_by")
    await press_and_wait(pilot, "autoridad", "enter")
    await settled(pilot)
    assert form.focused_field == "asker"
    await press_and_wait(pilot, "f10")
    assert form.focused_field == "asker"
    await press_and_wait(pilot, "Judicatura, oficio 12", "enter", "oficio", "enter")
    await press_and_wait(pilot, "inexactos", "enter", "enter")
    await question(pilot, "f10")
    assert "otra persona" in text_of(pilot, ".consequence")
    await press_until(pilot, "down", "enter", screen="WorklistScreen")
    assert (await certificate_of(pilot, case)).life.wish is not None


@pytest.mark.soak
async def test_an_authoritys_wish_waits_for_a_second_person(opened: Open, issued: Issued):
    async with opened("olga", "revocation", issued.new) as pilot:
        await ask_for_an_authority(pilot, issued.new)
    async with opened("olga", "revocation_review", issued.new) as pilot:
        assert "aprobador" in text_of(pilot, "#message")
        await press_and_wait(pilot, "f10")
        await settled(pilot)
        assert screen_name(pilot) == "RevocationReviewScreen"
    async with opened("adrian", "case", issued.new) as pilot:
        backend = application(pilot.app.screen).backend
        assert backend is not None
        waiting = await backend.ask(WorklistQuery(name="approval"))
        assert isinstance(waiting, WorklistAnswer)
        assert [each.case for each in waiting.entries] == [issued.new]
        assert "confirme o descarte" in text_of(pilot, "#status")
        await choose(pilot, "confirmar", "RevocationReviewScreen")
        assert "Judicatura, oficio 12" in str(pilot.app.screen.query_one("#asked").render())
        await question(pilot, "f10")
        await press_until(pilot, "down", "enter", screen="CaseOverviewScreen")
        assert (await state_of(pilot, issued.new)).status is CaseStatus.REVOKED


@pytest.mark.soak
async def test_a_declined_revocation_leaves_the_certificate_alone(opened: Open, issued: Issued):
    async with opened("olga", "revocation", issued.new) as pilot:
        await ask_for_an_authority(pilot, issued.new)
    async with opened("adrian", "revocation_review", issued.new) as pilot:
        await press_until(pilot, "f6", screen="Choice")
        await press_and_wait(pilot, "enter", "enter")
        assert "motivo" in text_of(pilot, "MessageLine").lower()
        await press_until(pilot, "no es la persona", "enter", screen="WorklistScreen")
        certificate = await certificate_of(pilot, issued.new)
        assert certificate.life.wish is None
        assert certificate.life.standing is None


async def test_a_revocation_begun_is_back_after_a_restart(opened: Open, issued: Issued):
    async with opened("olga", "revocation", issued.new) as pilot:
        await press_and_wait(pilot, "ventanilla", "enter", "otra persona", "enter", "enter")
        await press_and_wait(pilot, "se lo contó")
        await press_until(pilot, "f3", screen="WorklistScreen")
    async with opened("olga", "mailbox") as pilot:
        await press_until(pilot, "f3", screen="WorklistScreen")
        await wait_until(lambda: "Revocar el certificado" in text_of(pilot, "#resume"))
        await press_until(pilot, "f8", screen="RevocationScreen")
        await drawn(pilot)
        texts = pilot.app.screen.query_one(Form).texts()
        assert texts["identified_by"] == "card_at_counter"
        assert texts["cause"] == "key_compromise"
        assert texts["note"] == "se lo contó"
        await press_and_wait(pilot, "f12")
        await settled(pilot)
        assert pilot.app.screen.query_one(Form).texts()["note"] == ""


# -- suspending and renewing ---------------------------------------------------------------------


async def test_a_suspension_is_lifted_by_a_second_person(opened: Open, issued: Issued):
    async with opened("olga", "certificate", issued.new) as pilot:
        await choose(pilot, "suspender", "SuspensionScreen")
        await press_until(pilot, "falsos", "enter", "enter", screen="CertificateScreen")
        await wait_until(lambda: "SUSPENDIDO" in text_of(pilot, "#standing"))
        await choose(pilot, "rehabilitar", "CertificateScreen")
        assert "aprobador" in text_of(pilot, "#message")
    async with opened("adrian", "certificate", issued.new) as pilot:
        await choose(pilot, "rehabilitar", "ReinstatementScreen")
        assert "Olga Operadora" in text_of(pilot, "#meaning")
        await press_until(pilot, "duda", "enter", "enter", screen="CertificateScreen")
        await wait_until(lambda: "VIGENTE" in text_of(pilot, "#standing"))
        assert (await state_of(pilot, issued.new)).status is CaseStatus.ACTIVE


async def test_a_renewal_begins_with_the_former_data_and_names_the_certificate(
    opened: Open, issued: Issued
):
    async with opened("olga", "certificate", issued.old) as pilot:
        former = await state_of(pilot, issued.old)
        serial = (await certificate_of(pilot, issued.old)).serial
        await choose(pilot, "renovar", "RenewalScreen")
        assert "claves y contraseña nuevas" in text_of(pilot, "#meaning")
        await press_until(pilot, "f10", screen="ApplicationScreen")
        await wait_until(lambda: pilot.app.screen.query(Form))
        await settled(pilot)
        texts = pilot.app.screen.query_one(Form).texts()
        assert {name: texts[name] for name in ("cedula", "given_names", "email")} == {
            name: former.values[name] for name in ("cedula", "given_names", "email")
        }
        assert "Renovación" in text_of(pilot, "#product")
        await press_until(pilot, "f10", screen="ConsentScreen")
        while screen_name(pilot) == "ConsentScreen":
            await press_and_wait(pilot, "pagedown", "f10")
            await settled(pilot)
        await wait_until(lambda: screen_name(pilot) == "EmailScreen")
        await drawn(pilot)
        renewed = getattr(pilot.app.screen, "state")  # noqa: B009 -- of a case's screen
        assert renewed.renews == serial


async def test_what_cannot_be_renewed_says_why(opened: Open, issued: Issued):
    async with opened("olga", "certificate", issued.new) as pilot:
        await choose(pilot, "renovar", "CertificateScreen")
        assert "90 días" in text_of(pilot, "#message")
    async with opened("carmen", "certificate", issued.old) as pilot:
        await choose(pilot, "renovar", "CertificateScreen")
        assert "operador" in text_of(pilot, "#message")


async def test_another_persons_change_is_told_and_nothing_is_done(opened: Open, issued: Issued):
    async with opened("olga", "revocation", issued.new) as pilot:
        await press_and_wait(pilot, "ventanilla", "enter", "otra persona", "enter", "enter")
        await question(pilot, "f10")
        backend = application(pilot.app.screen).backend
        assert backend is not None
        answer = await backend.ask(CaseQuery(case=issued.new))
        assert isinstance(answer, CaseAnswer)
        assert answer.state.activation.certificate is not None
        body = RevokeCertificate(
            serial=answer.state.activation.certificate.serial,
            cause="data_inaccurate",
            asked_by="authority",
            identified_by="official_letter",
            asker="Oficio 1",
        )
        done = await backend.execute(body, StreamRef(kind="case", id=issued.new), answer.revision)
        assert done.applied
        await press_until(pilot, "down", "enter", screen="RevocationScreen")
        assert (await certificate_of(pilot, issued.new)).life.standing is None
        assert "Otra persona" in text_of(pilot, "#message")
