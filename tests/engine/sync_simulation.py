"""Stations and a server under everything that goes wrong between them, from one seed.

Real engines and registers; the network, the clock, the crashes and the order of events are
simulated. Whatever happened, afterwards nothing that was acknowledged is lost, nothing was done
twice, no queue is stuck, and every copy of the office is the office.
"""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

import pytest

from issuance.commands import Outcome, Receipt
from issuance.engine import pushing
from issuance.engine.pulling import pull
from issuance.engine.settling import Settling
from issuance.engine.streams import every_entry
from issuance.findings.sync import SyncCode
from issuance.register.register import Reading, Writing
from issuance.stations.signed import SignedText
from issuance.streams import StreamRef
from issuance.sync.push import MENDABLE, Mending, Push, PushAnswer, StationCommand
from issuance.sync.push import Outcome as Pushed
from tests.engine.offline_station import OfflineStation
from tests.engine.simulated_office import SimulatedOffice
from tests.engine.test_pushing import amended, opening

STEPS: Final = 28
PEOPLE: Final = 4
"""Few, so that stations meet the same person."""
STATEMENTS: Final = 60
"""The power goes before one of so many statements, or after the last where there are fewer."""


class PoisonError(Exception):
    """The server's program stops at a command."""


@dataclass
class Simulation:
    """One run: `acknowledged` is what each station told its operator was recorded."""

    office: SimulatedOffice
    seed: int
    chance: random.Random = field(init=False)
    cases: dict[UUID, int] = field(default_factory=dict[UUID, int])
    acknowledged: dict[int, set[UUID]] = field(default_factory=dict[int, set[UUID]])
    poisoned: set[UUID] = field(default_factory=set[UUID])

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        for station in self.stations:
            station.report = self._report

    @property
    def stations(self) -> list[OfflineStation]:
        return self.office.stations

    @property
    def happened(self) -> Counter[str]:
        return self.office.happened

    def run(self) -> None:
        """Let things happen, then let everybody finish, then look."""
        acts = (self.open_case, self.amend, self.mend, self.exchange, self.be_cut_off, self.be_away)
        with pytest.MonkeyPatch.context() as program:
            program.setattr(pushing, "settle", self._settle)
            for _ in range(STEPS):
                act = self.chance.choices(acts, (4, 8, 1, 8, 2, 1))[0]
                act(self.chance.randrange(len(self.stations)))
            for _ in range(2):
                for station in self.stations:
                    stopped = station.exchange()
                    assert stopped is None, stopped
            self.check()
            if self.chance.random() < 0.25:
                self.clone(self.chance.randrange(len(self.stations)))

    def open_case(self, index: int) -> None:
        """Capture a new application for one of the few people."""
        case = UUID(int=self.chance.getrandbits(120))
        self.cases[case] = self.chance.randrange(PEOPLE)
        station, body = self.stations[index], opening(self.cases[case])
        self._told(index, station.capture(body, case))

    def amend(self, index: int) -> None:
        """Correct an application, of one's own or pulled from the server."""
        station = self.stations[index]
        with station.register.office.register.reading() as reading:
            known = [ref_id for kind, ref_id in contents(reading) if kind == "case"]
        if not known:
            return
        case = self.chance.choice(known)
        phone = f"09{self.chance.randrange(10**8):08}"
        self._told(index, station.capture(amended(self.cases[case], phone=phone), case))

    def mend(self, index: int) -> None:
        """Give up or try again what the server refused, or what waits behind it."""
        station = self.stations[index]
        refused = [sent for sent, told in station.register.outbox() if told and can_mend(told)]
        if not refused:
            return
        command = self.chance.choice(refused).command
        seq, case = command.seq or 0, command.stream.id
        if self.chance.random() < 0.5:
            receipt = station.register.give_up(seq, station.session)
        else:
            receipt = station.capture(command.body, case, (seq, Mending.RETRY))
        self._told(index, receipt)

    def be_cut_off(self, index: int) -> None:
        """A power cut at the station, while it captures or follows the server."""
        station = self.stations[index]
        act = self.chance.choice((self.open_case, self.amend, self._follow))
        after = self.chance.randrange(STATEMENTS)
        self.office.cut_station(station, lambda: act(index), after)

    def be_away(self, index: int) -> None:
        """Days pass: a station that hears nothing for three days captures nothing any more."""
        del index
        self.office.clock.pass_time(hours=self.chance.choice((1, 20, 80)))
        self.happened["absences"] += 1

    def exchange(self, index: int) -> None:
        """Push and pull, with whatever the network and the server do meanwhile."""
        station = self.stations[index]
        fault = self.chance.choice(
            ("none", "request lost", "answer lost", "twice", "late", "server cut off", "no pull")
        )
        self.happened[fault] += 1
        request = station.push()
        if fault == "request lost":
            return
        if fault == "server cut off":
            after = self.chance.randrange(STATEMENTS)
            self.office.cut_server(lambda: self._push(station, request), after)
            return
        answer = self._push(station, request)
        if fault == "late" and request.commands:
            # An older packet arrives again, after the newer one.
            self._push(station, request.model_copy(update={"commands": request.commands[:1]}))
        elif fault == "twice":
            assert self._push(station, request).receipts == answer.receipts
        if fault in {"answer lost", "late"}:
            return
        assert station.register.note(answer) is None
        if fault != "no pull":
            self._follow(index)
            assert self.office.renew_lease(station) is None

    def clone(self, index: int) -> None:
        """Two computers with one enrolment: the second that is heard is found out."""
        own = self.stations[index]
        copy = self.office.copy_station(own)
        try:
            assert self.office.renew_lease(own) is None
            copy.enrolled = own.enrolled
            taken, refused = (UUID(int=self.chance.getrandbits(120)) for _ in range(2))
            assert own.capture(opening(PEOPLE), taken).outcome is Outcome.APPLIED
            assert copy.capture(opening(PEOPLE + 1), refused).outcome is Outcome.APPLIED
            assert own.exchange() is None
            for station, code in (copy, SyncCode.STATION_FORKED), (own, SyncCode.STATION_FROZEN):
                stopped = station.server.push(station.push(), self._report).stopped
                assert stopped is not None, "a copied station was not noticed"
                assert stopped.code == code
            with self.office.server.office.register.reading() as reading:
                cases = {ref_id for kind, ref_id in contents(reading) if kind == "case"}
            assert taken in cases
            assert refused not in cases
        finally:
            copy.close()
        self.happened["clones"] += 1

    def _told(self, index: int, receipt: Receipt) -> None:
        if receipt.outcome is Outcome.APPLIED:
            self.acknowledged.setdefault(index, set()).add(receipt.command)
            self.happened["captured"] += 1
            if self.chance.random() < 0.06:
                self.poisoned.add(receipt.command)

    def _follow(self, index: int) -> None:
        """Pull everything, and decide anew what waits."""
        station = self.stations[index]
        while (pulled := pull(station.server.office, station.pull())).entries:
            station.register.adopt(pulled)
        station.register.rebuild()

    def _push(self, station: OfflineStation, request: Push) -> PushAnswer:
        answer = station.server.push(request, self._report)
        assert answer.stopped is None, answer.stopped
        return answer

    def _settle(self, settling: Settling, writing: Writing, revision: int) -> Receipt:
        if settling.command.id in self.poisoned:
            raise PoisonError
        return _SETTLE(settling, writing, revision)

    def _report(self, error: BaseException) -> None:
        if not isinstance(error, PoisonError):
            raise error

    def check(self) -> None:
        """Hold everybody against the server."""
        with self.office.server.office.register.reading() as reading:
            truth = contents(reading)
            cases = [ref_id for kind, ref_id in truth if kind == "case"]
            people = [self.cases[case] for case in cases]
            assert len(people) == len(set(people)), "one person has two cases"
            done = Counter(of_command for case in cases for of_command in doings(reading, case))
            applied: set[UUID] = set()
            for index, station in enumerate(self.stations):
                with station.register.confirmed.reading() as own:
                    assert contents(own) == truth, f"station {index} differs from the server"
                    applied |= self._nothing_lost(index, station, reading, own)
        assert all(times == 1 for times in done.values()), "a command was done twice"
        assert {command for command, _ in done} <= applied, "a command was done and not told"

    def _nothing_lost(
        self, index: int, station: OfflineStation, office: Reading, own: Reading
    ) -> set[UUID]:
        """Compare what the server has of a station with its own; return what was applied."""
        who, outcomes = station.enrolled, [each.value for each in Pushed]
        there = office.station_commands(who.station, who.epoch, outcomes, 0, 500)
        here = own.station_commands(who.station, who.epoch, outcomes, 0, 500)
        numbers = [row.seq for row in there]
        assert numbers == list(range(1, len(numbers) + 1)), "a number is missing"
        assert [row.hash for row in there] == [row.hash for row in here], "another history"
        given = {command_id(row.sent): row.outcome for row in there}
        assert self.acknowledged.get(index, set()) <= given.keys(), "what was acknowledged is lost"
        blocked = {row.stream_id for row in there if row.outcome in _BLOCKING}
        for row in here:
            assert row.outcome != Pushed.PENDING.value, "a command has no answer"
            stuck = row.outcome == Pushed.WAITING.value and row.stream_id not in blocked
            assert not stuck, "a command waits for nothing"
            self.happened[row.outcome] += 1
        return {command for command, outcome in given.items() if outcome == Pushed.APPLIED.value}


_SETTLE: Final[Callable[[Settling, Writing, int], Receipt]] = pushing.settle
_BLOCKING: Final = {Pushed.REJECTED.value, Pushed.CONFLICT.value, Pushed.PARKED.value}


def can_mend(told: pushing.PushReceipt) -> bool:
    return told.outcome in MENDABLE


def command_id(sent: bytes) -> UUID:
    text = SignedText.model_validate_json(sent).text
    return StationCommand.model_validate_json(text).command.id


def doings(reading: Reading, case: UUID) -> list[tuple[UUID, str]]:
    """Return which command did what to a case."""
    entries = every_entry(reading, StreamRef(kind="case", id=case))
    return [(each.command_id, each.kind) for each in entries if each.command_id]


def contents(reading: Reading) -> dict[tuple[str, UUID], tuple[int, bytes | None]]:
    """Return revision and state of every stream."""
    found: dict[tuple[str, UUID], tuple[int, bytes | None]] = {}
    after = None
    while page := reading.streams(after):
        found |= {(each.ref.kind, each.ref.id): (each.revision, each.state) for each in page}
        after = page[-1].ref
    return found
