"""Files of applicants in a local folder: encrypted, durable, named so that names tell nothing."""

import hashlib
import hmac
import os
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from issuance.evidence.blob import BlobRef
from issuance.sources import Randomness

_FORMAT = b"VB1\0"
_NONCE_LENGTH = 12


class BlobDamaged(Exception):  # noqa: N818 - the state of the blob, as its readers speak of it
    """A stored file is missing, or is not what was stored."""


class BlobStore:
    """Keeps files under `folder`, AES-256-GCM with `blob_key`, named with `name_key`.

    Both keys are 32 bytes. A stored name is HMAC-SHA-256(name_key, SHA-256 of the content): a
    plain hash as a name would let a finder of the disk confirm that a known card is among the
    files. It is made from the hash and not from the content so that a `BlobRef` alone finds its
    file. The name is authenticated with the content, so files cannot be exchanged.
    """

    def __init__(
        self, folder: Path, blob_key: bytes, name_key: bytes, randomness: Randomness
    ) -> None:
        if len(blob_key) != 32 or len(name_key) != 32:
            raise ValueError("a blob store needs two keys of 32 bytes")
        self._folder = folder
        self._cipher = AESGCM(blob_key)
        self._name_key = name_key
        self._randomness = randomness

    def keep(self, content: bytes, media_type: str) -> BlobRef:
        """Store a file; when this returns, it survives a power cut.

        Storing the same content again changes nothing, or mends what was damaged.
        """
        ref = BlobRef.of(content, media_type)
        path = self._path(ref)
        self._make_folders(path.parent)
        if not self._holds(ref):
            nonce = self._randomness.octets(_NONCE_LENGTH)
            sealed = self._cipher.encrypt(nonce, content, path.name.encode())
            self._replace(path, _FORMAT + nonce + sealed)
        # Also for a file found in place: who wrote it may have died before this very call.
        _sync_folder(path.parent)
        return ref

    def read(self, ref: BlobRef) -> bytes:
        """Return a stored file; raises `BlobDamaged` when it is missing or altered."""
        path = self._path(ref)
        try:
            stored = path.read_bytes()
        except FileNotFoundError as error:
            raise BlobDamaged("a stored file is missing") from error
        start = len(_FORMAT) + _NONCE_LENGTH
        try:
            content = self._cipher.decrypt(
                stored[len(_FORMAT) : start], stored[start:], path.name.encode()
            )
        except (InvalidTag, ValueError) as error:
            raise BlobDamaged("a stored file does not open") from error
        if (
            not stored.startswith(_FORMAT)
            or len(content) != ref.length
            or not hmac.compare_digest(hashlib.sha256(content).hexdigest(), ref.sha256)
        ):
            raise BlobDamaged("a stored file is not the one asked for")
        return content

    def _holds(self, ref: BlobRef) -> bool:
        try:
            self.read(ref)
        except BlobDamaged:
            return False
        return True

    def _path(self, ref: BlobRef) -> Path:
        name = hmac.digest(self._name_key, bytes.fromhex(ref.sha256), "sha256").hex()
        return self._folder / name[:2] / name[2:4] / name

    def _make_folders(self, folder: Path) -> None:
        """Create the missing folders, each made durable in the one above it."""
        if folder.is_dir():
            return
        self._make_folders(folder.parent)
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        _sync_folder(folder.parent)

    def _replace(self, path: Path, stored: bytes) -> None:
        part = path.with_name(f"{path.name}.{self._randomness.octets(8).hex()}.part")
        try:
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(stored)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
