"""Walks the chain from its first entry and compares it with what was signed about it."""

import hmac
from collections.abc import Iterator
from uuid import UUID

from issuance.findings import Finding
from issuance.findings.register import RegisterCode
from issuance.register.chain import (
    StoredEntry,
    agrees_with_columns,
    committed,
    holds_octets,
    link,
    read_entry,
    without_personal,
)
from issuance.register.checkpoint import Checkpoint
from issuance.register.fault import Fault
from issuance.register.model import GENESIS, PURGED, Entry, Head
from issuance.register.published import disagreement
from issuance.register.reading import Reading
from issuance.streams import StreamRef


class ChainCheck:
    """One walk over the chain, and what the later checks need from it.

    `intended` maps a serial to the entry that allowed it and the SHA-256 of the bytes that may be
    signed, `issued` to the entry that recorded the certificate and its SHA-256, `standings` to the
    last entry about its standing and the reason against it, empty for none. They are known by the
    public fields `serial` with `to_be_signed_sha256`, `certificate_sha256` or `revocation_reason`.
    """

    def __init__(self, office: UUID) -> None:
        self._office = office
        self._unexplained: dict[int, StreamRef] = {}
        self.count = 0
        self.last = Head(0, GENESIS)
        self.suspicious: set[StreamRef] = set()
        self.intended: dict[str, tuple[int, str]] = {}
        self.issued: dict[str, tuple[int, str]] = {}
        self.standings: dict[str, tuple[int, str]] = {}

    def faults(self, reading: Reading) -> Iterator[Fault]:
        """Yield what is wrong with entries, personal parts and the recorded end."""
        while batch := reading.stored_entries(self.last.seq):
            for entry in batch:
                yield from self._check(entry)
        for seq, stream in self._unexplained.items():
            self.suspicious.add(stream)
            yield Fault(RegisterCode.PERSONAL_PART_MISSING, seq, stream)
        head = reading.head()
        if head != self.last:
            yield Fault(
                RegisterCode.HEAD_DIFFERS,
                min(head.seq, self.last.seq) + 1,
                figures={"recorded": head.seq, "last": self.last.seq},
            )

    def checkpoint_faults(
        self, reading: Reading, published: Checkpoint | Finding, public_key: bytes
    ) -> Iterator[Fault]:
        """Yield how the chain disagrees with the checkpoints inside and outside the database."""
        agreed = 0
        if isinstance(published, Finding):
            yield _fault(published, agreed)
        for seq, checkpoint in self._kept(reading, public_key):
            if checkpoint is None or checkpoint.head.seq != seq:
                yield Fault(RegisterCode.CHECKPOINT_INVALID, seq)
            elif found := disagreement(checkpoint, reading, self.last.seq):
                yield _fault(found, agreed)
                return
            else:
                agreed = seq
        if isinstance(published, Checkpoint) and (
            found := disagreement(published, reading, self.last.seq)
        ):
            yield _fault(found, agreed if agreed < published.head.seq else 0)

    def _kept(self, reading: Reading, public_key: bytes) -> Iterator[tuple[int, Checkpoint | None]]:
        after = 0
        while batch := reading.checkpoints(after):
            for seq, signed in batch:
                checkpoint = signed.verified(public_key)
                ours = checkpoint is not None and checkpoint.office == self._office
                yield seq, checkpoint if ours else None
            after = batch[-1][0]

    def _check(self, entry: StoredEntry) -> Iterator[Fault]:
        self.count += 1
        if not holds_octets(entry):
            self.suspicious.add(entry.stream)
            self.last = Head(entry.seq, GENESIS)
            yield Fault(RegisterCode.ENTRY_CHANGED, entry.seq, entry.stream)
            return
        faults = list(self._entry_faults(entry))
        yield from faults
        if faults:
            self.suspicious.add(entry.stream)
        if agrees_with_columns(entry, self._office):
            yield from self._note(read_entry(without_personal(entry)))
        self.last = Head(entry.seq, entry.hash)

    def _entry_faults(self, entry: StoredEntry) -> Iterator[Fault]:
        expected = self.last.seq + 1
        if entry.seq != expected:
            until = entry.seq - 1
            yield Fault(RegisterCode.ENTRY_MISSING, expected, figures={"until": until})
        elif not hmac.compare_digest(entry.hash, link(self.last.hash, entry.body)):
            yield Fault(RegisterCode.ENTRY_CHANGED, entry.seq, entry.stream)
        if not agrees_with_columns(entry, self._office):
            yield Fault(RegisterCode.ENTRY_MISFILED, entry.seq, entry.stream)
            return
        commitment = committed(entry)
        if entry.personal is None:
            if commitment is not None:
                self._unexplained[entry.seq] = entry.stream
        elif commitment != entry.personal.commitment():
            yield Fault(RegisterCode.PERSONAL_PART_CHANGED, entry.seq, entry.stream)

    def _note(self, entry: Entry) -> Iterator[Fault]:
        if entry.kind == PURGED:
            for seq in entry.public["entries"]:
                if self._unexplained.pop(seq, None) is None:
                    yield Fault(RegisterCode.PERSONAL_PART_NOT_PURGED, seq)
        serial = str(entry.public.get("serial"))
        if "to_be_signed_sha256" in entry.public:
            self.intended[serial] = entry.seq, entry.public["to_be_signed_sha256"]
        elif "certificate_sha256" in entry.public:
            self.issued[serial] = entry.seq, entry.public["certificate_sha256"]
        elif "revocation_reason" in entry.public:
            self.standings[serial] = entry.seq, entry.public["revocation_reason"]


def _fault(finding: Finding, agreed: int) -> Fault:
    """Turn a checkpoint's finding into a fault; entries up to `agreed` are proven right."""
    figures = dict(finding.parameters)
    seq = figures.pop("seq", None)
    if finding.code == RegisterCode.CHECKPOINT_CONTRADICTED:
        seq = agreed + 1
    return Fault(RegisterCode(finding.code), None if seq is None else int(seq), figures=figures)
