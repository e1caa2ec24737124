"""The lines of the list of certificates: cells of fixed width."""

from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from issuance.identity.cleaning import printable
from tui.case_words import STANDINGS, said
from tui.cells import fitted
from tui.moments import full
from tui.translation import N_, Translator

if TYPE_CHECKING:
    from backend_client.policy_view import PolicyView
    from issuance.queries import CertificateLine

_WIDE_FROM: Final = 110
_NARROW: Final = {"name": 24, "identification": 10, "product": 9, "number": 11, "ends": 10,
                  "state": 11}  # fmt: skip
_WIDE: Final = {"name": 32, "identification": 13, "product": 12, "number": 11, "ends": 10,
                "state": 12, "serial": 20}  # fmt: skip
_TITLES: Final = {
    "name": N_("Holder"),
    "identification": N_("Card"),
    "product": N_("Product"),
    "number": N_("Case"),
    "ends": N_("Ends"),
    "state": N_("State"),
    "serial": N_("Serial number"),
}


def titles(width: int, translate: Translator) -> list[str]:
    """Return the column titles for a terminal's width."""
    return [_cell(translate(_TITLES[name]), cells) for name, cells in _columns(width).items()]


def row(
    line: "CertificateLine",
    width: int,
    words: "PolicyView",
    translate: Translator,
    days_left: int | None = None,
) -> list[str]:
    """Return a certificate's cells for a terminal's width; days left stand for a good state."""
    state = said(STANDINGS, line.state, translate)
    if days_left is not None and line.state == "valid":
        state = translate.plural("{count} day", "{count} days", days_left)
    ends = line.not_after.astimezone(ZoneInfo(words.zone))
    texts = {
        "name": line.name,
        "identification": line.identification,
        "product": words.short_product_label(line.product),
        "number": line.number,
        "ends": f"{ends:%d/%m/%Y}",
        "state": state,
        "serial": line.serial,
    }
    return [_cell(texts[name], cells) for name, cells in _columns(width).items()]


def about(line: "CertificateLine", words: "PolicyView", translate: Translator) -> str:
    """Return what the table has no room for."""
    told = (
        # First, for a long name needs all the room there is.
        translate(N_("serial {serial}"), serial=line.serial),
        line.name,
        words.product_label(line.product),
        translate(
            N_("until {moment}"), moment=full(line.not_after, words.zone, translate.language)
        ),
    )
    return " · ".join(printable(each) for each in told)


def _columns(width: int) -> dict[str, int]:
    return _WIDE if width >= _WIDE_FROM else _NARROW


def _cell(text: str, cells: int) -> str:
    return fitted(printable(text), cells) + " "
