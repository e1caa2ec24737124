"""What is recorded about a photo or document, for the second person who decides about it."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from textual.content import Content

from issuance.cases.state import EvidenceState
from issuance.findings import Finding, Severity
from issuance.identity.cleaning import printable
from screens.brought_file import file_words
from tui.translation import N_

if TYPE_CHECKING:
    from backend_client.policy_lines import EvidenceLine
    from screens.counter_screen import CounterScreen

_SIGNS: Final = {
    Severity.BLOCKS: ("× ", "$error"),
    Severity.WARNS: ("! ", "$warning"),
    Severity.INFORMS: ("· ", "$text-muted"),
}
_DATED: Final = {"issued": N_("Issued on {date}"), "ends": N_("Office ends on {date}")}


def facts_words(
    screen: "CounterScreen[Any]",
    line: "EvidenceLine",
    held: EvidenceState | None,
    first: Iterable[str],
    *,
    in_full: bool,
) -> Content:
    """Tell what the checks found and who let it pass, who brought it, and what was answered.

    Args:
        screen: whose words are used.
        line: the photo or document.
        held: what is recorded about it.
        first: what to say before.
        in_full: whether there is room for every question and remark.
    """
    translate = screen.translate
    if held is None:
        return Content(translate(N_("Nothing was brought yet.")))
    parts = [Content.styled(printable(each), "bold") for each in first if each]
    parts += _checks_words(screen, held, in_full=in_full)
    by = translate(N_("Brought by {operator}"), operator=screen.name_of(held.by))
    if held.blob is not None:
        kind = held.blob.media_type.rpartition("/")[2].upper()
        by += f" · {kind} · {file_words(held.blob, held.pages, translate)}"
    parts.append(Content(printable(by)))
    if held.exemption:
        parts.append(Content(screen.words.word("exemptions", held.exemption)))
    if held.document_date:
        words = _DATED[line.dated or "issued"]
        parts.append(Content(translate(words, date=f"{held.document_date:%d/%m/%Y}")))
    parts += _answers_words(screen, line.questions, held.answers, in_full=in_full)
    return Content("\n").join(parts)


def _checks_words(
    screen: "CounterScreen[Any]", held: EvidenceState, *, in_full: bool
) -> list[Content]:
    """Say each finding, the gravest first, and why a warning was let pass and by whom."""
    order = list(Severity)
    findings = [
        Finding(check.code, Severity(check.severity), None, check.parameters)
        for check in held.checks
    ]
    findings.sort(key=lambda each: order.index(each.severity))
    overrides = {each.code: each for each in held.overrides}
    lines: list[Content] = []
    for finding in findings:
        if finding.severity is Severity.INFORMS and not in_full:
            continue
        words = Content.assemble(_SIGNS[finding.severity], printable(screen.finding_text(finding)))
        if (override := overrides.get(finding.code)) is not None:
            reason = screen.words.word("reasons", override.reason)
            said = screen.translate(
                N_("{operator}: {reason}"),
                operator=screen.name_of(held.by),
                reason=f"{reason} {override.note}",
            )
            words = words + Content.styled(f" → {printable(said.strip())}", "$text-muted")
        lines.append(words)
    if not findings:
        lines.append(Content(screen.translate(N_("The checks found nothing."))))
    if held.engines and in_full:
        lines.append(Content.styled(printable(", ".join(held.engines)), "$text-muted"))
    return lines


def _answers_words(
    screen: "CounterScreen[Any]",
    questions: Sequence[tuple[str, str]],
    answers: Sequence[str],
    *,
    in_full: bool,
) -> list[Content]:
    if not in_full:
        given = sum(code in answers for code, _ in questions)
        words = screen.translate.plural(
            "{given} of {count} question answered with yes",
            "{given} of {count} questions answered with yes",
            len(questions),
            given=given,
        )
        return [Content(words)] if questions else []
    yes = screen.translate(N_("yes"))
    return [
        Content.assemble((f"{yes} ", "$success") if code in answers else "· ", printable(question))
        for code, question in questions
    ]
