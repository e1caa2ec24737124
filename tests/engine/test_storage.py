"""The file that says where an office keeps its register and its files."""

import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuance.engine.storage import FILE_NAME, Storage, read_storage, write_storage
from issuance.evidence.blob_shelf import S3Bucket
from issuance.findings.engine import EngineCode
from issuance.register.errors import RegisterUnreadable
from issuance.register.place import Postgresql
from issuance.secret import Secret
from tests.examples import examples


def test_without_the_file_both_lie_in_the_folder(tmp_path: Path):
    assert read_storage(tmp_path) == Storage(tmp_path / "register.db", tmp_path / "blobs")
    write_storage(tmp_path, Storage.in_folder(tmp_path))
    assert not (tmp_path / FILE_NAME).exists()


@settings(max_examples=examples(10), deadline=None)
@given(text=st.text(st.characters(codec="utf-8"), min_size=1), prefix=st.text(max_size=9))
def test_what_is_written_is_read(tmp_path_factory, text: str, prefix: str):
    folder = tmp_path_factory.mktemp("office")
    bucket = S3Bucket("files", prefix, "https://s3.example.ec", "sa-east-1")
    write_storage(folder, Storage(Postgresql(Secret(text)), bucket))
    found = read_storage(folder)
    assert isinstance(found.register, Postgresql)
    assert found.register.conninfo.reveal() == text
    assert found.blobs == bucket
    assert stat.S_IMODE((folder / FILE_NAME).stat().st_mode) == 0o600


def test_one_of_both_may_stay_in_the_folder(tmp_path: Path):
    (tmp_path / FILE_NAME).write_text('[register]\npostgresql = "dbname=a"\n')
    assert read_storage(tmp_path).blobs == tmp_path / "blobs"
    (tmp_path / FILE_NAME).write_text('[blobs]\ns3 = { bucket = "a" }\n')
    assert read_storage(tmp_path).register == tmp_path / "register.db"


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"no toml", ""),
        (b"\xff\xfe", ""),
        (b'register = "hunter2"', "register"),
        (b"[register]\npostgresql = 3", "register.postgresql"),
        (b'[register]\npostgresql = ""', "register.postgresql"),
        (b'[register]\npostgresql = "x"\nmore = "hunter2"', "register.more"),
        (b'[blobs]\ns3 = { bucket = "a", secret = "hunter2" }', "blobs.s3.secret"),
        (b'[blobs]\ns3 = { bucket = "a", endpoint = "ftp://b" }', "blobs.s3.endpoint"),
        (b"[other]", "other"),
    ],
)
def test_what_cannot_be_followed_is_told_and_not_guessed(tmp_path: Path, content: bytes, part: str):
    (tmp_path / FILE_NAME).write_bytes(content)
    with pytest.raises(RegisterUnreadable) as refused:
        read_storage(tmp_path)
    finding = refused.value.finding
    assert (finding.code, finding.parameters["part"]) == (EngineCode.STORAGE_UNREADABLE, part)
    assert "hunter2" not in repr(refused.value.__cause__)
    assert "hunter2" not in repr(finding)
