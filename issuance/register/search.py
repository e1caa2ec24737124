"""How text is normalised for search: case folded, without accents, cut at everything else.

A term gives one token for each of its words, reaching from that word to the term's end with the
signs between left out: `Juan Pérez` gives `juanperez` and `perez`. A prefix of a token therefore
finds a word by its beginning and a written-out e-mail address, cédula or case number whole,
however it was punctuated.
"""

import unicodedata
from collections.abc import Iterable
from typing import Final

_TOKEN_LENGTH: Final = 64
_QUERY_WORDS: Final = 8

LAST_CHARACTER: Final = "\U0010ffff"
"""Sorts behind every letter and digit; closes the range of a prefix."""


def search_tokens(terms: Iterable[str]) -> frozenset[str]:
    """Return the tokens under which a case with these terms is found."""
    return frozenset(
        "".join(words[start : start + _TOKEN_LENGTH])[:_TOKEN_LENGTH]
        for words in map(_words, terms)
        for start in range(len(words))
    )


def query_prefixes(text: str) -> tuple[str, ...]:
    """Return the prefixes a case must all have; the first eight words of the text count."""
    chunks = ("".join(_words(chunk))[:_TOKEN_LENGTH] for chunk in text.split())
    return tuple(dict.fromkeys(filter(None, chunks)))[:_QUERY_WORDS]


def sort_key(text: str) -> str:
    """Return what a text is ordered by in lists: its words, without case and accents."""
    return " ".join(_words(text))


def _words(text: str) -> list[str]:
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    letters = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return "".join(sign if sign.isalnum() else " " for sign in letters).split()
