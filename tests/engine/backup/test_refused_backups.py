"""What is no whole backup of an office, for this key, restores nothing."""

import io
import random
import tarfile
from importlib import import_module
from pathlib import Path
from uuid import UUID

import pytest

from issuance.engine.backup_file import make_key_pair, read_recipient
from issuance.findings.access import AccessCode
from issuance.findings.backup import BackupCode
from issuance.model import canonical_bytes
from issuance.secret import Secret
from tests.engine.backup.conftest import Keys, key_file, refusal
from tests.engine.conftest import FoundedOffice


def test_another_key_opens_nothing(
    office: FoundedOffice, backup: Path, place: Path, tmp_path: Path
):
    pair = make_key_pair()
    other = Keys(pair, key_file(tmp_path / "other.txt", pair))
    assert refusal(backup, other, place, office) == BackupCode.BACKUP_KEY_WRONG


def test_another_recovery_key_restores_nothing(
    office: FoundedOffice, backup: Path, keys: Keys, place: Path
):
    other = FoundedOffice(office.folder, Secret("ABCD"))
    assert refusal(backup, keys, place, other) == AccessCode.RECOVERY_KEY_LENGTH


def test_a_changed_byte_anywhere_restores_nothing(
    office: FoundedOffice, backup: Path, keys: Keys, place: Path, tmp_path: Path
):
    sound, chance = backup.read_bytes(), random.Random(100)
    file, codes = tmp_path / "spoilt.age", set()
    places = [*range(0, 200, 10), *(chance.randrange(len(sound)) for _ in range(80))]
    for at in places:
        spoilt = bytearray(sound)
        spoilt[at] ^= 1 << chance.randrange(8)
        file.write_bytes(spoilt)
        codes.add(refusal(file, keys, place, office))
    assert len(places) == 100
    assert codes == {BackupCode.BACKUP_DAMAGED, BackupCode.BACKUP_KEY_WRONG}


def test_a_cut_or_longer_file_restores_nothing(
    office: FoundedOffice, backup: Path, keys: Keys, place: Path, tmp_path: Path
):
    sound, file = backup.read_bytes(), tmp_path / "cut.age"
    chance = random.Random(20)
    lengths = [0, 1, 100, len(sound) - 1, *(chance.randrange(len(sound)) for _ in range(16))]
    for content in (*(sound[:length] for length in lengths), sound + b"x", sound + sound):
        file.write_bytes(content)
        assert refusal(file, keys, place, office) == BackupCode.BACKUP_DAMAGED


def packed(path: Path, keys: Keys, *entries: tarfile.TarInfo, manifest: bytes | None) -> Path:
    """Encrypt an archive of our own making to the office's recipient, as anybody can."""
    age = import_module("pyrage")
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as archive:
        if manifest is not None:
            head = tarfile.TarInfo("backup.json")
            head.size = len(manifest)
            archive.addfile(head, io.BytesIO(manifest))
        for entry in entries:
            archive.addfile(entry, io.BytesIO(bytes(entry.size)))
    path.write_bytes(age.encrypt(plain.getvalue(), [read_recipient(keys.pair.recipient)]))
    return path


def entry(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.linkname, made.size = kind, link, 5 if kind == tarfile.REGTYPE else 0
    return made


def described(version: int) -> bytes:
    return canonical_bytes(
        {
            "format": version,
            "office": str(UUID(int=1)),
            "taken_at": "2026-01-01T00:00:00.000000Z",
            "entries": 1,
            "head": "",
        }
    )


HOSTILE = {
    "upwards": entry("../outside"),
    "absolute": entry(str(Path("/").joinpath("outside"))),
    "inside out": entry("blobs/../../outside"),
    "hidden": entry(".office.json.lock"),
    "symbolic link": entry("blobs", tarfile.SYMTYPE, "/etc"),
    "hard link": entry("office.json", tarfile.LNKTYPE, "/etc/passwd"),
    "pipe": entry("register.db", tarfile.FIFOTYPE),
    "folder": entry("blobs", tarfile.DIRTYPE),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_an_archive_leads_nowhere_else(
    name: str, office: FoundedOffice, keys: Keys, place: Path, tmp_path: Path
):
    file = packed(tmp_path / "hostile.age", keys, HOSTILE[name], manifest=b"{}")
    assert refusal(file, keys, place, office) == BackupCode.BACKUP_NOT_OF_AN_OFFICE
    assert not (tmp_path / "outside").exists()


@pytest.mark.parametrize(
    ("manifest", "code"),
    [
        (None, BackupCode.BACKUP_NOT_OF_AN_OFFICE),
        (b"{}", BackupCode.BACKUP_NOT_OF_AN_OFFICE),
        (described(2), BackupCode.BACKUP_NEWER),
        (described(1), AccessCode.OFFICE_MISSING),
    ],
)
def test_what_holds_no_office_restores_nothing(
    manifest: bytes | None,
    code: str,
    office: FoundedOffice,
    keys: Keys,
    place: Path,
    tmp_path: Path,
):
    file = packed(tmp_path / "other.age", keys, entry("note"), manifest=manifest)
    assert refusal(file, keys, place, office) == code


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", BackupCode.BACKUP_IDENTITY_MALFORMED),
        (b"# only a comment\n", BackupCode.BACKUP_IDENTITY_MALFORMED),
        (b"AGE-SECRET-KEY-1ABC\n", BackupCode.BACKUP_IDENTITY_MALFORMED),
        (b"\xff\xfe", BackupCode.BACKUP_IDENTITY_MALFORMED),
        (None, BackupCode.BACKUP_UNREADABLE),
    ],
)
def test_a_file_without_a_key_is_told(
    content: bytes | None, code: str, office: FoundedOffice, backup: Path, place: Path,
    tmp_path: Path, keys: Keys,
):  # fmt: skip
    file = tmp_path / "identity.txt"
    if content is not None:
        file.write_bytes(content)
    assert refusal(backup, Keys(keys.pair, file), place, office) == code
