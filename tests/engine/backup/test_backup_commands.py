"""Backups by the command line, on a full disk too, and by the age tool itself."""

import io
import json
import resource
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from issuance.engine.backup_file import read_identities
from tests.engine.backup.conftest import Keys, restored
from tests.engine.conftest import FoundedOffice
from ventanilla.cli import main

ROOT = Path(__file__).parents[3]


def command(*arguments: object, largest_file: int) -> subprocess.CompletedProcess[str]:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))

    return subprocess.run(
        [sys.executable, "-m", "ventanilla", *map(str, arguments)],
        cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False,
        preexec_fn=limit,
    )  # fmt: skip


def test_without_room_no_half_backup_stays(
    office: FoundedOffice, backup: Path, keys: Keys, place: Path, tmp_path: Path
):
    recovery = tmp_path / "recovery.txt"
    recovery.write_text(office.recovery_key.reveal())
    made = command(
        "backup", place / "a.age", "--recipient", keys.pair.recipient,
        "--office", office.folder, "--key-file", recovery,
        largest_file=backup.stat().st_size - 4096,
    )  # fmt: skip
    assert made.returncode == 1
    assert "STORE_FULL" in made.stderr
    assert list(place.iterdir()) == []


@pytest.mark.parametrize("room", [pytest.param(10_000, marks=pytest.mark.soak), 100_000])
def test_without_room_no_half_office_stays(
    room: int, office: FoundedOffice, backup: Path, keys: Keys, place: Path, tmp_path: Path
):
    recovery = tmp_path / "recovery.txt"
    recovery.write_text(office.recovery_key.reveal())
    done = command(
        "restore", backup, "--identity", keys.file, "--into", place / "office",
        "--key-file", recovery, largest_file=room,
    )  # fmt: skip
    assert done.returncode == 1
    assert "STORE_FULL" in done.stderr
    assert list(place.iterdir()) == []


def test_the_commands_make_keys_a_backup_and_the_office_again(
    office: FoundedOffice, place: Path, capsys: pytest.CaptureFixture[str]
):
    identity, recovery = place / "identity.txt", place / "recovery.txt"
    recovery.write_text(office.recovery_key.reveal())
    assert main(["backup-key", "--out", str(identity)]) == 0
    recipient = capsys.readouterr().out.strip()
    assert identity.stat().st_mode & 0o777 == 0o600
    assert main(["backup-key", "--out", str(identity)]) == 1
    assert read_identities(identity)
    file, target = str(place / "office.age"), str(place / "new" / "office")
    own = ["--key-file", str(recovery)]
    arguments = ["backup", file, "--recipient", recipient, "--office", str(office.folder), *own]
    assert main([*arguments, "--json"]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["ok"]
    arguments = ["restore", file, "--identity", str(identity), "--into", target, *own]
    assert main([*arguments, "--json"]) == 0
    done = json.loads(capsys.readouterr().out)
    assert (done["ok"], done["entries"]) == (True, told["entries"])
    assert main(arguments) == 1
    assert "RESTORE_TARGET_TAKEN" in capsys.readouterr().err
    assert main(["verify", target, *own]) == 0


def test_a_secret_key_given_for_a_recipient_is_not_repeated(
    office: FoundedOffice, keys: Keys, place: Path, capsys: pytest.CaptureFixture[str]
):
    recovery = place / "recovery.txt"
    recovery.write_text(office.recovery_key.reveal())
    secret = keys.pair.identity.reveal()
    arguments = ["--office", str(office.folder), "--key-file", str(recovery)]
    assert main(["backup", str(place / "a"), "--recipient", secret, *arguments]) == 1
    shown = capsys.readouterr()
    assert "BACKUP_RECIPIENT_MALFORMED" in shown.err
    assert secret[20:] not in shown.err + shown.out


@pytest.mark.skipif(shutil.which("age") is None, reason="the age tool is not installed")
def test_age_itself_opens_a_backup_and_writes_one_that_opens(
    office: FoundedOffice, backup: Path, keys: Keys, place: Path, tmp_path: Path
):
    opened = subprocess.run(
        ["age", "-d", "-i", keys.file, backup], capture_output=True, check=True
    ).stdout
    with tarfile.open(fileobj=io.BytesIO(opened)) as archive:
        names = archive.getnames()
    assert names[:2] == ["backup.json", "register.db"]
    assert {"office.json", "authority.json", "checkpoint.json"} <= set(names)
    again = tmp_path / "again.age"
    subprocess.run(["age", "-r", keys.pair.recipient, "-o", again], input=opened, check=True)
    restored(office, again, keys, place / "office")
    spoilt = bytearray(backup.read_bytes())
    spoilt[-1] ^= 1
    again.write_bytes(spoilt)
    refused = subprocess.run(
        ["age", "-d", "-i", keys.file, again], capture_output=True, check=False
    )
    assert refused.returncode != 0
