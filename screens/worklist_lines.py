"""The lines around the work-list's table: the lists with their counts, and what can be resumed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from screens.worklist_pages import LISTS, WorklistPages
from tui.case_words import roles_said
from tui.translation import N_, Translator

if TYPE_CHECKING:
    from backend_client.policy_view import PolicyView
    from issuance.queries import CountsAnswer
    from screens.interrupted_work import InterruptedWork


def lists_line(
    pages: WorklistPages, counts: "CountsAnswer | None", translate: Translator
) -> Content:
    """Return `1 Mine 12  2 To review 200+`, or what is searched; then the page.

    A count that is not known yet is not shown.
    """
    parts: list[str | tuple[str, str]] = []
    if pages.sought:
        found = translate(N_("Found for “{text}”"), text=pages.sought)
        parts.append((f" {found} ", "reverse"))
    else:
        for place, (name, label) in enumerate(LISTS, start=1):
            words = f" {place} {translate(label)} {_count(name, counts)}"
            parts.append((words, "reverse") if name == pages.name else words)
    if pages.number > 1 or pages.has_next:
        page = translate(N_("page {page}"), page=pages.number)
        parts.append(f" {page}{'+' if pages.has_next else ''}")
    return Content.assemble(*parts)


def _count(name: str, counts: "CountsAnswer | None") -> str:
    return "" if counts is None else f"{counted(counts.counts.get(name, 0), counts.ceiling)} "


def counted(count: int, ceiling: int) -> str:
    """Return a count as a list shows it: `12`, or `200+` above the ceiling."""
    return f"{ceiling}+" if count > ceiling else str(count)


def nobody_line(opens_cases: bool, translate: Translator) -> str:
    """Return what a list of nobody says, to who may open a case and who may not."""
    if opens_cases:
        return translate(N_("Nobody found. F10 opens a new case."))
    return translate(N_("Nobody found."))


def nothing_line(text: str, opens_cases: bool, translate: Translator) -> str:
    """Return that a scan or a text led nowhere."""
    if opens_cases:
        return translate(N_("Nothing was found for “{text}”. F10 opens a new case."), text=text)
    return translate(N_("Nothing was found for “{text}”."), text=text)


def openers_line(words: "PolicyView", translate: Translator) -> str:
    """Return who may open a case."""
    who = roles_said(words.roles_for("open_case"), translate)
    return translate(N_("A new case is opened by: {roles}."), roles=who)


def expiring_line(counts: "CountsAnswer | None", translate: Translator) -> str:
    """Return what ends soon: `F6: ending within 30 d: 1, 60 d: 4, 90 d: 9`; empty where nothing."""
    if counts is None or not any(counts.expiring.values()):
        return ""
    told = ", ".join(
        translate(N_("{days} d: {count}"), days=days, count=counted(count, counts.ceiling))
        for days, count in counts.expiring.items()
    )
    return translate(N_("F6: ending within {counts}"), counts=told)


def resume_line(
    works: Sequence["InterruptedWork"] | None, words: "PolicyView", translate: Translator
) -> str:
    """Return what F8 goes on with: `F8: go on with J. Peña, step 3 of 7: Payment`.

    What is not known yet, or no longer, is given as None.
    """
    if works is None:
        return translate(N_("Updating …"))
    if not works:
        return ""
    latest, *others = (each.words(words, translate) for each in works)
    line = translate(N_("F8: go on with {work}"), work=latest)
    if not others:
        return line
    more = translate.plural("(and {count} more)", "(and {count} more)", len(others))
    return f"{line} {more}"
