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

from issuance.cases.commands.evidence import CaptureEvidence
from issuance.cases.events.activation import CertificateIssued
from issuance.commands import Outcome, Receipt
from issuance.engine import pushing
from issuance.engine.pulling import pull
from issuance.engine.settling import Settling
from issuance.engine.station_outbox import read_command
from issuance.engine.streams import every_entry
from issuance.findings.sync import SyncCode
from issuance.register.register import Reading, Writing
from issuance.stations.signed import SignedText
from issuance.streams import StreamRef
from issuance.sync.push import (
    MENDABLE,
    Mending,
    Push,
    PushAnswer,
    PushReceipt,
    StationCommand,
)
from issuance.sync.push import Outcome as Pushed
from tests.engine.offline_station import OfflineStation
from tests.engine.simulated_counter import case_state, sample_of
from tests.engine.simulated_office import PIECE, SimulatedOffice
from tests.engine.test_pushing import amended, opening, policy

STEPS: Final = 26
PEOPLE: Final = 4
"""Few, so that stations meet the same person; some have an approved application before."""
STATEMENTS: Final = 60
"""The power goes before one of so many statements, or after the last where there are fewer."""
STATEMENTS_OF_A_CASE: Final = 260
"""So many lead from an application to its certificate."""
SLOTS: Final = ("photo", "utility_bill")
"""What stations bring; the rest comes at the server's counter."""


class PoisonError(Exception):
    """The server's program stops at a command."""


@dataclass
class Simulation:
    """One run: `acknowledged` is what each station told its operator was recorded."""

    office: SimulatedOffice
    seed: int
    chance: random.Random = field(init=False)
    cases: dict[UUID, int] = field(init=False)
    acknowledged: dict[int, set[UUID]] = field(default_factory=dict[int, set[UUID]])
    poisoned: set[UUID] = field(default_factory=set[UUID])
    holder: int = field(init=False)
    """Who gets a certificate."""

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.cases = dict(self.office.approved)
        self.holder = self.chance.choice(list(self.cases.values()))
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
        acts = (
            self.open_case, self.amend, self.bring, self.mend, self.exchange, self.be_cut_off,
            self.be_away, self.issue,
        )  # fmt: skip
        with pytest.MonkeyPatch.context() as program:
            program.setattr(pushing, "settle", self._settle)
            for _ in range(STEPS):
                act = self.chance.choices(acts, (8, 12, 8, 2, 16, 4, 2, 1))[0]
                act(self.chance.randrange(len(self.stations)))
            self.settle_everything()
            self.issue(0)
            self.issue_to_the_end()
            self.settle_everything()
            self.check()
            if self.chance.random() < 0.25:
                self.clone(self.chance.randrange(len(self.stations)))

    def settle_everything(self) -> None:
        """Let every station send and hear everything, undisturbed."""
        for _ in range(2):
            for station in self.stations:
                assert self.send_files(station, every=True)
                stopped = station.exchange()
                assert stopped is None, stopped

    def open_case(self, index: int) -> None:
        """Capture a new application for one of the few people."""
        case = UUID(int=self.chance.getrandbits(120))
        self.cases[case] = self.chance.randrange(PEOPLE)
        station, body = self.stations[index], opening(self.cases[case])
        self._told(index, station.capture(body, case))

    def amend(self, index: int) -> None:
        """Correct an application, of one's own or pulled from the server."""
        known = self._cases(index)
        if not known:
            return
        case = self.chance.choice(known)
        phone = f"09{self.chance.randrange(10**8):08}"
        body = amended(self.cases[case], phone=phone)
        self._told(index, self.stations[index].capture(body, case))

    def bring(self, index: int) -> None:
        """Take the photo or a document of somebody whose case is known here."""
        known = self._cases(index)
        if not known:
            return
        case, slot = self.chance.choice(known), self.chance.choice(SLOTS)
        day, rule = self.office.day, policy().evidence_rule(slot)
        assert rule is not None
        blob = self.stations[index].blobs.keep(*sample_of(slot, self.cases[case], day))
        dated = day if rule.dated else None
        body = CaptureEvidence(slot=slot, blob=blob, answers=rule.checklist, document_date=dated)
        receipt = self.stations[index].capture(body, case)
        self._told(index, receipt)
        self.happened["files captured"] += receipt.applied

    def _cases(self, index: int) -> list[UUID]:
        """Return the cases a station knows, with its own."""
        with self.stations[index].register.office.register.reading() as reading:
            return [ref_id for kind, ref_id in contents(reading) if kind == "case"]

    def issue(self, index: int) -> None:
        """Lead somebody's case to a certificate until the server's power goes."""
        del index
        after = self.chance.randrange(STATEMENTS_OF_A_CASE)
        self.office.cut_server(self.issue_to_the_end, after)

    def issue_to_the_end(self) -> None:
        """Issue the certificate the holder's case is there for, if the case arrived."""
        with self.office.server.office.register.reading() as reading:
            known = [ref_id for kind, ref_id in contents(reading) if kind == "case"]
        for case in known:
            if self.cases[case] == self.holder:
                self.office.counter(case, self.holder).issue()
                state = case_state(self.office.server, case)
                assert state is not None
                assert state.activation.certificate, "nothing was issued"

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
        act = self.chance.choice((self.open_case, self.amend, self.bring, self._follow))
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
            ("none", "request lost", "answer lost", "twice", "late", "server cut off",
             "server gone after its answer", "no pull")
        )  # fmt: skip
        self.happened[fault] += 1
        if not self.send_files(station) and self.chance.random() < 0.5:
            return  # Else a file alone does not go: what has none goes on.
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
            again = self._push(station, request).receipts
            for before, after in zip(answer.receipts, again, strict=True):
                # What waited may be settled since: by the end of the first push itself.
                assert after == before or self._outcome(station, before) is Pushed.WAITING
        if fault in {"answer lost", "late"}:
            return
        assert station.register.note(answer) is None
        if fault == "server gone after its answer":
            self.office.cut_server(self.nothing, 0)
        if fault != "no pull":
            self._follow(index)
            assert self.office.renew_lease(station) is None

    def send_files(self, station: OfflineStation, *, every: bool = False) -> bool:
        """Send what waits of files, each from where the last cut left it; tell whether all went."""
        for blob in station.register.files():
            pieces = len(range(0, blob.length, PIECE))
            if not every and self.chance.random() < 0.25:
                pieces = self.chance.randrange(pieces)
                self.happened["files cut off"] += 1
            if not self.office.receive(station.content(blob), blob, pieces):
                return False
        return True

    def nothing(self) -> None:
        """Do nothing: the power goes between two requests."""

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

    def _outcome(self, station: OfflineStation, told: SignedText) -> Pushed:
        receipt = told.opened(PushReceipt, station.enrolled.server_key)
        assert isinstance(receipt, PushReceipt)
        return receipt.outcome

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
            self._nothing_issued_twice(reading, cases)
            done = Counter(of_command for case in cases for of_command in doings(reading, case))
            outcomes: dict[UUID, str] = {}
            for index, station in enumerate(self.stations):
                with station.register.confirmed.reading() as own:
                    assert contents(own) == truth, f"station {index} differs from the server"
                    outcomes |= self._nothing_lost(index, station, reading, own)
        assert all(times == 1 for times in done.values()), "a command was done twice"
        told = {outcomes.get(command, Pushed.APPLIED.value) for command, _ in done}
        assert told <= {Pushed.APPLIED.value}, "a command was done and not told"

    def _nothing_issued_twice(self, reading: Reading, cases: list[UUID]) -> None:
        """Count what was issued; one person has one case of one product."""
        assert not reading.open_intents(), "an intent stays open"
        for case in cases:
            entries = every_entry(reading, StreamRef(kind="case", id=case))
            issued = sum(each.kind == CertificateIssued.KIND for each in entries)
            wanted = self.cases[case] == self.holder
            assert issued == wanted, f"{issued} certificates for one person"
            self.happened["certificates"] += issued

    def _nothing_lost(
        self, index: int, station: OfflineStation, office: Reading, own: Reading
    ) -> dict[UUID, str]:
        """Compare what the server has of a station with its own; return what became of each."""
        who, outcomes = station.enrolled, [each.value for each in Pushed]
        there = office.station_commands(who.station, who.epoch, outcomes, 0, 500)
        here = own.station_commands(who.station, who.epoch, outcomes, 0, 500)
        numbers = [row.seq for row in there]
        assert numbers == list(range(1, len(numbers) + 1)), "a number is missing"
        assert [row.hash for row in there] == [row.hash for row in here], "another history"
        given = {command_id(row.sent): row.outcome for row in there}
        assert self.acknowledged.get(index, set()) <= given.keys(), "what was acknowledged is lost"
        for row in there:
            if row.outcome in _DECIDED:
                for blob in read_command(row).files():
                    self.office.server.office.blobs.read(blob)  # Or a file is lost.
                    self.happened["files arrived"] += 1
        blocked = {row.stream_id for row in there if row.outcome in _BLOCKING}
        for row in here:
            assert row.outcome != Pushed.PENDING.value, "a command has no answer"
            stuck = row.outcome == Pushed.WAITING.value and row.stream_id not in blocked
            assert not stuck, "a command waits for nothing"
            self.happened[row.outcome] += 1
        return given


_SETTLE: Final[Callable[[Settling, Writing, int], Receipt]] = pushing.settle
_DECIDED: Final = {Pushed.APPLIED.value, Pushed.CONFLICT.value, Pushed.PARKED.value}
"""With these outcomes the server had the command's files."""
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
