"""Stations and a server under everything that goes wrong between them, from one seed.

Real engines and registers; the network, the crashes and the order of events are simulated. Whatever
happened, afterwards nothing that was acknowledged is lost, nothing was done twice, no queue is
stuck, and every copy of the office is the office.
"""

import random
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

import pytest

from issuance.commands import Outcome
from issuance.engine.pulling import pull
from issuance.register.register import Reading, Register, Writing
from issuance.register.station_commands import StationCommandRow
from issuance.stations.signed import SignedText
from issuance.sync.push import Outcome as Pushed
from issuance.sync.push import Push, PushAnswer, StationCommand
from tests.engine.offline_station import OfflineStation
from tests.engine.test_pushing import amended, opening

STEPS: Final = 24
PEOPLE: Final = 4
"""Few, so that stations meet the same person."""


class ServerCrash(BaseException):
    """The server loses its power in the middle of a change."""


@dataclass
class Simulation:
    """One run: `acknowledged` is what each station told its operator was recorded."""

    stations: list[OfflineStation]
    seed: int
    chance: random.Random = field(init=False)
    cases: dict[UUID, int] = field(default_factory=dict[UUID, int])
    acknowledged: dict[int, set[UUID]] = field(default_factory=dict[int, set[UUID]])

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    def run(self) -> None:
        """Let things happen, then let everybody finish, then look."""
        for _ in range(STEPS):
            act = self.chance.choices(
                (self.open_case, self.amend, self.exchange, self.reopen), (4, 3, 4, 1)
            )[0]
            act(self.chance.randrange(len(self.stations)))
        for _ in range(2):
            for station in self.stations:
                stopped = station.exchange()
                assert stopped is None, stopped
        self.check()

    def open_case(self, index: int) -> None:
        """Capture a new application for one of the few people."""
        person = self.chance.randrange(PEOPLE)
        case = UUID(int=self.chance.getrandbits(120))
        receipt = self.stations[index].capture(opening(person), case)
        if receipt.outcome is Outcome.APPLIED:
            self.cases[case] = person
            self.acknowledged.setdefault(index, set()).add(receipt.command)

    def amend(self, index: int) -> None:
        """Correct an application, of one's own or pulled from the server."""
        if not self.cases:
            return
        case = self.chance.choice(list(self.cases))
        phone = f"09{self.chance.randrange(10**8):08}"
        receipt = self.stations[index].capture(amended(self.cases[case], phone=phone), case)
        if receipt.outcome is Outcome.APPLIED:
            self.acknowledged.setdefault(index, set()).add(receipt.command)

    def reopen(self, index: int) -> None:
        """A power cut at the station: only what is durable is there afterwards."""
        station = self.stations[index]
        station.close()
        station.open()

    def exchange(self, index: int) -> None:
        """Push and pull, with whatever the network and the server do meanwhile."""
        station = self.stations[index]
        fault = self.chance.choice(
            ("none", "request lost", "answer lost", "twice", "late", "crash", "no pull")
        )
        request = station.push()
        if fault == "request lost":
            return
        if fault == "late" and request.commands:
            # An older packet arrives again, after the newer one.
            older = request.model_copy(update={"commands": request.commands[:1]})
            self._push(station, request)
            self._push(station, older)
        elif fault == "crash":
            self._crashing(station)
        else:
            answer = self._push(station, request)
            if fault == "twice":
                assert self._push(station, request).receipts == answer.receipts
            if fault != "answer lost":
                assert station.register.note(answer) is None
        if fault not in {"answer lost", "no pull", "crash"}:
            while (pulled := pull(station.server.office, station.pull())).entries:
                station.register.adopt(pulled)
            station.register.rebuild()

    def _push(self, station: OfflineStation, request: Push) -> PushAnswer:
        station.send_files()
        answer = station.server.push(request, _raise)
        assert answer.stopped is None, answer.stopped
        return answer

    def _crashing(self, station: OfflineStation) -> None:
        """The server dies at some change, before or after it was written, and never commits it."""
        written = self.chance.random() < 0.5
        survived = self.chance.randrange(3)
        keep = Writing.keep_station_command

        def cut(writing: Writing, row: StationCommandRow) -> None:
            nonlocal survived
            survived -= 1
            if survived < 0 and not written:
                raise ServerCrash
            keep(writing, row)
            if survived < 0:
                raise ServerCrash

        with pytest.MonkeyPatch.context() as server, suppress(ServerCrash):
            server.setattr(Writing, "keep_station_command", cut)
            station.server.push(station.push(), _raise)

    def check(self) -> None:
        """Hold everybody against the server."""
        register = self.stations[0].server.office.register
        with register.reading() as reading:
            truth = contents(reading)
            people = [self.cases[ref_id] for kind, ref_id in truth if kind == "case"]
            assert len(people) == len(set(people)), "one person has two cases"
        for index, station in enumerate(self.stations):
            with station.register.confirmed.reading() as reading:
                assert contents(reading) == truth, f"station {index} differs from the server"
            self._nothing_lost(index, station, register)

    def _nothing_lost(self, index: int, station: OfflineStation, register: Register) -> None:
        enrolled = station.enrolled
        outcomes = [each.value for each in Pushed]
        with register.reading() as reading:
            there = reading.station_commands(enrolled.station, enrolled.epoch, outcomes, 0, 500)
        with station.register.confirmed.reading() as reading:
            here = reading.station_commands(enrolled.station, enrolled.epoch, outcomes, 0, 500)
        numbers = [row.seq for row in there]
        assert numbers == list(range(1, len(numbers) + 1)), "a number is missing"
        assert [row.hash for row in there] == [row.hash for row in here], "another history"
        given = {command_id(row.sent) for row in there}
        assert self.acknowledged.get(index, set()) <= given, "an acknowledged command is lost"
        blocked = {row.stream_id for row in there if row.outcome in _BLOCKING}
        for row in here:
            assert row.outcome != Pushed.PENDING.value, "a command has no answer"
            stuck = row.outcome == Pushed.WAITING.value and row.stream_id not in blocked
            assert not stuck, "a command waits for nothing"


_BLOCKING: Final = {Pushed.REJECTED.value, Pushed.CONFLICT.value, Pushed.PARKED.value}


def command_id(sent: bytes) -> UUID:
    text = SignedText.model_validate_json(sent).text
    return StationCommand.model_validate_json(text).command.id


def contents(reading: Reading) -> dict[tuple[str, UUID], tuple[int, bytes | None]]:
    """Return revision and state of every stream."""
    found: dict[tuple[str, UUID], tuple[int, bytes | None]] = {}
    after = None
    while page := reading.streams(after):
        found |= {(each.ref.kind, each.ref.id): (each.revision, each.state) for each in page}
        after = page[-1].ref
    return found


def _raise(error: BaseException) -> None:
    raise error
