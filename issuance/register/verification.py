"""Proves that a register is whole: `ventanilla verify`.

Everything is read in pages from one snapshot of the file itself. A page that cannot be read ends
the walk; the first entry that is lost with it is then looked for one by one.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final

from sqlalchemy.exc import OperationalError

from issuance.findings import Finding
from issuance.findings.register import RegisterCode
from issuance.register.chain_check import ChainCheck
from issuance.register.checkpoint import Checkpoint
from issuance.register.contents_check import Fold, certificate_faults, stream_faults
from issuance.register.errors import RegisterUnreadable
from issuance.register.fault import Fault, VerificationReport
from issuance.register.published import read_published
from issuance.register.reading import Reading
from issuance.register.register import Register
from issuance.streams import StreamRef

__all__ = ["Fault", "Fold", "VerificationReport", "verify"]

Check = Callable[[Reading, set[StreamRef]], Iterator[Fault]]
"""A further check: what it finds in a snapshot, given the streams whose events are not trusted."""

_MOST_FAULTS: Final = 100

_UNREADABLE: Final = (RegisterUnreadable, OperationalError, ValueError, TypeError, AttributeError)
"""A damaged page, or a value that is not of its column's kind."""


def verify(
    register: Register,
    checkpoint_file: Path,
    public_key: bytes,
    folds: Mapping[str, Fold],
    last_tick: datetime | None = None,
    more: Check | None = None,
) -> VerificationReport:
    """Check chain, checkpoints, states and certificates of an open register.

    `public_key` is the 32-byte Ed25519 key of the checkpoints, `folds` are by kind of stream,
    `last_tick` is when open intents were last cared for. `more` is asked in the same snapshot, with
    the streams whose events are not to be trusted.
    """
    # Read first: what it names was committed before the snapshot.
    published = read_published(checkpoint_file, register.office, public_key)
    faults = list(_page_faults(register))
    chain = ChainCheck(register.office)
    try:
        with register.reading(fresh=True) as reading:
            found = _faults(chain, reading, published, public_key, folds, last_tick, more)
            # One by one, so that what was found before an unreadable page stays.
            for fault in islice(found, _MOST_FAULTS):
                faults.append(fault)
    except _UNREADABLE:
        lost = _first_unreadable(register)
        code = RegisterCode.ENTRY_UNREADABLE if lost else RegisterCode.RECORD_UNREADABLE
        faults.append(Fault(code, lost))
    return VerificationReport(chain.count, tuple(faults))


def _faults(
    chain: ChainCheck,
    reading: Reading,
    published: Checkpoint | Finding,
    public_key: bytes,
    folds: Mapping[str, Fold],
    last_tick: datetime | None,
    more: Check | None,
) -> Iterator[Fault]:
    yield from chain.faults(reading)
    yield from chain.checkpoint_faults(reading, published, public_key)
    yield from stream_faults(reading, folds, chain.suspicious)
    yield from certificate_faults(reading, chain, last_tick)
    if more is not None:
        yield from more(reading, chain.suspicious)


def _page_faults(register: Register) -> Iterator[Fault]:
    try:
        with register.reading(fresh=True) as reading:
            problems = reading.damaged_pages()
    except RegisterUnreadable:
        problems = ["sqlite_schema"]
    for problem in problems:
        yield Fault(RegisterCode.PAGE_DAMAGED, figures={"detail": problem})


def _first_unreadable(register: Register) -> int | None:
    """Return the first entry that cannot be read, None when the damage lies elsewhere."""
    after = 0
    for step in (500, 1):
        try:
            while True:
                with register.reading(fresh=True) as reading:
                    batch = reading.stored_entries(after, step)
                if not batch:
                    return None
                after = batch[-1].seq
        except _UNREADABLE:
            continue
    return after + 1
