"""Findings as lines of text, for the subcommands; sentences in the language of the office."""

import os

from issuance.findings import Finding
from tui.sentences import labelled
from tui.translation import DEFAULT_LANGUAGE, LANGUAGES, Translator


def line(finding: Finding) -> str:
    """Return a finding as `CODE: sentence`."""
    language = os.environ.get("VENTANILLA_LANGUAGE", DEFAULT_LANGUAGE)
    translate = Translator(language if language in LANGUAGES else DEFAULT_LANGUAGE)
    return f"{finding.code}: {labelled(finding, translate)}"
