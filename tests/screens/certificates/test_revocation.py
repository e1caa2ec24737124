"""A certificate is revoked: by its holder's wish, after a death, for an authority."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from textual.pilot import Pilot
from textual.widgets import OptionList, Static

from issuance.cases.commands.life import RevokeCertificate
from issuance.cases.state import CaseStatus
from issuance.findings import Severity, any_blocks
from issuance.queries import CaseAnswer, CaseQuery, WorklistAnswer, WorklistQuery
from issuance.streams import StreamRef
from tests.keys import press_and_wait, wait_until
from tests.screens.certificates.conftest import (
    Issued,
    Open,
    certificate_of,
    choose,
    drawn,
    state_of,
)
from tests.screens.conftest import shown
from tests.screens.middle_of_a_case import press_until, question, screen_name, settled, text_of
from tui.application import application
from tui.form import Form
from tui.form_fields import FieldRow
from tui.widgets.message_line import MessageLine


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
        await settled(pilot)
        # The holder was dead when it was issued: told, and no reason to refuse.
        odd = form.query_one("#field-effective", FieldRow).findings
        assert [each.severity for each in odd] == [Severity.WARNS]
        await question(pilot, "f10")
        asked = text_of(pilot, ".consequence")
        assert f"desde el {day:%d/%m/%Y}" in asked
        assert "anterior a la emisión" in asked
        assert "\ufffd" not in asked
        await press_until(pilot, "down", "enter", screen="WorklistScreen")
    async with opened("olga", "revocation", issued.new) as pilot:
        # A second wish of that kind is refused before anything else is typed.
        assert "segunda persona" in text_of(pilot, "#message")
        form = pilot.app.screen.query_one(Form)
        form.focus_field("asked_by")
        await press_and_wait(pilot, "autoridad", "enter")
        await settled(pilot)
        assert any_blocks(form.query_one("#field-asked_by", FieldRow).findings)
    async with opened("adrian", "revocation_review", issued.new) as pilot:
        assert "anterior a la emisión" in text_of(pilot, "#message")
        await question(pilot, "f10")
        assert f"desde el {day:%d/%m/%Y}" in text_of(pilot, ".consequence")
        # An approver does not issue: the list waits, and whoever revoked is told before leaving.
        await question(pilot, "down", "enter")
        assert "su publicación" in text_of(pilot, ".consequence")
        behind = pilot.app.screen_stack[-2]
        assert "deshacerlo" in str(behind.query_one("#meaning", Static).render())
        assert "Corrija" not in str(behind.query_one(MessageLine).render())
        assert "pueda emitir" in text_of(pilot, ".consequence")
        await press_until(pilot, "enter", screen="WorklistScreen")
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
        await question(pilot, "down", "enter")
        await press_until(pilot, "enter", screen="CaseOverviewScreen")
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
