from pathlib import Path

import pytest

from backend_client.at_the_station.places import (
    key_file_target,
    removable_folders,
    target_finding,
)
from issuance.findings.certificates import CertificateFinding


def _mounts(tmp_path: Path, *rows: str) -> Path:
    table = tmp_path / "mounts"
    table.write_text("".join(f"{row} vfat rw 0 0\n" for row in rows))
    return table


def test_sticks_are_found_by_their_folders(tmp_path: Path):
    stick, other, disk = tmp_path / "MI STICK", tmp_path / "B", tmp_path / "disk"
    for folder in (stick, other, disk):
        folder.mkdir()
    table = _mounts(
        tmp_path,
        f"/dev/sdb1 {str(stick).replace(' ', chr(92) + '040')}",
        f"/dev/sda1 {disk}",
        f"/dev/sdc1 {other}",
        "/dev/sdd1 /",
        f"tmpfs {tmp_path}",
        "/dev/broken",
    )
    found = removable_folders(table, lambda folder: folder != disk)
    assert found == (other, stick)


def test_a_stick_that_was_pulled_out_is_no_place(tmp_path: Path):
    table = _mounts(tmp_path, f"/dev/sdb1 {tmp_path / 'gone'}")
    assert removable_folders(table, lambda folder: bool(folder.stat())) == ()


def test_without_a_table_of_mounts_there_are_no_sticks(tmp_path: Path):
    assert removable_folders(tmp_path / "none") == ()


def test_this_computers_own_table_is_read():
    assert Path("/") not in removable_folders()


def test_a_free_name_in_a_folder_is_fine(tmp_path: Path):
    assert target_finding(tmp_path / "llave.p12") is None


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("taken", CertificateFinding.FILE_EXISTS),
        ("none/llave.p12", CertificateFinding.FOLDER_MISSING),
        ("taken/llave.p12", CertificateFinding.FOLDER_MISSING),
        ("a\0b", CertificateFinding.FILE_NAME_REFUSED),
        ("x" * 300, CertificateFinding.FILE_NAME_REFUSED),
    ],
)
def test_what_stands_in_the_way_is_told_beforehand(tmp_path: Path, name: str, code: str):
    (tmp_path / "taken").write_bytes(b"another")
    finding = target_finding(tmp_path / name)
    assert finding is not None
    assert finding.code == code


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("{stick}", "{stick}/usual.p12"),
        ("{stick}/juan.perez", "{stick}/juan.perez/usual.p12"),
        ("{stick}/firma.P12", "{stick}/firma.P12"),
        ("{stick}/firma.pfx", "{stick}/firma.pfx"),
        ("{stick}/firma.txt", "{stick}/firma.txt.p12"),
        ("~/firma.p12", "{home}/firma.p12"),
        ("firma.p12", "{home}/firma.p12"),
        ("~nobody-of-that-name/firma.p12", "{home}/~nobody-of-that-name/firma.p12"),
        ("{stick}/\0.txt", "{stick}/\0.txt.p12"),
    ],
)
def test_a_key_file_is_known_by_its_ending_wherever_it_is_put(
    tmp_path: Path, typed: str, meant: str
):
    (tmp_path / "juan.perez").mkdir()
    places = {"stick": tmp_path, "home": Path.home()}
    target = key_file_target(typed.format_map(places), "usual.p12")
    assert target == Path(meant.format_map(places))
