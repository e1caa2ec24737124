"""A station that signs and sends commands, as the real one does."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from issuance.commands import Body, Command
from issuance.engine.stations import Enrolled, enrol_station
from issuance.secret import Secret
from issuance.stations.signed import SignedText
from issuance.stations.stream import InviteStation
from issuance.streams import StreamRef
from issuance.sync.push import (
    ChainEnd,
    Mending,
    Push,
    PushAnswer,
    PushReceipt,
    Seen,
    StationCommand,
    digest,
)
from tests.engine.desk import Desk

CODE = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass
class PushedStation:
    """Commands that wait in a station; `send` pushes those the server has not answered."""

    desk: Desk
    enrolled: Enrolled
    key: Ed25519PrivateKey
    end: ChainEnd = field(default_factory=ChainEnd)
    sent: dict[int, SignedText] = field(default_factory=dict[int, SignedText])
    faults: list[BaseException] = field(default_factory=list[BaseException])

    @classmethod
    def enrol(cls, desk: Desk, stream: int = 5, revision: int = 0, key: int = 1) -> "PushedStation":
        """Have a computer invited and enrolled while an administrator is logged in."""
        own = Ed25519PrivateKey.from_private_bytes(bytes([key]) * 32)
        invite = desk.command(InviteStation(name=f"Puesto {stream}", code=Secret(CODE)), revision)
        ref = StreamRef(kind="station", id=UUID(int=stream))
        invite = invite.model_copy(update={"stream": ref})
        engine = desk.here.engine
        assert engine.execute(invite, desk.here.session).applied
        public_key = own.public_key().public_bytes_raw()
        enrolled = enrol_station(engine.office, Secret(CODE), public_key)
        assert isinstance(enrolled, Enrolled)
        return cls(desk, enrolled, own)

    def give(
        self,
        body: Body,
        case: UUID,
        revision: int,
        mends: tuple[int, Mending] | None = None,
        **changed: Any,
    ) -> int:
        """Sign the next command; return its number."""
        session = self.desk.here.session
        command = Command(
            id=self.desk.sources.identifiers.new(),
            office=session.office,
            station=self.enrolled.station,
            epoch=self.enrolled.epoch,
            seq=self.end.seq + 1,
            prev=self.end.hash,
            stream=StreamRef(kind="case", id=case),
            base_revision=revision,
            operator="olga",
            session=UUID(int=1),
            at=self.desk.clock.now(),
            body=body,
        ).model_copy(update=changed)
        seq, how = mends or (None, None)
        return self.keep(StationCommand(command=command, mends=seq, how=how))

    def keep(self, command: StationCommand) -> int:
        signed = SignedText.of(command, self.key)
        self.end = ChainEnd(self.end.seq + 1, digest(signed))
        self.sent[self.end.seq] = signed
        return self.end.seq

    def send(
        self, *numbers: int, seen: Seen | None = None, ask: tuple[int, ...] = ()
    ) -> PushAnswer:
        """Push these commands, or all."""
        commands = tuple(self.sent[seq] for seq in numbers or sorted(self.sent))
        push = Push(
            station=self.enrolled.station,
            epoch=self.enrolled.epoch,
            commands=commands,
            unsettled=ask,
            seen=seen,
        )
        return self.desk.here.engine.push(push, self.faults.append)

    def read(self, answer: PushAnswer) -> dict[int, PushReceipt]:
        """Return the receipts by number, each signed by the server."""
        receipts = [each.opened(PushReceipt, self.enrolled.server_key) for each in answer.receipts]
        return {each.seq: each for each in receipts if isinstance(each, PushReceipt)}
