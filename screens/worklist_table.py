"""The lines of the work-list: cells of fixed width, so that a page is drawn without scrolling."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from issuance.cases.steps import CONTRACT_WAITS
from issuance.identity.cleaning import printable
from tui.case_words import ENDINGS, QUEUES, said
from tui.cells import fitted
from tui.moments import full, since
from tui.translation import N_, Translator

if TYPE_CHECKING:
    from backend_client.policy_view import PolicyView
    from issuance.queries import WorklistEntry

WIDE_FROM: Final = 110
"""Columns of the terminal from which the table has room for more."""

_SEPARATOR: Final = " "


@dataclass(frozen=True, slots=True)
class _Column:
    title: str
    cells: int
    only_wide: bool = False


_COLUMNS: Final = {
    "number": _Column(N_("Case"), 11),
    "person": _Column(N_("Person"), 20),
    "last_four": _Column(N_("ID"), 4),
    "product": _Column(N_("Product"), 9),
    "step": _Column(N_("Step"), 11),
    "queue": _Column(N_("State"), 11),
    "since": _Column(N_("Since"), 6),
    "in_work_by": _Column(N_("Last worked on by"), 20, only_wide=True),
}
_WIDER: Final = {"person": 30, "step": 18, "product": 12}


@dataclass(frozen=True, slots=True)
class TableWords:
    """What a line is written with: the policy's words, the language, the day, people's names."""

    words: "PolicyView"
    translate: Translator
    today: date
    names: Mapping[str, str]

    def name_of(self, user: str) -> str:
        """Return the name of somebody who works here."""
        return self.names.get(user, user)


def titles(width: int, translate: Translator) -> list[str]:
    """Return the column titles for a terminal's width."""
    return [
        _fitted(translate(column.title), _cells(name, width))
        for name, column in _columns(width).items()
    ]


def row(entry: "WorklistEntry", width: int, given: TableWords) -> list[str]:
    """Return a case's cells for a terminal's width."""
    cells = {
        "number": entry.number,
        "person": entry.person_name,
        "last_four": entry.identification[-4:],
        "product": given.words.short_product_label(entry.product),
        "step": _step(entry, given),
        "queue": _standing(entry, given.translate),
        "since": since(entry.updated_at, given.words.zone, given.translate.language, given.today),
        "in_work_by": given.name_of(entry.in_work_by),
    }
    return [_fitted(cells[name], _cells(name, width)) for name in _columns(width)]


def _step(entry: "WorklistEntry", given: TableWords) -> str:
    if entry.queue == "closed":
        return "–"
    if entry.step == CONTRACT_WAITS:
        return given.translate(N_("Contract"))
    return given.words.word("steps", entry.step)


def _standing(entry: "WorklistEntry", translate: Translator) -> str:
    closed = entry.queue == "closed"
    return said(ENDINGS, entry.step, translate) if closed else said(QUEUES, entry.queue, translate)


def about(entry: "WorklistEntry", given: TableWords) -> str:
    """Return in one line what the table has no room for."""
    return given.translate(
        N_("{name} · {product} · last worked on by {operator}, {moment}"),
        name=printable(entry.person_name),
        product=given.words.product_label(entry.product),
        operator=printable(given.name_of(entry.in_work_by)),
        moment=full(entry.updated_at, given.words.zone, given.translate.language),
    )


def _columns(width: int) -> dict[str, _Column]:
    wide = width >= WIDE_FROM
    return {name: column for name, column in _COLUMNS.items() if wide or not column.only_wide}


def _cells(name: str, width: int) -> int:
    return _WIDER.get(name, 0) if width >= WIDE_FROM and name in _WIDER else _COLUMNS[name].cells


def _fitted(text: str, cells: int) -> str:
    """Return text of a width, with the space that parts it from the next column."""
    return fitted(printable(text), cells) + _SEPARATOR
