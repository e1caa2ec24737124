import json
from importlib.metadata import PackageNotFoundError, version

import pytest

from issuance.evidence import engines_here
from ventanilla import doctor
from ventanilla.cli import main


def find_version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]):
    def tell() -> tuple[int, dict[str, dict[str, object]]]:
        exit_code = main(["doctor", "--json"])
        answer = json.loads(capsys.readouterr().out)
        assert answer["ok"] == (exit_code == 0)
        return exit_code, {each["name"]: each for each in answer["items"]}

    return tell


def test_everything_needed_is_here_and_has_a_version(told):
    exit_code, items = told()
    assert exit_code == 0
    for name in ("Python", "Pillow", "pypdf", "sqlcipher3", "cryptography"):
        assert items[name]["needed"]
        assert items[name]["found"]


def test_what_reaches_tokens_is_told(told):
    _, items = told()
    assert items["PKCS#11 tokens"]["found"] == find_version("python-pkcs11")
    assert not items["PKCS#11 tokens"]["needed"]
    assert "Module of the authority's token" not in items


@pytest.mark.parametrize(
    ("adapter", "name", "cure"),
    [
        ("_face_finder", "Face finder", "vision"),
        ("_strict_decoder", "Strict JPEG decoder", "vision"),
        ("_page_renderer", "PDF page renderer", "vision"),
        ("_barcode_reader", "Barcode reader", "vision"),
        ("_text_reader", "Text reader", "apt-get install tesseract-ocr tesseract-ocr-spa"),
        ("_face_matcher", "Face comparison", "match"),
    ],
)
def test_a_missing_engine_is_told_with_its_meaning_and_cure(told, monkeypatch, adapter, name, cure):
    def missing():
        raise ImportError(adapter)

    monkeypatch.setattr(engines_here, adapter, missing)
    exit_code, items = told()
    assert exit_code == 0
    assert items[name]["found"] is None
    assert items[name]["meaning"]
    assert cure in items[name]["cure"]


def test_a_missing_package_of_the_counter_itself_is_an_error(told, monkeypatch):
    monkeypatch.setattr(doctor, "_installed", lambda package: "" if package == "pypdf" else "1")
    exit_code, items = told()
    assert exit_code == 1
    assert items["pypdf"]["cure"] == "make run"


def test_surroundings_are_what_the_environment_says(told, monkeypatch, tmp_path):
    for name in ("xdg-open", "fswebcam"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "COLORTERM", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    _, items = told()
    assert items["Program to open files outside"]["found"] is None
    assert items["Colours of the terminal"]["found"] == "256"
    assert items["Camera program"]["found"] == "fswebcam"
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setenv("NO_COLOR", "1")
    _, items = told()
    assert items["Program to open files outside"]["found"] == str(tmp_path / "xdg-open")
    assert items["Colours of the terminal"]["found"] is None


def test_people_are_told_in_their_language(capsys, monkeypatch):
    monkeypatch.setattr(engines_here, "_face_finder", lambda: None)
    assert main(["doctor", "--language", "es"]) == 0
    spanish = capsys.readouterr().out
    assert "falta    Buscador de rostros" in spanish
    assert "Para obtenerlo: make vision" in spanish
    assert main(["doctor", "--language", "en"]) == 0
    assert "missing  Face finder" in capsys.readouterr().out
