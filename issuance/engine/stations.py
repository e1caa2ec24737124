"""Stations that work beside the server: invited, enrolled with a code, leased to, ended."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from issuance.access.key_ring import Purpose
from issuance.access.roles import Role, Session
from issuance.commands import Command, Outcome, Receipt
from issuance.engine.denials import append_denials
from issuance.engine.office import Office
from issuance.engine.operators import operators_of
from issuance.engine.receipts import keep_conflict, keep_receipt
from issuance.engine.streams import append, read_state
from issuance.engine.work_file import recipient_of
from issuance.findings import Finding, blocks
from issuance.findings.sync import SyncCode
from issuance.register.model import Origin
from issuance.register.register import Reading, Writing
from issuance.secret import Secret
from issuance.stations.erasure import EraseOrder
from issuance.stations.lease import HOURS, MOST_CASES, Lease, LeasedOperator
from issuance.stations.signed import Signable, SignedText
from issuance.stations.stream import (
    SHORTEST_CODE,
    FrozenFor,
    InviteStation,
    StationBody,
    StationEvent,
    StationFrozen,
    StationInvited,
    StationKeyRenewed,
    StationState,
    StationStatus,
    decide_enrolment,
    decide_station,
    evolve_station,
)
from issuance.streams import StreamRef

_CODE: Final = "station_code"
"""What a station's invitation holds: only the newest code of a station enrols."""


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A computer that is a station from now on; `server_key` (Ed25519) signs what it is told.

    `key` is that of its own store.
    """

    station: UUID
    epoch: UUID
    name: str
    server_key: bytes
    key: bytes
    lease: SignedText


def settle_station(
    office: Office, command: Command, body: StationBody, session: Session
) -> Receipt:
    """Invite, renew or end a station; a refusal is told before a conflict."""
    ref = StreamRef(kind="station", id=command.stream.id)
    verifier = _verifier(body.code) if isinstance(body, InviteStation) else ""
    with office.register.writing() as writing:
        state, revision = read_state(writing, ref, StationState)
        decided = decide_station(state, body, session, office.now(), verifier)
        if isinstance(decided, Finding):
            append_denials(writing, office, session, body.kind, (decided,), command.id)
            return keep_receipt(
                office, command, writing, Outcome.REJECTED, (decided,), revision, {}
            )
        if revision != command.base_revision:
            return keep_conflict(office, command, writing, revision)
        origin = Origin(office.now(), session.operator, command.id, office.policy.reference)
        _append(writing, ref, revision, state, decided, origin)
        return keep_receipt(office, command, writing, Outcome.APPLIED, (), revision + 1, {})


def enrol_station(office: Office, code: Secret, public_key: bytes) -> Enrolled | Finding:
    """Make the computer that presents an invitation's code a station, with an epoch of its own.

    A wrong code, a used and an old one get the same answer.
    """
    epoch = office.sources.identifiers.new()
    return office.register.write(
        lambda writing: _enrolled(office, writing, code, public_key, epoch)
    )


def _enrolled(
    office: Office, writing: Writing, code: Secret, public_key: bytes, epoch: UUID
) -> Enrolled | Finding:
    verifier = _verifier(code)
    holder = writing.claim(_CODE, verifier) if verifier else None
    if holder is None:
        return blocks(SyncCode.ENROLMENT_REFUSED)
    ref = StreamRef(kind="station", id=holder)
    state, revision = read_state(writing, ref, StationState)
    decided = decide_enrolment(state, public_key, epoch, office.now())
    if isinstance(decided, Finding):
        return decided
    origin = Origin(office.now(), "", None, None)
    enrolled = _append(writing, ref, revision, state, decided, origin)
    signed = to_station(office, lease_of(office, writing, holder, epoch, enrolled.key_version))
    key = office.keys.station_key(holder, enrolled.key_version)
    return Enrolled(holder, epoch, enrolled.name, server_public_key(office), key, signed)


def lease_of(
    office: Office, reading: Reading, station: UUID, epoch: UUID, key_version: int
) -> Lease:
    """Return what a station may do by itself from now on."""
    now = office.now()
    operators = (state for state, _ in operators_of(reading) if state.active)
    return Lease(
        office=office.id,
        station=station,
        epoch=epoch,
        operators=tuple(
            LeasedOperator(user=state.user, roles=state.roles)
            for state in operators
            if Role.SERVICE not in state.roles and not state.must_change_password
        ),
        policy=office.policy.reference,
        recipient=recipient_of(office.keys),
        cases=MOST_CASES,
        hours=HOURS,
        key_version=key_version,
        issued_at=now,
        expires_at=now + timedelta(hours=HOURS),
    )


def renewed_lease(office: Office, station: UUID, epoch: UUID) -> SignedText | Finding:
    """Return a new lease for a station, as long as it and its epoch are the current ones."""
    with office.register.reading() as reading:
        known = station_of_epoch(reading, station, epoch)
        if isinstance(known, Finding):
            return known
        return to_station(office, lease_of(office, reading, station, epoch, known.key_version))


def erase_order(office: Office, station: UUID) -> Finding | None:
    """Return the signed order a lost station gets; None for any other."""
    with office.register.reading() as reading:
        state, _ = read_state(reading, StreamRef(kind="station", id=station), StationState)
    if state is None or not state.erase:
        return None
    order = to_station(office, EraseOrder(office=office.id, station=station, at=office.now()))
    return blocks(SyncCode.STATION_LOST, order=order.model_dump_json())


def station_of_epoch(reading: Reading, station: UUID, epoch: UUID) -> StationState | Finding:
    """Return a station that may be listened to, or why not."""
    state, _ = read_state(reading, StreamRef(kind="station", id=station), StationState)
    if state is None or state.status in {StationStatus.ENDED, StationStatus.INVITED}:
        return blocks(SyncCode.STATION_UNKNOWN)
    if state.epoch != epoch:
        return blocks(SyncCode.STATION_REPLACED)
    if state.status is StationStatus.FROZEN:
        return blocks(SyncCode.STATION_FROZEN, cause="fork")
    return state


def freeze_station(office: Office, writing: Writing, station: UUID, epoch: UUID, seq: int) -> None:
    """Take nothing more of an epoch in which one number was used for two commands."""
    ref = StreamRef(kind="station", id=station)
    state, revision = read_state(writing, ref, StationState)
    frozen = StationFrozen(epoch=epoch, cause=FrozenFor.FORK, seq=seq)
    _append(writing, ref, revision, state, frozen, Origin(office.now(), "", None, None))


def to_station(office: Office, document: Signable) -> SignedText:
    """Sign what a station is told."""
    return SignedText.of(document, _server_key(office))


def server_public_key(office: Office) -> bytes:
    """Return the key that verifies receipts and leases (Ed25519, 32 octets)."""
    return _server_key(office).public_key().public_bytes_raw()


def _server_key(office: Office) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(office.keys.key(Purpose.RECEIPTS))


def _append(
    writing: Writing,
    ref: StreamRef,
    revision: int,
    state: StationState | None,
    event: StationEvent,
    origin: Origin,
) -> StationState:
    """Append an event; the code of an earlier invitation is worth nothing from then on."""
    changed = evolve_station(state, event)
    append(writing, ref, revision, [event], origin, changed)
    if isinstance(event, StationKeyRenewed):
        return changed
    writing.release_claims(ref.id, _CODE)
    if isinstance(event, StationInvited):
        writing.take_claim(_CODE, event.code_verifier, ref.id)
    return changed


def _verifier(code: Secret | None) -> str:
    """Return the SHA-256 a code is known by; empty for one that is too short to be random."""
    text = "" if code is None else "".join(code.reveal().split()).upper()
    if len(text) < SHORTEST_CODE:
        return ""
    return base64.b64encode(hashlib.sha256(text.encode("utf-8", "replace")).digest()).decode()
