"""What the build does besides packing: compiles the catalogues, reads the dependencies."""

import os
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface


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


def dependencies(requirements: str) -> list[str]:
    """Return the requirements of a `.in` file without comments and empty lines."""
    lines = (line.partition("#")[0].strip() for line in requirements.splitlines())
    return [line for line in lines if line]


class CatalogueHook(BuildHookInterface):
    """Compiles the catalogues before a wheel or an editable install is made."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile into the source tree, where the package reads them."""
        compile_catalogues(Path(self.root) / "tui" / "locale")


class DependencyHook(MetadataHookInterface):
    """Takes the dependencies from the file the lock is made from."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Add the dependencies."""
        listed = Path(self.root) / "requirements" / "base.in"
        metadata["dependencies"] = dependencies(listed.read_text(encoding="utf-8"))
