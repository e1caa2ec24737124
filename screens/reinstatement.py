"""Lifting a suspension."""

from collections.abc import Mapping

from textual import work

from issuance.cases.commands.life import ReinstateCertificate
from screens.life_form import LifeForm
from tui.form_fields import FieldSpec
from tui.moments import full
from tui.translation import N_


class ReinstatementScreen(LifeForm):
    """Lets a suspended certificate hold again, for a cause."""

    ACT = "reinstate_certificate"
    DRAFT = "activation.reinstatement"
    HEADING = N_("Reinstate the certificate")

    def meaning(self) -> str:
        """Say why it was suspended, and what lifting that means."""
        standing = self.certificate.life.standing
        if standing is None:
            return ""
        return self.translate(
            N_(
                "It holds again from now on, until {ends}, and the holder is told by mail.\n"
                "Suspended {moment} by {operator}: {cause}."
            ),
            moment=full(standing.at, self.words.zone, self.translate.language),
            operator=self.name_of(standing.by),
            cause=" · ".join(filter(None, (self.terms.cause(standing.cause), standing.note))),
            ends=self.ends(),
        )

    def specs(self, texts: Mapping[str, str]) -> list[FieldSpec]:
        """Return cause and note."""
        return [
            self.choice("cause", N_("Cause"), self.words.reasons("reinstate")),
            self.note(texts.get("cause", "")),
        ]

    @work(exclusive=True, group="command", description="reinstate the certificate")
    async def submit(self, values: Mapping[str, str]) -> None:
        """Lift the suspension."""
        body = ReinstateCertificate(
            serial=self.certificate.serial, cause=values["cause"], note=values.get("note", "")
        )
        await self.do(body)
