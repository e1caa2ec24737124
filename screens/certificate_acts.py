"""What can be done with an issued certificate, now and by whom, and the screens that do it."""

from typing import TYPE_CHECKING, Final

from issuance.cases.guards import ActView
from issuance.findings import Severity
from issuance.queries import CertificateLife
from tui.case_words import ACTS, roles_said
from tui.moments import full
from tui.translation import N_
from tui.widgets.value_list import ValueList

if TYPE_CHECKING:
    from screens.certificate import CertificateScreen

LIFE_SCREENS: Final = {
    "confirm_revocation": "revocation_review",
    "decline_revocation": "revocation_review",
    "suspend_certificate": "suspension",
    "reinstate_certificate": "reinstatement",
    "revoke_certificate": "revocation",
}
"""The screen of each act of a certificate's life, in the order they are offered."""

_CONTRACT: Final = "record_signed_contract"
_RENEW: Final = "renewal"
_ELSEWHERE: Final = {"case": N_("Open the case"), "history": N_("History of the case")}


class CertificateActs:
    """Offers the acts on one certificate; those that cannot be done now say why when chosen."""

    def __init__(self, screen: "CertificateScreen", life: CertificateLife) -> None:
        self._screen = screen
        self._life = life
        self._acts = {each.act: each for each in life.acts}
        self._translate = screen.translate

    async def choose(self) -> None:
        """Ask what is to be done, and open its screen."""
        translate = self._translate
        words = {**ACTS, _RENEW: N_("Renew the certificate")}
        offered = (*LIFE_SCREENS, _CONTRACT, _RENEW)
        possible = [name for name in offered if self._is_possible(name)]
        others = [name for name in self._worth_asking() if name not in possible]
        choices = [
            *((name, translate(words[name])) for name in possible),
            *((name, translate(label)) for name, label in _ELSEWHERE.items()),
            *(
                (name, translate(N_("{act} (not now)"), act=translate(words[name])))
                for name in others
            ),
        ]
        title = translate(N_("What is to be done?"))
        name = await self._screen.app.push_screen_wait(ValueList(title, choices))
        if name in _ELSEWHERE or name in possible:
            self._open(str(name))
        elif name is not None:
            self._tell_why_not(name)

    def next_words(self) -> str:
        """Say what waits to be done now, and by whom."""
        life, translate = self._life, self._translate
        if life.life.wish is not None:
            if self._is_possible("confirm_revocation"):
                return translate(N_("Now: F4, confirm or decline the revocation asked for."))
            roles = self._roles_for("confirm_revocation")
            return translate(N_("A revocation waits for another person ({roles})."), roles=roles)
        if life.life.renewed_by:
            return translate(N_("Another certificate follows this one."))
        if life.line.state in ("revoked", "expired"):
            return translate(N_("If the person needs a certificate, please open a new case."))
        if life.line.state == "suspended":
            roles = self._roles_for("reinstate_certificate")
            return translate(N_("F4: reinstate it ({roles}), or revoke it."), roles=roles)
        if self._is_possible(_CONTRACT) and life.contract_ends is not None:
            moment = full(life.contract_ends, self._screen.words.zone, translate.language)
            return translate(N_("Now: F4, have the contract signed until {moment}."), moment=moment)
        if life.renewal_product:
            return translate(N_("It can be renewed now: F4."))
        return translate(N_("F4 shows what can be done."))

    def _worth_asking(self) -> list[str]:
        """Return the acts of which one may wonder why they cannot be done."""
        if self._life.line.state in ("revoked", "expired"):
            return []
        wish = ("confirm_revocation", "decline_revocation") if self._life.life.wish else ()
        is_suspended = self._life.line.state == "suspended"
        turn = "reinstate_certificate" if is_suspended else "suspend_certificate"
        return [*wish, turn, "revoke_certificate", _RENEW]

    def _roles_for(self, act: str) -> str:
        roles = self._acts[act].roles if act in self._acts else ()
        return roles_said(roles, self._translate)

    def _is_possible(self, name: str) -> bool:
        if name == _RENEW:
            return bool(self._life.renewal_product) and self._may_open_a_case()
        act = self._acts.get(name)
        return act is not None and not act.findings

    def _may_open_a_case(self) -> bool:
        screen = self._screen
        roles = screen.words.roles_for("open_case")
        return bool(set(roles) & set(screen.backend.session.roles))

    def _open(self, name: str) -> None:
        target = {**LIFE_SCREENS, _CONTRACT: "contract"}.get(name, name)
        self._screen.ventanilla.open_screen(target, self._screen.case)

    def _tell_why_not(self, name: str) -> None:
        screen, translate = self._screen, self._translate
        act: ActView | None = self._acts.get(name)
        if act is not None:
            screen.tell_findings(act.findings)
        elif name == _RENEW and self._life.renewal_product:
            roles = roles_said(screen.words.roles_for("open_case"), translate)
            words = translate(N_("A new case is opened by: {roles}."), roles=roles)
            screen.tell(words, Severity.WARNS)
        elif name == _RENEW and self._life.renewal_findings:
            screen.tell_findings(self._life.renewal_findings)
        elif name == _RENEW:
            days = screen.terms.renewal_days
            words = N_("A certificate that holds can be renewed once, in its last {days} days.")
            screen.tell(translate(words, days=days), Severity.WARNS)
        else:
            words = translate(N_("Another certificate of the same case has followed this one."))
            screen.tell(words, Severity.WARNS)
