"""Suspending a certificate until it is reinstated or revoked."""

from collections.abc import Mapping

from textual import work

from issuance.cases.commands.life import SuspendCertificate
from screens.life_form import LifeForm
from tui.case_words import roles_said
from tui.form_fields import FieldSpec
from tui.translation import N_


class SuspensionScreen(LifeForm):
    """Suspends for a cause; it can be lifted, so nothing is asked twice."""

    ACT = "suspend_certificate"
    DRAFT = "activation.suspension"
    HEADING = N_("Suspend the certificate")

    def meaning(self) -> str:
        """Say that it can be lifted, and by whom."""
        roles = roles_said(self.words.roles_for("reinstate_certificate"), self.translate)
        return self.translate(
            N_(
                "It does not hold from now on, and the holder is told by mail. It can be "
                "reinstated ({roles}) or revoked; its end, {ends}, stays the same."
            ),
            roles=roles,
            ends=self.ends(),
        )

    def specs(self, texts: Mapping[str, str]) -> list[FieldSpec]:
        """Return cause and note."""
        return [
            self.choice("cause", N_("Cause"), self.words.reasons("suspend")),
            self.note(texts.get("cause", "")),
        ]

    @work(exclusive=True, group="command", description="suspend the certificate")
    async def submit(self, values: Mapping[str, str]) -> None:
        """Suspend it."""
        body = SuspendCertificate(
            serial=self.certificate.serial, cause=values["cause"], note=values.get("note", "")
        )
        await self.do(body)
