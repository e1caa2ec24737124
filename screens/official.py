"""An official: data, mandates as a certifier, account, certificates, and what can be done."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from issuance.institution_queries import OfficialAnswer, OfficialQuery
from issuance.institutions.official_decisions import (
    DismissAuditor,
    NameAuditor,
    WithdrawCertifier,
)
from issuance.institutions.official_stream import Mandate
from issuance.institutions.portable_stream import PortableStatus
from issuance.streams import StreamRef
from screens.paged_text import Heading, LabelledRow, Part
from screens.person_fields import person_rows
from screens.renewed_access import RENEW, RENEW_LABEL, renew_access
from screens.stream_page import StreamPage
from tui.institution_words import GROUNDS
from tui.portable_words import STATES
from tui.translation import N_

_CHANGE, _END, _ACCOUNT = "change_official", "end_official", "invite_member"
_ASK, _GRANT, _WITHDRAW = "open_ticket", "grant_certifier", "withdraw_certifier"
_AUDITOR, _NO_AUDITOR = "name_auditor", "dismiss_auditor"
_LABELS: Final = {
    _CHANGE: N_("Change the data"),
    _ACCOUNT: N_("Give an account"),
    RENEW: RENEW_LABEL,
    _ASK: N_("Ask for the role of certifier (ticket)"),
    _GRANT: N_("Make a certifier, or a substitute for some days"),
    _WITHDRAW: N_("Withdraw a mandate as certifier"),
    _AUDITOR: N_("Name auditor: reads everything, changes nothing"),
    _NO_AUDITOR: N_("Dismiss as auditor"),
    _END: N_("End the registration"),
}
_CERTIFICATE: Final = "certificate"


class OfficialScreen(StreamPage):
    """Shows an official of an institution.

    Args:
        official: the registration's identifier.
    """

    def __init__(self, official: UUID) -> None:
        super().__init__(StreamRef(kind="official", id=official))
        self._known: OfficialAnswer | None = None
        self._substituted: dict[UUID, str] = {}

    async def read_page(self) -> bool:
        """Read the official."""
        answer = await self.backend.ask(OfficialQuery(official=self.ref.id))
        if not isinstance(answer, OfficialAnswer):
            self.told(answer)
            return False
        self._known, self.revision = answer, answer.line.revision
        await self._read_substituted()
        return True

    async def _read_substituted(self) -> None:
        """Read whom the official stands in for."""
        for mandate in self.known.state.mandates:
            if mandate.substitutes is not None and mandate.substitutes not in self._substituted:
                answer = await self.backend.ask(OfficialQuery(official=mandate.substitutes))
                if isinstance(answer, OfficialAnswer):
                    self._substituted[mandate.substitutes] = answer.line.name

    @property
    def known(self) -> OfficialAnswer:
        """Return what was read; raises RuntimeError before that."""
        if self._known is None:
            raise RuntimeError("nothing was read yet")
        return self._known

    @property
    def name_of_person(self) -> str:
        """Return the official's name, as long as it is kept."""
        person = self.known.state.person
        return person.full_name if person else "–"

    def help_text(self) -> str:
        """Explain whom to register, in the policy's words."""
        return self.words.text("help/officials")

    def headline(self) -> str:
        """Name the official and the institution."""
        ended = self.translate(N_("no longer registered")) if self.known.state.ended else ""
        parts = (self.name_of_person, self.known.line.institution_name, ended)
        return " · ".join(part for part in parts if part)

    def parts(self) -> Sequence[Part]:
        """Say what is known."""
        state, translate = self.known.state, self.translate
        account = self.known.line.user or translate(N_("none yet"))
        parts: list[Part] = [
            *person_rows(self.terms, state.person),
            LabelledRow(translate(N_("User of the account")), account),
            Heading(translate(N_("Certifier (ministro de fe)"))),
        ]
        parts += [self._mandate_row(each) for each in state.mandates] or [
            translate(N_("No mandate."))
        ]
        if state.auditor:
            parts.append(translate(N_("Auditor: reads everything of the institution.")))
        parts.append(Heading(translate(N_("Certificates"))))
        parts += [
            LabelledRow(
                self.words.word("purposes", each.purpose),
                translate(STATES[PortableStatus(each.status)]),
            )
            for each in self.known.certificates
        ] or [translate(N_("None."))]
        return parts

    def _mandate_row(self, mandate: Mandate) -> LabelledRow:
        ground = self.translate(GROUNDS[mandate.ground.value])
        if mandate.substitutes is not None:
            name = self._substituted.get(mandate.substitutes, "–")
            ground = self.translate(N_("Stands in for {name}"), name=name)
        return LabelledRow(ground, self._days(mandate))

    def _days(self, mandate: Mandate) -> str:
        first = f"{mandate.from_day:%d/%m/%Y}"
        if mandate.until_day is None:
            days = self.translate(N_("since {first}"), first=first)
        else:
            last = f"{mandate.until_day:%d/%m/%Y}"
            days = self.translate(N_("{first} to {last}"), first=first, last=last)
        today = self.today
        if mandate.in_force(today):
            return self.translate(N_("{days}: in force"), days=days)
        over = mandate.until_day is not None and mandate.until_day < today
        words = N_("{days}: over") if over else N_("{days}: not yet")
        return self.translate(words, days=days)

    def choices(self) -> list[tuple[str, str]]:
        """Return what one may do now."""
        state = self.known.state
        certificates = (
            [(_CERTIFICATE, self.translate(N_("Open a certificate or request")))]
            if self.known.certificates
            else []
        )
        if state.ended:
            return certificates
        acts = [act for act in _LABELS if self.may(act, state.institution, self.ref.id)]
        user = self.known.line.user
        if user and _ACCOUNT in acts:
            acts.remove(_ACCOUNT)
        if RENEW in acts and user in ("", self.backend.session.operator):
            acts.remove(RENEW)
        if _WITHDRAW in acts and not state.mandates:
            acts.remove(_WITHDRAW)
        if _AUDITOR in acts:
            acts.remove(_AUDITOR if state.auditor or state.mandates else _NO_AUDITOR)
        if _NO_AUDITOR in acts and not state.auditor:
            acts.remove(_NO_AUDITOR)
        if _ASK in acts and _GRANT in acts:  # who grants needs nobody to ask
            acts.remove(_ASK)
        return [*((act, self.translate(_LABELS[act])) for act in acts), *certificates]

    async def lead_through(self, act: str) -> None:
        """Do it."""
        state, app = self.known.state, self.ventanilla
        if act == _CHANGE:
            app.open_screen("official_entry", state.institution, self.ref.id, self.known)
        elif act == _ACCOUNT:
            app.open_screen("member_entry", state.institution, self.ref.id, self.name_of_person)
        elif act == RENEW:
            await renew_access(self, self.name_of_person, self.known.line.user)
        elif act == _ASK:
            about = (self.ref.id, self.name_of_person)
            app.open_screen("ticket_entry", state.institution, about)
        elif act == _GRANT:
            app.open_screen("certifier_grant", self.ref.id, self.known)
        elif act == _WITHDRAW:
            await self._withdraw()
        elif act == _AUDITOR:
            await self._name_auditor()
        elif act == _NO_AUDITOR:
            await self.give_here(DismissAuditor())
        elif act == _END:
            app.open_screen("official_end", self.known)
        elif act == _CERTIFICATE:
            await self._open_certificate()

    async def _open_certificate(self) -> None:
        choices = [
            (str(each.certificate), self._certificate_words(each.purpose, each.status))
            for each in self.known.certificates
        ]
        chosen = choices[0][0]
        if len(choices) > 1:
            chosen = await self.choose(self.translate(N_("Which one?")), choices)
        if chosen is not None:
            self.ventanilla.open_screen("portable_certificate", UUID(chosen))

    def _certificate_words(self, purpose: str, status: str) -> str:
        state = self.translate(STATES[PortableStatus(status)])
        return f"{self.words.word('purposes', purpose)}: {state}"

    async def _withdraw(self) -> None:
        mandates = [(str(each.id), self._mandate_words(each)) for each in self.known.state.mandates]
        chosen = await self.choose(self.translate(N_("Which mandate?")), mandates)
        if chosen is None:
            return
        if await self.confirm(
            self.translate(N_("Withdraw this mandate of {name}?"), name=self.name_of_person),
            self.translate(N_("From this moment {name} approves nothing by it."),
                           name=self.name_of_person),
            self.translate(N_("Yes, withdraw it")),
        ):  # fmt: skip
            await self.give_here(WithdrawCertifier(mandate=UUID(chosen)))

    async def _name_auditor(self) -> None:
        if await self.confirm(
            self.translate(N_("Let {name} audit the institution?"), name=self.name_of_person),
            self.translate(
                N_("Officials, requests, certificates, signatures and the history can be read.")
            ),
            self.translate(N_("Yes, name auditor")),
        ):
            await self.give_here(NameAuditor())

    def _mandate_words(self, mandate: Mandate) -> str:
        row = self._mandate_row(mandate)
        return f"{row.label}: {row.value}"
