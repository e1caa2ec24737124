"""What the program is."""

from importlib.metadata import PackageNotFoundError, version
from typing import Final

LICENCE: Final = "Apache-2.0"


def installed_version() -> str:
    """Return the version, or a dash where the program runs without being installed."""
    try:
        return version("ventanilla")
    except PackageNotFoundError:
        return "–"
