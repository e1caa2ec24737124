"""What can be done with a case as a whole: hold, resume, cancel, reject, send again."""

from typing import TYPE_CHECKING, Any, Final

from issuance.cases.commands.activation import SendActivationCode
from issuance.cases.commands.application import Reject, SendEmailCode
from issuance.cases.commands.conduct import CancelCase, HoldCase, ResendNotice, ResumeCase
from issuance.identity.cleaning import printable
from screens.act_reason import ask_reason
from screens.capture_receipt import show_receipt
from screens.certificate_acts import LIFE_SCREENS
from tui.case_words import ACTS, NOTICE_STATES, NOTICES, said
from tui.moments import full
from tui.translation import N_
from tui.widgets.confirm import Confirm
from tui.widgets.value_list import ValueList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from issuance.commands import Body
    from issuance.queries import NoticeEntry
    from screens.case_screen import CaseScreen

HISTORY: Final = "history"
CERTIFICATE: Final = "certificate"
RECEIPT: Final = "capture_receipt"
_ELSEWHERE: Final = {
    "amend_application": "application",
    "return_application": "approval",
    "return_evidence": "evidence_review",
    "refuse_payment": "payment_review",
    "give_up_key": "activation",
    "record_signed_contract": "contract",
    **LIFE_SCREENS,
}
"""Acts that have a screen of their own, where what is to be mended is marked."""

_OFFERED: Final = (
    "resume_case", "send_email_code", "send_activation_code", "record_signed_contract",
    *LIFE_SCREENS, "resend_notice", "hold_case", "amend_application", "return_application",
    "return_evidence", "refuse_payment", "give_up_key", "cancel_case", "reject",
)  # fmt: skip

_Reasoned = HoldCase | ResumeCase | CancelCase | Reject | SendEmailCode | SendActivationCode

_REASONED: Final[dict[str, type[_Reasoned]]] = {
    "hold_case": HoldCase,
    "resume_case": ResumeCase,
    "cancel_case": CancelCase,
    "reject": Reject,
    "send_email_code": SendEmailCode,
    "send_activation_code": SendActivationCode,
}
_CODE_MAILS: Final = {
    "email_code": "send_email_code",
    "activation_code": "send_activation_code",
    "activation_code_link": "send_activation_code",
}
"""A mail that held a code is not sent twice: a new code is."""

_TOLD: Final = {
    "resume_case": N_("The case goes on."),
    "hold_case": N_("The case is on hold. Whoever resumes it goes on where it stands."),
    "cancel_case": N_("The case is cancelled, and the applicant is told by mail."),
    "reject": N_("The case is rejected, and the applicant is told by mail."),
    "send_email_code": N_("A new code goes to {email}; older ones no longer work."),
    "send_activation_code": N_("A new code goes to {email}; older ones no longer work."),
    "resend_notice": N_("The message goes to {email} again."),
}
_CONSEQUENCES: Final = {
    "cancel_case": N_(
        "The case of {name} ends here and cannot be reopened. The applicant is told by mail. "
        "Reason: {reason}."
    ),
    "reject": N_(
        "The application of {name} is rejected for good. The applicant is told by mail. "
        "Reason: {reason}."
    ),
}
_YES: Final = {
    "cancel_case": N_("Yes, cancel case {number}"),
    "reject": N_("Yes, reject case {number}"),
}


class CaseActs:
    """Leads through one act on the case a screen shows: choice, reason, confirmation, command.

    Args:
        screen: shows the case.
        notices: the case's mails, of which one may be sent again.
    """

    def __init__(self, screen: "CaseScreen[Any]", notices: "Sequence[NoticeEntry]" = ()) -> None:
        self._screen = screen
        self._notices = notices

    async def choose(self) -> None:
        """Offer the acts; those that cannot be done now say why when chosen."""
        screen = self._screen
        possible = [act for act in _OFFERED if screen.allowed(act)]
        others = [act for act in _OFFERED if act not in possible and self._is_worth_asking(act)]
        choices = [
            *((act, screen.translate(ACTS[act])) for act in possible),
            *self._certificate_choice(),
            *self._receipt_choice(),
            (HISTORY, screen.translate(N_("History of the case"))),
            *(
                (act, screen.translate(N_("{act} (not now)"), act=screen.translate(ACTS[act])))
                for act in others
            ),
        ]
        title = screen.translate(N_("What is to be done?"))
        act = await self._ask(ValueList(title, choices))
        if act in (HISTORY, CERTIFICATE):
            screen.ventanilla.open_screen(act, screen.case)
        elif act == RECEIPT:
            await show_receipt(screen, screen.case)
        elif act in possible:
            await self.lead_through(act)
        elif act is not None:
            screen.tell_findings(self._obstacles(act))

    def _certificate_choice(self) -> "list[tuple[str, str]]":
        certificate = self._screen.state.activation.certificate
        if certificate is None or not certificate.issued:
            return []
        return [(CERTIFICATE, self._screen.translate(N_("The certificate: data, chain, files")))]

    def _receipt_choice(self) -> "list[tuple[str, str]]":
        """Offer a receipt where the server may not have the case yet."""
        if self._screen.backend.beside_server is None:
            return []
        return [(RECEIPT, self._screen.translate(N_("Receipt for the applicant")))]

    def _is_worth_asking(self, act: str) -> bool:
        return act not in _ELSEWHERE and bool(self._obstacles(act))

    def _obstacles(self, act: str) -> Any:
        return next((each.findings for each in self._screen.acts() if each.act == act), ())

    async def lead_through(self, act: str) -> None:
        """Ask for what an act that is possible needs, then do it."""
        if act in _ELSEWHERE:
            self._screen.ventanilla.open_screen(_ELSEWHERE[act], self._screen.case)
        elif act in _REASONED:
            await self._do_for_a_reason(act)
        else:
            await self._resend()

    async def _do_for_a_reason(self, act: str) -> None:
        chosen = await ask_reason(self._screen, act)
        if chosen is None:
            return
        reason = self._screen.words.word("reasons", chosen.code)
        if act in _CONSEQUENCES and not await self._is_confirmed(act, reason):
            return
        await self._do(act, _REASONED[act](reason=chosen.code, note=chosen.reason))

    async def _is_confirmed(self, act: str, reason: str) -> bool:
        screen = self._screen
        consequence = screen.translate(
            _CONSEQUENCES[act], name=screen.words.person_name(screen.state), reason=reason
        )
        yes = screen.translate(_YES[act], number=screen.state.number)
        return bool(await self._ask(Confirm(screen.translate(ACTS[act]), consequence, yes)))

    async def _resend(self) -> None:
        screen = self._screen
        choices = [(str(each.id), self._mail_line(each)) for each in self._notices]
        if not choices:
            screen.tell(screen.translate(N_("No message was sent in this case yet.")))
            return
        title = screen.translate(N_("Which message is sent again?"))
        chosen = await self._ask(ValueList(title, choices))
        notice = next((each for each in self._notices if str(each.id) == chosen), None)
        if notice is None:
            return
        act = _CODE_MAILS.get(notice.template)
        if act is None:
            await self._send_again(notice)
        elif screen.allowed(act):
            await self._do_for_a_reason(act)
        else:
            screen.tell_findings(self._obstacles(act))

    async def _send_again(self, notice: "NoticeEntry") -> None:
        chosen = await ask_reason(self._screen, "resend_notice")
        if chosen is not None:
            body = ResendNotice(notice=notice.id, reason=chosen.code, note=chosen.reason)
            await self._do("resend_notice", body)

    def _mail_line(self, notice: "NoticeEntry") -> str:
        translate = self._screen.translate
        return " · ".join(
            (
                said(NOTICES, notice.template, translate),
                full(notice.created_at, self._screen.words.zone, translate.language),
                said(NOTICE_STATES, notice.state, translate),
            )
        )

    async def _do(self, act: str, body: "Body") -> None:
        receipt = await self._screen.execute(body)
        if receipt is not None and receipt.applied:
            email = printable(self._screen.words.email(self._screen.state))
            self._screen.tell(self._screen.translate(_TOLD[act], email=email))

    async def _ask(self, dialog: Any) -> Any:
        return await self._screen.ventanilla.push_screen_wait(dialog)
