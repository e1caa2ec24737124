"""Compares the checkpoint that lies outside the database with the chain inside."""

from pathlib import Path
from uuid import UUID

from issuance.findings import Finding, blocks
from issuance.findings.register import RegisterCode
from issuance.register.checkpoint import Checkpoint, SignedCheckpoint
from issuance.register.entries import EntryReading


def read_published(path: Path, office: UUID, public_key: bytes) -> Checkpoint | Finding:
    """Return the checkpoint a file holds, or why it holds none that counts."""
    try:
        signed = SignedCheckpoint.from_file(path)
    except FileNotFoundError:
        return blocks(RegisterCode.CHECKPOINT_FILE_MISSING, path=str(path))
    except OSError:
        signed = None
    checkpoint = None if signed is None else signed.verified(public_key)
    if checkpoint is None or checkpoint.office != office:
        return blocks(RegisterCode.CHECKPOINT_FILE_INVALID, path=str(path))
    return checkpoint


def disagreement(checkpoint: Checkpoint, reading: EntryReading, last_seq: int) -> Finding | None:
    """Return how a chain that ends at `last_seq` disagrees with a checkpoint, if it does."""
    seq = checkpoint.head.seq
    if seq > last_seq:
        return blocks(RegisterCode.TAIL_CUT, seq=last_seq + 1, until=seq)
    if not reading.lies_on_chain(checkpoint.head):
        return blocks(RegisterCode.CHECKPOINT_CONTRADICTED, seq=1, until=seq)
    return None
