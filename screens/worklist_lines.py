"""The lines around the work-list's table: the lists with their counts, and what can be resumed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from screens.worklist_pages import LISTS, WorklistPages
from tui.translation import N_, Translator

if TYPE_CHECKING:
    from backend_client.policy_view import PolicyView
    from issuance.queries import CountsAnswer
    from screens.interrupted_work import InterruptedWork


def lists_line(pages: WorklistPages, counts: "CountsAnswer", translate: Translator) -> Content:
    """Return `1 Mine 12  2 To review 200+`, or what is searched; then the page."""
    parts: list[str | tuple[str, str]] = []
    if pages.sought:
        found = translate(N_("Found for “{text}”"), text=pages.sought)
        parts.append((f" {found} ", "reverse"))
    else:
        for place, (name, label) in enumerate(LISTS, start=1):
            count = counts.counts.get(name, 0)
            number = f"{counts.ceiling}+" if count > counts.ceiling else str(count)
            words = f" {place} {translate(label)} {number} "
            parts.append((words, "reverse") if name == pages.name else words)
    if pages.number > 1 or pages.has_next:
        page = translate(N_("page {page}"), page=pages.number)
        parts.append(f" {page}{'+' if pages.has_next else ''}")
    return Content.assemble(*parts)


def resume_line(
    works: Sequence["InterruptedWork"], words: "PolicyView", translate: Translator
) -> str:
    """Return what F8 goes on with: `F8: go on with J. Peña, step 3 of 7: Payment`."""
    if not works:
        return ""
    latest, *others = (each.words(words, translate) for each in works)
    line = translate(N_("F8: go on with {work}"), work=latest)
    if not others:
        return line
    more = translate.plural("(and {count} more)", "(and {count} more)", len(others))
    return f"{line} {more}"
