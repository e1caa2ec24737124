"""Brings what a station keeps under its new key, once its server released one.

Whoever left may have the former key, with a copy of the disk. So nothing under the new key is ever
sealed under a former one, and every former slot goes first: who worked here gets a slot for the new
key at the next log-in at the server. Each part is replaced whole, the enrolment at last; what a
crash interrupted goes on at the next log-in.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from backend_client.enrolled_station import EnrolledStation, read_enrolment, write_enrolment
from backend_client.station_lock import hold
from backend_client.station_storage import rekey_store
from issuance.access.durable_file import write_finding
from issuance.access.key_ring import KeyRing, Purpose
from issuance.access.office_file import update_office
from issuance.engine.station_register import REPLICA, WORKING
from issuance.evidence.blob_store import BlobStore
from issuance.findings import Finding
from issuance.register.errors import RegisterFailure
from issuance.register.rekeying import rekey
from issuance.sources import Randomness

STORE: Final = "station.db"
BLOBS: Final = "blobs"


def bring_under(
    folder: Path, key: bytes, former: Sequence[bytes], randomness: Randomness
) -> Finding | None:
    """Encrypt everything anew that lies under a former key; `former` are all, the newest first.

    Takes as long as everything takes to be written once more, and as much room as the replica.
    """
    try:
        rekey_store(folder / STORE, key, former, randomness)
        enrolled = _enrolled_under(folder, former)
        if enrolled is None:
            return None
        lock = hold(folder)
        try:
            return _brought_under(folder, key, former, enrolled, randomness)
        finally:
            lock.release()
    except RegisterFailure as failure:
        return failure.finding
    except OSError as error:
        return write_finding(error, folder)


def _enrolled_under(folder: Path, former: Sequence[bytes]) -> EnrolledStation | None:
    """Return the enrolment, if it still lies under a former key."""
    for each in former:
        enrolled = read_enrolment(folder, each)
        if isinstance(enrolled, EnrolledStation):
            return enrolled
    return None


def _brought_under(
    folder: Path,
    key: bytes,
    former: Sequence[bytes],
    enrolled: EnrolledStation,
    randomness: Randomness,
) -> Finding | None:
    changed = update_office(folder, lambda office: office.with_slots_of(()))
    if isinstance(changed, Finding):
        return changed
    # The provisional copy is made anew from the replica.
    for stale in folder.glob(f"{WORKING}*"):
        stale.unlink()
    if (folder / REPLICA).exists():
        registers = [_purpose_key(each, Purpose.REGISTER, randomness) for each in former]
        rekey(folder / REPLICA, _purpose_key(key, Purpose.REGISTER, randomness), registers)
    for each in former:
        blobs_under(folder, each, randomness).move_to(blobs_under(folder, key, randomness))
    renewed = replace(enrolled, key_version=len(former))
    return write_enrolment(folder, renewed, key, randomness)


def blobs_under(folder: Path, key: bytes, randomness: Randomness) -> BlobStore:
    """Return the station's files as they lie under a key of its store."""
    blob_key = _purpose_key(key, Purpose.BLOBS, randomness)
    name_key = _purpose_key(key, Purpose.BLOB_NAMES, randomness)
    return BlobStore(folder / BLOBS, blob_key, name_key, randomness)


def _purpose_key(key: bytes, purpose: Purpose, randomness: Randomness) -> bytes:
    return KeyRing(key, randomness).key(purpose)
