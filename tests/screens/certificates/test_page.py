"""A certificate's page: its sides, and the files saved of it."""

from pathlib import Path

import pytest
from cryptography import x509

from tests.keys import press_and_wait, wait_until
from tests.screens.certificates.conftest import Issued, Open, certificate_of
from tests.screens.middle_of_a_case import press_until, screen_name, text_of


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
