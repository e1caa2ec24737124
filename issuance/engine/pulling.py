"""Tells a station what the office's chain holds that the station has not."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from issuance.engine.office import Office
from issuance.engine.stations import station_of_epoch
from issuance.findings import Finding, blocks
from issuance.findings.sync import SyncCode
from issuance.register.chain import StoredEntry
from issuance.register.model import Head
from issuance.register.register import Reading
from issuance.register.station_contacts import StationContact
from issuance.sync.pull import MOST_ENTRIES, Pull, PullAnswer, PulledEntry
from issuance.sync.push import Seen

_SHORT: Final = timedelta(minutes=1)


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
        contact = _contact(reading, request, office.now())
    if contact is not None:
        office.register.write(lambda writing: writing.keep_station_contact(contact))
    return PullAnswer(
        entries=tuple(_pulled(entry) for entry in entries),
        head=Seen(seq=head.seq, hash=head.hash.hex()),
    )


def _contact(reading: Reading, request: Pull, now: datetime) -> StationContact | None:
    """Return what is to be kept of a station's word; None where the same is known for a minute."""
    told = request.waiting
    if told is None:
        return None
    known = reading.station_contact(request.station)
    contact = StationContact(request.station, now, told.commands, told.octets, told.oldest)
    same = known is not None and replace(known, at=now) == contact
    return None if same and known and now - known.at < _SHORT else contact


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
