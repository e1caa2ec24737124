"""Files of applicants in a folder or a bucket: encrypted, durable, named to tell nothing."""

import hashlib
import hmac
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from issuance.evidence.blob import BlobRef
from issuance.evidence.blob_shelf import FolderShelf, S3Bucket, ShelfUnreachable, shelf_at
from issuance.findings import Finding, blocks
from issuance.findings.cases import CaseFinding
from issuance.sources import Randomness

_FORMAT = b"VB1\0"
_NONCE_LENGTH = 12


class BlobDamaged(Exception):  # noqa: N818 - the state of the blob, as its readers speak of it
    """A stored file is missing, or is not what was stored; `finding` tells a person."""

    finding: Finding = blocks(CaseFinding.FILE_NOT_KEPT)


class BlobsUnreachable(BlobDamaged):
    """The store does not answer: nothing is known of the file, and nothing was kept."""

    finding = blocks(CaseFinding.FILE_STORE_UNREACHABLE)


class BlobStore:
    """Keeps files in a folder or a bucket, AES-256-GCM with `blob_key`, named with `name_key`.

    Both keys are 32 bytes. A stored name is HMAC-SHA-256(name_key, SHA-256 of the content): a
    plain hash as a name would let a finder of the disk confirm that a known card is among the
    files. It is made from the hash and not from the content so that a `BlobRef` alone finds its
    file. The name is authenticated with the content, so files cannot be exchanged.

    Every method raises `BlobsUnreachable` where a bucket does not answer.
    """

    def __init__(
        self, place: Path | S3Bucket, blob_key: bytes, name_key: bytes, randomness: Randomness
    ) -> None:
        if len(blob_key) != 32 or len(name_key) != 32:
            raise ValueError("a blob store needs two keys of 32 bytes")
        self._shelf = shelf_at(place, randomness)
        self._cipher = AESGCM(blob_key)
        self._name_key = name_key
        self._randomness = randomness

    def keep(self, content: bytes, media_type: str) -> BlobRef:
        """Store a file; when this returns, it survives a power cut.

        Storing the same content again changes nothing, or mends what was damaged. Raises OSError
        when a folder does not take it.
        """
        ref = BlobRef.of(content, media_type)
        name = self._name(ref)
        try:
            if self._holds(ref):
                self._shelf.settle(name)
            else:
                nonce = self._randomness.octets(_NONCE_LENGTH)
                sealed = self._cipher.encrypt(nonce, content, name.encode())
                self._shelf.put(name, _FORMAT + nonce + sealed)
        except ShelfUnreachable as error:
            raise BlobsUnreachable("the store of files does not answer") from error
        return ref

    def read(self, ref: BlobRef) -> bytes:
        """Return a stored file; raises `BlobDamaged` when it is missing or altered."""
        content = self._opened(self._name(ref))
        if len(content) != ref.length or not hmac.compare_digest(
            hashlib.sha256(content).hexdigest(), ref.sha256
        ):
            raise BlobDamaged("a stored file is not the one asked for")
        return content

    def move_to(self, other: "BlobStore") -> None:
        """Keep every file of this folder there instead; what these keys do not open stays.

        A crash leaves each file here, there, or in both. Raises TypeError for a bucket, and OSError
        when the other's folder does not take it.
        """
        if not isinstance(self._shelf, FolderShelf):
            raise TypeError("only the files of a folder are moved")
        for name in self._shelf.names():
            with suppress(BlobDamaged):
                # A file's type is its reference's to know.
                other.keep(self._opened(name), "application/octet-stream")
                self._shelf.remove(name)

    def _opened(self, name: str) -> bytes:
        """Return what is kept under a name; raises `BlobDamaged`."""
        try:
            stored = self._shelf.get(name)
        except ShelfUnreachable as error:
            raise BlobsUnreachable("the store of files does not answer") from error
        if stored is None:
            raise BlobDamaged("a stored file is missing")
        if not stored.startswith(_FORMAT):
            raise BlobDamaged("a stored file has another format")
        start = len(_FORMAT) + _NONCE_LENGTH
        try:
            return self._cipher.decrypt(stored[len(_FORMAT) : start], stored[start:], name.encode())
        except (InvalidTag, ValueError) as error:
            raise BlobDamaged("a stored file does not open") from error

    def _holds(self, ref: BlobRef) -> bool:
        try:
            self.read(ref)
        except BlobsUnreachable:
            raise
        except BlobDamaged:
            return False
        return True

    def _name(self, ref: BlobRef) -> str:
        return hmac.digest(self._name_key, bytes.fromhex(ref.sha256), "sha256").hex()
