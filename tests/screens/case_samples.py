"""Cases led to a point by the engine itself, for screens that begin in the middle."""

from collections.abc import Callable
from pathlib import Path

from textual.app import App
from textual.widgets import Static

from issuance.certificates.keys import PrivateKey
from issuance.policies.loader import load_policy
from tui.widgets.data_table import PageTable
from ventanilla.compose import system_sources
from ventanilla.rehearsal import Rehearsal

TO_APPROVAL = ("apply",)
TO_EVIDENCE = (*TO_APPROVAL, "approve")
TO_REVIEW = (*TO_EVIDENCE, "bring_evidence")
TO_ACTIVATION = (*TO_REVIEW, "accept_evidence", "pay")
TO_THE_END = (*TO_ACTIVATION, "confirm_person", "enter_activation_code", "hand_over")


def lead(
    folder: Path,
    make_key: Callable[[str], PrivateKey],
    acts: tuple[str, ...],
    number: int = 0,
    certificate_type: str = "natural",
) -> Rehearsal:
    """Play these acts for invented person `number`; the office is closed again after that."""
    product = next(
        each
        for each in load_policy("ec-icert").policy.products
        if (each.certificate_type, each.container) == (certificate_type, "pkcs12")
    )
    target = folder.parent / f"{number}.p12"
    played = Rehearsal(folder, system_sources(), make_key, product, target, number)
    for act in acts:
        getattr(played, act)()
    played.close()
    return played


def shown(app: App[int], selector: str) -> str:
    """Return the plain text of a line or place on the present screen."""
    return str(app.screen.query_one(selector, Static).content)


def cells(app: App[int]) -> list[list[str]]:
    """Return the table on the present screen, trimmed."""
    table = app.screen.query_one(PageTable)
    return [
        [cell.plain.strip() for cell in table.get_row_at(row)] for row in range(table.row_count)
    ]
