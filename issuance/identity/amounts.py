"""Amounts of money as typed: units and at most two decimals."""

import re

from issuance.findings import blocks
from issuance.findings.identity import IdentityFinding
from issuance.identity.entry import entered
from issuance.identity.verdict import Reading, impossible, incomplete, valid


@entered
def read_money(text: str) -> Reading:
    """Read an amount with a comma or a point before its decimals; the value is minor units.

    `22,77`, `22.77` give `2277`, and `22` gives `2200`. The value is therefore not itself a text to
    be read again. `1.234` is refused: it may be a thousand or one and a bit.
    """
    if re.fullmatch(r"[0-9]{1,9}[.,]", text):
        return incomplete(text, blocks(IdentityFinding.MONEY_INCOMPLETE))
    if re.fullmatch(r"[0-9]+[.,][0-9]{3}", text):
        return impossible(text, blocks(IdentityFinding.MONEY_AMBIGUOUS))
    amount = re.fullmatch(r"([0-9]{1,9})(?:[.,]([0-9]{1,2}))?", text)
    if amount is None:
        return impossible(text, blocks(IdentityFinding.MONEY_FORMAT))
    units, decimals = amount.groups(default="")
    return valid(str(int(units + decimals.ljust(2, "0"))))
