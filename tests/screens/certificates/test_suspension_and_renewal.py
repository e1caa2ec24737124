"""A certificate is suspended and reinstated, or renewed."""

from issuance.cases.state import CaseStatus
from screens.paged_text import PagedText
from tests.keys import press_and_wait, wait_until
from tests.screens.certificates.conftest import (
    Issued,
    Open,
    certificate_of,
    choose,
    drawn,
    state_of,
)
from tests.screens.middle_of_a_case import press_until, question, screen_name, settled, text_of
from tui.application import application
from tui.form import Form


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
        await question(pilot, "duda", "enter", "enter")
        await press_until(pilot, "enter", screen="CertificateScreen")
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
        application(pilot.app.screen).open_screen("case", renewed.id)
        await wait_until(lambda: pilot.app.screen.query("#known"))
        await wait_until(lambda: serial in text_of(pilot, "#known"))
        assert "Renueva a" in text_of(pilot, "#known")
        application(pilot.app.screen).open_screen("certificate", issued.old)
        await drawn(pilot)
        assert "renovarse" not in text_of(pilot, "#standing")
        await choose(pilot, "renovar", "CertificateScreen")
        assert renewed.number in text_of(pilot, "#message")
        application(pilot.app.screen).open_screen("approval", renewed.id)
        await drawn(pilot)
        pages = pilot.app.screen.query_one(PagedText)._pages
        assert serial in "".join(each.plain for each in pages)


async def test_what_cannot_be_renewed_says_why(opened: Open, issued: Issued):
    async with opened("olga", "certificate", issued.new) as pilot:
        await choose(pilot, "renovar", "CertificateScreen")
        assert "90 días" in text_of(pilot, "#message")
    async with opened("carmen", "certificate", issued.old) as pilot:
        await choose(pilot, "renovar", "CertificateScreen")
        assert "operador" in text_of(pilot, "#message")
