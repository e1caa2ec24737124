"""What the subcommands tell: one language, the environment's, and findings instead of errors."""

import json
from pathlib import Path

import pytest

from issuance.certificates.keys import make_private_key
from issuance.engine.demonstration import demonstration_plan
from issuance.engine.founding import Founded, found_office
from ventanilla.cli import main
from ventanilla.compose import system_sources

TELLING = {"es": "Corrija esto: ", "en": "Correct this: "}


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with an office, and beside it the file with its recovery key."""
    folder = tmp_path_factory.mktemp("founded")
    made = found_office(folder / "office", demonstration_plan(), system_sources(), make_private_key)
    assert isinstance(made, Founded)
    (folder / "recovery-key.txt").write_text(made.recovery_key.reveal(), "utf-8")
    return folder


@pytest.fixture(params=["es", "en"])
def language(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("VENTANILLA_LANGUAGE", request.param)
    return request.param


def test_verify_says_that_there_is_no_office_before_it_asks_for_a_key(
    tmp_path: Path, language: str, capsys: pytest.CaptureFixture[str]
):
    assert main(["verify", str(tmp_path)]) == 66
    assert capsys.readouterr().err.startswith(f"OFFICE_MISSING: {TELLING[language]}")
    assert main(["verify", "--json", str(tmp_path)]) == 66
    (fault,) = json.loads(capsys.readouterr().out)["faults"]
    assert fault["code"] == "OFFICE_MISSING"


def test_a_key_file_that_is_not_there_is_told_as_a_finding(
    founded: Path, language: str, capsys: pytest.CaptureFixture[str]
):
    missing = founded / "none.txt"
    office = str(founded / "office")
    assert main(["verify", office, "--key-file", str(missing)]) == 66
    told = capsys.readouterr().err
    assert told.startswith(f"RECOVERY_KEY_FILE_UNREADABLE: {TELLING[language]}")
    assert str(missing) in told
    assert "ENOENT" in told
    assert "No such file" not in told


def test_verify_tells_its_verdict_in_the_language(
    founded: Path, language: str, capsys: pytest.CaptureFixture[str]
):
    key = str(founded / "recovery-key.txt")
    assert main(["verify", str(founded / "office"), "--key-file", key]) == 0
    verdict = capsys.readouterr().out.splitlines()[-1]
    words = {
        "es": ("íntegro: ", " asientos, 0 hallazgos"),
        "en": ("clean: ", " entries, 0 findings"),
    }
    assert verdict.startswith(words[language][0])
    assert verdict.endswith(words[language][1])


def test_a_wrong_call_of_rehearse_is_told_in_the_language(
    tmp_path: Path, language: str, capsys: pytest.CaptureFixture[str]
):
    (tmp_path / "file").touch()
    assert main(["rehearse", "--out", str(tmp_path)]) == 64
    words = {"es": "la carpeta debe estar vacía", "en": "the folder must be empty"}
    assert words[language] in capsys.readouterr().err
