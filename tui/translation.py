"""The program's own words in the operator's language.

Messages are written in English and marked with `N_` where they are defined; a `Translator` turns
them into words when they are drawn. Nothing is installed globally: the applicant's language may
differ from the operator's. Standard library only, because the first screen needs it.
"""

import gettext
from pathlib import Path
from typing import Final

DOMAIN: Final = "ventanilla"
LOCALE_FOLDER: Final = Path(__file__).parent / "locale"
LANGUAGES: Final = ("es", "en")
DEFAULT_LANGUAGE: Final = "es"
UTC: Final = "UTC"


def N_(message: str) -> str:  # noqa: N802 -- the name gettext's extraction tools know
    """Mark a message for extraction; it is translated when drawn."""
    return message


class Translator:
    """The catalogue of one language; call it with a message and its named parameters.

    Args:
        language: of the catalogue.
        zone: whose clock moments are written by.
    """

    def __init__(self, language: str = DEFAULT_LANGUAGE, zone: str = UTC) -> None:
        self.language = language
        self.zone = zone
        self._catalogue = gettext.translation(DOMAIN, LOCALE_FOLDER, [language], fallback=True)

    def __call__(self, message: str, /, **parameters: str | int) -> str:
        """Return the message in this language with `{name}` parameters filled in."""
        words = self._catalogue.gettext(message) if message else ""
        return words.format(**parameters) if parameters else words

    def plural(self, one: str, many: str, count: int, **parameters: str | int) -> str:
        """Return the form that fits `count`, which also fills `{count}`."""
        return self._catalogue.ngettext(one, many, count).format(count=count, **parameters)
