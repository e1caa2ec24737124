"""Where the files of an office lie in its folder."""

from pathlib import Path

from issuance.access.key_ring import KeyRing, Purpose
from issuance.register.checkpoint import CheckpointSigner

REGISTER_NAME = "register.db"


def register_path(folder: Path) -> Path:
    """Return where an office's register lies."""
    return folder / REGISTER_NAME


def checkpoint_path(folder: Path) -> Path:
    """Return where the newest checkpoint lies, outside the register."""
    return folder / "checkpoint.json"


def checkpoint_signer(folder: Path, keys: KeyRing) -> CheckpointSigner:
    """Return what signs the office's checkpoints."""
    return CheckpointSigner(keys.key(Purpose.CHECKPOINTS), checkpoint_path(folder))
