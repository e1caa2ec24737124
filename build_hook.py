"""What the build does besides packing: compiles the catalogues, reads the dependencies."""

import os
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

EXTRAS = ("vision", "match", "hsm", "lint", "server")


def compile_catalogues(locale_folder: Path) -> list[Path]:
    """Compile every `.po` below `<language>/LC_MESSAGES` and return the `.mo` files written."""
    # Only building needs Babel, so that the metadata can be read without it.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled: list[Path] = []
    for source in sorted(locale_folder.glob("*/LC_MESSAGES/*.po")):
        with source.open("rb") as text:
            catalogue = read_po(text)
        target = source.with_suffix(".mo")
        # Two builds at once must not read half of each other's file.
        unfinished = target.with_name(f"{target.name}.{os.getpid()}")
        with unfinished.open("wb") as binary:
            write_mo(binary, catalogue)
        unfinished.replace(target)
        compiled.append(target)
    return compiled


def dependencies(listed: Path) -> list[str]:
    """Return the requirements of a `.in` file and of those it includes by `-r`."""
    found: list[str] = []
    for line in listed.read_text(encoding="utf-8").splitlines():
        option, _, other = line.partition(" ")
        requirement = line.partition("#")[0].strip()
        if option == "-r":
            found += dependencies(listed.with_name(other.strip()))
        elif requirement and not requirement.startswith("-"):
            found.append(requirement)
    return found


class CatalogueHook(BuildHookInterface):
    """Compiles the catalogues before a wheel or an editable install is made."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile into the source tree, where the package reads them."""
        compile_catalogues(Path(self.root) / "tui" / "locale")


class DependencyHook(MetadataHookInterface):
    """Takes the dependencies from the files the locks are made from."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Add what the counter needs and, by the name of an extra, what it can use."""
        listed = Path(self.root) / "requirements"
        metadata["dependencies"] = dependencies(listed / "base.in")
        metadata["optional-dependencies"] = {
            extra: dependencies(listed / f"{extra}.in") for extra in EXTRAS
        }
