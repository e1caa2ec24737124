"""Findings as lines of text, for the subcommands; sentences in the language of the person."""

import os

from issuance.findings import Finding
from tui.sentences import labelled
from tui.translation import DEFAULT_LANGUAGE, LANGUAGES, Translator

_VARIABLES = ("VENTANILLA_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


def chosen_language(wanted: str | None = None) -> str:
    """Return the wanted language, else the environment's, else the office's."""
    told = (wanted, *(os.environ.get(name) for name in _VARIABLES))
    languages = (each[:2].lower() for each in told if each)
    return next((each for each in languages if each in LANGUAGES), DEFAULT_LANGUAGE)


def terminal_words() -> Translator:
    """Return the words of the environment's language, for what a subcommand tells."""
    return Translator(chosen_language())


def line(finding: Finding, language: str | None = None) -> str:
    """Return a finding as `CODE: sentence`."""
    return f"{finding.code}: {labelled(finding, Translator(chosen_language(language)))}"
