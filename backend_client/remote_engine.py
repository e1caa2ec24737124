"""The engine behind a server, as a station asks it over HTTP."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, TypeVar
from uuid import UUID

from pydantic import BaseModel, ValidationError

from backend_client.brought_cases import BroughtCases
from backend_client.engine_door import Findings, Report
from backend_client.server_connection import (
    COMMAND,
    FILE,
    LOOK,
    ONCE,
    QUERY,
    QUICK,
    Patience,
    ServerConnection,
    Unanswered,
)
from backend_client.unresolved_commands import UnresolvedCommands
from issuance.access.roles import Session
from issuance.access.totp import Enrolment
from issuance.commands import Command, Outcome, Receipt
from issuance.evidence.blob import BlobRef
from issuance.evidence.protocol import Turn
from issuance.evidence.report import Box, DocumentReport, Preview, Tell, tell_nobody
from issuance.findings import Finding, blocks
from issuance.findings.access import AccessCode
from issuance.findings.remote import RemoteCode
from issuance.findings.sync import SyncCode
from issuance.notices.smtp import MailSettings
from issuance.policies.loader import LoadedPolicy, PolicyError, load_policy, policy_names
from issuance.queries import Answer, CaseQuery, Query
from issuance.secret import Secret
from issuance.signing.queries import DigestItem, DigestsSigned
from issuance.sources import Clock
from issuance.sync.work import WorkTaken
from issuance.wire import (
    BRING_CASE,
    Check,
    CopyWish,
    LogIn,
    Password,
    PreviewAnswer,
    PreviewWish,
    SessionStarted,
    SettledOnCase,
    Told,
    command_json,
    mail_server_json,
    query_json,
    read_answer,
    read_blob_answer,
    read_check_line,
)
from issuance.wire_signing import digests_json, read_digests_answer
from issuance.wire_stations import WORK, WORK_TYPE, read_work_answer

ModelT = TypeVar("ModelT", bound=BaseModel)

_PIECE: Final = 1 << 20
"""Octets of a large file sent at once: what arrived before a break is not sent again."""
_SIGN: Final = Patience(60, 0)
"""As many as two hundred signatures; a second try would find the code used."""
_UNREADABLE: Final = (blocks(RemoteCode.SERVER_ANSWER_UNREADABLE, status=200),)


@dataclass(frozen=True, slots=True)
class ServerClock:
    """The server's clock, by how much it differed from this computer's at the log-in."""

    station: Clock
    ahead: timedelta

    def now(self) -> datetime:
        """Return the present moment at the server."""
        return self.station.now() + self.ahead


@dataclass(frozen=True, slots=True, repr=False)
class RemoteEngine:
    """A session at a server; see `EngineDoor`. `session_over` is called when it has ended there."""

    connection: ServerConnection
    session: Session
    policy: LoadedPolicy
    province: str
    clock: Clock
    authority_token: str
    enrolling: Enrolment | None
    session_over: Callable[[Findings], object]
    _unresolved: UnresolvedCommands = field(default_factory=UnresolvedCommands)
    _brought: BroughtCases = field(default_factory=BroughtCases)

    @classmethod
    def of(
        cls,
        connection: ServerConnection,
        started: SessionStarted,
        clock: Clock,
        session_over: Callable[[Findings], object],
    ) -> "RemoteEngine | Finding":
        """Return the engine of a session that was begun, if both sides have the same rules."""
        policy = same_policy(started.office.policy)
        if isinstance(policy, Finding):
            return policy
        told = started.enrolment
        return cls(
            connection,
            started.session,
            policy,
            started.office.province,
            ServerClock(clock, started.now - clock.now()),
            started.authority_token,
            Enrolment(told.secret, told.address) if told else None,
            session_over,
        )

    def execute(self, command: Command) -> Receipt:
        """Send a command; after a break of which nothing is known, the very same one again."""
        sent = self._unresolved.as_before(command)
        answered = self._receipt(sent, COMMAND)
        return answered if isinstance(answered, Receipt) else self._without_outcome(sent, answered)

    def ask_after_unresolved(self) -> Finding | None:
        """Find out what became of commands whose answers were lost; tell of the newest one."""

        def send(command: Command) -> Receipt | None:
            answered = self._receipt(command, ONCE)
            return answered if isinstance(answered, Receipt) else None

        return self._unresolved.ask(send)

    def _receipt(self, command: Command, patience: Patience) -> Receipt | Unanswered:
        answered = self.connection.request(
            "POST",
            "/v1/commands",
            patience,
            content=command_json(command),
            headers={"Prefer": BRING_CASE} if command.stream.kind == "case" else None,
        )
        if isinstance(answered, Unanswered):
            return answered
        settled = _read(SettledOnCase, answered.content)
        self._brought.keep(settled.case if settled else None, self.clock.now())
        receipt = settled.receipt if settled else _read(Receipt, answered.content)
        return receipt or Unanswered(_UNREADABLE, sent=True)

    def ask(self, query: Query) -> Answer | Findings:
        """Answer a query; the case a command was just given on came with its receipt."""
        if isinstance(query, CaseQuery):
            brought = self._brought.take(query, self.clock.now())
            if brought is not None:
                return brought
        content = self._asked("POST", "/v1/queries", query_json(query))
        if isinstance(content, tuple):
            return content
        try:
            return read_answer(query, content)
        except ValueError:
            return _UNREADABLE

    def keep(self, content: bytes, media_type: str) -> BlobRef | Finding:
        """Keep a file; sent again whole after a break, which its name makes harmless."""
        path = f"/v1/blobs/{BlobRef.of(content, media_type).sha256}"
        answered = self.connection.request(
            "PUT", path, FILE, content=content, media_type=media_type
        )
        if isinstance(answered, Unanswered):
            return self._refused(answered)[0]
        try:
            kept = read_blob_answer(answered.content)
        except ValueError:
            return _UNREADABLE[0]
        if isinstance(kept, BlobRef):
            return kept
        return kept[0] if isinstance(kept, tuple) else _UNREADABLE[0]

    def take_work(
        self, content: bytes, report: Callable[[BaseException], object]
    ) -> WorkTaken | Finding:
        """Carry a station's unsent work to the server, piece by piece; programs fail there."""
        del report
        digest, begin = hashlib.sha256(content).hexdigest(), 0
        while begin < len(content):
            piece = content[begin : begin + _PIECE]
            ranged = f"bytes {begin}-{begin + len(piece) - 1}/{len(content)}"
            answered = self.connection.request(
                "PUT",
                f"{WORK}/{digest}",
                FILE,
                content=piece,
                media_type=WORK_TYPE,
                headers={"Content-Range": ranged},
            )
            if isinstance(answered, Unanswered):
                return self._refused(answered)[0]
            told = read_work_answer(answered.content)
            if not isinstance(told, int):
                return told
            if told <= begin:
                return _UNREADABLE[0]
            begin = told
        return blocks(SyncCode.WORK_FOR_ANOTHER_SERVER)

    def read(self, blob: BlobRef) -> bytes | Finding:
        """Return a kept file, once its digest is right."""
        parameters = {"length": str(blob.length), "media_type": blob.media_type}
        answered = self.connection.request(
            "GET", f"/v1/blobs/{blob.sha256}", FILE, parameters=parameters
        )
        if isinstance(answered, Unanswered):
            return self._refused(answered)[0]
        content = answered.content
        return content if BlobRef.of(content, blob.media_type) == blob else _UNREADABLE[0]

    def check(
        self, slot: str, blob: BlobRef, case: UUID | None = None, tell: Tell = tell_nobody
    ) -> Report:
        """Check a kept file; findings are told as the server makes them, each once."""
        wish = Check(slot=slot, blob=blob, case=case).model_dump_json().encode()
        told: list[Finding] = []
        for line in self.connection.lines("/v1/checks", wish, LOOK):
            if isinstance(line, Unanswered):
                return DocumentReport(findings=self._refused(line))
            try:
                read = read_check_line(line)
            except ValueError:
                break
            if not isinstance(read, Finding):
                return read
            if read not in told:
                told.append(read)
                tell(read)
        return DocumentReport(findings=_UNREADABLE)

    def look_at(
        self, slot: str, content: bytes, media_type: str, case: UUID | None = None
    ) -> Report:
        """Check a file that is not kept."""
        parameters = {"slot": slot} | ({"case": str(case)} if case else {})
        answered = self.connection.request(
            "POST", "/v1/looks", LOOK, content=content, media_type=media_type, parameters=parameters
        )
        if isinstance(answered, Unanswered):
            return DocumentReport(findings=self._refused(answered))
        try:
            report = read_check_line(answered.content)
        except ValueError:
            return DocumentReport(findings=_UNREADABLE)
        return DocumentReport(findings=_UNREADABLE) if isinstance(report, Finding) else report

    def preview(
        self,
        blob: BlobRef,
        width: int,
        height: int,
        *,
        crop: Box | None = None,
        turn: Turn = 0,
        page: int | None = None,
    ) -> Preview | None:
        """Return a small picture of a kept file; None where there is none, or no connection."""
        wish = PreviewWish(blob=blob, width=width, height=height, crop=crop, turn=turn, page=page)
        content = self._asked("POST", "/v1/previews", wish.model_dump_json().encode())
        answer = None if isinstance(content, tuple) else _read(PreviewAnswer, content)
        return Preview(answer.width, answer.height, answer.rgb) if answer else None

    def clean_copy(self, blob: BlobRef) -> bytes | Finding:
        """Return a kept file drawn anew."""
        wish = CopyWish(blob=blob).model_dump_json().encode()
        answered = self.connection.request("POST", "/v1/clean-copies", FILE, content=wish)
        if isinstance(answered, Unanswered):
            return self._refused(answered)[0]
        return answered.content

    def sign_digests(
        self, certificate: UUID, items: tuple[DigestItem, ...], code: Secret | None
    ) -> DigestsSigned | Findings:
        """Have digests signed at the server; not sent again, since a code works once."""
        sent = digests_json(certificate, items, code)
        answered = self.connection.request("POST", "/v1/signatures", _SIGN, content=sent)
        if isinstance(answered, Unanswered):
            return self._refused(answered)
        try:
            return read_digests_answer(answered.content)
        except ValueError:
            return _UNREADABLE

    def enrolment(self) -> Enrolment | Finding:
        """Return what enrols the own authenticator, which came with the first password."""
        return self.enrolling or blocks(AccessCode.ENROLLED_ALREADY)

    def set_mail(self, settings: MailSettings) -> Findings:
        """Keep another mail server."""
        return self._told("PUT", "/v1/mail-server", mail_server_json(settings))

    def unlock(self, password: Secret) -> Findings:
        """Check the password of who is logged in, at the server."""
        asked = Password(secrets=Password.Secrets(password=password))
        return self._told("POST", "/v1/sessions/current/unlock", asked.model_dump_json().encode())

    def warm(self) -> None:
        """Leave it to the server, whose child process is warm."""

    def run_due(self) -> None:
        """Leave it to the server, where time runs for everybody."""

    def deliver_mail(self) -> None:
        """Leave it to the server, which has the mail."""

    def close(self) -> None:
        """Log out, as far as the server can be reached, and close the connections."""
        end_session(self.connection)

    def _asked(self, method: str, path: str, content: bytes) -> bytes | Findings:
        answered = self.connection.request(method, path, QUERY, content=content)
        return self._refused(answered) if isinstance(answered, Unanswered) else answered.content

    def _told(self, method: str, path: str, content: bytes) -> Findings:
        answered = self.connection.request(method, path, ONCE, content=content)
        if isinstance(answered, Unanswered):
            return self._refused(answered)
        told = _read(Told, answered.content)
        return _UNREADABLE if told is None else told.findings

    def _refused(self, answered: Unanswered) -> Findings:
        if answered.status == 401:
            self.session_over(answered.findings)
        return answered.findings

    def _without_outcome(self, command: Command, answered: Unanswered) -> Receipt:
        """Return a rejection that is stored nowhere: the same command may be sent again."""
        findings = self._refused(answered)
        if answered.sent and not answered.status:
            self._unresolved.add(command)
            findings = (blocks(RemoteCode.OUTCOME_UNKNOWN),)
        return Receipt(
            command=command.id,
            outcome=Outcome.REJECTED,
            findings=findings,
            stream=command.stream,
            revision=command.base_revision,
            position=0,
            at=self.clock.now(),
        )


def begin_session(connection: ServerConnection, log_in: LogIn) -> SessionStarted | Findings:
    """Log a person in; not tried again, since a one-time code works once."""
    content = log_in.model_dump_json().encode()
    answered = connection.request("POST", "/v1/sessions", ONCE, content=content)
    if isinstance(answered, Unanswered):
        return answered.findings
    started = _read(SessionStarted, answered.content)
    if started is None:
        return _UNREADABLE
    connection.authorise(started.token)
    return started


def end_session(connection: ServerConnection) -> None:
    """Log out, as far as the server can be reached, and close the connections."""
    connection.request("DELETE", "/v1/sessions/current", QUICK)
    connection.close()


def same_policy(reference: str) -> LoadedPolicy | Finding:
    """Return this computer's policy, if it is in every word the one the server works by."""
    name = reference.partition("@")[0]
    if name not in policy_names():
        return blocks(RemoteCode.SERVER_POLICY_DIFFERS, here="–", there=_short(reference))
    try:
        policy = load_policy(name)
    except PolicyError as error:
        return error.finding
    if policy.reference == reference:
        return policy
    return blocks(
        RemoteCode.SERVER_POLICY_DIFFERS, here=_short(policy.reference), there=_short(reference)
    )


def _short(reference: str) -> str:
    """Return a reference with as much of its digest as tells two apart."""
    return reference[: reference.find("#") + 9]


def _read(model: type[ModelT], content: bytes) -> ModelT | None:
    try:
        return model.model_validate_json(content)
    except ValidationError:
        return None
