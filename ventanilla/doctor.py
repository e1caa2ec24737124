"""`ventanilla doctor`: what is installed here, and what an absence means at the counter."""

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Final

from tui.translation import LANGUAGES, N_, Translator

if TYPE_CHECKING:
    from issuance.evidence.engines import Engine

EXIT_MISSING: Final = 1
_PYTHON: Final = (3, 11)
_TESSERACT_LANGUAGES: Final = ("eng", "spa")
_CAMERAS: Final = ("fswebcam", "gphoto2", "libcamera-still", "rpicam-still")
_MANY_COLOURS: Final = ("truecolor", "24bit")

_FROM_MAKE: Final = "make vision   (or: pip install 'ventanilla[vision]')"
_FROM_MATCH: Final = "make match   (or: pip install 'ventanilla[match]')"
_FROM_HSM: Final = "make hsm   (or: pip install 'ventanilla[hsm]')"
_FROM_APT: Final = "apt-get install tesseract-ocr tesseract-ocr-spa"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that may be installed.

    `found` names it and its version, and is empty where it is missing. `meaning` says what its
    absence means at the counter and `cure` how to get it.
    """

    name: str
    found: str
    needed: bool = False
    meaning: str = ""
    cure: str = ""

    @property
    def ok(self) -> bool:
        """Tell whether it is here, or is not needed."""
        return bool(self.found) or not self.needed


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--language", choices=LANGUAGES, help="language of the sentences")


def run(arguments: argparse.Namespace) -> int:
    """Tell; 0 when everything needed is here, 1 otherwise."""
    from ventanilla.findings_text import chosen_language

    translate = Translator(chosen_language(arguments.language))
    items = examine()
    everything = all(item.ok for item in items)
    if arguments.json:
        print(json.dumps({"ok": everything, "items": [_as_object(each) for each in items]}))
    else:
        for item in items:
            print("\n".join(_lines(item, translate)))
    return 0 if everything else EXIT_MISSING


def examine() -> tuple[Item, ...]:
    """Look for everything Ventanilla needs or can use on this computer."""
    return (*_needed(), *_engines(), *_tokens(), *_surroundings())


def _needed() -> Iterator[Item]:
    running = ".".join(map(str, sys.version_info[:3]))
    yield Item(
        N_("Python"),
        running if sys.version_info >= _PYTHON else "",
        needed=True,
        meaning=N_("Ventanilla does not run on a Python older than 3.11."),
        cure="make PYTHON=/path/to/python3.11",
    )
    for package, meaning in (
        ("Pillow", N_("Photos can be neither checked nor shown.")),
        ("pypdf", N_("Documents cannot be checked.")),
        ("sqlcipher3", N_("The register cannot be opened.")),
        ("cryptography", N_("No certificate can be issued.")),
    ):
        yield Item(package, _installed(package), needed=True, meaning=meaning, cure="make run")


def _engines() -> Iterator[Item]:
    from issuance.evidence.engines_here import engines_here

    here = engines_here(compare_faces=True)
    yield Item(
        N_("Face finder"),
        _named(here.faces),
        meaning=N_(
            "Nobody looks for the person and the card in a photo: the operator looks at each "
            "photo and answers the questions about it. Python 3.11 is needed to have it."
        ),
        cure=_FROM_MAKE,
    )
    yield Item(
        N_("Strict JPEG decoder"),
        _named(here.strict),
        meaning=N_("Damage inside a photo may go unnoticed: look for stripes and grey patches."),
        cure=_FROM_MAKE,
    )
    yield Item(
        N_("PDF page renderer"),
        _named(here.pages),
        meaning=N_(
            "The pages of a document are neither shown nor looked at: the operator opens every "
            "document in another program."
        ),
        cure=_FROM_MAKE,
    )
    yield Item(
        N_("Barcode reader"),
        _named(here.barcodes),
        meaning=N_("Codes on cards are not read."),
        cure=_FROM_MAKE,
    )
    yield Item(
        N_("Text reader"),
        _named(here.text),
        meaning=N_(
            "Number and machine-readable zone of a card are not read: the operator compares them "
            "with the application by eye."
        ),
        cure=_FROM_APT,
    )
    yield Item(
        N_("Text reader's languages"),
        " ".join(_tesseract_languages()),
        meaning=N_("Without English data nothing is read; Spanish helps with names."),
        cure=_FROM_APT,
    )
    yield Item(
        N_("Face comparison"),
        _named(here.matcher),
        meaning=N_(
            "Photo and card are compared by eye only. It is advice, and off unless the policy "
            "turns it on."
        ),
        cure=_FROM_MATCH,
    )


def _tokens() -> Iterator[Item]:
    yield Item(
        N_("PKCS#11 tokens"),
        _installed("python-pkcs11"),
        meaning=N_(
            "Neither applicants' tokens can be written nor an authority's key be in a security "
            "module."
        ),
        cure=_FROM_HSM,
    )
    if module := _authority_module():
        from backend_client.at_the_station.token_probe import module_finding

        yield Item(
            N_("Module of the authority's token"),
            "" if module_finding(module) else module,
            needed=True,
            meaning=N_("The signing key cannot be reached: no certificate can be issued."),
            cure=module,
        )


def _authority_module() -> str:
    """Return the module the office of this computer reaches its signing key by; mostly none."""
    from issuance.engine.authority_file import authority_token_of
    from ventanilla.compose import office_folder

    token = authority_token_of(office_folder())
    return token.address.module if token else ""


def _surroundings() -> Iterator[Item]:
    yield Item(
        N_("Program to open files outside"),
        _desktop_opener(),
        meaning=N_("Photos and documents are shown inside the terminal only."),
        cure="apt-get install xdg-utils",
    )
    yield Item(
        N_("Colours of the terminal"),
        _colours(),
        meaning=N_("Photos are shown in shades without colour."),
        cure="TERM=xterm-256color",
    )
    yield Item(
        N_("Camera program"),
        next((name for name in _CAMERAS if shutil.which(name)), ""),
        meaning=N_("Photos come as files; a camera program is named in the settings."),
        cure="apt-get install fswebcam",
    )


def _installed(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _named(engine: "Engine | None") -> str:
    return engine.name if engine else ""


def _tesseract_languages() -> tuple[str, ...]:
    program = shutil.which("tesseract")
    if program is None:
        return ()
    told = subprocess.run(  # noqa: S603 - an installed program, our own arguments
        [program, "--list-langs"], capture_output=True, text=True, check=False
    )
    return tuple(each for each in _TESSERACT_LANGUAGES if each in told.stdout.split())


def _desktop_opener() -> str:
    desktop = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return (shutil.which("xdg-open") or "") if desktop else ""


def _colours() -> str:
    if os.environ.get("NO_COLOR"):
        return ""
    if os.environ.get("COLORTERM", "") in _MANY_COLOURS:
        return "16777216"
    terminal = os.environ.get("TERM", "")
    if "256" in terminal:
        return "256"
    return "" if terminal in {"", "dumb"} or terminal.startswith("vt") else "16"


def _as_object(item: Item) -> dict[str, str | bool | None]:
    return {
        "name": item.name,
        "found": item.found or None,
        "needed": item.needed,
        "meaning": None if item.found else item.meaning,
        "cure": None if item.found else item.cure,
    }


def _lines(item: Item, _: Callable[[str], str]) -> Iterator[str]:
    state = _("here") if item.found else _("missing")
    yield f"{state:<8} {_(item.name)}  {item.found}".rstrip()
    if not item.found:
        how = _("To get it")
        yield f"         {_(item.meaning)}"
        yield f"         {how}: {item.cure}"
