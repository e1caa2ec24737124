"""A certificate whose key stays in custody: how it stands, and what can be done and by whom."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from backend_client.life_view import LifeView
from issuance.identity.cleaning import printable
from issuance.identity.dates import date_as_typed
from issuance.institution_queries import PortableAnswer, PortableLine, PortableQuery
from issuance.institutions.portable_commands import (
    NudgeCertifiers,
    RejectPortable,
    WithdrawPortable,
)
from issuance.institutions.portable_stream import PortableStatus
from issuance.signing.ticket_token import ATTENDED
from issuance.streams import StreamRef
from screens.paged_text import Heading, LabelledRow, Part
from screens.stream_page import StreamPage
from tui.institution_words import EVENTS
from tui.moments import full
from tui.portable_words import CODES, CODES_MISSING, NEXT, STATES
from tui.translation import N_

_SIGN, _CODES, _PERMISSIONS, _RENEW = "sign", "codes", "permissions", "renew"
_NUDGE, _WITHDRAW = "nudge_certifiers", "withdraw_portable"
_REVOKE, _NEW_CODES = "revoke_portable", "allow_new_otp"
_APPROVE, _REJECT = "approve_portable", "reject_portable"
_LABELS: Final = {
    _APPROVE: N_("Approve: the holder was seen in person"),
    _REJECT: N_("Reject, with a reason"),
    _SIGN: N_("Sign PDFs with it"),
    _CODES: N_("Set up the codes on the telephone"),
    _PERMISSIONS: N_("Choose the applications that may sign"),
    _RENEW: N_("Ask for another one in its place"),
    _NUDGE: N_("Remind the certifiers"),
    _WITHDRAW: N_("Take the request back"),
    _NEW_CODES: N_("Telephone lost: let the holder set up new codes"),
    _REVOKE: N_("Revoke it for good"),
}
"""What can be done here, the likeliest first."""
_OVER: Final = frozenset(
    {
        PortableStatus.WITHDRAWN,
        PortableStatus.REJECTED,
        PortableStatus.REVOKED,
        PortableStatus.EXPIRED,
    }
)


class PortableCertificateScreen(StreamPage):
    """Shows a request or certificate to its holder, the operator and the certifiers.

    Args:
        certificate: its identifier.
    """

    def __init__(self, certificate: UUID) -> None:
        super().__init__(StreamRef(kind="portable_certificate", id=certificate))
        self._known: PortableAnswer | None = None

    def help_text(self) -> str:
        """Explain how a certificate comes about, and where its key is."""
        return self.words.text("help/holder")

    async def read_page(self) -> bool:
        """Read the certificate with its course."""
        answer = await self.backend.ask(PortableQuery(certificate=self.ref.id))
        if not isinstance(answer, PortableAnswer):
            self.told(answer)
            return False
        self._known, self.revision = answer, answer.line.revision
        return True

    @property
    def known(self) -> PortableAnswer:
        """Return what was read; raises RuntimeError before that."""
        if self._known is None:
            raise RuntimeError("nothing was read yet")
        return self._known

    def headline(self) -> str:
        """Say whose it is and how it stands."""
        line = self.known.line
        state = self.translate(STATES[PortableStatus(line.status)])
        return f"{line.official_name} · {self._purpose(line)} · {state}"

    def parts(self) -> Sequence[Part]:
        """Say what comes next, then what is known, then what happened."""
        line, translate = self.known.line, self.translate
        rows = (
            (N_("Institution"), line.institution_name),
            (N_("Holder"), f"{line.official_name} · {line.run}"),
            (N_("Purpose"), self._purpose(line)),
            (N_("Codes to sign with"), translate(CODES[line.otp]) if line.otp else ""),
            (N_("Ends"), self._moment(line.not_after) if line.not_after else ""),
            (N_("Serial number"), line.serial),
        )
        parts: list[Part] = [translate(self._next(line)), ""]
        parts += [LabelledRow(translate(label), value) for label, value in rows if value]
        parts += ["", Heading(translate(N_("What happened")))]
        for each in self.known.history:
            words = translate(EVENTS.get(each.kind, each.kind))
            told = " · ".join(filter(None, (words, each.by, self._facts(each.details))))
            parts.append(LabelledRow(self._moment(each.at), told))
        return parts

    def _facts(self, details: Mapping[str, str]) -> str:
        """Say with what document the holder was seen, or why something ended."""
        facts: list[str] = []
        if "seen_on" in details:
            document = self.words.word("identity_documents", details["document"])
            seen = f"{date.fromisoformat(details['seen_on']):%d/%m/%Y}"
            facts.append(f"{document} {details['number']}, {seen}")
        ground = details.get("reason") or details.get("cause")
        facts += [self.words.word("reasons", ground)] if ground else []
        if "effective" in details:
            since = date_as_typed(details["effective"])
            facts.append(self.translate(N_("not to be relied on since {day}"), day=since))
        facts += [details["note"]] if "note" in details else []
        return printable(", ".join(facts))

    def choices(self) -> list[tuple[str, str]]:
        """Return what one may do now."""
        line = self.known.line
        acts = {*self.known.acts, *(self._own_acts(line) if line.own else ())}
        if line.otp == "set_up" and self.may(_NEW_CODES, line.institution, line.official):
            acts.add(_NEW_CODES)
        return [(act, self.translate(label)) for act, label in _LABELS.items() if act in acts]

    def _own_acts(self, line: PortableLine) -> set[str]:
        status, is_attended = PortableStatus(line.status), line.purpose == ATTENDED
        acts: set[str] = set()
        if is_attended and line.otp in {"none", "offered"}:
            acts.add(_CODES)
        elif status is PortableStatus.ACTIVE:
            acts |= {_SIGN} if is_attended else {_SIGN, _PERMISSIONS}
        days = LifeView(self.backend.policy, self.translate.language).renewal_days
        end = line.not_after
        ends_soon = end is not None and end - self.backend.now() <= timedelta(days=days)
        if status in _OVER or (status is PortableStatus.ACTIVE and ends_soon):
            acts.add(_RENEW)
        return acts

    async def lead_through(self, act: str) -> None:
        """Do it."""
        line, app = self.known.line, self.ventanilla
        if act == _SIGN:
            app.open_screen("portable_signing", line.certificate)
        elif act == _CODES:
            app.open_screen("portable_otp", line.certificate, line.run, callback=self._set_up)
        elif act == _PERMISSIONS:
            app.open_screen("portable_permissions", line.certificate)
        elif act == _RENEW:
            app.open_screen("portable_request", line)
        elif act == _REVOKE:
            app.open_screen("portable_revocation", line)
        elif act == _NEW_CODES:
            app.open_screen("portable_identified", line)
        elif act == _APPROVE:
            app.open_screen("request_approval", (line,))
        elif act == _REJECT:
            await self._reject(line)
        elif act == _NUDGE:
            await self.give_here(NudgeCertifiers())
        elif act == _WITHDRAW and await self._is_taken_back():
            await self.give_here(WithdrawPortable())

    def _set_up(self, done: bool | None) -> None:
        if done:
            self.tell(self.translate(N_("The codes are set up: the certificate signs.")))

    async def _reject(self, line: PortableLine) -> None:
        title = self.translate(
            N_("Why is the request of {name} rejected?"), name=line.official_name
        )
        chosen = await self.ask_reason(title, self.words.reasons("reject"))
        if chosen is not None:
            await self.give_here(RejectPortable(reason=chosen.code, note=chosen.reason))

    async def _is_taken_back(self) -> bool:
        translate = self.translate
        return await self.confirm(
            translate(N_("Take the request back?")),
            translate(N_("The certifiers see it no more. Another can be asked for later.")),
            translate(N_("Yes, take it back")),
        )

    def _next(self, line: PortableLine) -> str:
        if line.status == PortableStatus.ACTIVE and line.otp in {"none", "offered"}:
            return CODES_MISSING
        return NEXT[PortableStatus(line.status)]

    def _purpose(self, line: PortableLine) -> str:
        return self.words.word("purposes", line.purpose)

    def _moment(self, at: datetime) -> str:
        return full(at, self.words.zone, self.translate.language)
