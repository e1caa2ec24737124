"""A deposit and its account in words, for whoever records it and whoever confirms it."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual.content import Content

from issuance.identity.cleaning import printable
from tui.translation import N_, Translator

if TYPE_CHECKING:
    from backend_client.policy_lines import ServicePointLine
    from issuance.cases.state import CaseState


def figures(amount: str) -> str:
    """Return the part of an amount that large digits can show: `22,77 US$` gives `22,77`."""
    return "".join(each for each in amount if each in "0123456789.,")


def price_words(state: "CaseState", amount: str, translate: Translator) -> Content:
    """Return an amount in words with its tax; a sample price says that it is one."""
    if state.price.sample:
        return Content.assemble(amount, " ", (translate(N_("(sample)")), "bold $warning"))
    percent = state.price.tax_percent
    return Content(
        translate(N_("{amount}, {percent} % tax included"), amount=amount, percent=percent)
    )


def account_words(point: "ServicePointLine", translate: Translator) -> Content:
    """Return the account of a province; a sample says that it is one."""
    lines = [
        translate(
            N_("{bank} · {kind} {account}"),
            bank=point.bank, kind=point.account_kind, account=point.account,
        ),
        translate(
            N_("in the name of {holder} · {place}"), holder=point.holder, place=point.name
        ),
    ]  # fmt: skip
    content = Content(printable(lines[0]) + "\n" + printable(lines[1]))
    if not point.sample:
        return content
    mark = translate(N_("SAMPLE account: nobody has confirmed it"))
    return Content.assemble(content, "\n", (mark, "bold $warning"))


def deposit_words(rows: Iterable[tuple[str, str, str]]) -> Content:
    """Return a deposit's data, a line for each."""
    return Content("\n").join(
        Content.assemble((f"{label}: ", "$text-muted"), printable(value))
        for _, label, value in rows
    )
