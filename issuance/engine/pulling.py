"""Tells a station what the office's chain holds that the station has not."""

from issuance.engine.office import Office
from issuance.engine.stations import station_of_epoch
from issuance.findings import Finding, blocks
from issuance.findings.sync import SyncCode
from issuance.register.chain import StoredEntry
from issuance.register.model import Head
from issuance.sync.pull import MOST_ENTRIES, Pull, PullAnswer, PulledEntry
from issuance.sync.push import Seen


def pull(office: Office, request: Pull) -> PullAnswer:
    """Return the entries after the one the station has, as long as that one is on the chain."""
    after = request.after
    with office.register.reading() as reading:
        known = station_of_epoch(reading, request.station, request.epoch)
        if isinstance(known, Finding):
            return PullAnswer(stopped=known)
        if not reading.lies_on_chain(Head(after.seq, bytes.fromhex(after.hash))):
            return PullAnswer(stopped=blocks(SyncCode.SERVER_SET_BACK, seq=after.seq))
        entries = reading.stored_entries(after.seq, MOST_ENTRIES)
        head = reading.head()
    return PullAnswer(
        entries=tuple(_pulled(entry) for entry in entries),
        head=Seen(seq=head.seq, hash=head.hash.hex()),
    )


def _pulled(entry: StoredEntry) -> PulledEntry:
    personal = entry.personal
    return PulledEntry(
        seq=entry.seq,
        stream=entry.stream,
        revision=entry.revision,
        body=entry.body.decode(),
        hash=entry.hash.hex(),
        salt=personal.salt.hex() if personal else "",
        personal=personal.body.decode() if personal else None,
    )
