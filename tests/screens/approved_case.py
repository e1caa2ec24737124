"""The fixtures of an approved case: in an office that belongs to one test, with what is brought."""

from pathlib import Path

import pytest

from tests.screens.middle_of_a_case import MakeKey, approved, in_test, write_files
from ventanilla.rehearsal import Rehearsal


@pytest.fixture
def case(founded_office: Path, make_key: MakeKey, tmp_path: Path) -> Rehearsal:
    return in_test(approved(founded_office, make_key), tmp_path)


@pytest.fixture
def office(case: Rehearsal) -> Path:
    return case.folder


@pytest.fixture
def files(case: Rehearsal, tmp_path: Path) -> Path:
    return write_files(case, tmp_path)
