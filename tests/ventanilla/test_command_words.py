"""What the subcommands tell: one language, the environment's, and findings instead of errors."""

import json
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

from issuance.access.totp import current_code
from issuance.certificates.keys import make_private_key
from issuance.engine.demonstration import PEOPLE, demonstration_plan
from issuance.engine.founding import Founded, found_office
from issuance.policies.loader import PolicyError
from issuance.secret import Secret
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


def test_backup_and_restore_tell_what_they_did_in_the_language(
    founded: Path, tmp_path: Path, language: str, capsys: pytest.CaptureFixture[str]
):
    key, identity = str(founded / "recovery-key.txt"), str(tmp_path / "identity.txt")
    assert main(["backup-key", "--out", identity]) == 0
    recipient = capsys.readouterr().out.strip()
    file, office = str(tmp_path / "office.age"), str(founded / "office")
    made = ["backup", file, "--recipient", recipient, "--office", office, "--key-file", key]
    assert main(made) == 0
    entries = {"es": " asientos, ", "en": " entries, "}
    told = capsys.readouterr().out
    assert told.startswith(f"{file}: ")
    assert entries[language] in told
    into = str(tmp_path / "restored")
    back = ["restore", file, "--identity", identity, "--into", into, "--key-file", key]
    assert main(back) == 0
    begins = {"es": "recuperada en ", "en": "restored into "}
    shown = capsys.readouterr()
    assert shown.out.startswith(f"{begins[language]}{into}: ")
    missing = {"es": "ingrese de nuevo las revocaciones", "en": "enter the revocations again"}
    assert missing[language] in shown.err


def test_a_backup_key_is_told_once_and_never_replaced(
    tmp_path: Path, language: str, capsys: pytest.CaptureFixture[str]
):
    assert main(["backup-key"]) == 0
    shown = capsys.readouterr()
    assert "AGE-SECRET-KEY-1" in shown.out
    assert {"es": "una sola vez", "en": "shown once"}[language] in shown.err
    (tmp_path / "key").write_text("mine")
    assert main(["backup-key", "--out", str(tmp_path / "key")]) == 1
    assert {"es": "Ya hay algo en", "en": "already something at"}[language] in (
        capsys.readouterr().err
    )
    assert (tmp_path / "key").read_text() == "mine"
    assert main(["backup-key", "--out", str(tmp_path / "none" / "key")]) == 1
    told = capsys.readouterr().err
    assert told.startswith(f"STORE_FAILED: {TELLING[language]}")
    assert "ENOENT" in told


def test_serve_status_says_in_the_language_why_it_does_not_begin(
    founded: Path, language: str, capsys: pytest.CaptureFixture[str]
):
    assert main(["serve-status", str(founded / "office")]) == 66
    empty = {"es": "todavía no se ha publicado nada", "en": "nothing was published yet"}
    assert empty[language] in capsys.readouterr().err
    assert main(["serve-status", "--policy", "nowhere"]) == 66
    known = {"es": "las políticas conocidas son", "en": "known policies are"}
    assert known[language] in capsys.readouterr().err


def test_rehearse_says_what_is_wrong_in_a_policy(
    tmp_path: Path,
    language: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    def refused(name: str) -> NoReturn:
        raise PolicyError(f'profiles.toml: profiles "tenth" of {name}: key_usage')

    monkeypatch.setattr("issuance.policies.loader.load_policy", refused)
    assert main(["rehearse", "--out", str(tmp_path / "out")]) == 64
    told = capsys.readouterr().err
    unfit = {"es": "Una política no se puede usar:", "en": "A policy cannot be used:"}
    assert told == f'{unfit[language]}\nprofiles.toml: profiles "tenth" of ec-icert: key_usage\n'
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("begins", ["issuance.engine.opening", "issuance.policies.loader"])
def test_what_needs_a_wrong_policy_says_file_and_entry(
    founded: Path,
    tmp_path: Path,
    language: str,
    begins: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    """An office's policy is told by the opening, where only a command reads it by the command."""

    def refused(name: str) -> NoReturn:
        raise PolicyError('profiles.toml: profiles "tenth": key_usage\nlife.toml: clocks', name)

    monkeypatch.setattr(f"{begins}.load_policy", refused)
    typed = list(_typed_by("olga"))
    monkeypatch.setattr("ventanilla.tick.getpass", lambda _: typed.pop(0))
    shutil.copytree(founded / "office", tmp_path / "office")
    command = {
        "issuance.engine.opening": ["tick", str(tmp_path / "office"), "--user", "olga"],
        "issuance.policies.loader": ["check", "photo", str(tmp_path / "photo.jpg")],
    }[begins]
    assert main(command) == 66
    told = capsys.readouterr().err
    unfit = {"es": "Las reglas «ec-icert» no se pueden", "en": "The rules “ec-icert” cannot be"}
    assert told.startswith("POLICY_UNUSABLE: ")
    assert unfit[language] in told
    assert told.endswith(': profiles.toml: profiles "tenth": key_usage; life.toml: clocks\n')


def _typed_by(user: str) -> tuple[str, str]:
    person = next(each for each in PEOPLE if each.user == user)
    code = current_code(Secret(person.totp_secret), system_sources().clock.now())
    return person.password, code.reveal()


def test_tick_says_in_the_language_what_it_did_and_why_it_does_not_begin(
    founded: Path,
    tmp_path: Path,
    language: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    person = next(each for each in PEOPLE if each.user == "olga")
    shutil.copytree(founded / "office", tmp_path / "office")
    call = ["tick", str(tmp_path / "office"), "--user", person.user]
    code = current_code(Secret(person.totp_secret), system_sources().clock.now())
    typed = [person.password, code.reveal(), person.password, code.reveal()]
    prompts: list[str] = []

    def type_next(prompt: str) -> str:
        prompts.append(prompt)
        if not typed:
            raise EOFError
        return typed.pop(0)

    monkeypatch.setattr("ventanilla.tick.getpass", type_next)
    for done in (
        {"es": "lista de revocación número 1", "en": "revocation list number 1"},
        {"es": "no había nada pendiente", "en": "nothing was due"},
    ):
        assert main(call) == 0
        assert capsys.readouterr().out.strip() == done[language]
    assert (
        prompts[:2]
        == {"es": ["Contraseña: ", "Código: "], "en": ["Password: ", "Code: "]}[language]
    )
    assert main(call) == 66
    missing = {"es": "No se escribió nada.", "en": "Nothing was typed."}
    assert capsys.readouterr().err.strip() == missing[language]
    assert main(["tick", str(tmp_path / "office"), "--unattended"]) == 66
    needs = {"es": "necesita --user", "en": "needs --user"}
    assert needs[language] in capsys.readouterr().err
