"""The words for findings: one module per topic, each with its `SENTENCES`.

A sentence says what is wrong and the cure. Codes come from the engine, which knows no words.
"""

import pkgutil
import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib import import_module
from typing import Final

from issuance.findings import Finding, FindingCode, Severity
from issuance.identity.cleaning import printable
from tui.translation import N_, UTC, Translator

SEVERITY_WORDS: Final = {
    Severity.BLOCKS: N_("Correct this"),
    Severity.WARNS: N_("Careful"),
    Severity.INFORMS: N_("Note"),
}
"""Told apart by word, never by colour alone."""

_ITEM_WORDS: Final = {
    "document_number": N_("document number"),
    "national_number": N_("identity number"),
    "number": N_("number"),
    "birth_date": N_("date of birth"),
    "expiry_date": N_("date of expiry"),
    "sex": N_("sex"),
    "nationality": N_("nationality"),
    "issuer": N_("issuing country"),
    "names": N_("names"),
    "personal_number": N_("personal number"),
    "composite": N_("digit over all fields"),
}
"""What a parameter `item` is called; an item not listed here is its own name."""


_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
"""How the engine writes a moment (`issuance.model.format_instant`)."""


class _Parameters(dict[str, str | int]):
    """Shows a missing figure as a dash instead of failing while a sentence is drawn."""

    def __missing__(self, key: str) -> str:
        return "–"


@cache
def all_sentences() -> dict[str, str]:
    """Return every topic's sentences by code, as messages to translate."""
    sentences: dict[str, str] = {}
    for module in pkgutil.iter_modules(__path__, f"{__name__}."):
        topic: dict[FindingCode, str] = import_module(module.name).SENTENCES
        sentences.update({code.value: text for code, text in topic.items()})
    return sentences


def sentence(finding: Finding, translate: Translator) -> str:
    """Return a finding in words; a code nobody gave words to is shown itself."""
    text = all_sentences().get(finding.code)
    if text is None:
        return finding.code
    parameters = _Parameters(
        {
            name: _shown(name, value, translate) if isinstance(value, str) else value
            for name, value in finding.parameters.items()
        }
    )
    return translate(text).format_map(parameters)


def _shown(name: str, value: str, translate: Translator) -> str:
    words = _words(name).get(value)
    if _INSTANT.fullmatch(value):
        return _moment(value, translate)
    return translate(words) if words else printable(value)


def _words(name: str) -> Mapping[str, str]:
    """Return what the values of a parameter are called, where they are codes."""
    if name == "cause":
        from tui.sentences.tokens import CAUSES  # this package is imported before its topics

        return CAUSES
    if name == "country":
        from tui.sentences.identity import NUMBERINGS

        return NUMBERINGS
    return _ITEM_WORDS if name == "item" else {}


def _moment(value: str, translate: Translator) -> str:
    """Return a moment by the office's clock, or by the world's where no office is open."""
    # The first screen needs no calendar.
    from tui.moments import full

    words = full(datetime.fromisoformat(value), translate.zone, translate.language)
    return f"{words} UTC" if translate.zone == UTC else words


def labelled(finding: Finding, translate: Translator) -> str:
    """Return a finding in words, with how grave it is in front."""
    return f"{translate(SEVERITY_WORDS[finding.severity])}: {sentence(finding, translate)}"
