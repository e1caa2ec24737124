"""Compares what stands beside the chain with the chain: states and certificates."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography import x509

from issuance.findings import Severity
from issuance.findings.register import RegisterCode
from issuance.register.chain_check import ChainCheck
from issuance.register.fault import Fault
from issuance.register.model import CertificateRow, CertificateState, Entry, StoredStream
from issuance.register.reading import Reading
from issuance.streams import StreamRef


@dataclass(frozen=True, slots=True)
class Fold:
    """How the state of one kind of stream follows from its entries.

    `version` is the one that stands beside each state; states of another version are not compared.
    """

    version: int
    replay: Callable[[Iterable[Entry]], bytes]


def stream_faults(
    reading: Reading, folds: Mapping[str, Fold], suspicious: set[StreamRef]
) -> Iterator[Fault]:
    """Yield streams that lost entries or whose state is not what their events give.

    The states of suspicious streams are not replayed: their events are not to be trusted.
    """
    if orphan := reading.first_without_stream():
        yield Fault(RegisterCode.STREAM_MISSING, *orphan)
    after: StreamRef | None = None
    while batch := reading.streams(after):
        for stream in batch:
            yield from _stream_faults(reading, stream, folds, suspicious)
        after = batch[-1].ref


def _stream_faults(
    reading: Reading, stream: StoredStream, folds: Mapping[str, Fold], suspicious: set[StreamRef]
) -> Iterator[Fault]:
    ref, (count, highest) = stream.ref, reading.extent(stream.ref)
    if not count == highest == stream.revision:
        figures = {"revision": stream.revision, "entries": count}
        yield Fault(RegisterCode.STREAM_DIFFERS, stream=ref, figures=figures)
        return
    fold = folds.get(ref.kind)
    if fold is None or ref in suspicious:
        return
    if fold.version != stream.fold_version:
        yield Fault(RegisterCode.STATE_OF_OTHER_VERSION, stream=ref, severity=Severity.INFORMS)
    elif _replayed(fold, _events(reading, ref)) != stream.state:
        yield Fault(RegisterCode.STATE_DIFFERS, stream=ref)


def _replayed(fold: Fold, events: Iterable[Entry]) -> bytes | None:
    try:
        return fold.replay(events)
    except (ValueError, TypeError, KeyError, AttributeError):
        # A rewritten chain may hold events that make no sense at all.
        return None


def _events(reading: Reading, ref: StreamRef) -> Iterator[Entry]:
    after = 0
    while batch := reading.events(ref, after):
        yield from batch
        after = batch[-1].revision


def certificate_faults(
    reading: Reading, chain: ChainCheck, last_tick: datetime | None
) -> Iterator[Fault]:
    """Yield certificates nobody intended, or that are not the intended ones, and open intents.

    An intent made since `last_tick` may still be at work and is not told.
    """
    unseen = set(chain.intended)
    after = ""
    while batch := reading.certificates(after):
        for row in batch:
            unseen.discard(row.serial)
            if code := _certificate_fault(row, chain):
                yield Fault(code, figures={"serial": row.serial})
            elif found := _standing_fault(row, chain):
                yield found
            elif row.state == CertificateState.INTENDED and (
                last_tick is None or row.at < last_tick
            ):
                figures = {"serial": row.serial}
                yield Fault(RegisterCode.INTENT_OPEN, severity=Severity.INFORMS, figures=figures)
        after = batch[-1].serial
    for serial in sorted(unseen):
        seq, _ = chain.intended[serial]
        yield Fault(RegisterCode.CERTIFICATE_DIFFERS, seq, figures={"serial": serial})


_STANDS: Final = {"": CertificateState.ISSUED, "certificateHold": CertificateState.SUSPENDED}
"""States by the reason that stands against a certificate; any other reason revokes."""


def _standing_fault(row: CertificateRow, chain: ChainCheck) -> Fault | None:
    """Return a revocation or suspension that the events know otherwise."""
    if row.certificate is None:
        return None
    seq, reason = chain.standings.get(row.serial, (None, ""))
    stands = _STANDS.get(reason, CertificateState.REVOKED)
    if (row.state, row.revocation_reason or "") == (stands, reason):
        return None
    return Fault(RegisterCode.STANDING_DIFFERS, seq, figures={"serial": row.serial})


def _certificate_fault(row: CertificateRow, chain: ChainCheck) -> RegisterCode | None:
    intended_at, digest = chain.intended.get(row.serial, (0, ""))
    if hashlib.sha256(row.to_be_signed).hexdigest() != digest:
        return RegisterCode.CERTIFICATE_WITHOUT_INTENT
    issued_at, fingerprint = chain.issued.get(row.serial, (0, ""))
    if row.certificate is None:
        recorded = bool(issued_at) or row.state in (
            CertificateState.ISSUED,
            CertificateState.SUSPENDED,
            CertificateState.REVOKED,
        )
        return RegisterCode.CERTIFICATE_DIFFERS if recorded else None
    if issued_at and issued_at < intended_at:
        return RegisterCode.CERTIFICATE_WITHOUT_INTENT
    try:
        signed = x509.load_der_x509_certificate(row.certificate).tbs_certificate_bytes
    except ValueError:
        signed = b""
    same = signed == row.to_be_signed and hashlib.sha256(row.certificate).hexdigest() == fingerprint
    return None if same else RegisterCode.CERTIFICATE_DIFFERS
