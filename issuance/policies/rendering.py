"""Fills the templates a policy ships: `$name` and `${name}` stand for a parameter, `$$` for `$`."""

import unicodedata
from collections.abc import Collection, Mapping
from string import Template
from typing import Final

REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"


class TemplateMismatchError(Exception):
    """A template and its parameters do not belong together: a fault in the policy's folder."""


def placeholders(template: str) -> frozenset[str]:
    """Name the parameters a template asks for.

    Raises `TemplateMismatchError` when a `$` is followed by no name.
    """
    text = Template(template)
    if not text.is_valid():
        raise TemplateMismatchError("a $ stands without a name; write $$ for the sign itself")
    return frozenset(text.get_identifiers())


def require_placeholders(template: str, names: Collection[str]) -> None:
    """Check that a template uses exactly these parameters.

    Raises `TemplateMismatchError` naming what is unknown and what is missing.
    """
    wanted, offered = placeholders(template), frozenset(names)
    if wanted != offered:
        raise TemplateMismatchError(
            f"unknown: {sorted(wanted - offered)}, missing: {sorted(offered - wanted)}"
        )


def one_line(value: str) -> str:
    """Return a value as one printable line in Unicode normal form C.

    Runs of white space become one space; what cannot be printed or turns the reading direction
    (the Unicode categories C*) becomes U+FFFD, so that it stays visible that something stood there.
    """
    spaced = " ".join(unicodedata.normalize("NFC", value).split())
    return "".join(
        REPLACEMENT if unicodedata.category(character).startswith("C") else character
        for character in spaced
    )


def render(template: str, parameters: Mapping[str, str]) -> str:
    """Fill a template; every value enters as one printable line, never as a template.

    Raises `TemplateMismatchError` unless template and parameters name exactly the same things.
    """
    require_placeholders(template, parameters)
    return Template(template).substitute(
        {name: one_line(value) for name, value in parameters.items()}
    )
