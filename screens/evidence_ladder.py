"""How far the checks of a file have come, and what they come to, from findings as they arrive."""

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import Final

from textual.content import Content

from issuance.evidence.report import Verdict, verdict
from issuance.findings import Finding, Severity
from issuance.findings.evidence import EvidenceCode as Code
from tui.translation import N_, Translator

_NUMBER: Final = frozenset(
    {
        Code.NUMBER_NOT_CHECKED, Code.NUMBER_NOT_READ, Code.NUMBER_MATCHES, Code.NUMBER_MISMATCH,
        Code.NUMBER_INVALID,
    }
)  # fmt: skip

_RUNGS: Final[Mapping[str, tuple[str, frozenset[str]]]] = {
    # Whatever no other rung tells is about the file itself.
    "file": (N_("file"), frozenset()),
    "quality": (
        N_("light and focus"),
        frozenset(
            {
                Code.DARK, Code.DIM, Code.OVEREXPOSED, Code.LOW_CONTRAST, Code.BLUR,
                Code.UPSCALED, Code.COMPRESSION, Code.BORDERS,
            }
        ),
    ),
    "faces": (
        N_("faces"),
        frozenset(
            {
                Code.FACES_NOT_CHECKED, Code.NO_FACE, Code.NO_LIVE_FACE, Code.NO_CARD,
                Code.CARD_NOT_CLEAR, Code.CARD_TOO_SMALL, Code.CARD_PORTRAIT_HIDDEN,
                Code.CARD_BACK, Code.EXTRA_FACE, Code.FACE_CUT, Code.FACE_OCCLUDED,
                Code.DARK_FACE, Code.POSE, Code.GLASSES, Code.SUNGLASSES, Code.HEADWEAR,
                Code.PASSPORT_STYLE, Code.FACES_CONSISTENT, Code.FACES_UNDECIDED,
                Code.FACE_MISMATCH, Code.FACE_TOO_SMALL_TO_COMPARE, Code.ROTATED,
            }
        ),
    ),
    "number": (N_("number"), _NUMBER),
    "others": (N_("duplicates"), frozenset({Code.DUPLICATE})),
    "pages": (
        N_("pages"),
        frozenset(
            {
                Code.PAGES_NOT_CHECKED, Code.LOW_DPI, Code.BLANK, Code.BACK_MISSING,
                Code.FRONT_MISSING, Code.ROTATED,
            }
        ),
    ),
    "card": (
        N_("card"),
        frozenset(
            {
                Code.MRZ_NOT_CHECKED, Code.READING_TOO_LONG, Code.NO_MRZ, Code.MRZ_UNREADABLE,
                Code.MRZ_CHECK_DIGIT, Code.MRZ_READ, Code.CARD_DIFFERS, Code.CARD_AGREES,
                Code.CARD_CONTRADICTS_ITSELF, Code.CARD_EXPIRED, Code.CARD_OLD_FORMAT,
            }
        )
        | _NUMBER,
    ),
}  # fmt: skip
"""The rungs of the ladder with the codes that tell of them; a photo and a PDF have their own."""

_BY_EYE: Final = frozenset(
    {
        Code.FACES_NOT_CHECKED, Code.NUMBER_NOT_CHECKED, Code.NUMBER_NOT_READ,
        Code.PAGES_NOT_CHECKED, Code.MRZ_NOT_CHECKED, Code.READING_TOO_LONG,
        Code.DAMAGE_NOT_CHECKED,
    }
)  # fmt: skip
"""An engine is missing or could not tell: a person must look instead."""


class RungState(Enum):
    """How a rung stands; the value is its sign."""

    CHECKED = "√"
    RUNNING = "…"
    WAITING = "·"
    BY_EYE = "–"
    WARNS = "!"
    BLOCKS = "×"


_COLOURS: Final = {
    RungState.CHECKED: "$success",
    RungState.BY_EYE: "$warning",
    RungState.WARNS: "$warning",
    RungState.BLOCKS: "$error",
}


def rung_states(
    rungs: Sequence[str], findings: Iterable[Finding], *, finished: bool
) -> dict[str, RungState]:
    """Return how each rung stands.

    Findings come rung by rung, so whatever lies before the last one told of is done. What blocks
    ends the ladder.
    """
    found: dict[str, list[Finding]] = {rung: [] for rung in rungs}
    for finding in findings:
        found[_rung_of(finding, rungs)].append(finding)
    reached = max((at for at, rung in enumerate(rungs) if found[rung]), default=0)
    states: dict[str, RungState] = {}
    for at, rung in enumerate(rungs):
        told = _told(found[rung])
        # Of a number that was read there is always something to tell.
        if rung == "number" and not found[rung]:
            told = RungState.BY_EYE
        if at < reached or (finished and RungState.BLOCKS not in states.values()):
            states[rung] = told
        elif at == reached and not finished and told is RungState.CHECKED:
            states[rung] = RungState.RUNNING
        else:
            states[rung] = told if at == reached else RungState.WAITING
    return states


def ladder_words(states: Mapping[str, RungState], translate: Translator) -> Content:
    """Return the rungs in one line: `√ file  √ light and focus  – number: look yourself`."""
    parts: list[Content] = []
    for rung, state in states.items():
        words = translate(_RUNGS[rung][0])
        if state is RungState.BY_EYE:
            words = translate(N_("{check}: look yourself"), check=words)
        parts.append(
            Content.assemble((f"{state.value} ", _COLOURS.get(state, "$text-muted")), words)
        )
    return Content("  ").join(parts)


def warned_of(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """Return what warns by code, in the order it came: a person decides once for each code."""
    warned: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.severity is Severity.WARNS:
            warned.setdefault(finding.code, []).append(finding)
    return warned


def verdict_words(
    findings: Sequence[Finding], undecided: int, translate: Translator
) -> tuple[str, str]:
    """Return the verdict in a word and its explanation, and the class that colours it."""
    match verdict(tuple(findings)):
        case Verdict.ACCEPT:
            return translate(N_("ACCEPT: the checks found nothing against it.")), "-accept"
        case Verdict.REJECT:
            return translate(N_("REJECT: this file cannot be taken.")), "-reject"
        case Verdict.REVIEW if undecided:
            words = translate.plural(
                "REVIEW: {count} warning waits for your decision.",
                "REVIEW: {count} warnings wait for your decision.",
                undecided,
            )
            return words, "-review"
        case Verdict.REVIEW:
            return translate(N_("REVIEW: every warning is decided.")), "-review"


def _rung_of(finding: Finding, rungs: Sequence[str]) -> str:
    return next((rung for rung in rungs if finding.code in _RUNGS[rung][1]), rungs[0])


def _told(findings: Sequence[Finding]) -> RungState:
    severities = {finding.severity for finding in findings}
    if Severity.BLOCKS in severities:
        return RungState.BLOCKS
    if any(finding.code in _BY_EYE for finding in findings):
        return RungState.BY_EYE
    return RungState.WARNS if Severity.WARNS in severities else RungState.CHECKED
