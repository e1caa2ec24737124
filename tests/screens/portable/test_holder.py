"""A holder sets up the codes, signs PDFs and decides about the certificate, by keys."""

import base64
import io
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from asn1crypto.x509 import Certificate
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from textual.pilot import Pilot

from issuance.access.commands import InviteMember
from issuance.institution_queries import (
    OfficialsAnswer,
    OfficialsQuery,
    PortableAnswer,
    PortableQuery,
)
from issuance.institutions.portable_commands import ApprovePortable
from issuance.secret import Secret
from issuance.signing.ticket_token import ATTENDED
from issuance.streams import StreamRef
from tests.issuance.signing.signing_samples import pdf
from tests.keys import press_and_wait, wait_until
from tests.office_day import office_day
from tests.screens.conftest import screen_name, shown
from tests.screens.portable.conftest import RunMember, StillClock, own_certificate
from tests.time_stamp_authority import RunningAuthority, time_stamp_authority

OWN = "correcto-caballo-bateria"


async def screen_is(pilot: Pilot[int], name: str) -> None:
    await wait_until(lambda: screen_name(pilot) == name)


async def choose(pilot: Pilot[int], act: str) -> None:
    await press_and_wait(pilot, "f4", until=lambda: screen_name(pilot) == "ValueList")
    await press_and_wait(pilot, act, "enter")


async def set_up_codes(pilot: Pilot[int], clock: StillClock, act: str) -> Secret:
    """Set the codes up on the page one is on, and return what makes them."""
    await wait_until(lambda: "44100003-0" in shown(pilot))
    await choose(pilot, act)
    await screen_is(pilot, "PortableOtpScreen")
    screen: Any = pilot.app.screen
    await wait_until(lambda: screen.has_class("-enrolling"))
    secret: Secret = screen._enrolment.secret
    await press_and_wait(pilot, clock.code(secret, -1), "enter", clock.code(secret), "enter")
    await screen_is(pilot, "PortableCertificateScreen")
    return secret


async def judged(
    document: bytes,
    chain: tuple[str, ...],
    moment: datetime | None = None,
    tsa: Certificate | None = None,
) -> list[bool]:
    """Return what pyHanko finds of each signature, now or at a moment of the office's clock.

    With an authority each must have a time stamp of it.
    """
    root = Certificate.load(base64.b64decode(chain[-1]))
    trust = ValidationContext(
        moment=moment,
        trust_roots=[root, *([tsa] if tsa else [])],
        other_certs=[Certificate.load(base64.b64decode(each)) for each in chain],
        allow_fetching=False,
    )
    signatures = PdfFileReader(io.BytesIO(document)).embedded_signatures
    found = [await async_validate_pdf_signature(each, trust) for each in signatures]
    stamps = [each.timestamp_validity for each in found]
    assert all((each is not None and each.trusted) == (tsa is not None) for each in stamps)
    return [each.bottom_line for each in found]


@asynccontextmanager
async def stamped(
    member: RunMember, clock: StillClock, language: str
) -> AsyncIterator[RunningAuthority]:
    """Run a time-stamp authority that the administrator sets by keys and tries."""
    spanish = language == "es"
    with time_stamp_authority(clock.now) as authority:
        async with member("amalia", "time_stamping", language=language) as pilot:
            await press_and_wait(pilot, "tsa.example.cl", "f10")
            await wait_until(
                lambda: ("No es la dirección" if spanish else "no address") in shown(pilot)
            )
            await press_and_wait(pilot, *["backspace"] * 14, authority.url, "f10")
            kept = "Los ajustes quedan guardados" if spanish else "The settings are kept"
            await wait_until(lambda: kept in shown(pilot))
            await press_and_wait(pilot, "f5")
            right = "es válido" if spanish else "that holds"
            await wait_until(lambda: right in shown(pilot))
        yield authority


def pdfsig_says(path: Path) -> str:
    """Return what another implementation finds; where it is not installed nothing can be wrong."""
    if shutil.which("pdfsig") is None:
        return "Signature is Valid"
    told = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True)
    return told.stdout


@pytest.mark.soak
async def test_from_the_first_log_in_to_a_signed_pdf(
    member: RunMember, clock: StillClock, tmp_path: Path
):
    paper = tmp_path / "oficio.pdf"
    paper.write_bytes(pdf())
    async with member("osvaldo", "institutions_home") as pilot:
        backend: Any = pilot.app.backend  # pyright: ignore[reportAttributeAccessIssue]
        found = await backend.ask(OfficialsQuery(text="Paula"))
        assert isinstance(found, OfficialsAnswer)
        paula, first = found.entries[0], await backend.first_password(("paula",))
        body = InviteMember(
            user="paula",
            institution=paula.institution,
            official=paula.official,
            first_password=first,
        )
        assert (await backend.execute(body, backend.new_stream("operator"), 0)).applied

    async with member("paula", "first_password", known=(first, None)) as pilot:
        app: Any = pilot.app
        await wait_until(lambda: app.screen._enrolment)
        await press_and_wait(pilot, first.reveal(), "enter", OWN, "enter", OWN, "enter")
        await wait_until(lambda: app.screen.query("QrCode"))
        log_in_secret: Secret = app.screen._enrolment.secret
        await press_and_wait(pilot, clock.code(log_in_secret), "enter")
        await screen_is(pilot, "InstitutionsHomeScreen")
        app.open_screen("portable_request")
        await screen_is(pilot, "PortableRequestScreen")
        await wait_until(lambda: "Teléfono" in shown(pilot))
        await press_and_wait(pilot, "propósito", "enter", "9 6123 4567", "enter")
        await screen_is(pilot, "InstitutionsHomeScreen")
        line = await own_certificate(pilot, ATTENDED)

    async with member("mireya", "institutions_home") as pilot:
        backend = pilot.app.backend  # pyright: ignore[reportAttributeAccessIssue]
        proved = ApprovePortable(
            document="cedula",
            number="A023456789",
            seen_on=office_day(clock.now(), backend.policy.policy),
        )
        stream = StreamRef(kind="portable_certificate", id=line.certificate)
        assert (await backend.execute(proved, stream, line.revision)).applied

    known = Secret(OWN), log_in_secret
    async with member("paula", "institutions_home", known=known) as pilot:
        app = pilot.app
        app.open_screen("portable_certificate", line.certificate)
        await screen_is(pilot, "PortableCertificateScreen")
        await wait_until(lambda: line.run in shown(pilot))
        await choose(pilot, "códigos")
        await screen_is(pilot, "PortableOtpScreen")
        await wait_until(lambda: app.screen.has_class("-enrolling"))
        secret: Secret = app.screen._enrolment.secret
        assert not secret.matches(log_in_secret)
        codes = clock.code(secret, -1), clock.code(secret)
        await press_and_wait(pilot, codes[0], "enter", codes[1], "enter")
        await screen_is(pilot, "PortableCertificateScreen")
        await wait_until(lambda: "en uso" in shown(pilot))
        await choose(pilot, "firmar")
        await screen_is(pilot, "PortableSigningScreen")
        await wait_until(lambda: "Ejemplos" in shown(pilot))
        await press_and_wait(pilot, "f6", until=lambda: screen_name(pilot) == "FilePicker")
        await press_and_wait(pilot, str(paper), "enter")
        await screen_is(pilot, "PortableSigningScreen")
        await wait_until(lambda: "oficio.pdf" in shown(pilot))
        await press_and_wait(pilot, "última página, a la derecha", "enter")
        await wait_until(lambda: app.screen.query("#code"))
        await press_and_wait(pilot, clock.code(secret, 1), "enter")
        await wait_until(lambda: "oficio-firmado.pdf" in shown(pilot))
        answer = await app.backend.ask(PortableQuery(certificate=line.certificate))
    assert isinstance(answer, PortableAnswer)
    signed = paper.with_name("oficio-firmado.pdf")
    assert await judged(signed.read_bytes(), answer.chain) == [True]
    assert "Signature is Valid" in pdfsig_says(signed)


@pytest.mark.parametrize(
    ("language", "size"),
    [("es", (80, 24)), pytest.param("en", (120, 40), marks=pytest.mark.soak)],
)
async def test_codes_are_set_up_and_pdfs_signed(
    member: RunMember, clock: StillClock, tmp_path: Path, language: str, size: tuple[int, int]
):
    spanish = language == "es"
    folder = tmp_path / "oficios"
    folder.mkdir()
    for name in ("uno.pdf", "dos.pdf"):
        (folder / name).write_bytes(pdf())
    (folder / "roto.pdf").write_bytes(b"%PDF-1.7 roto")
    async with (
        stamped(member, clock, language) as authority,
        member("teresa", "institutions_home", language=language, size=size) as pilot,
    ):
        app: Any = pilot.app
        line = await own_certificate(pilot, ATTENDED)
        app.open_screen("portable_certificate", line.certificate)
        await screen_is(pilot, "PortableCertificateScreen")
        secret = await set_up_codes(pilot, clock, "códigos" if spanish else "set up")
        await wait_until(lambda: ("en uso" if spanish else "in use") in shown(pilot))

        await choose(pilot, "firmar" if spanish else "sign")
        await screen_is(pilot, "PortableSigningScreen")
        await wait_until(lambda: "Ejemplos" in shown(pilot))
        await press_and_wait(pilot, "f8", until=lambda: screen_name(pilot) == "FilePicker")
        await press_and_wait(pilot, str(folder), "enter")
        await press_and_wait(pilot, "f10", until=lambda: screen_name(pilot) != "FilePicker")
        await wait_until(lambda: "uno.pdf" in shown(pilot))
        await press_and_wait(pilot, "f10", until=lambda: app.screen.query("#code"))
        # The code of this half minute confirmed the set-up, and works no more.
        await press_and_wait(pilot, clock.code(secret), "enter")
        await wait_until(lambda: ("ya se usó" if spanish else "used already") in shown(pilot))
        await press_and_wait(pilot, clock.code(secret, 1), "enter")
        ending = "-firmado" if spanish else "-signed"
        await wait_until(lambda: f"uno{ending}.pdf" in shown(pilot))
        answer = await app.backend.ask(PortableQuery(certificate=line.certificate))
    assert isinstance(answer, PortableAnswer)
    written = sorted(each.name for each in folder.iterdir())
    assert written == sorted(
        ["uno.pdf", "dos.pdf", "roto.pdf", f"uno{ending}.pdf", f"dos{ending}.pdf"]
    )
    signed = (folder / f"uno{ending}.pdf").read_bytes()
    assert signed.startswith(pdf())
    assert await judged(signed, answer.chain, tsa=authority.certificate) == [True]
    # One before, to try it, and one a file.
    assert authority.asked == 3
    assert "Signature is Valid" in pdfsig_says(folder / f"dos{ending}.pdf")
