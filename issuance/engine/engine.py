"""The engine: one door for commands, one for queries, one for files."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import replace
from typing import Final
from uuid import UUID

from issuance.access.commands import ChangePassword, OfficeBody, RecordExport
from issuance.access.durable_file import write_finding
from issuance.access.oidc_settings import SetIdentityProvider
from issuance.access.roles import Session
from issuance.access.totp import Enrolment
from issuance.cases.commands.activation import RequestCertificate
from issuance.cases.commands.unregistered import UnregisteredBody
from issuance.cases.decide import CODE_PURPOSES, CaseBody
from issuance.cases.guards import Actor, stands_in_the_way
from issuance.cases.state import CaseState
from issuance.commands import Command, Outcome, Receipt
from issuance.engine.answers import answer
from issuance.engine.clocks import DueReport, may_issue, run_due
from issuance.engine.csc_service import CscService
from issuance.engine.denials import append_denials
from issuance.engine.digest_signing import sign_digests
from issuance.engine.evidence_checks import check_slot
from issuance.engine.exports import settle_export
from issuance.engine.held_against import held_against
from issuance.engine.institutional import settle_institutional
from issuance.engine.institutional_course import make_what_was_approved
from issuance.engine.issuing import finish_intents, finish_open_intents, prepare_intent
from issuance.engine.mail_server import change_mail_server, deliver_due
from issuance.engine.members import may_ask
from issuance.engine.office import Office
from issuance.engine.oidc_settings import settle_identity_provider
from issuance.engine.operators import OperatorDesk
from issuance.engine.policies import policy_finding, settle_policy
from issuance.engine.preparation import Prepared, prepare
from issuance.engine.publishing import publish
from issuance.engine.pushing import push
from issuance.engine.receipts import (
    earlier_receipt,
    keep_receipt,
    sender_of,
    unstored_rejection,
)
from issuance.engine.session import session_findings
from issuance.engine.settling import Intent, Settling, settle, settle_attempt, unknown_case
from issuance.engine.signing_commands import settle_signing
from issuance.engine.signing_record import SigningRecord
from issuance.engine.stations import settle_station
from issuance.engine.streams import read_case
from issuance.engine.taking_work import take_work
from issuance.engine.ticket_service import TicketService
from issuance.engine.turns import StreamTurns
from issuance.engine.unregistered import settle_unregistered
from issuance.evidence.blob import BlobRef
from issuance.evidence.blob_store import BlobDamaged, BlobsUnreachable
from issuance.evidence.protocol import Turn
from issuance.evidence.report import (
    Box,
    DocumentReport,
    PhotoReport,
    Preview,
    Tell,
    tell_nobody,
)
from issuance.findings import Finding, blocks
from issuance.findings.engine import EngineCode
from issuance.findings.institutions import InstitutionCode
from issuance.findings.sources import SourceCode
from issuance.institutions.bodies import InstitutionalBody
from issuance.notices.smtp import MailSettings
from issuance.policies.stream import PolicyBody
from issuance.queries import Answer, Query
from issuance.register.entries import EntryReading
from issuance.register.errors import RegisterFailure
from issuance.register.register import Reading
from issuance.secret import Secret
from issuance.signing.commands import SigningBody
from issuance.signing.queries import DigestItem, DigestsSigned
from issuance.stations.stream import StationBody
from issuance.sync.push import Push, PushAnswer
from issuance.sync.work import WorkTaken

_TOLD_AT_ONCE: Final = frozenset({
    "request_certificate", "record_delivery", "give_up_key", "revoke_certificate",
    "confirm_revocation", "suspend_certificate", "reinstate_certificate",
})  # fmt: skip
"""After these the world is told at once who may be trusted."""
_ANSWERS_AT_ONCE: Final = 50


class Engine:
    """An open office's engine, for the person of one session.

    Every method may take long and must not be called from an event loop.
    """

    def __init__(self, office: Office, operators: OperatorDesk) -> None:
        self.office = office
        self._operators = operators
        self.signatures = SigningRecord.of(office)
        self.tickets = TicketService(office, self.signatures)
        self.csc = CscService(office, self.signatures)
        self._one_at_a_time = threading.Lock()
        self._turns = StreamTurns()

    def execute(self, command: Command, session: Session) -> Receipt:
        """Carry out a command and return its receipt; it is durable when this returns.

        A register that is busy, full or damaged gives a rejection that is stored nowhere: the same
        command may be sent again.
        """
        with self._turn(command):
            try:
                receipt = self._executed(command, session)
            except (RegisterFailure, BlobsUnreachable) as failure:
                return unstored_rejection(self.office, command, failure.finding)
        if receipt.applied:
            # Keys take their time. What stops here is finished by the next tick.
            with suppress(RegisterFailure):
                waits = make_what_was_approved(self.office, command, session.operator)
                receipt = receipt.model_copy(update={"findings": (*receipt.findings, *waits)})
        return receipt

    def _turn(self, command: Command | None) -> AbstractContextManager[object]:
        """Return what a command waits for before it begins.

        Of one case they go one after the other: the same command sent twice at once finds the
        receipt of the first. What changes key slots or the policy has no other beside it; on a
        server the database keeps all else apart, wherever it runs.
        """
        if command is not None and command.stream.kind == "case":
            return self._turns.of(command.stream)
        apart = command is None or isinstance(command.body, InstitutionalBody | SigningBody)
        return nullcontext() if self.office.register.shared and apart else self._one_at_a_time

    def _executed(self, command: Command, session: Session) -> Receipt:
        """Carry out a command, again from its beginning where a database server undid it."""
        if isinstance(command.body, ChangePassword):
            # Its key slot changes before the register: once more, the old password is wrong.
            return self._execute(command, session)
        return self.office.register.retried(
            lambda: self._execute(command, session), outcome_tells=True
        )

    def _execute(self, command: Command, session: Session) -> Receipt:
        with self.office.register.reading() as reading:
            sender = sender_of(self.office, command)
            held = held_against(self.office, [command])
            stored = reading.foresee(held.streams, sender, command.id)
            if earlier := earlier_receipt(self.office, command, stored):
                return earlier
            forbidden = self._forbidden(command, session, reading)
        if forbidden:
            return self._refuse(command, session, forbidden)
        if isinstance(command.body, OfficeBody):
            return self._operators.execute(command, command.body, session)
        if isinstance(command.body, PolicyBody):
            return settle_policy(self.office, command, command.body, session)
        if isinstance(command.body, StationBody):
            return settle_station(self.office, command, command.body, session)
        if isinstance(command.body, RecordExport):
            return settle_export(self.office, command, command.body, session)
        if isinstance(command.body, SetIdentityProvider):
            return settle_identity_provider(self.office, command, command.body, session)
        if isinstance(command.body, UnregisteredBody):
            return settle_unregistered(self.office, command, command.body, session)
        if isinstance(command.body, SigningBody):
            return settle_signing(self.office, command, command.body, session)
        if isinstance(command.body, InstitutionalBody):
            return settle_institutional(self.office, command, command.body, session)
        return self._execute_on_case(command, session, reading)

    def push(self, request: Push, report: Callable[[BaseException], object]) -> PushAnswer:
        """Take what a station sends; sent again it gets the same receipts.

        Raises `RegisterFailure` when the register cannot be used: then the station sends it again.
        """
        with self._turn(None):
            return self.office.register.retried(
                lambda: push(self.office, request, report), outcome_tells=True
            )

    def take_work(
        self, content: bytes, report: Callable[[BaseException], object]
    ) -> WorkTaken | Finding:
        """Take in a file with a station's unsent work; once more it changes nothing."""
        return take_work(self.office, content, self.keep, lambda sent: self.push(sent, report))

    def ask(self, query: Query, session: Session) -> Answer | tuple[Finding, ...]:
        """Answer a query, or say why there is no answer."""
        try:
            return self.office.register.retried(lambda: answer(self.office, query, session))
        except (RegisterFailure, BlobsUnreachable) as failure:
            return (failure.finding,)

    def keep(self, content: bytes, media_type: str) -> BlobRef | Finding:
        """Keep a file durably in the office's encrypted store, or say why it cannot be."""
        try:
            return self.office.blobs.keep(content, media_type)
        except BlobsUnreachable as unreachable:
            return unreachable.finding
        except OSError as error:
            return write_finding(error, self.office.folder / "blobs")

    def read(self, blob: BlobRef) -> bytes | Finding:
        """Return a kept file as it was brought, or say that it is gone."""
        try:
            return self.office.blobs.read(blob)
        except BlobDamaged as damaged:
            return damaged.finding

    def sign_digests(
        self,
        certificate: UUID,
        items: tuple[DigestItem, ...],
        code: Secret | None,
        session: Session,
    ) -> DigestsSigned | tuple[Finding, ...]:
        """Sign what a holder's own terminal prepared, all of it with one code."""
        try:
            return sign_digests(self.office, self.signatures, certificate, items, code, session)
        except RegisterFailure as failure:
            return (failure.finding,)

    def check(
        self, slot: str, blob: BlobRef, case: UUID | None = None, tell: Tell = tell_nobody
    ) -> PhotoReport | DocumentReport:
        """Check a kept file against the rule of a slot, or of a payment proof (`proof`).

        With a case it is compared with the application and with other applicants' photos. `tell`
        is called in this thread with each finding the moment it is made.
        """
        return check_slot(self.office, slot, blob, self._state(case), tell)

    def look_at(
        self, slot: str, content: bytes, media_type: str, case: UUID | None = None
    ) -> PhotoReport | DocumentReport:
        """Check a file that is not kept, or not yet; keeping it then costs no second look."""
        blob = BlobRef.of(content, media_type)
        return check_slot(self.office, slot, blob, self._state(case), content=content)

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
        """Return a small picture of a kept photo or, with `page` (from 0), of a PDF's page.

        None when it is gone or cannot be shown.
        """
        try:
            content = self.office.blobs.read(blob)
        except BlobDamaged:
            return None
        checker = self.office.checker
        if page is not None:
            return checker.preview_page(content, page, width, height, turn=turn)
        return checker.preview(content, width, height, crop=crop, turn=turn)

    def clean_copy(self, blob: BlobRef) -> bytes | Finding:
        """Return a kept photo or PDF drawn anew, with nothing in it but what is seen."""
        try:
            content = self.office.blobs.read(blob)
        except BlobDamaged as damaged:
            return damaged.finding
        copy = self.office.checker.clean_copy(content)
        return blocks(SourceCode.NO_CLEAN_COPY) if copy is None else copy

    def enrolment(self) -> Enrolment | Finding:
        """Return what enrols the own authenticator, as long as the first password stands."""
        return self._operators.enrolment()

    def set_mail(self, settings: MailSettings, session: Session) -> tuple[Finding, ...]:
        """Keep another mail server; mail leaves through it at once."""
        try:
            return change_mail_server(self.office, settings, session)
        except RegisterFailure as failure:
            return (failure.finding,)
        except OSError as error:
            return (write_finding(error, self.office.folder),)

    def warm(self) -> None:
        """Start the child process that looks at files, so that the first photo does not wait."""
        self.office.checker.warm()

    def finish_intents(self, session: Session) -> None:
        """Finish what is left between intent and certificate, if this person may issue."""
        if may_issue(self.office, session):
            finish_open_intents(self.office, session.operator)

    def run_due(self, session: Session, most_answers: int | None = None) -> DueReport:
        """Do what time asks for: open intents, clocks of certificates, list and status answers.

        At most about `most_answers` are signed; the rest is due again.
        """
        return run_due(self.office, session, most_answers)

    def deliver_mail(self) -> int:
        """Hand due mails to the mail server; return how many it took."""
        return deliver_due(self.office)

    def close(self) -> None:
        """Close register and child process; the keys leave the memory with this object."""
        try:
            self.office.checker.close()
        finally:
            self.office.custody.close()
            self.office.authority.close()
            self.office.register.close()

    def _state(self, case: UUID | None) -> CaseState | None:
        if case is None:
            return None
        with self.office.register.reading() as reading:
            return read_case(reading, case)[0]

    def _execute_on_case(self, command: Command, session: Session, seen: Reading) -> Receipt:
        body = command.body
        if not isinstance(body, CaseBody):
            raise TypeError(f"{body.kind} is not about a case")
        actor = Actor(session.operator, tuple(role.value for role in session.roles))
        state, revision = read_case(seen, command.stream.id)
        if unknown := unknown_case(command, state):
            return self._refuse(command, session, (unknown,))
        settling = Settling(self.office, command, body, actor, Prepared())
        if revision == command.base_revision and not self._stopped(settling, state):
            settling = replace(settling, prepared=prepare(self.office, settling.case, state, body))
            if isinstance(body, RequestCertificate) and state is not None:
                intent = prepare_intent(self.office, state, body.request)
                if not isinstance(intent, Intent):
                    return self._refuse(command, session, intent)
                settling = replace(settling, intent=intent)
        elif body.kind in CODE_PURPOSES:
            # Its attempt may have been counted before: then only the check is missing.
            settling = replace(settling, prepared=prepare(self.office, settling.case, state, body))
        return self._settle(settling, seen)

    def _stopped(self, settling: Settling, state: CaseState | None) -> bool:
        """Tell whether `decide` will refuse anyway: nothing is prepared, and no key is opened."""
        if state is None:
            return False
        policy, now = self.office.policy.policy, self.office.now()
        return bool(stands_in_the_way(state, policy, settling.actor, settling.body.kind, now))

    def _settle(self, settling: Settling, seen: EntryReading) -> Receipt:
        revision = settling.command.base_revision
        # On a server what has changed meanwhile is found out by the appending, and tried again.
        shared = self.office.register.shared
        if settling.body.kind in CODE_PURPOSES:
            with self.office.register.writing() as writing:
                if shared:
                    writing.start_from(seen)
                if refused := settle_attempt(settling, writing):
                    return refused
                seen = writing
            revision += 1
        if shared:
            with self.office.register.writing() as writing:
                writing.start_from(seen)
                receipt = settle(settling, writing, revision)
        else:
            receipt = self.office.commits.write(lambda writing: settle(settling, writing, revision))
        if receipt.applied and settling.body.kind in _TOLD_AT_ONCE:
            # What was recorded is durable: what stops here is finished by the next tick.
            with suppress(RegisterFailure):
                if settling.intent:
                    intended = settling.intent.row(settling.case, receipt.at)
                    finish_intents(self.office, settling.actor.user, [intended])
                publish(self.office, settling.actor.user, _ANSWERS_AT_ONCE)
        return receipt

    def _forbidden(
        self, command: Command, session: Session, reading: Reading
    ) -> tuple[Finding, ...]:
        theirs = (command.office, command.operator, command.session)
        if theirs != (session.office, session.operator, session.id):
            return (blocks(EngineCode.COMMAND_NOT_YOURS),)
        if ended := session_findings(self.office, session, reading, command.body.kind):
            return ended
        if not may_ask(self.office.policy.policy, command.body.kind, session.roles):
            return (blocks(InstitutionCode.SEAT_MISSING),)
        return policy_finding(self.office, reading, command.body.kind)

    def _refuse(self, command: Command, session: Session, findings: tuple[Finding, ...]) -> Receipt:
        with self.office.register.writing() as writing:
            kind = command.body.kind
            append_denials(writing, self.office, session, kind, findings, command.id)
            return keep_receipt(
                self.office, command, writing, Outcome.REJECTED, findings,
                command.base_revision, {},
            )  # fmt: skip
