"""Keeps the Spanish catalogue complete: `python -m tools.catalogue` from the project's root.

Messages are read from the source, Spanish from the main catalogue and from the fragments, one per
topic. The main catalogue is written anew, sorted and without dates, and what lacks is told.
"""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from build_hook import compile_catalogues

LANGUAGE: Final = "es"
PACKAGES: Final = ("tui", "screens", "ventanilla")
_KEYWORDS: Final = {
    "_": None,
    "N_": None,
    "translate": None,
    "plural": (1, 2),
    "ngettext": (1, 2),
}

# Our own header instead of Babel's: dates in it would change the file at every run.
_HEADER: Final = """\
# Spanish translations for ventanilla.
msgid ""
msgstr ""
"Project-Id-Version: ventanilla\\n"
"Language: es\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""

MessageId = str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assembly:
    """The catalogue, and what is wrong with it.

    Attributes:
        catalogue: every message the source has, with its Spanish.
        untranslated: messages without Spanish.
        unused: translations no source asks for.
        contradictory: messages two fragments translate differently.
    """

    catalogue: Catalog
    untranslated: tuple[MessageId, ...]
    unused: tuple[MessageId, ...]
    contradictory: tuple[MessageId, ...]


def main_catalogue(root: Path) -> Path:
    """Return where the committed catalogue lies."""
    return root / "tui" / "locale" / LANGUAGE / "LC_MESSAGES" / "ventanilla.po"


def extracted(root: Path) -> set[MessageId]:
    """Return every message the packages mark."""
    found: set[MessageId] = set()
    for package in PACKAGES:
        for _, _, message, _, _ in extract_from_dir(
            root / package, method_map=[("**.py", "python")], keywords=_KEYWORDS
        ):
            if message:
                found.add(message if isinstance(message, str) else tuple(message))
    return found


def assemble(root: Path) -> Assembly:
    """Bring source, main catalogue and fragments together."""
    translations: dict[MessageId, Message] = {}
    contradictory: list[MessageId] = []
    fragments = sorted((root / "tui" / "locale" / "fragments").glob(f"*.{LANGUAGE}.po"))
    for message in _messages(main_catalogue(root)):
        translations[_key(message)] = message
    from_fragments: set[MessageId] = set()
    for message in (each for path in fragments for each in _messages(path)):
        known = translations.get(_key(message))
        if known and known.string != message.string and _key(message) in from_fragments:
            contradictory.append(_key(message))
        translations[_key(message)] = message
        from_fragments.add(_key(message))
    wanted = extracted(root)
    catalogue = Catalog(locale=LANGUAGE)
    untranslated: list[MessageId] = []
    for key in sorted(wanted, key=str):
        message = translations.get(key)
        if message is None or not _complete(message):
            untranslated.append(key)
        else:
            catalogue.add(key, message.string)
    return Assembly(
        catalogue,
        tuple(untranslated),
        tuple(key for key in sorted(from_fragments, key=str) if key not in wanted),
        tuple(contradictory),
    )


def write(catalogue: Catalog, path: Path) -> None:
    """Write a catalogue so that only changed messages change lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(_HEADER.encode())
        write_po(file, catalogue, omit_header=True, sort_output=True, width=100)


def _messages(path: Path) -> list[Message]:
    if not path.exists():
        return []
    with path.open("rb") as file:
        return [message for message in read_po(file, locale=LANGUAGE) if message.id]


def _key(message: Message) -> MessageId:
    return message.id if isinstance(message.id, str) else tuple(message.id)


def _complete(message: Message) -> bool:
    return bool(message.string) if isinstance(message.string, str) else all(message.string or [""])


def main() -> int:
    """Write the main catalogue, compile it, and tell what lacks; 1 when anything does."""
    root = Path(__file__).parents[1]
    assembly = assemble(root)
    write(assembly.catalogue, main_catalogue(root))
    compile_catalogues(root / "tui" / "locale")
    for title, keys in (
        ("without Spanish", assembly.untranslated),
        ("unused", assembly.unused),
        ("translated twice, differently", assembly.contradictory),
    ):
        for key in keys:
            sys.stdout.write(f"{title}: {key!r}\n")
    return 1 if assembly.untranslated or assembly.contradictory else 0


if __name__ == "__main__":
    raise SystemExit(main())
