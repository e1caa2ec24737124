"""`ventanilla identity-provider`: an administrator at the command line, and a real provider."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from issuance.access.totp import current_code
from issuance.secret import Secret
from tests.engine.ministry import ADMINISTRATOR, found_platform
from tests.identity_provider import CLIENT_SECRET, RunningProvider, identity_provider
from ventanilla.cli import main
from ventanilla.compose import SystemClock


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("platform") / "office"
    found_platform(folder)
    return folder


@pytest.fixture(scope="module")
def provider() -> Iterator[RunningProvider]:
    with identity_provider(SystemClock().now) as running:
        yield running


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What somebody types at a terminal, first the password and the code."""
    code = current_code(Secret(ADMINISTRATOR.totp_secret), SystemClock().now())
    lines = [ADMINISTRATOR.password, code.reveal()]
    monkeypatch.setattr("ventanilla.office_settings.getpass", lambda _: lines.pop(0))
    monkeypatch.setenv("VENTANILLA_LANGUAGE", "en")
    return lines


def provide(office: Path, *options: str) -> int:
    return main(["identity-provider", str(office), "--user", ADMINISTRATOR.user, *options])


def test_a_provider_is_set_shown_and_tried(
    office: Path,
    provider: RunningProvider,
    typed: list[str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
):
    credentials = tuple(typed)
    settings = provider.settings("https://ventanilla.example.cl")
    file = tmp_path / "provider.json"
    file.write_text(settings.model_dump_json())
    typed += [CLIENT_SECRET]
    assert provide(office, "--set", str(file)) == 0
    assert capsys.readouterr().out == "The identity provider is kept.\n"
    typed += credentials
    assert provide(office) == 0
    told = capsys.readouterr().out
    assert json.loads(told) == settings.model_dump()
    typed += credentials
    assert provide(office, "--try") == 0
    assert capsys.readouterr().out.startswith("PROVIDER_ANSWERS: ")
    typed += [*credentials, "another"]
    assert provide(office, "--set", str(file)) == 0
    typed += credentials
    assert provide(office, "--try") == 1
    assert "PROVIDER_CLIENT_REFUSED: " in capsys.readouterr().err
    typed += credentials
    assert provide(office, "--off") == 0
    typed += credentials
    assert provide(office, "--try") == 1
    assert "PROVIDER_NOT_SET_UP: " in capsys.readouterr().err


def test_what_cannot_be_read_is_told_before_anybody_types(
    office: Path, typed: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert provide(tmp_path / "nowhere") == 66
    assert "OFFICE_MISSING: " in capsys.readouterr().err
    file = tmp_path / "provider.json"
    file.write_text('{"name": "x", "unknown": 1}')
    assert provide(office, "--set", str(file)) == 66
    assert "PROVIDER_FILE_UNREADABLE: " in capsys.readouterr().err
    assert len(typed) == 2
