"""What a command asks of a database server, and the same command at two processes at once."""

import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Engine, event

from issuance.access.roles import Session
from issuance.cases.commands.evidence import CaptureEvidence, ClaimExemption
from issuance.cases.commands.life import RevokeCertificate
from issuance.cases.commands.payment import ConfirmPayment, RecordBilling, RecordPayment
from issuance.cases.decide import CaseBody
from issuance.certificates.keys import make_private_key
from issuance.commands import Body, Command, Receipt
from issuance.engine.demonstration import demonstration_plan
from issuance.engine.founding import Founded, found_office
from issuance.engine.storage import Storage
from issuance.engine.streams import read_case
from issuance.model import canonical_bytes
from issuance.policies.loader import load_policy
from issuance.samples.documents import sample_proof
from issuance.samples.people import sample_payment
from issuance.samples.photo import sample_photo
from issuance.streams import StreamRef
from issuance.sync.push import ALONE, Outcome
from tests.engine.conftest import FoundedOffice
from tests.engine.desk import Desk
from tests.engine.pushed_station import PushedStation
from tests.engine.test_pushing import amended, checklist, opening, revision_of
from tests.postgresql import PostgresqlServer, postgresql_server
from ventanilla.compose import system_sources
from ventanilla.rehearsal import Rehearsal

__all__ = ["postgresql_server"]
MOST = 12
CASES = 6

CHILD = """
import sys
from pathlib import Path
from issuance.access.roles import Session
from issuance.certificates.keys import make_private_key
from issuance.commands import Command
from issuance.policies.loader import load_policy
from ventanilla.compose import system_sources
from ventanilla.rehearsal import Rehearsal

product = load_policy("ec-icert").policy.product("natural-pkcs12-2y")
place = Rehearsal(Path(sys.argv[1]), system_sources(), make_private_key, product, Path(sys.argv[2]))
place.log_in("adrian")
print("ready", flush=True)
session = Session.model_validate_json(sys.stdin.readline())
for line in sys.stdin:
    command = Command.model_validate_json(line)
    print(place.office.engine.execute(command, session).model_dump_json(), flush=True)
place.close()
"""


@pytest.fixture(scope="module")
def office(
    postgresql_server: PostgresqlServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FoundedOffice]:
    database = postgresql_server.new_database()
    folder = tmp_path_factory.mktemp("statements") / "office"
    storage = Storage(database, folder / "blobs")
    founded = found_office(
        folder, demonstration_plan(), system_sources(), make_private_key, storage=storage
    )
    assert isinstance(founded, Founded)
    yield FoundedOffice(folder, founded.recovery_key)
    postgresql_server.remove(database)


def place_at(
    office: FoundedOffice, target: Path, product: str = "natural-pkcs12-2y", number: int = 0
) -> "Counted":
    found = load_policy("ec-icert").policy.product(product)
    assert found is not None
    return Counted(office.folder, system_sources(), make_private_key, found, target, number)


@contextmanager
def listened() -> Iterator[list[list[str]]]:
    """Collect what is sent, by transaction; what runs beside has connections of its own."""
    sent: list[list[str]] = []
    under_way: defaultdict[object, list[str]] = defaultdict(list)

    def statement(connection: object, *arguments: object) -> None:
        under_way[connection].append(f"{arguments[1]} {arguments[2]}")

    def ended(connection: object, *_: object) -> None:
        if statements := under_way.pop(connection, []):
            sent.append(statements)

    listeners = {"before_cursor_execute": statement, "commit": ended, "rollback": ended}
    for name, listener in listeners.items():
        event.listen(Engine, name, listener)
    try:
        yield sent
    finally:
        for name, listener in listeners.items():
            event.remove(Engine, name, listener)


@dataclass(slots=True)
class Counted(Rehearsal):
    """A journey that tells what each of its commands cost."""

    costs: list[tuple[str, list[list[str]]]] = field(
        default_factory=list[tuple[str, list[list[str]]]]
    )

    def _execute(self, body: Body, case: UUID, revision: int) -> Receipt:
        with listened() as sent:
            receipt = Rehearsal._execute(self, body, case, revision)
        self.costs.append((body.kind, sent))
        return receipt


def answered(transactions: list[list[str]]) -> tuple[list[list[str]], list[list[str]]]:
    """Return what came before a command's receipt was durable, and what follows on its own.

    The office makes its seal once, when the first contract needs it.
    """
    last = next(
        number
        for number, each in enumerate(transactions)
        if any("INSERT INTO receipts" in statement for statement in each)
    )
    before, after = transactions[: last + 1], transactions[last + 1 :]
    seal = [each for each in before if "'this_kind': 'authority'" in each[0]]
    return [each for each in before if each not in seal], [*seal, *after]


@pytest.fixture(scope="module")
def journey(office: FoundedOffice, tmp_path_factory: pytest.TempPathFactory) -> "Counted":
    """Return a case that was led from the application to the certificate."""
    journey = place_at(office, tmp_path_factory.mktemp("journey") / "0.p12")
    journey.play()
    journey.close()
    return journey


def test_no_command_of_a_journey_sends_more_than_twelve_statements(journey: "Counted"):
    kinds: set[str] = set()
    for kind, transactions in journey.costs:
        before, apart = answered(transactions)
        kinds.add(kind)
        assert sum(map(len, before)) <= MOST, (kind, before)
        assert all(len(each) <= MOST for each in apart), (kind, apart)
    assert len(kinds) == 17


def test_no_pushed_command_sends_more_than_twelve_statements(
    office: FoundedOffice, journey: "Counted", tmp_path: Path
):
    approved = place_at(office, tmp_path / "1.p12", "miembro-empresa-pkcs12-2y", 1)
    approved.apply()
    approved.approve()
    desk = Desk(office)
    desk.clock.pass_time(minutes=1)
    desk.log_in("jefa")
    station = PushedStation.enrol(desk)
    given: list[tuple[CaseBody, UUID]] = [
        (opening(2), UUID(int=2)),
        (amended(2, phone="0998765432"), UUID(int=2)),
        *((body, approved.case) for body in captured(desk, approved)),
        (RecordBilling(same_as_applicant=True), approved.case),
        (revocation(desk, journey.case), journey.case),
    ]
    for body, case in given:
        if isinstance(body, RecordBilling):
            approved.become("carmen")
            approved.execute(ConfirmPayment(amount=approved.state.price.total.amount))
        transactions = pushed(station, [(body, case, revision_of(desk, case))])
        # What is read before and published beside has transactions of its own.
        assert any("INSERT INTO receipts" in "".join(each) for each in transactions)
        assert all(len(each) <= MOST for each in transactions), (body.kind, transactions)
    assert {body.kind for body, _ in given} == ALONE
    batch: list[tuple[CaseBody, UUID, int]] = [
        (opening(number), UUID(int=number), 0) for number in range(3, 9)
    ]
    batch += [(amended(number, phone="0998765432"), UUID(int=number), 1) for number in range(3, 9)]
    assert sum(map(len, pushed(station, batch))) <= MOST // 2 * len(batch)
    assert station.faults == []
    desk.leave()
    approved.close()


def pushed(station: PushedStation, given: list[tuple[CaseBody, UUID, int]]) -> list[list[str]]:
    """Push commands together; return what was sent, by transaction."""
    numbers = [station.give(body, case, revision) for body, case, revision in given]
    with listened() as sent:
        answer = station.send(*numbers)
    receipts = station.read(answer)
    assert [receipts[number].outcome for number in numbers] == [Outcome.APPLIED] * len(numbers), [
        each.findings for each in receipts.values()
    ]
    return sent


def captured(desk: Desk, case: "Counted") -> list[CaseBody]:
    """Return what a station records of an approved case before it is paid, its files kept."""
    office = desk.here.engine.office
    values = sample_payment(case.number, office.today())
    photo = office.blobs.keep(sample_photo(case.person), "image/jpeg")
    proof = office.blobs.keep(sample_proof(case.person, values), "application/pdf")
    exempt = office.policy.policy.evidence_rule("voting_certificate")
    assert exempt is not None
    exemption = next(each.id for each in exempt.exemptions if not each.minimum_age)
    amount = case.state.price.total.amount
    return [
        CaptureEvidence(slot="photo", blob=photo, answers=checklist()),
        ClaimExemption(slot=exempt.id, exemption=exemption, blob=proof),
        RecordPayment(
            province=office.sign.province, amount=amount, values=dict(values), proof=proof
        ),
    ]


def revocation(desk: Desk, case: UUID) -> RevokeCertificate:
    with desk.here.engine.office.register.reading() as reading:
        state, _ = read_case(reading, case)
    assert state is not None
    issued = state.activation.certificate
    assert issued is not None
    return RevokeCertificate(
        serial=issued.serial, cause="key_compromise", asked_by="holder",
        identified_by="card_at_counter",
    )  # fmt: skip


@pytest.mark.soak
def test_the_same_command_at_two_processes_at_once_has_one_effect(
    office: FoundedOffice, tmp_path: Path
):
    here = place_at(office, tmp_path / "here.p12")
    here.log_in("olga")
    session = here.office.session
    commands = [opened_by(session, number) for number in range(30, 30 + CASES)]
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, str(office.folder), str(tmp_path / "there.p12")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2],
    ) as there:  # fmt: skip
        assert there.stdin is not None
        assert there.stdout is not None
        assert there.stdout.readline() == "ready\n"
        there.stdin.write(session.model_dump_json() + "\n")
        with ThreadPoolExecutor(2) as threads:
            # Not `communicate`: what this process does must overlap with the other's work.
            sent = "".join(canonical_bytes(each).decode() + "\n" for each in commands)
            there.stdin.write(sent)
            there.stdin.close()
            mine = list(threads.map(lambda each: execute(here, each, session), commands))
        theirs = [Receipt.model_validate_json(line) for line in there.stdout]
    assert mine == theirs
    assert all(receipt.applied for receipt in mine), [each.findings for each in mine]
    with here.office.engine.office.register.reading() as reading:
        assert [reading.stream(each.stream) is not None for each in commands] == [True] * CASES
        opened = [each for each in reading.entries(limit=500) if each.kind == "case_opened"]
        assert len(opened) == len({each.stream.id for each in opened})
    here.close()


def execute(place: Rehearsal, command: Command, session: Session) -> Receipt:
    return place.office.engine.execute(command, session)


def opened_by(session: Session, number: int) -> Command:
    sources = system_sources()
    return Command(
        id=sources.identifiers.new(),
        office=session.office,
        stream=StreamRef(kind="case", id=sources.identifiers.new()),
        base_revision=0,
        operator=session.operator,
        session=session.id,
        at=sources.clock.now(),
        body=opening(number),
    )
