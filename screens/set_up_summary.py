"""What the last page of a set-up says before the office is made."""

from collections.abc import Mapping

from backend_client.security_module import TokenPlan
from issuance.identity.cleaning import printable
from tui.translation import N_, Translator


def summary_lines(
    typed: Mapping[str, str],
    token: TokenPlan | None,
    provinces: Mapping[str, str],
    translate: Translator,
) -> list[str]:
    """Return office, administrator, authority and mail server, a line each."""
    without_mail = (
        N_("none yet: no code or notice can leave, so no case can go on")
        if provinces
        else N_("none yet: nobody is told anything by mail")
    )
    mail = typed.get("host") or translate(without_mail)
    office = typed["name"]
    if provinces:
        office = f"{office} · {provinces[typed['province']]}"
    rows = (
        (N_("Office"), office),
        (N_("Administrator"), f"{typed['person']} ({typed['user']})"),
        (N_("Certification authority"), _authority_words(typed, token, translate)),
        (N_("Mail server"), mail),
    )
    return [f"{translate(label)}: {printable(value)}" for label, value in rows]


def _authority_words(
    typed: Mapping[str, str], token: TokenPlan | None, translate: Translator
) -> str:
    words = typed["authority"]
    if folder := typed.get("old_authority"):
        words = translate(N_("existing, from {folder}"), folder=folder)
    if token is None:
        return words
    place = translate(N_("key in the token {label}"), label=token.address.label)
    return f"{words} · {place}"
