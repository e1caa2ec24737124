"""Revoking a certificate: who asks, how they were identified, why, and what it means for good."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from textual import work

from backend_client.life_view import LifeView
from issuance.cases.commands.life import RevocationRequest, RevokeCertificate
from issuance.cases.life_state import RevocationWish
from issuance.findings import blocks, informs
from issuance.findings.revocation import RevocationFinding
from issuance.identity.verdict import Reading, impossible
from issuance.queries import UnregisteredRevocation
from screens.life_form import LifeForm
from screens.revocation_fields import (
    CAUSE_BY_ASKER,
    FIRST_ASKER,
    judged,
    request_values,
    revocation_fields,
)
from tui.case_words import ASKERS, finding_in_words, roles_said, said
from tui.form_fields import FieldSpec
from tui.sentences import sentence
from tui.translation import N_, Translator
from tui.widgets.confirm import Confirm


class RevocationScreen(LifeForm):
    """Revokes for good, or asks a second person to where the policy wants one."""

    ACT = "revoke_certificate"
    DRAFT = "activation.revocation"
    HEADING = N_("Revoke the certificate")
    FIRST: ClassVar[Mapping[str, str]] = FIRST_ASKER
    JUDGED_BY: ClassVar[Mapping[str, str]] = CAUSE_BY_ASKER

    def meaning(self) -> str:
        """Say that nothing brings a revoked certificate back."""
        return self.translate(
            N_(
                "It stops holding at once and for good: nobody can undo a revocation. What was "
                "signed with it before stays signed. Unrevoked it would hold until {ends}. If "
                "it is only in doubt, suspend it instead."
            ),
            ends=self.ends(),
        )

    def show_work(self) -> None:
        """Say what the act means, and that another wish waits already."""
        super().show_work()
        certificate = None if self._is_doing else self.state.activation.certificate
        if certificate is not None and certificate.life.wish and self.allowed(self.ACT):
            self.tell_findings([informs(RevocationFinding.REVOCATION_WAITS)])

    def specs(self, texts: Mapping[str, str]) -> list[FieldSpec]:
        """Return who asks, how identified, cause, day and note."""
        return revocation_fields(self, texts)

    def judge(self, name: str, reading: Reading) -> Reading:
        """Refuse what the holder cannot ask for, a second wish, and a day still to come."""
        wish = self.certificate.life.wish
        if name == "asked_by" and wish and self._waits_for_another(reading.value):
            return impossible(reading.value, blocks(RevocationFinding.REVOCATION_WAITS, name))
        return judged(self, name, reading, self.certificate.not_before)

    def _waits_for_another(self, asked_by: str) -> bool:
        """Tell whether what these ask for takes effect only when another person confirms it."""
        link = self.backend.link
        is_alone = link is not None and not link.online
        return is_alone or self.terms.needs_second_person(asked_by)

    @work(exclusive=True, group="command", description="revoke the certificate")
    async def submit(self, values: Mapping[str, str]) -> None:
        """Revoke after the consequence was read and confirmed."""
        body = RevokeCertificate(serial=self.certificate.serial, **request_values(values))
        if await self.app.push_screen_wait(self._question(body)):
            await self.do(body)

    def _question(self, body: RevokeCertificate) -> Confirm:
        name = self.words.person_name(self.state)
        wish = wish_words(body, self.certificate.not_before, self.terms, self.translate)
        link = self.backend.link
        if link is not None and not link.online:
            return self._request(name, wish)
        if not self.terms.needs_second_person(body.asked_by):
            return final_question(name, wish, self.translate)
        roles = roles_said(self.words.roles_for("confirm_revocation"), self.translate)
        consequence = self.translate(
            N_(
                "{wish} It is noted now and takes effect when another person ({roles}) confirms "
                "it. After that nobody can undo it."
            ),
            wish=wish,
            roles=roles,
        )
        question = self.translate(N_("Revoke the certificate of {name}?"), name=name)
        return Confirm(question, consequence, self.translate(N_("Yes, ask for it")))

    def _request(self, name: str, wish: str) -> Confirm:
        """Return the question where the server cannot be reached: only the request is recorded."""
        roles = roles_said(self.words.roles_for("confirm_revocation"), self.translate)
        consequence = N_(
            "{wish} The request is recorded here with this hour and leaves before everything else"
            " once there is a connection; then another person ({roles}) confirms it. Until then the"
            " certificate holds: telephone one of them now."
        )
        return Confirm(
            self.translate(N_("Record the request to revoke for {name}?"), name=name),
            self.translate(consequence, wish=wish, roles=roles),
            self.translate(N_("Yes, record the request")),
        )


def wish_words(
    wish: RevocationRequest | RevocationWish | UnregisteredRevocation,
    not_before: datetime | None,
    terms: LifeView,
    translate: Translator,
) -> str:
    """Return why a certificate is to be revoked, who asks, how identified, and since when.

    `not_before` is the certificate's, where it is known: an earlier day is told as odd.
    """
    words = translate(
        N_("Cause: {cause}. Asked for by: {asker}. {way}."),
        cause=terms.cause(wish.cause),
        asker=wish.asker or said(ASKERS, wish.asked_by, translate),
        way=terms.way(wish.identified_by),
    )
    if wish.effective is None:
        return words
    since = translate(N_("Not to be relied on since {day}."), day=terms.day(wish.effective))
    odd = terms.effective_date_findings(wish.effective, not_before) if not_before else ()
    told = (sentence(finding_in_words(each, translate), translate) for each in odd)
    return " ".join((words, since, *told))


def final_question(name: str, wish: str, translate: Translator) -> Confirm:
    """Return the question before a revocation takes effect."""
    return Confirm(
        translate(N_("Revoke the certificate of {name}?"), name=name),
        translate(
            N_(
                "{wish} It stops holding at once, and nobody can ever undo this, not even the "
                "office. The holder is told by mail."
            ),
            wish=wish,
        ),
        translate(N_("Yes, revoke it for good")),
    )
