"""A station's stream: invited, enrolled, frozen, ended; every enrolment is a new epoch."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Final, Literal
from uuid import UUID

from issuance.access.roles import Role, Session
from issuance.events import Event
from issuance.findings import Finding, blocks
from issuance.findings.access import AccessCode
from issuance.findings.sync import SyncCode
from issuance.model import Frozen, Identifier, Instant, Text
from issuance.secret import SecretField

FOLD_VERSION: Final = 3
INVITATION_HOURS: Final = 24
LONGEST_NAME: Final = 60
SHORTEST_CODE: Final = 26
"""Characters of Base32 in a code of 128 random bits."""


class InviteStation(Frozen):
    """Let a computer enrol under a name with a code, once; an enrolled one then begins anew."""

    kind: Literal["invite_station"] = "invite_station"
    name: Text
    code: SecretField


class EndStation(Frozen):
    """Take nothing from this station any more; a lost one is to `erase` what it keeps."""

    kind: Literal["end_station"] = "end_station"
    erase: bool = False


class RenewStationKey(Frozen):
    """Give this station another key: somebody may know the former one."""

    kind: Literal["renew_station_key"] = "renew_station_key"


StationBody = InviteStation | EndStation | RenewStationKey


class StationEvent(Event):
    """Something that happened to a station."""


class StationInvited(StationEvent):
    """A computer may enrol until then; `code_verifier` is SHA-256 of a code of 128 random bits."""

    KIND: ClassVar[str] = "station_invited"
    name: str
    code_verifier: str
    until: Instant
    by: str


class StationEnrolled(StationEvent):
    """A computer enrolled: `public_key` (hexadecimal) verifies its commands of this epoch."""

    KIND: ClassVar[str] = "station_enrolled"
    epoch: Identifier
    public_key: str


class FrozenFor(StrEnum):
    """Why a station was stopped."""

    FORK = "fork"
    """Two commands bear one number: a cloned disk, or a restored backup."""


class StationFrozen(StationEvent):
    """Nothing more is taken from this epoch; the station has to enrol anew."""

    KIND: ClassVar[str] = "station_frozen"
    epoch: Identifier
    cause: FrozenFor
    seq: int


class StationEnded(StationEvent):
    """An administrator ended the station; whoever has it now is to find nothing in it."""

    KIND: ClassVar[str] = "station_ended"
    by: str
    erase: bool = False


class StationKeyRenewed(StationEvent):
    """What the station keeps is encrypted anew, since somebody left who may know the former key."""

    KIND: ClassVar[str] = "station_key_renewed"
    version: int
    by: str


class StationStatus(StrEnum):
    """Where a station stands."""

    INVITED = "invited"
    ACTIVE = "active"
    FROZEN = "frozen"
    ENDED = "ended"


class StationState(Frozen):
    """A station: its current epoch's key, and the invitation that waits, if any.

    `key_version` says under which of its keys it keeps its things.
    """

    name: str
    status: StationStatus
    epoch: Identifier | None = None
    public_key: str = ""
    code_verifier: str = ""
    invited_until: Instant | None = None
    erase: bool = False
    key_version: int = 0

    @property
    def keeps_things(self) -> bool:
        """Tell whether some computer keeps, or may keep, things of the office as this station."""
        return self.status in {StationStatus.ACTIVE, StationStatus.FROZEN}

    def with_another_key(self, by: str) -> StationKeyRenewed:
        """Return the event that gives it the key after the one it has."""
        return StationKeyRenewed(version=self.key_version + 1, by=by)


def evolve_station(state: StationState | None, event: StationEvent) -> StationState:
    """Return the station after an event."""
    if isinstance(event, StationInvited):
        known = state or StationState(name=event.name, status=StationStatus.INVITED)
        return known.model_copy(
            update={
                "name": event.name,
                "code_verifier": event.code_verifier,
                "invited_until": event.until,
            }
        )
    if state is None:
        raise ValueError("a station begins with an invitation")
    return state.model_copy(update=_changed(event))


def _changed(event: StationEvent) -> dict[str, object]:
    without_invitation = {"code_verifier": "", "invited_until": None}
    match event:
        case StationEnrolled(epoch=epoch, public_key=key):
            enrolled = {"status": StationStatus.ACTIVE, "epoch": epoch, "public_key": key}
            return {**enrolled, **without_invitation}
        case StationFrozen():
            return {"status": StationStatus.FROZEN}
        case StationKeyRenewed(version=version):
            return {"key_version": version}
        case StationEnded(erase=erase):
            return {"status": StationStatus.ENDED, "erase": erase, **without_invitation}
        case _:
            raise TypeError(f"no rule for {event.KIND}")


def decide_station(
    state: StationState | None,
    body: StationBody,
    actor: Session,
    now: datetime,
    code_verifier: str,
) -> StationEvent | Finding:
    """Invite, renew or end a station; an ended one stays ended, and may turn out to be lost.

    `code_verifier` is empty where the code is missing, or too short to be random.
    """
    if Role.ADMINISTRATOR not in actor.roles:
        return blocks(AccessCode.ADMINISTRATOR_ONLY)
    is_lost = isinstance(body, EndStation) and body.erase and state and not state.erase
    if state is not None and state.status is StationStatus.ENDED and not is_lost:
        return blocks(SyncCode.STATION_UNKNOWN)
    if isinstance(body, EndStation):
        if state is None:
            return blocks(SyncCode.STATION_UNKNOWN)
        return StationEnded(by=actor.operator, erase=body.erase)
    if isinstance(body, RenewStationKey):
        if state is None or not state.keeps_things:
            return blocks(SyncCode.STATION_UNKNOWN)
        return state.with_another_key(actor.operator)
    if not code_verifier:
        return blocks(SyncCode.STATION_CODE_SHORT, "code", minimum=SHORTEST_CODE)
    name = " ".join(body.name.split())
    if not 0 < len(name) <= LONGEST_NAME:
        return blocks(SyncCode.STATION_UNNAMED, "name")
    until = now + timedelta(hours=INVITATION_HOURS)
    return StationInvited(name=name, code_verifier=code_verifier, until=until, by=actor.operator)


def decide_enrolment(
    state: StationState | None, public_key: bytes, epoch: UUID, now: datetime
) -> StationEnrolled | Finding:
    """Enrol the computer that presented the code of this station's invitation."""
    if state is None or not state.code_verifier or state.invited_until is None:
        return blocks(SyncCode.ENROLMENT_REFUSED)
    if now >= state.invited_until:
        return blocks(SyncCode.ENROLMENT_REFUSED)
    return StationEnrolled(epoch=epoch, public_key=public_key.hex())
