"""`ventanilla time-stamps`: an administrator at the command line, and a real authority."""

import json
from pathlib import Path

import pytest

from issuance.access.totp import current_code
from issuance.secret import Secret
from tests.engine.ministry import ADMINISTRATOR, found_platform
from tests.time_stamp_authority import PASSWORD, USER, time_stamp_authority
from ventanilla.cli import main
from ventanilla.compose import SystemClock


def test_time_stamps_are_set_shown_tried_and_turned_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    office, file = tmp_path / "office", tmp_path / "stamps.json"
    found_platform(office)
    code = current_code(Secret(ADMINISTRATOR.totp_secret), SystemClock().now()).reveal()
    typed: list[str] = []
    monkeypatch.setattr("ventanilla.office_settings.getpass", lambda _: typed.pop(0))
    monkeypatch.setenv("VENTANILLA_LANGUAGE", "en")

    def stamps(*options: str, password: tuple[str, ...] = ()) -> tuple[int, str]:
        typed[:] = [ADMINISTRATOR.password, code, *password]
        status = main(["time-stamps", str(office), "--user", ADMINISTRATOR.user, *options])
        told = capsys.readouterr()
        return status, told.out + told.err

    assert stamps() == (0, "null\n")
    file.write_text("{}")
    status, told = stamps("--set", str(file))
    assert (status, told.split(":")[0]) == (66, "TIME_STAMP_FILE_UNREADABLE")
    # Nobody was asked for a password that would do nothing.
    assert typed
    with time_stamp_authority(SystemClock().now) as authority:
        authority.login = f"{USER}:{PASSWORD}"
        settings = {"address": authority.url, "user": USER, "without": "sign_without"}
        file.write_text(json.dumps(settings))
        kept = stamps("--set", str(file), password=(PASSWORD,))
        assert kept == (0, "The time-stamp authority is kept.\n")
        status, told = stamps()
        assert (status, json.loads(told)) == (0, settings)
        status, told = stamps("--try")
        assert (status, told.split(":")[0]) == (0, "TIME_STAMP_ANSWERS")
    assert stamps("--off") == (0, "PDFs get no time stamp any more.\n")
    status, told = stamps("--try")
    assert (status, told.split(":")[0]) == (1, "TIME_STAMP_NOT_SET_UP")
