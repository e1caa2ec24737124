"""A demonstration office's backup, the keys that open it, and what restoring it gives."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from issuance.engine.backup import BackedUp, back_up
from issuance.engine.backup_file import KeyPair, make_key_pair
from issuance.engine.restoring import Restored, restore
from tests.engine.conftest import FoundedOffice
from ventanilla.compose import system_sources

SOURCES = system_sources()


@dataclass(frozen=True)
class Keys:
    """A pair of keys, the identity in a file."""

    pair: KeyPair
    file: Path


def key_file(path: Path, pair: KeyPair) -> Path:
    path.write_text(f"# public key: {pair.recipient}\n{pair.identity.reveal()}\n")
    return path


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    pair = make_key_pair()
    return Keys(pair, key_file(tmp_path_factory.mktemp("keys") / "identity.txt", pair))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return an empty folder, so that whatever is left behind shows."""
    folder = tmp_path / "place"
    folder.mkdir()
    return folder


@pytest.fixture(scope="session")
def backup(pristine: FoundedOffice, keys: Keys, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("backup") / "office.age"
    made = back_up(pristine.folder, pristine.recovery_key, [keys.pair.recipient], target, SOURCES)
    assert isinstance(made, BackedUp)
    return target


def restored(office: FoundedOffice, file: Path, keys: Keys, target: Path) -> FoundedOffice:
    done = restore(file, keys.file, target, lambda _: office.recovery_key, SOURCES)
    assert isinstance(done, Restored), done
    assert done.report.ok, done.report.faults
    return FoundedOffice(target, office.recovery_key)


def refusal(file: Path, keys: Keys, place: Path, office: FoundedOffice) -> str:
    """Restore what cannot be restored; check that nothing stays; return the code."""
    answer = restore(file, keys.file, place / "office", lambda _: office.recovery_key, SOURCES)
    assert isinstance(answer, tuple)
    assert list(place.iterdir()) == []
    (finding,) = answer
    return finding.code
