"""Where the files of an office lie in its folder."""

from pathlib import Path

from issuance.access.key_ring import KeyRing, Purpose
from issuance.engine.storage import REGISTER_NAME, read_storage
from issuance.evidence.blob_store import BlobStore
from issuance.register.checkpoint import CheckpointSigner
from issuance.register.place import Place
from issuance.sources import Randomness

CHECKPOINT_NAME = "checkpoint.json"


def register_path(folder: Path) -> Path:
    """Return where the register of an office lies that keeps it in its folder."""
    return folder / REGISTER_NAME


def register_place(folder: Path) -> Place:
    """Return where an office's register is; raises `RegisterUnreadable`."""
    return read_storage(folder).register


def checkpoint_path(folder: Path) -> Path:
    """Return where the newest checkpoint lies, outside the register."""
    return folder / CHECKPOINT_NAME


def blob_store(folder: Path, keys: KeyRing, randomness: Randomness) -> BlobStore:
    """Return what keeps the office's photos and documents; raises `RegisterUnreadable`."""
    files, names = keys.key(Purpose.BLOBS), keys.key(Purpose.BLOB_NAMES)
    return BlobStore(read_storage(folder).blobs, files, names, randomness)


def checkpoint_signer(folder: Path, keys: KeyRing) -> CheckpointSigner:
    """Return what signs the office's checkpoints."""
    return CheckpointSigner(keys.key(Purpose.CHECKPOINTS), checkpoint_path(folder))
