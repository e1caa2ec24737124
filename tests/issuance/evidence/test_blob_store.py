"""Files at rest: durable, unreadable, unnamed, and never silently wrong."""

import hashlib
import os
import random
import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from issuance.evidence.blob import BlobRef
from issuance.evidence.blob_store import BlobDamaged, BlobStore
from tests.examples import examples

CONTENT = b"the scanned card of an invented person" * 50
JPEG = "image/jpeg"


class Seeded:
    def __init__(self, seed: int = 1) -> None:
        self._random = random.Random(seed)

    def octets(self, count: int) -> bytes:
        return self._random.randbytes(count)

    def digits(self, count: int) -> str:
        return "".join(self._random.choices("0123456789", k=count))


@pytest.fixture
def store(tmp_path):
    return BlobStore(tmp_path / "blobs", b"b" * 32, b"n" * 32, Seeded())


def stored_files(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "blobs").rglob("*") if path.is_file()]


def test_what_is_kept_is_read_back(store):
    ref = store.keep(CONTENT, JPEG)
    assert ref == BlobRef(
        sha256=hashlib.sha256(CONTENT).hexdigest(), length=len(CONTENT), media_type=JPEG
    )
    assert store.read(ref) == CONTENT
    assert store.read(store.keep(b"", JPEG)) == b""


def test_same_content_is_one_file(store, tmp_path):
    assert store.keep(CONTENT, JPEG) == store.keep(CONTENT, JPEG)
    assert len(stored_files(tmp_path)) == 1


def test_disk_shows_neither_content_nor_its_hash(store, tmp_path):
    ref = store.keep(CONTENT, JPEG)
    (path,) = stored_files(tmp_path)
    assert CONTENT[:16] not in path.read_bytes()
    assert ref.sha256 not in str(path)
    assert path.parent.name == path.name[2:4]
    assert path.parent.parent.name == path.name[:2]


def test_only_the_owner_may_look(store, tmp_path):
    store.keep(CONTENT, JPEG)
    for path in [tmp_path / "blobs", *(tmp_path / "blobs").rglob("*")]:
        expected = 0o700 if path.is_dir() else 0o600
        assert stat.S_IMODE(path.stat().st_mode) == expected


@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_changed_byte_is_noticed(store, tmp_path, data):
    ref = store.keep(CONTENT, JPEG)
    (path,) = stored_files(tmp_path)
    changed = bytearray(path.read_bytes())
    place = data.draw(st.integers(0, len(changed) - 1))
    changed[place] ^= data.draw(st.integers(1, 255))
    path.write_bytes(changed)
    with pytest.raises(BlobDamaged):
        store.read(ref)


@pytest.mark.parametrize("length", [0, 3, 10, 16, 40])
def test_a_cut_off_file_is_noticed_and_mended_by_keeping_it_again(store, tmp_path, length):
    ref = store.keep(CONTENT, JPEG)
    (path,) = stored_files(tmp_path)
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(BlobDamaged):
        store.read(ref)
    store.keep(CONTENT, JPEG)
    assert store.read(ref) == CONTENT


def test_a_missing_file_is_noticed(store, tmp_path):
    ref = store.keep(CONTENT, JPEG)
    stored_files(tmp_path)[0].unlink()
    with pytest.raises(BlobDamaged):
        store.read(ref)


def test_files_cannot_be_exchanged(store, tmp_path):
    first = store.keep(CONTENT, JPEG)
    (path,) = stored_files(tmp_path)
    second = store.keep(CONTENT + b"!", JPEG)
    (other,) = set(stored_files(tmp_path)) - {path}
    path.write_bytes(other.read_bytes())
    with pytest.raises(BlobDamaged):
        store.read(first)
    assert store.read(second) == CONTENT + b"!"


def test_another_key_opens_nothing(store, tmp_path):
    ref = store.keep(CONTENT, JPEG)
    other = BlobStore(tmp_path / "blobs", b"x" * 32, b"n" * 32, Seeded())
    with pytest.raises(BlobDamaged):
        other.read(ref)


def test_content_is_on_disk_before_it_gets_its_name(store, tmp_path, monkeypatch):
    steps: list[str] = []
    sync, replace = os.fsync, Path.replace

    def watch_sync(descriptor):
        steps.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        sync(descriptor)

    def watch_replace(path, target):
        steps.append("name")
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", watch_sync)
    monkeypatch.setattr(Path, "replace", watch_replace)
    store.keep(CONTENT, JPEG)
    assert steps == ["folder"] * 3 + ["file", "name", "folder"]


def test_a_failed_write_leaves_nothing(store, tmp_path, monkeypatch):
    def fail(descriptor):
        raise OSError(28, "No space left on device")

    store.keep(b"makes the folders", JPEG)
    before = stored_files(tmp_path)
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space"):
        store.keep(CONTENT, JPEG)
    assert stored_files(tmp_path) == before


def test_a_reference_is_checked():
    with pytest.raises(ValidationError):
        BlobRef(sha256="../../etc/passwd", length=1, media_type=JPEG)
    with pytest.raises(ValueError, match="32 bytes"):
        BlobStore(Path("x"), b"short", b"n" * 32, Seeded())
