"""How fast certificates are issued from ready requests, as a ratio of the same run.

What is measured: from the request to the recorded certificate, with everything durable: the checks,
the intent's commit, the signature, the certificate's commit, and the checkpoint outside the
database, which follows beside and is waited for once, at the end. Against it, in turns: the bare
builder of `cryptography` with the authority's signature, and two durable commits of the very same
rows through SQLAlchemy Core into a copy of the register. One and eight at a time, for an RSA-2048
and a P-256 authority; eight share commits, as they do in an office. The limit is half the bare
rate, over several offices: in one, a few moments of a busy machine move the ratio by a fifth. The
ratio of the processor's time is told beside it, which a busy disk does not change.

Reported apart, since the bare run has nothing like them: the independent linter, and publishing the
new certificate's status answer, which together make the whole command longer.
"""

import base64
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any, NamedTuple, cast
from unittest.mock import patch

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import Connection, Engine, event

from issuance.access.key_ring import Purpose
from issuance.cases.commands.activation import RequestCertificate
from issuance.cases.events import CATALOGUE
from issuance.cases.guards import Actor
from issuance.certificates import pki_lint
from issuance.certificates.authority import AuthorityPlan
from issuance.certificates.description import load_certificate
from issuance.certificates.keys import PrivateKey, hash_for, make_private_key
from issuance.certificates.request import make_request
from issuance.commands import Command
from issuance.engine.demonstration import demonstration_plan
from issuance.engine.founding import Founded, found_office
from issuance.engine.issuing import finish_intents, prepare_intent
from issuance.engine.opening import OpenedOffice
from issuance.engine.paths import register_path
from issuance.engine.preparation import prepare
from issuance.engine.receipts import earlier_receipt
from issuance.engine.settling import Intent, Settling, append_case, settle
from issuance.engine.streams import read_case
from issuance.events import read_event
from issuance.policies.loader import load_policy
from issuance.register.connection import writer_engine
from issuance.register.model import Origin
from issuance.register.statements import Change
from issuance.streams import StreamRef
from ventanilla.compose import system_sources
from ventanilla.rehearsal import Rehearsal

COUNT = 80
"""How many certificates each side makes in an office, in rounds that take turns."""

OFFICES = 4

ROUND = 16
WARM = 2
WHOLE = 5
"""How many whole commands are given in an office."""

LIMIT = 0.5
SOURCES = system_sources()


@dataclass
class Recorder:
    """Keeps every change that is written, transaction by transaction."""

    transactions: list[list[tuple[Any, Any]]] = field(default_factory=list)
    _open: list[tuple[Any, Any]] = field(default_factory=list)

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Record what any engine writes."""
        event.listen(Engine, "before_execute", self._executing)
        event.listen(Engine, "commit", self._committed)
        with patch.object(Change, "send", self._sending(Change.send)):
            yield
        event.remove(Engine, "before_execute", self._executing)
        event.remove(Engine, "commit", self._committed)

    def _sending(self, send: Callable[..., int]) -> Callable[..., int]:
        """Record what does not pass Core as the statement that Core would be given."""

        def sending(change: Change, connection: Connection, *rows: Mapping[str, Any]) -> int:
            one, *more = rows
            self._open.append((change.statement, [one, *more] if more else one))
            return send(change, connection, *rows)

        return sending

    def _executing(self, _c: Any, what: Any, many: Any, one: Any, _options: Any) -> None:
        if getattr(what, "is_dml", False):
            self._open.append((what, many or one or None))

    def _committed(self, _connection: Any) -> None:
        if self._open:
            self.transactions.append(self._open)
            self._open = []


def ready_cases(folder: Path, count: int) -> tuple[OpenedOffice, list[Command]]:
    """Open the office with cases that wait for their certificate, and the commands that ask."""
    product = load_policy("ec-icert").policy.product("natural-pkcs12-2y")
    if product is None:
        raise ValueError("the policy sells it")
    case = Rehearsal(folder, SOURCES, make_private_key, product, folder / "key.p12")
    for act in (case.apply, case.approve, case.bring_evidence, case.accept_evidence, case.pay,
                case.confirm_person, case.enter_activation_code):  # fmt: skip
        act()
    opened = case.office
    office, session = opened.engine.office, opened.session
    with office.register.reading() as reading:
        entries = reading.events(StreamRef(kind="case", id=case.case), 0, 200)
    events = [
        read_event(CATALOGUE, each.kind, each.schema, each.public, each.personal)
        for each in entries
    ]
    commands: list[Command] = []
    for _ in range(count):
        stream = StreamRef(kind="case", id=SOURCES.identifiers.new())
        origin = Origin(office.now(), session.operator, None, office.policy.reference)
        with office.register.writing() as writing:
            _, revision = append_case(
                writing, office.policy.policy, stream.id, None, 0, events, origin
            )
        request = make_request(make_private_key("p-256"))
        commands.append(
            Command(
                id=SOURCES.identifiers.new(),
                office=office.id,
                stream=stream,
                base_revision=revision,
                operator=session.operator,
                session=session.id,
                at=office.now(),
                body=RequestCertificate(request=base64.b64encode(request).decode()),
            )
        )
    return opened, commands


class Taken(NamedTuple):
    """Seconds that passed, and seconds the processor worked."""

    passed: float
    worked: float

    def and_then(self, later: "Taken") -> "Taken":
        """Return what both took together."""
        return Taken(self.passed + later.passed, self.worked + later.worked)


class Measured(NamedTuple):
    """Seconds for the same certificates, ours and bare, and of a few whole commands."""

    ours: Taken
    bare: Taken
    whole: Taken

    def and_then(self, later: "Measured") -> "Measured":
        """Return what two offices took together."""
        return Measured(*(one.and_then(other) for one, other in zip(self, later, strict=True)))


def seconds(
    work: Callable[[Any], object],
    items: list[Any],
    threads: int,
) -> Taken:
    """Return the time all items take, so many at once."""
    with ThreadPoolExecutor(threads) as pool:
        start, worked = time.perf_counter(), time.process_time()
        for _ in pool.map(work, items):
            pass
        return Taken(time.perf_counter() - start, time.process_time() - worked)


def bare_certificate(like: x509.Certificate, issuer: x509.Certificate, key: PrivateKey) -> bytes:
    """Build and sign a certificate that says the same, with nothing but the library."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name(x509.NameAttribute(each.oid, each.value) for each in like.subject))
        .issuer_name(issuer.subject)
        .serial_number(x509.random_serial_number())
        .not_valid_before(like.not_valid_before_utc)
        .not_valid_after(like.not_valid_after_utc)
        .public_key(like.public_key())
    )
    for each in like.extensions:
        builder = builder.add_extension(each.value, critical=each.critical)
    return builder.sign(key, hash_for(key.public_key())).tbs_certificate_bytes


def issuer_of(opened: OpenedOffice) -> Callable[[Command], None]:
    """Return what the engine does with the command, up to the recorded certificate."""
    office, session = opened.engine.office, opened.session
    actor = Actor(session.operator, tuple(role.value for role in session.roles))

    def issue(command: Command) -> None:
        body = command.body
        if not isinstance(body, RequestCertificate):
            raise TypeError(body.kind)
        with office.register.reading() as reading:
            stored = reading.foresee((command.stream,), office.id, command.id)
            earlier_receipt(office, command, stored)
            state, _ = read_case(reading, command.stream.id)
        if state is None:
            raise ValueError("the case is there")
        intent = prepare_intent(office, state, body.request)
        if not isinstance(intent, Intent):
            raise RuntimeError(str(intent))
        prepared = prepare(office, command.stream.id, state, body)
        settling = Settling(office, command, body, actor, prepared, intent)
        receipt = office.commits.write(
            lambda writing: settle(settling, writing, command.base_revision)
        )
        if not receipt.applied:
            raise RuntimeError(str(receipt.findings))
        finish_intents(office, session.operator, [intent.row(command.stream.id, receipt.at)])

    return issue


def measure(algorithm: str, threads: int, home: Path) -> Measured:
    """Return how long certificates take, ours and bare, and the whole command."""
    folder, keys = home / "office", list[PrivateKey]()

    def make_key(kind: str) -> PrivateKey:
        keys.append(make_private_key(kind))
        return keys[-1]

    plan = demonstration_plan()
    if not isinstance(plan.authority, AuthorityPlan):
        raise TypeError("a demonstration makes its own authority")
    plan = replace(plan, authority=plan.authority.model_copy(update={"algorithm": algorithm}))
    if not isinstance(found_office(folder, plan, SOURCES, make_key), Founded):
        raise RuntimeError("no office to measure with")
    issuing_key = keys[1]
    opened, commands = ready_cases(folder, 2 * COUNT + WARM + WHOLE + 1)
    office, session = opened.engine.office, opened.session
    register_key = opened.keys.key(Purpose.REGISTER)

    issue = issuer_of(opened)

    # The first opens the authority's key and publishes what was never published.
    opened.engine.execute(commands.pop(), session)
    whole = commands[2 * COUNT + WARM :]
    del commands[2 * COUNT + WARM :]
    # The copy for the bare run is taken as the recorded run begins.
    with office.register.writing():
        copy = home / "copy"
        copy.mkdir()
        for each in folder.glob(register_path(folder).name + "*"):
            shutil.copy(each, copy / each.name)
    recorders: list[Recorder] = []
    for command in commands[: COUNT + WARM]:
        recorders.append(Recorder())
        with recorders[-1].listening():
            issue(command)
    with office.register.reading() as reading:
        like = next(row.certificate for row in reading.certificates() if row.certificate)
    certificate, authority = load_certificate(like), office.authority.issuing
    writers = writer_engine(copy / register_path(folder).name, register_key)

    def bare(recorder: Recorder) -> None:
        intent, issued = recorder.transactions[:2]
        write(writers, intent)
        bare_certificate(certificate, authority, issuing_key)
        write(writers, issued)

    # Neither side is the first to send a statement.
    for recorder in recorders[:WARM]:
        bare(recorder)
    ready, recorded = commands[COUNT + WARM :], recorders[WARM:]
    ours = alone = Taken(0, 0)
    # They take turns, so that a machine that is busy for a while is so for both.
    for begin in range(0, COUNT, ROUND):
        part = slice(begin, begin + ROUND)
        ours = ours.and_then(seconds(issue, ready[part], threads))
        alone = alone.and_then(seconds(bare, recorded[part], threads))
    ours = ours.and_then(
        seconds(lambda publish: publish(), [office.register.publish_checkpoint], 1)
    )
    writers.dispose()
    # What the runs above left unpublished is not what one command costs.
    opened.engine.run_due(session)
    executing = seconds(lambda each: opened.engine.execute(each, session), whole, 1)
    opened.close()
    return Measured(ours, alone, executing)


def measured(algorithm: str, threads: int) -> Measured:
    """Return what all offices took."""
    total = Measured(Taken(0, 0), Taken(0, 0), Taken(0, 0))
    for _ in range(OFFICES):
        with TemporaryDirectory() as home:
            total = total.and_then(measure(algorithm, threads, Path(home)))
    return total


def write(engine: Engine, rows: list[tuple[Any, Any]]) -> None:
    """Write recorded rows in one durable transaction."""
    with engine.begin() as connection:
        for statement, parameters in rows:
            connection.execute(statement, parameters)


def lint_milliseconds() -> float | None:
    """Return how long the independent linter takes for one certificate."""
    if not pki_lint.is_installed():
        return None
    key = make_private_key("p-256")
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Measure")])
    now = SOURCES.clock.now()
    draft = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).serial_number(1 << 100)
        .not_valid_before(now).not_valid_after(now).public_key(key.public_key())
        .sign(key, hash_for(key.public_key()))
    )  # fmt: skip
    der = draft.public_bytes(Encoding.DER)
    pki_lint.second_opinion(der)
    start = time.perf_counter()
    for _ in range(50):
        pki_lint.second_opinion(der)
    return (time.perf_counter() - start) * 20


def main() -> int:
    """Measure, print, and return 1 when the limit is broken."""
    linter = lint_milliseconds()
    # What stands as None counts as not installed: the linter is reported apart.
    sys.modules["pkilint"] = cast("ModuleType", None)
    worst, count = 1e9, OFFICES * COUNT
    for algorithm in ("rsa-2048", "p-256"):
        for threads in (1, 8):
            ours, bare, whole = measured(algorithm, threads)
            ratio, by_work = bare.passed / ours.passed, bare.worked / ours.worked
            worst = min(worst, ratio)
            command = whole.passed / (OFFICES * WHOLE) * 1000
            sys.stdout.write(
                f"{algorithm} authority, {threads} at a time: {count / ours.passed:.0f} a second, "
                f"bare {count / bare.passed:.0f}: ratio {ratio:.2f}, at least {LIMIT} (processor "
                f"time {by_work:.2f}); whole command {command:.0f} ms\n"
            )
    sys.stdout.write(f"pkilint: {'not installed' if linter is None else f'{linter:.1f} ms'}\n")
    return 0 if worst >= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
