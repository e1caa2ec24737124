"""What holders, operators and certifiers do about certificates and applications, by keys."""

import base64
import csv
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from textual.pilot import Pilot

from backend_client.backend import Backend
from issuance.engine.signing_record import Client
from issuance.institution_queries import PortableLine, PortablesAnswer, PortablesQuery
from issuance.institutions.portable_commands import ApprovePortable
from issuance.institutions.portable_stream import PortableStatus
from issuance.secret import Secret
from issuance.signing.commands import ConfirmOtp, OfferOtp
from issuance.signing.queries import (
    ApplicationLine,
    ApplicationsAnswer,
    ApplicationsQuery,
    DigestItem,
    DigestsSigned,
    PermissionsAnswer,
    PermissionsQuery,
    SigningKeyAnswer,
    SigningKeyQuery,
)
from issuance.signing.ticket_token import ATTENDED, UNATTENDED
from issuance.streams import StreamRef
from tests.keys import press_and_wait, wait_until
from tests.office_day import office_day
from tests.screens.conftest import screen_name, shown
from tests.screens.portable.conftest import RunMember, StillClock, own_certificate

ZEROS = base64.b64encode(bytes(32)).decode()
TERESA, HUGO = "44100003-0", "44100004-9"


async def screen_is(pilot: Pilot[int], name: str) -> None:
    await wait_until(lambda: screen_name(pilot) == name)


async def open_screen(pilot: Pilot[int], name: str, *arguments: Any) -> None:
    app: Any = pilot.app
    before = screen_name(pilot)
    app.open_screen(name, *arguments)
    await wait_until(lambda: screen_name(pilot) != before)


async def agree(pilot: Pilot[int]) -> None:
    await screen_is(pilot, "Confirm")
    await press_and_wait(pilot, "down", "enter")


async def choose(pilot: Pilot[int], act: str, key: str = "f4") -> None:
    await press_and_wait(pilot, key, until=lambda: screen_name(pilot) == "ValueList")
    await press_and_wait(pilot, act, "enter")


async def lines(backend: Backend) -> tuple[PortableLine, ...]:
    answer = await backend.ask(PortablesQuery())
    assert isinstance(answer, PortablesAnswer), answer
    return answer.entries


async def line_of(backend: Backend, run: str, purpose: str) -> PortableLine:
    found = await lines(backend)
    return next(each for each in found if (each.run, each.purpose) == (run, purpose))


async def applications(backend: Backend) -> tuple[ApplicationLine, ...]:
    institution = (await lines(backend))[0].institution
    answer = await backend.ask(ApplicationsQuery(institution=institution))
    assert isinstance(answer, ApplicationsAnswer), answer
    return answer.entries


async def register_application(pilot: Pilot[int], name: str, runs: str) -> tuple[str, Secret]:
    """Register an application by keys; return its key and secret."""
    await press_and_wait(
        pilot, "f10", until=lambda: screen_name(pilot) == "PortableApplicationEntryScreen"
    )
    await wait_until(lambda: "RUN" in shown(pilot))
    await press_and_wait(pilot, name, "enter", "ambos", "enter", runs, "enter")
    return await noted(pilot)


async def noted(pilot: Pilot[int]) -> tuple[str, Secret]:
    """Read the secret that is shown once, and say that it is noted."""
    await screen_is(pilot, "PortableSecretScreen")
    screen: Any = pilot.app.screen
    await wait_until(lambda: screen._secret.reveal() in shown(pilot))
    await press_and_wait(pilot, "escape")
    await agree(pilot)
    await screen_is(pilot, "PortableApplicationsScreen")
    return screen._key, screen._secret


async def set_up_codes(backend: Backend, clock: StillClock, certificate: Any) -> Secret:
    secret = backend.portable.new_codes("firma").secret
    stream = StreamRef(kind="signing_key", id=certificate)
    known = await backend.ask(SigningKeyQuery(certificate=certificate))
    assert isinstance(known, SigningKeyAnswer)
    assert (await backend.execute(OfferOtp(secret=secret), stream, known.revision)).applied
    codes = [Secret(clock.code(secret, steps)) for steps in (-1, 0)]
    confirm = ConfirmOtp(first=codes[0], second=codes[1])
    assert (await backend.execute(confirm, stream, known.revision + 1)).applied
    return secret


def engine_of(pilot: Pilot[int]) -> Any:
    app: Any = pilot.app
    return app.backend._door.opened.engine


async def test_an_operator_registers_applications_and_a_holder_lets_one_sign(
    member: RunMember, clock: StillClock
):
    async with member("mireya", "institutions_home") as pilot:
        backend: Any = pilot.app.backend  # pyright: ignore[reportAttributeAccessIssue]
        line = await line_of(backend, TERESA, UNATTENDED)
        proved = ApprovePortable(
            document="cedula",
            number="A023456789",
            seen_on=office_day(clock.now(), backend.policy.policy),
        )
        stream = StreamRef(kind="portable_certificate", id=line.certificate)
        assert (await backend.execute(proved, stream, line.revision)).applied

    async with member("osvaldo", "portable_applications") as pilot:
        backend = pilot.app.backend  # pyright: ignore[reportAttributeAccessIssue]
        await wait_until(lambda: "Todavía no hay" in shown(pilot))
        _, first = await register_application(pilot, "Correspondencia", f"{TERESA}; 44.100.004-9")
        await wait_until(lambda: "2 funcionarios" in shown(pilot))
        assert first.reveal() not in shown(pilot)
        (known,) = await applications(backend)
        assert {each.run for each in known.grants} == {"44100003", "44100004"}
        assert {each.purpose for each in known.grants} == {ATTENDED, UNATTENDED}

        await choose(pilot, "cambiar", "enter")
        await wait_until(lambda: "Por quién firma" in shown(pilot) and TERESA in shown(pilot))
        await press_and_wait(pilot, "enter", "end", *["backspace"] * (len(HUGO) + 1), "enter")
        await wait_until(lambda: "1 funcionario" in shown(pilot))

        await choose(pilot, "otro", "enter")
        await wait_until(lambda: "7 días" in shown(pilot))
        await press_and_wait(pilot, "7", "enter")
        _, second = await noted(pilot)
        await wait_until(lambda: "sirve hasta" in shown(pilot))
        assert not second.matches(first)

        await register_application(pilot, "Otra", TERESA)
        await wait_until(lambda: "Otra" in shown(pilot))
        await choose(pilot, "terminar", "enter")
        await agree(pilot)
        await wait_until(lambda: shown(pilot).count("en uso") == 1)

    async with member("teresa", "institutions_home") as pilot:
        line = await own_certificate(pilot, UNATTENDED)
        backend = pilot.app.backend  # pyright: ignore[reportAttributeAccessIssue]
        await open_screen(pilot, "portable_permissions", line.certificate)
        await wait_until(lambda: " no " in shown(pilot))
        await press_and_wait(pilot, "enter")
        await agree(pilot)
        await wait_until(lambda: "puede firmar por usted ahora" in shown(pilot))
        answer = await backend.ask(PermissionsQuery(certificate=line.certificate))
        assert isinstance(answer, PermissionsAnswer)
        assert sum(each.enabled for each in answer.entries) == 1
        await press_and_wait(pilot, "enter")
        await wait_until(lambda: "ya no firma por usted" in shown(pilot))


async def test_a_holder_asks_takes_back_and_revokes(member: RunMember):
    async with member("hugo", "institutions_home", size=(120, 40)) as pilot:
        backend: Any = pilot.app.backend  # pyright: ignore[reportAttributeAccessIssue]
        await open_screen(pilot, "portable_request")
        await wait_until(lambda: "Teléfono" in shown(pilot))
        await press_and_wait(pilot, "desatendido", "enter", "9 6123 4567", "enter")
        await screen_is(pilot, "InstitutionsHomeScreen")
        asked = await own_certificate(pilot, UNATTENDED)
        assert (asked.status, asked.phone) == (PortableStatus.PENDING, "+56961234567")
        await open_screen(pilot, "portable_certificate", asked.certificate)
        await wait_until(lambda: HUGO in shown(pilot))
        await choose(pilot, "retirar")
        await agree(pilot)
        await wait_until(lambda: "Se retiró" in shown(pilot))

    async with member("teresa", "institutions_home", language="en") as pilot:
        backend = pilot.app.backend  # pyright: ignore[reportAttributeAccessIssue]
        line = await own_certificate(pilot, ATTENDED)
        await open_screen(pilot, "portable_certificate", line.certificate)
        await wait_until(lambda: TERESA in shown(pilot))
        await choose(pilot, "revoke")
        await wait_until(lambda: "Cause" in shown(pilot))
        await press_and_wait(pilot, "another reason", "enter", "enter", "enter")
        await wait_until(lambda: "needs a note" in shown(pilot))
        await press_and_wait(pilot, "lost it", "enter")
        await agree(pilot)
        await screen_is(pilot, "PortableCertificateScreen")
        await wait_until(lambda: "revoked" in shown(pilot))
        after = await line_of(backend, TERESA, ATTENDED)
        assert after.status == PortableStatus.REVOKED


async def test_a_death_is_revoked_with_its_day(member: RunMember):
    async with member("osvaldo", "institutions_home") as pilot:
        app: Any = pilot.app
        line = await line_of(app.backend, TERESA, ATTENDED)
        await open_screen(pilot, "portable_certificate", line.certificate)
        await wait_until(lambda: TERESA in shown(pilot))
        await choose(pilot, "revocar")
        await wait_until(lambda: "Causa" in shown(pilot))
        await press_and_wait(pilot, "fallec", "enter", "f10")
        await wait_until(lambda: "en un fallecimiento, su fecha" in " ".join(shown(pilot).split()))
        tomorrow, day = (app.screen.today + timedelta(days=ahead) for ahead in (1, -2))
        await press_and_wait(pilot, f"{tomorrow:%d/%m/%Y}", "f10")
        await wait_until(lambda: "futuro" in shown(pilot))
        await press_and_wait(pilot, "ctrl+u", f"{day:%d/%m/%Y}", "f10")
        await wait_until(lambda: f"desde el {day:%d/%m/%Y}" in shown(pilot))
        await agree(pilot)
        await screen_is(pilot, "PortableCertificateScreen")
        told = f"no se debe confiar en él desde el {day:%d/%m/%Y}"
        await wait_until(lambda: told in " ".join(shown(pilot).split()))


@pytest.mark.soak
async def test_who_lost_the_telephone_is_identified_and_sets_up_new_codes(
    member: RunMember, clock: StillClock
):
    async with member("teresa", "institutions_home") as pilot:
        backend: Any = pilot.app.backend  # pyright: ignore[reportAttributeAccessIssue]
        line = await own_certificate(pilot, ATTENDED)
        await set_up_codes(backend, clock, line.certificate)
    async with member("osvaldo", "portable_certificate", line.certificate) as pilot:
        await wait_until(lambda: TERESA in shown(pilot))
        await choose(pilot, "perdido")
        await wait_until(lambda: "Cómo se identificó" in shown(pilot))
        await press_and_wait(pilot, "f10")
        await wait_until(lambda: "obligatorio" in shown(pilot))
        await press_and_wait(pilot, "Cédula, en persona", "enter")
        await wait_until(lambda: "sin configurar" in shown(pilot))
    async with member("teresa", "portable_certificate", line.certificate) as pilot:
        await wait_until(lambda: "no tiene códigos ahora" in shown(pilot))
        await choose(pilot, "configurar")
        await screen_is(pilot, "PortableOtpScreen")
        screen: Any = pilot.app.screen
        await wait_until(lambda: screen.has_class("-enrolling"))
        secret: Secret = screen._enrolment.secret
        await press_and_wait(pilot, "000000", "enter", "000001", "enter")
        await wait_until(lambda: "no es correcto" in shown(pilot))
        later = [clock.code(secret, steps) for steps in (-1, 0)]
        await press_and_wait(pilot, later[0], "enter", later[1], "enter")
        await wait_until(lambda: "configurados" in shown(pilot))


async def test_the_log_is_searched_and_saved_and_a_refusal_explained(
    member: RunMember, clock: StillClock, tmp_path: Path
):
    async with member("teresa", "institutions_home") as pilot:
        backend: Any = pilot.app.backend  # pyright: ignore[reportAttributeAccessIssue]
        line = await own_certificate(pilot, ATTENDED)
        secret = await set_up_codes(backend, clock, line.certificate)
        item = DigestItem(
            name="=oficio.pdf",
            size=9,
            original="a" * 64,
            digest=ZEROS,
        )
        code = Secret(clock.code(secret, 1))
        signed = backend._door.sign_digests(line.certificate, (item,), code)
        assert isinstance(signed, DigestsSigned), signed

    async with member("osvaldo", "portable_applications") as pilot:
        await wait_until(lambda: "Todavía no hay" in shown(pilot))
        key, secret = await register_application(pilot, "Correspondencia", TERESA)
        claims = {"entity": "Ministerio de ejemplos y demostraciones", "run": "44100003"}
        claims |= {"purpose": ATTENDED, "expiration": "2026-01-01T00:00:00"}
        body = {"token": jwt.encode(claims, secret.reveal(), "HS256"), "api_token_key": key}
        hashes = [
            {"content-type": "application/pdf", "content": base64.b64encode(bytes(32)).decode()}
        ]
        content = json.dumps(body | {"hashes": hashes}).encode()
        assert engine_of(pilot).tickets.answer(content, None, Client()).status == 400

        await press_and_wait(pilot, "f6")
        await screen_is(pilot, "PortableRefusalsScreen")
        await wait_until(lambda: "TOKEN_EXPIRED" in shown(pilot).replace("\n", ""))
        assert secret.reveal() not in shown(pilot)
        assert "Correspondencia" in shown(pilot)
        assert key not in shown(pilot)
        await press_and_wait(pilot, "f3", "f9")
        await screen_is(pilot, "PortableLogScreen")
        await wait_until(lambda: "1 firmado" in shown(pilot))
        await press_and_wait(pilot, "enter")
        await wait_until(lambda: "a" * 64 in shown(pilot))
        await press_and_wait(pilot, "escape")

        await press_and_wait(pilot, "f2")
        await wait_until(lambda: "Hasta el día" in shown(pilot))
        await press_and_wait(pilot, "enter", "enter", HUGO, "f10")
        await wait_until(lambda: "No hay firmas que coincidan" in shown(pilot))
        await press_and_wait(pilot, "f2")
        await wait_until(lambda: "Hasta el día" in shown(pilot))
        await press_and_wait(pilot, "f12")
        await wait_until(lambda: "1 firmado" in shown(pilot))

        await press_and_wait(pilot, "f9", until=lambda: screen_name(pilot) == "ValueList")
        await press_and_wait(pilot, "enter", until=lambda: screen_name(pilot) == "FilePicker")
        await press_and_wait(pilot, str(tmp_path), "enter")
        await press_and_wait(pilot, "f10")
        await wait_until(lambda: list(tmp_path.glob("firmas-*.csv")))
        await wait_until(lambda: "Guardado" in shown(pilot) or "guardó" in shown(pilot))
    row = the_only_row(tmp_path)
    assert (row["document"], row["interface"]) == ("'=oficio.pdf", "terminal")

    async with member("amalia", "institutions_home", size=(120, 40)) as pilot:
        stray = json.dumps({"token": "x.y.z", "api_token_key": "nadie", "hashes": hashes}).encode()
        assert engine_of(pilot).tickets.answer(stray, None, Client()).status == 400
        await wait_until(lambda: "F4" in shown(pilot))
        await choose(pilot, "rechazadas")
        await screen_is(pilot, "PortableRefusalsScreen")
        await wait_until(lambda: "ninguna conocida: " in shown(pilot))
        assert "Ministerio de Ejemp" in shown(pilot)
        assert "nadie" not in shown(pilot)
    assert row["run"] == "44100003"


def the_only_row(folder: Path) -> dict[str, str]:
    """Return the one line of the log that was saved in a folder."""
    (saved,) = folder.glob("firmas-*.csv")
    (row,) = csv.DictReader(io.StringIO(saved.read_text("utf-8-sig")))
    return row


async def test_a_certifier_decides_on_the_page_of_a_request_too(member: RunMember):
    async with member("mireya", "institutions_home") as pilot:
        backend: Any = pilot.app.backend  # pyright: ignore[reportAttributeAccessIssue]
        line = await line_of(backend, HUGO, ATTENDED)
        await open_screen(pilot, "portable_certificate", line.certificate)
        await wait_until(lambda: HUGO in shown(pilot))
        await choose(pilot, "aprobar")
        await screen_is(pilot, "RequestApprovalScreen")
        await wait_until(lambda: HUGO in shown(pilot))
        await press_and_wait(pilot, "escape")
        await screen_is(pilot, "PortableCertificateScreen")
        await choose(pilot, "rechazar")
        await screen_is(pilot, "Choice")
        await press_and_wait(pilot, "enter", "enter")
        await wait_until(lambda: "rechazad" in shown(pilot))
        assert (await line_of(backend, HUGO, ATTENDED)).status == PortableStatus.REJECTED
