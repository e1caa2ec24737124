"""An institution: its papers, its operator, its issuing authority, and what can be done with it."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from issuance.institution_queries import InstitutionAnswer, InstitutionQuery
from issuance.institutions.institution_decisions import (
    ApproveInstitution,
    EndInstitution,
    RefuseInstitution,
)
from issuance.institutions.institution_stream import InstitutionStatus
from issuance.streams import StreamRef
from screens.brought_file import save_copy
from screens.paged_text import Heading, LabelledRow, Part
from screens.person_fields import person_rows
from screens.renewed_access import RENEW, RENEW_LABEL, renew_access
from screens.stream_page import StreamPage
from tui.case_words import said
from tui.institution_words import INSTITUTION_STATES
from tui.moments import day
from tui.translation import N_

_APPROVE, _REFUSE, _END = "approve_institution", "refuse_institution", "end_institution"
_REPLACE, _RENAME, _ACCOUNT = "replace_operator", "rename_institution", "invite_operator"
_OFFICIALS, _HISTORY = "officials", "history"
_AGREEMENT, _ACT = "agreement", "administrative_act"
_LABELS: Final = {
    _APPROVE: N_("Approve: enable the institution"),
    _REFUSE: N_("Refuse to enable it"),
    _OFFICIALS: N_("Its officials"),
    _ACCOUNT: N_("Give the operator an account"),
    RENEW: RENEW_LABEL,
    _REPLACE: N_("Make another person the operator"),
    _RENAME: N_("Change its name"),
    _END: N_("End: serve it no more"),
    _AGREEMENT: N_("Save a copy of the agreement"),
    _ACT: N_("Save a copy of the administrative act"),
    _HISTORY: N_("History"),
}
_WAITING: Final = (_APPROVE, _REFUSE)
_ENABLED: Final = (_ACCOUNT, RENEW, _REPLACE, _RENAME, _END)


class InstitutionScreen(StreamPage):
    """Shows an institution to the centre, and to its own people.

    Args:
        institution: its identifier.
    """

    def __init__(self, institution: UUID) -> None:
        super().__init__(StreamRef(kind="institution", id=institution))
        self._known: InstitutionAnswer | None = None

    async def read_page(self) -> bool:
        """Read the institution."""
        answer = await self.backend.ask(InstitutionQuery(institution=self.ref.id))
        if not isinstance(answer, InstitutionAnswer):
            self.told(answer)
            return False
        self._known, self.revision = answer, answer.line.revision
        return True

    @property
    def known(self) -> InstitutionAnswer:
        """Return what was read; raises RuntimeError before that."""
        if self._known is None:
            raise RuntimeError("nothing was read yet")
        return self._known

    def help_text(self) -> str:
        """Explain how an institution is enabled, in the policy's words."""
        return self.words.text("help/institutions")

    def headline(self) -> str:
        """Name the institution, and say where it stands."""
        state = self.known.state
        return f"{state.name} · {said(INSTITUTION_STATES, state.status.value, self.translate)}"

    def parts(self) -> Sequence[Part]:
        """Say what is known."""
        state, translate = self.known.state, self.translate
        rows: list[Part] = [
            LabelledRow(translate(N_("Short form")), state.short_name or "–"),
            LabelledRow(translate(N_("RUT")), state.rut),
            LabelledRow(translate(N_("Ministry")), state.ministry),
        ]
        if state.agreement is not None:
            signed = f"{state.agreement.signed_on:%d/%m/%Y}"
            words = translate(
                N_("No. {number} of {date}"), number=state.agreement.number, date=signed
            )
            rows.append(LabelledRow(translate(N_("Agreement")), words))
        on_file = N_("on file") if state.administrative_act else N_("not on file")
        rows += [
            LabelledRow(translate(N_("Administrative act")), translate(on_file)),
            LabelledRow(translate(N_("Asked for by")), state.asked_by),
            *self._authority_rows(),
            Heading(translate(N_("Operator"))),
            *person_rows(self.terms, state.operator),
        ]
        account = self.known.operator_user or translate(N_("none yet"))
        rows.append(LabelledRow(translate(N_("User of the account")), account))
        return rows

    def _authority_rows(self) -> list[LabelledRow]:
        label, authority = self.translate(N_("Issuing authority")), self.known.state.authority
        if authority is None:
            return [LabelledRow(label, self.translate(N_("not made yet")))]
        until = day(authority.not_after, self.words.zone, self.translate.language)
        words = self.translate(
            N_("generation {generation}, until {day}"), generation=authority.generation, day=until
        )
        return [LabelledRow(label, words)]

    def choices(self) -> list[tuple[str, str]]:
        """Return what one may do with it now."""
        state, institution = self.known.state, self.ref.id
        acts: list[str] = []
        if state.status is InstitutionStatus.ASKED:
            acts += [act for act in _WAITING if self.may(act, institution)]
        if state.status is InstitutionStatus.ACTIVE:
            acts.append(_OFFICIALS)
            acts += [act for act in _ENABLED if self.may(act, institution)]
            user = self.known.operator_user
            if user and _ACCOUNT in acts:
                acts.remove(_ACCOUNT)
            if RENEW in acts and user in ("", self.backend.session.operator):
                acts.remove(RENEW)
        acts += [_AGREEMENT] if state.agreement else []
        acts += [_ACT] if state.administrative_act else []
        return [(act, self.translate(_LABELS[act])) for act in (*acts, _HISTORY)]

    async def lead_through(self, act: str) -> None:
        """Do it, after a question where it cannot be undone."""
        state, app, institution = self.known.state, self.ventanilla, self.ref.id
        if act == _APPROVE:
            await self._approve()
        elif act in (_REFUSE, _END):
            await self._stop(act)
        elif act == _OFFICIALS:
            app.open_screen("officials", institution, state.name)
        elif act == _HISTORY:
            app.open_screen("institution_history", institution, state.name)
        elif act == _REPLACE:
            app.open_screen("operator_replacement", institution, self.known)
        elif act == _RENAME:
            app.open_screen("institution_name", institution, self.known)
        elif act == _ACCOUNT and state.operator is not None:
            app.open_screen("member_entry", institution, None, state.operator.full_name)
        elif act == RENEW and state.operator is not None:
            await renew_access(self, state.operator.full_name, self.known.operator_user)
        elif act == _AGREEMENT and state.agreement is not None:
            await save_copy(self, state.agreement.file, self.translate(N_("agreement")))
        elif act == _ACT and state.administrative_act is not None:
            await save_copy(self, state.administrative_act, self.translate(N_("act")))

    async def _approve(self) -> None:
        state = self.known.state
        if await self.confirm(
            self.translate(N_("Enable “{name}”?"), name=state.name),
            self.translate(
                N_(
                    "From now on it manages its own people, and its issuing authority is made. "
                    "This cannot be taken back, only ended."
                )
            ),
            self.translate(N_("Yes, enable it")),
        ):
            await self.give_here(ApproveInstitution())

    async def _stop(self, act: str) -> None:
        state, is_end = self.known.state, act == _END
        chosen = await self.ask_reason(
            self.translate(_LABELS[act]), list(self.words.reasons("cancel"))
        )
        if chosen is None:
            return
        question = N_("End “{name}”?") if is_end else N_("Refuse to enable “{name}”?")
        consequence = (
            N_("Nobody of it can log in or sign any more, and its certificates are revoked.")
            if is_end
            else N_("It has to be asked for again. The help desk is told.")
        )
        yes = N_("Yes, end it") if is_end else N_("Yes, refuse it")
        if await self.confirm(
            self.translate(question, name=state.name), self.translate(consequence),
            self.translate(yes),
        ):  # fmt: skip
            body = EndInstitution if is_end else RefuseInstitution
            await self.give_here(body(reason=chosen.code, note=chosen.reason))
