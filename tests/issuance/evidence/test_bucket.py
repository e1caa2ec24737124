"""Files in a bucket: a server of the S3 protocol runs beside."""

import os
from collections.abc import Iterator
from urllib.request import Request, urlopen

import pytest
from moto.server import ThreadedMotoServer

from issuance.evidence.blob import BlobRef
from issuance.evidence.blob_shelf import BucketShelf, S3Bucket
from issuance.evidence.blob_store import BlobDamaged, BlobStore, BlobsUnreachable
from issuance.findings.cases import CaseFinding

CONTENT, JPEG = b"\xff\xd8 a card of somebody", "image/jpeg"


class SystemRandomness:
    def octets(self, count: int) -> bytes:
        return os.urandom(count)

    def digits(self, count: int) -> str:
        return "0" * count


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ThreadedMotoServer]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def bucket(server) -> S3Bucket:
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    # The servers of one process share what they hold.
    name = f"files-{os.urandom(8).hex()}"
    urlopen(Request(f"{endpoint}/{name}", method="PUT")).close()  # noqa: S310
    return S3Bucket(name, prefix="quito", endpoint=endpoint)


def store_in(bucket: S3Bucket, key: bytes = b"b") -> BlobStore:
    return BlobStore(bucket, key * 32, b"n" * 32, SystemRandomness())


def names(bucket: S3Bucket) -> list[str]:
    listed = BucketShelf(bucket)._store.list()
    return [each["path"] for batch in listed for each in batch]


def test_a_file_is_kept_once_and_read_again(bucket: S3Bucket):
    store = store_in(bucket)
    ref = store.keep(CONTENT, JPEG)
    assert store.keep(CONTENT, JPEG) == ref
    assert store_in(bucket).read(ref) == CONTENT
    [name] = names(bucket)
    assert ref.sha256 not in name


def test_nothing_readable_leaves_the_office(bucket: S3Bucket):
    store_in(bucket).keep(CONTENT, JPEG)
    [name] = names(bucket)
    stored = BucketShelf(bucket).get(name)
    assert stored is not None
    assert CONTENT not in stored
    assert b"somebody" not in stored


def test_a_file_that_is_missing_or_was_altered_is_told(bucket: S3Bucket):
    store = store_in(bucket)
    with pytest.raises(BlobDamaged) as missing:
        store.read(BlobRef.of(b"never kept", JPEG))
    assert missing.value.finding.code == CaseFinding.FILE_NOT_KEPT
    ref = store.keep(CONTENT, JPEG)
    [name] = names(bucket)
    BucketShelf(bucket).put(name, b"VB1\0" + bytes(60))
    with pytest.raises(BlobDamaged):
        store.read(ref)
    assert store.keep(CONTENT, JPEG) == ref
    assert store.read(ref) == CONTENT, "keeping it again mends it"
    with pytest.raises(BlobDamaged):
        store_in(bucket, b"x").read(ref)


def test_a_server_that_does_not_answer_is_no_lost_file(server, bucket: S3Bucket):
    store = store_in(bucket)
    ref = store.keep(CONTENT, JPEG)
    server.stop()
    with pytest.raises(BlobsUnreachable) as failed:
        store.read(ref)
    assert failed.value.finding.code == CaseFinding.FILE_STORE_UNREACHABLE
    with pytest.raises(BlobsUnreachable):
        store.keep(b"another", JPEG)


def test_a_bucket_that_is_not_there_is_told(bucket: S3Bucket):
    with pytest.raises(BlobsUnreachable):
        store_in(S3Bucket("none", endpoint=bucket.endpoint)).keep(CONTENT, JPEG)
