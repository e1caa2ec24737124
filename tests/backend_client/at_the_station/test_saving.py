import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend_client.at_the_station.durable import saving_finding
from backend_client.at_the_station.saving import SavedFile, is_removable, save_pkcs12
from issuance.findings import Finding
from tests.examples import examples

CONTENT = bytes(range(256)) * 16


def code_of(result: object) -> str:
    assert isinstance(result, Finding), result
    return result.code


def test_a_file_is_saved_private_and_alone(tmp_path: Path):
    target = tmp_path / "JOSÉ NUÑEZ.p12"
    saved = save_pkcs12(CONTENT, target)
    assert isinstance(saved, SavedFile)
    assert saved.size == len(CONTENT)
    assert target.read_bytes() == CONTENT
    assert target.stat().st_mode & 0o777 == 0o600
    assert target.stat().st_nlink == 1
    assert list(tmp_path.iterdir()) == [target]


def test_another_file_is_never_overwritten(tmp_path: Path):
    target = tmp_path / "holder.p12"
    target.write_bytes(b"somebody else's")
    assert code_of(save_pkcs12(CONTENT, target)) == "FILE_EXISTS"
    assert target.read_bytes() == b"somebody else's"
    assert list(tmp_path.iterdir()) == [target]


def test_a_link_that_leads_nowhere_is_not_followed(tmp_path: Path):
    target = tmp_path / "holder.p12"
    target.symlink_to(tmp_path / "elsewhere")
    assert code_of(save_pkcs12(CONTENT, target)) == "FILE_EXISTS"
    assert not (tmp_path / "elsewhere").exists()


def test_saving_the_same_again_is_fine(tmp_path: Path):
    target = tmp_path / "holder.p12"
    assert isinstance(save_pkcs12(CONTENT, target), SavedFile)
    assert isinstance(save_pkcs12(CONTENT, target), SavedFile)


def test_what_a_crash_left_behind_is_no_obstacle(tmp_path: Path):
    (tmp_path / ".holder.p12.partial").write_bytes(b"half")
    assert isinstance(save_pkcs12(CONTENT, tmp_path / "holder.p12"), SavedFile)
    assert [path.name for path in tmp_path.iterdir()] == ["holder.p12"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("missing/holder.p12", "FOLDER_MISSING"),
        ("a file/holder.p12", "FOLDER_MISSING"),
        ("x" * 300, "FILE_NAME_REFUSED"),
        ("null\0.p12", "FILE_NAME_REFUSED"),
        ("folder", "FILE_EXISTS"),
    ],
)
def test_a_place_that_cannot_be_written_is_a_finding(tmp_path: Path, name: str, code: str):
    (tmp_path / "a file").touch()
    (tmp_path / "folder").mkdir()
    assert code_of(save_pkcs12(CONTENT, tmp_path / name)) == code


def test_the_root_of_the_file_system_is_no_file():
    assert code_of(save_pkcs12(CONTENT, Path("/"))) == "FILE_NAME_REFUSED"


@settings(max_examples=examples(20), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(max_size=20))
def test_no_name_makes_saving_fail(tmp_path: Path, name: str):
    base = tmp_path / "base"
    base.mkdir(exist_ok=True)
    target = base / name.replace("/", "-").replace("..", "--")
    result = save_pkcs12(CONTENT, target)
    assert isinstance(result, SavedFile | Finding)
    if isinstance(result, SavedFile):
        assert target.read_bytes() == CONTENT


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="the folder /proc is missing")
def test_a_place_the_system_refuses_is_a_finding():
    assert isinstance(save_pkcs12(CONTENT, Path("/proc/holder.p12")), Finding)


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may write everywhere")
def test_a_folder_without_permission_is_a_finding(tmp_path: Path):
    tmp_path.chmod(0o500)
    assert code_of(save_pkcs12(CONTENT, tmp_path / "holder.p12")) == "NO_PERMISSION"


def test_a_full_disk_is_a_finding_and_leaves_nothing(tmp_path: Path):
    script = textwrap.dedent(f"""
        import resource
        from pathlib import Path
        from backend_client.at_the_station.saving import save_pkcs12
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        print(save_pkcs12(bytes(5000), Path({str(tmp_path)!r}) / "holder.p12").code)
    """)
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "NO_SPACE"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("ENOSPC", "NO_SPACE"),
        ("EDQUOT", "NO_SPACE"),
        ("EROFS", "READ_ONLY"),
        ("EACCES", "NO_PERMISSION"),
        ("EIO", "DEVICE_REMOVED"),
        ("ENODEV", "DEVICE_REMOVED"),
        ("EMFILE", "SAVING_FAILED"),
    ],
)
def test_the_systems_errors_have_names_people_know(name: str, code: str):
    import errno

    finding = saving_finding(OSError(getattr(errno, name), "text"), Path("/media/stick/x.p12"))
    assert finding.code == code
    assert finding.parameters["path"] == "/media/stick/x.p12"


@pytest.mark.parametrize(
    ("place", "mark", "removable"),
    [
        ("pci0000/usb1/1-2/block/sda/sda1", "0", True),
        ("pci0000/mmc_host/block/mmcblk0/mmcblk0p1", "1", True),
        ("pci0000/ata1/block/sda/sda1", "0", False),
    ],
)
def test_a_stick_is_known_by_its_device(tmp_path: Path, place: str, mark: str, *, removable: bool):
    target = tmp_path / "holder.p12"
    target.touch()
    number = target.stat().st_dev
    device = tmp_path / "sys" / place
    device.mkdir(parents=True)
    (device.parent / "removable").write_text(f"{mark}\n")
    devices = tmp_path / "devices"
    devices.mkdir()
    (devices / f"{os.major(number)}:{os.minor(number)}").symlink_to(device)
    assert is_removable(target, devices) is removable
    saved = save_pkcs12(b"", target, devices)
    assert isinstance(saved, SavedFile)
    assert saved.may_be_removed_now is removable


def test_a_place_without_a_device_is_not_removable(tmp_path: Path):
    assert not is_removable(tmp_path, tmp_path)
