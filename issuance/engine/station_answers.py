"""Which stations work beside the server, for administrators, and the receipts they gave."""

from uuid import UUID

from issuance.access.roles import Role, Session
from issuance.engine.streams import every_entry, read_case, read_state
from issuance.findings import Finding, blocks
from issuance.findings.access import AccessCode
from issuance.findings.sync import SyncCode
from issuance.queries import CaptureReceiptAnswer, StationEntry, StationsAnswer
from issuance.register.register import Reading
from issuance.stations.capture_receipt import PresentedReceipt
from issuance.stations.stream import StationEnrolled, StationState
from issuance.streams import StreamRef
from issuance.sync.push import MENDABLE

_MOST_COUNTED = 1000


def stations_known(reading: Reading, session: Session) -> StationsAnswer | tuple[Finding, ...]:
    """Return every station there is, or was."""
    if Role.ADMINISTRATOR not in session.roles:
        return (blocks(AccessCode.ADMINISTRATOR_ONLY),)
    entries: list[StationEntry] = []
    after = StreamRef(kind="station", id=UUID(int=0))
    while page := [each for each in reading.streams(after) if each.ref.kind == after.kind]:
        entries += [_entry(reading, each.ref) for each in page]
        after = page[-1].ref
    return StationsAnswer(entries=tuple(sorted(entries, key=lambda each: each.name.casefold())))


def _entry(reading: Reading, ref: StreamRef) -> StationEntry:
    state, revision = read_state(reading, ref, StationState)
    if state is None:
        raise TypeError("a stream that is listed has a state")
    enrolments = [
        entry.at for entry in every_entry(reading, ref) if entry.kind == StationEnrolled.KIND
    ]
    unsettled = [each.value for each in MENDABLE]
    sent = (
        reading.station_commands(ref.id, state.epoch, unsettled, limit=_MOST_COUNTED)
        if state.epoch
        else []
    )
    contact = reading.station_contact(ref.id)
    return StationEntry(
        station=ref.id,
        name=state.name,
        status=state.status,
        invited_until=state.invited_until,
        enrolled_at=enrolments[-1] if enrolments else None,
        unsettled=len(sent),
        revision=revision,
        last_seen=contact.at if contact else None,
        waiting=contact.waiting if contact else 0,
        octets=contact.octets if contact else 0,
        oldest=contact.oldest if contact else None,
        erase=state.erase,
    )


def checked_receipt(reading: Reading, code: str) -> CaptureReceiptAnswer | tuple[Finding, ...]:
    """Tell whether a station gave a receipt, and what became of what it is about."""
    presented = PresentedReceipt.read(code)
    if isinstance(presented, Finding):
        return (presented,)
    claimed = presented.receipt
    ref = StreamRef(kind="station", id=claimed.station)
    state, _ = read_state(reading, ref, StationState)
    key = _key_of_epoch(reading, ref, claimed.epoch)
    if state is None or key is None:
        return (blocks(SyncCode.SIGNATURE_WRONG),)
    receipt = presented.opened(bytes.fromhex(key))
    if isinstance(receipt, Finding):
        return (receipt,)
    sent = reading.station_command(receipt.station, receipt.epoch, receipt.seq)
    arrived = sent is not None and sent.hash == receipt.command_hash
    case, _ = read_case(reading, receipt.case)
    return CaptureReceiptAnswer(
        station=state.name,
        number=receipt.number,
        at=receipt.at,
        outcome=sent.outcome if sent is not None and arrived else "",
        case=case.id if case else None,
        number_now=case.number if case else "",
    )


def _key_of_epoch(reading: Reading, ref: StreamRef, epoch: UUID) -> str | None:
    """Return a station's public key of an enrolment, which may be a former one."""
    for entry in every_entry(reading, ref):
        if entry.kind == StationEnrolled.KIND and entry.public["epoch"] == str(epoch):
            return str(entry.public["public_key"])
    return None
