"""Takes in what a station could not send and somebody brought in a file."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from issuance.engine.office import Office
from issuance.engine.stations import station_of_epoch
from issuance.engine.work_file import read_work
from issuance.evidence.blob import BlobRef
from issuance.findings import Finding, blocks
from issuance.findings.sync import SyncCode
from issuance.stations.signed import SignedText
from issuance.sync.push import (
    MOST_CHARACTERS,
    MOST_COMMANDS,
    Push,
    PushAnswer,
    PushReceipt,
    StationCommand,
)
from issuance.sync.work import WorkTaken

Keep = Callable[[bytes, str], BlobRef | Finding]


def take_work(
    office: Office, content: bytes, keep: Keep, push: Callable[[Push], PushAnswer]
) -> WorkTaken | Finding:
    """Take in a file of unsent work: its files, then its commands as if its station pushed them.

    Taken in again it gets the same receipts and changes nothing.
    """
    read = read_work(office.keys, content)
    if isinstance(read, Finding):
        return read
    commands, files = read
    claimed = _claimed(commands)
    if claimed is None:
        return blocks(SyncCode.WORK_UNREADABLE)
    station, epoch = claimed.command.station, claimed.command.epoch
    if station is None or epoch is None:
        return blocks(SyncCode.WORK_UNREADABLE)
    with office.register.reading() as reading:
        known = station_of_epoch(reading, station, epoch)
    if isinstance(known, Finding):
        return known
    opened = [each.opened(StationCommand, bytes.fromhex(known.public_key)) for each in commands]
    for sent in opened:
        if isinstance(sent, Finding):
            return sent
        for blob in sent.files():
            if refused := _kept(blob, files, keep):
                return refused
    outcomes: Counter[str] = Counter()
    for batch in _batches(commands):
        answer = push(Push(station=station, epoch=epoch, commands=batch))
        for receipt in answer.receipts:
            outcomes[PushReceipt.model_validate_json(receipt.text).outcome.value] += 1
        if answer.stopped is not None:
            return WorkTaken(station=known.name, outcomes=outcomes, stopped=answer.stopped)
    return WorkTaken(station=known.name, outcomes=outcomes)


def _claimed(commands: Sequence[SignedText]) -> StationCommand | None:
    """Return what the first command says, so that the key it must be signed with can be found."""
    try:
        return StationCommand.model_validate_json(commands[0].text) if commands else None
    except ValueError:
        return None


def _kept(blob: BlobRef, files: dict[str, bytes], keep: Keep) -> Finding | None:
    """Keep a command's file; one that is not there makes only its case wait."""
    content = files.get(blob.sha256)
    if content is None:
        return None
    if BlobRef.of(content, blob.media_type) != blob:
        return blocks(SyncCode.WORK_UNREADABLE)
    kept = keep(content, blob.media_type)
    return kept if isinstance(kept, Finding) else None


def _batches(commands: Sequence[SignedText]) -> Iterator[tuple[SignedText, ...]]:
    batch: list[SignedText] = []
    for each in commands:
        size = sum(len(one.text) for one in batch) + len(each.text)
        if batch and (len(batch) == MOST_COMMANDS or size > MOST_CHARACTERS):
            yield tuple(batch)
            batch = []
        batch.append(each)
    yield tuple(batch)
