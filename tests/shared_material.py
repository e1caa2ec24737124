"""Labelled photos and PDFs that live beside the repository, not in it.

`VENTANILLA_SHARED` names their folder; without it, `shared` beside the repository is looked for.
"""

import csv
import os
from pathlib import Path

import pytest

_BESIDE = Path(__file__).parents[2] / "shared"
FOLDER = Path(os.environ.get("VENTANILLA_SHARED", _BESIDE)) / "data"

needs_shared_material = pytest.mark.skipif(
    not FOLDER.is_dir(),
    reason="no labelled photos and PDFs here: set VENTANILLA_SHARED to the folder that holds data/",
)


def labels(kind: str) -> list[dict[str, str]]:
    """Return the rows of `labels.csv` of `photos` or `pdfs`; none where the material is absent."""
    path = FOLDER / kind / "labels.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def material(kind: str, name: str) -> bytes:
    """Return the content of one labelled file."""
    return (FOLDER / kind / name).read_bytes()
