"""Where and how a signature shows in a PDF: the `AgileSignerConfig` that FirmaGob's clients send.

Source: the official sample `layout.xml` of `digital-gob-cl/firma-pdf-layout-ejemplo`.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Final
from xml.parsers.expat import ExpatError, ParserCreate

from issuance.findings import Finding, blocks
from issuance.findings.signing import SigningCode
from issuance.signing.preparation import Place

_DEEPEST: Final = 16
_MOST_ELEMENTS: Final = 64
_ELEMENTS: Final = ("llx", "lly", "urx", "ury", "page", "image", "BASE64VALUE")
_CORNERS: Final = ("llx", "lly", "urx", "ury")
_WHOLE: Final = re.compile(r"-?[0-9]{1,6}")
_LAST: Final = "LAST"


@dataclass(frozen=True, slots=True)
class Layout:
    """A signature that shows: its place, its picture (PNG or JPEG, may be empty), words or none."""

    place: Place
    picture: bytes
    has_text: bool


class _MalformedError(ValueError):
    """The layout is not as documented; its argument names the element."""


def read_layout(text: str) -> Layout | Finding | None:
    """Read a layout; None for one whose signature is not to show (`active="false"`).

    Document type declarations are refused, so there are no entities; unknown elements are passed
    over, as everybody does.
    """
    try:
        elements, visible = _parse(text)
        if visible is None or visible.get("active", "true").strip().lower() != "true":
            return None
        return _layout(elements, visible)
    except _MalformedError as malformed:
        return blocks(SigningCode.LAYOUT_UNREADABLE, part=str(malformed))
    except (ExpatError, UnicodeError, ValueError):
        return blocks(SigningCode.LAYOUT_UNREADABLE, part="AgileSignerConfig")


def _layout(elements: dict[str, str], visible: dict[str, str]) -> Layout:
    left, bottom, right, top = (_number(elements, name) for name in _CORNERS)
    page = elements.get("page", _LAST).strip()
    if page.upper() != _LAST and not (page.isascii() and page.isdigit() and 0 < int(page) < 10**5):
        raise _MalformedError("page")
    place = Place(
        page=None if page.upper() == _LAST else int(page),
        left=left,
        bottom=bottom,
        right=right,
        top=top,
    )
    picture = _picture(elements.get("BASE64VALUE", ""))
    has_text = visible.get("layer2", "false").strip().lower() == "true" or not picture
    return Layout(place, picture, has_text)


def _number(elements: dict[str, str], name: str) -> int:
    text = elements.get(name, "").strip()
    if not _WHOLE.fullmatch(text):
        raise _MalformedError(name)
    return int(text)


def _picture(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise _MalformedError("BASE64VALUE") from error


def _parse(text: str) -> tuple[dict[str, str], dict[str, str] | None]:
    """Return the text of the elements under `Visible`, and its attributes; None without it."""
    reading = _Reading()
    parser = ParserCreate(encoding="utf-8")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = reading.refuse
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.characters
    parser.Parse(text.encode("utf-8"), True)
    return {name: "".join(parts) for name, parts in reading.texts.items()}, reading.visible


class _Reading:
    """What the parser has met so far."""

    def __init__(self) -> None:
        self.texts: dict[str, list[str]] = {}
        self.visible: dict[str, str] | None = None
        self._path: list[str] = []
        self._count = 0

    def refuse(self, *_: object) -> None:
        raise _MalformedError("DOCTYPE")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._path.append(name)
        self._count += 1
        if len(self._path) > _DEEPEST or self._count > _MOST_ELEMENTS:
            raise _MalformedError(name[:40])
        if len(self._path) == 1 and name != "AgileSignerConfig":
            raise _MalformedError("AgileSignerConfig")
        if name == "Visible":
            if self.visible is not None:
                raise _MalformedError(name)
            self.visible = dict(attributes)
        elif name in _ELEMENTS and name in self.texts:
            raise _MalformedError(name)
        elif name in _ELEMENTS:
            self.texts[name] = []

    def end(self, _: str) -> None:
        self._path.pop()

    def characters(self, text: str) -> None:
        if self._path[-1] in self.texts:
            self.texts[self._path[-1]].append(text)
