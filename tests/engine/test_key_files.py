"""Key files that are gone or another office's: told before they are needed, and not backed up."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from issuance.engine.backup import back_up
from issuance.engine.backup_file import make_key_pair
from issuance.engine.inspection import inspect_office
from issuance.findings.engine import EngineCode
from issuance.findings.register import RegisterCode
from issuance.register.fault import VerificationReport
from tests.engine.conftest import FoundedOffice
from tests.engine.desk import Desk
from ventanilla.compose import system_sources

SOURCES = system_sources()


def another(file: Path) -> None:
    """Let a file be as another office has it."""
    document = json.loads(file.read_text())
    document["keys"]["issuing"]["key_id"] = "another"
    file.write_text(json.dumps(document))


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-50])


SPOILT: list[Callable[[Path], None]] = [Path.unlink, cut, another]


def told(office: FoundedOffice) -> list[tuple[str, object]]:
    report = inspect_office(office.folder, office.recovery_key, SOURCES)
    assert isinstance(report, VerificationReport), report
    return [(each.code, each.figures.get("file")) for each in report.faults]


@pytest.mark.parametrize("spoil", SPOILT)
def test_an_authoritys_keys_that_are_not_whole_are_told_and_not_backed_up(
    office: FoundedOffice, spoil: Callable[[Path], None], tmp_path: Path
):
    spoil(office.folder / "authority.json")
    assert told(office) == [(RegisterCode.KEY_FILE_DAMAGED, "authority.json")]
    place = tmp_path / "place"
    place.mkdir()
    recipient = make_key_pair().recipient
    answer = back_up(office.folder, office.recovery_key, [recipient], place / "a.age", SOURCES)
    assert isinstance(answer, tuple)
    assert [each.code for each in answer] == [RegisterCode.KEY_FILE_DAMAGED]
    assert list(place.iterdir()) == []


def test_another_offices_keys_open_no_office(office: FoundedOffice):
    another(office.folder / "authority.json")
    desk = Desk(office)
    with pytest.raises(AssertionError, match=EngineCode.OFFICE_MISMATCH):
        desk.log_in("olga")


def test_an_altered_issuing_key_is_told_at_the_log_in(office: FoundedOffice):
    file = office.folder / "authority.json"
    document = json.loads(file.read_text())
    sealed = document["keys"]["issuing"]["private_key"]
    octets = bytes.fromhex(sealed["ciphertext"])
    sealed["ciphertext"] = (octets[:-1] + bytes([octets[-1] ^ 1])).hex()
    file.write_text(json.dumps(document))
    desk = Desk(office)
    with pytest.raises(AssertionError, match=EngineCode.AUTHORITY_UNREADABLE):
        desk.log_in("olga")
