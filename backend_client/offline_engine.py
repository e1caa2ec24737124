"""The engine of a station that goes on without its server: the server's, or else its own copy."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from backend_client.engine_door import Findings, Report
from backend_client.exchange_rounds import ExchangeRounds
from backend_client.own_office import OwnOffice
from backend_client.remote_engine import RemoteEngine
from backend_client.server_connection import AWAY
from backend_client.server_link import ServerLink
from issuance.access.log_in import check_own_password
from issuance.access.roles import Session
from issuance.access.totp import Enrolment
from issuance.commands import Command, Receipt
from issuance.engine.receipts import unstored_rejection
from issuance.evidence.blob import BlobRef
from issuance.evidence.protocol import Turn
from issuance.evidence.report import Box, Preview, Tell, tell_nobody
from issuance.findings import Finding, blocks
from issuance.findings.access import AccessCode
from issuance.findings.register import RegisterCode
from issuance.findings.remote import RemoteCode
from issuance.findings.sync import SyncCode
from issuance.notices.smtp import MailSettings
from issuance.policies.loader import LoadedPolicy
from issuance.queries import Answer, Query
from issuance.secret import Secret
from issuance.signing.queries import DigestItem, DigestsSigned
from issuance.sources import Clock
from issuance.sync.push import ALONE
from issuance.sync.work import WorkTaken

_UNDONE: Final = frozenset({
    RemoteCode.SERVER_UNREACHABLE.value,
    RegisterCode.REGISTER_UNREACHABLE.value,
})  # fmt: skip
"""What surely did not arrive at the server, or changed nothing there."""


@dataclass(frozen=True, slots=True, repr=False)
class OfflineEngine:
    """See `EngineDoor`; `remote` is None for who logged in without the server.

    What waits here is sent before anything else is asked of the server: until then a person sees
    the office with the own work in it.
    """

    own: OwnOffice
    rounds: ExchangeRounds
    link: ServerLink
    remote: RemoteEngine | None
    session: Session
    policy: LoadedPolicy
    province: str
    clock: Clock

    @property
    def authority_token(self) -> str:
        """Return the serial of the token with the authority's key, as far as the server told."""
        return self.remote.authority_token if self.remote else ""

    def execute(self, command: Command) -> Receipt:
        """Carry out a command at the server, or record it here where that may be.

        What takes the place of a command recorded here goes the same way as that one.
        """
        server = self._server()
        if server is not None and not self.own.takes_a_place(command):
            receipt = server.execute(command)
            if receipt.applied:
                # Soon it is known here, too: the line may be lost the next moment.
                self.rounds.hurry()
            if not _is_only(receipt.findings, _UNDONE) or not self.own.ready:
                return receipt
        if command.body.kind not in ALONE:
            return self._waits(command)
        receipt = self.own.capture(command, self.session)
        self.rounds.hurry()
        return receipt

    def ask(self, query: Query) -> Answer | Findings:
        """Answer a query from the server, or from what is known here."""
        server = self._server()
        if server is not None:
            answer = server.ask(query)
            if not isinstance(answer, tuple) or not self._falls_back(answer):
                return answer
        with self.own.engine() as engine:
            return engine.ask(query, self.session)

    def keep(self, content: bytes, media_type: str) -> BlobRef | Finding:
        """Keep a file here and, as far as it can be reached, at the server."""
        server = self._server()
        if self.own.ready:
            with self.own.engine() as engine:
                kept = engine.keep(content, media_type)
            if isinstance(kept, Finding) or server is None:
                return kept
        if server is None:
            return self._unreachable()
        sent = server.keep(content, media_type)
        fails = isinstance(sent, Finding) and self._falls_back((sent,))
        return BlobRef.of(content, media_type) if fails else sent

    def take_work(
        self, content: bytes, report: Callable[[BaseException], object]
    ) -> WorkTaken | Finding:
        """Carry another station's unsent work to the server."""
        return self.remote.take_work(content, report) if self.remote else self._unreachable()

    def read(self, blob: BlobRef) -> bytes | Finding:
        """Return a kept file, from here if it is here."""
        if self.own.ready:
            with self.own.engine() as engine:
                found = engine.read(blob)
            if isinstance(found, bytes) or self.remote is None:
                return found
        return self.remote.read(blob) if self.remote else self._unreachable()

    def check(
        self, slot: str, blob: BlobRef, case: UUID | None = None, tell: Tell = tell_nobody
    ) -> Report:
        """Check a kept file."""
        server = self._server()
        if server is not None:
            report = server.check(slot, blob, case, tell)
            if not self._falls_back(report.findings):
                return report
        with self.own.engine() as engine:
            return engine.check(slot, blob, case, tell)

    def look_at(
        self, slot: str, content: bytes, media_type: str, case: UUID | None = None
    ) -> Report:
        """Check a file that is not kept."""
        server = self._server()
        if server is not None:
            report = server.look_at(slot, content, media_type, case)
            if not self._falls_back(report.findings):
                return report
        with self.own.engine() as engine:
            return engine.look_at(slot, content, media_type, case)

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
        """Return a small picture of a kept file."""
        server, made = self._server(), None
        if server is not None:
            made = server.preview(blob, width, height, crop=crop, turn=turn, page=page)
        if made is None and self.own.ready:
            with self.own.engine() as engine:
                made = engine.preview(blob, width, height, crop=crop, turn=turn, page=page)
        return made

    def clean_copy(self, blob: BlobRef) -> bytes | Finding:
        """Return a kept file drawn anew."""
        server = self._server()
        if server is not None:
            made = server.clean_copy(blob)
            if isinstance(made, bytes) or not self._falls_back((made,)):
                return made
        with self.own.engine() as engine:
            return engine.clean_copy(blob)

    def sign_digests(
        self, certificate: UUID, items: tuple[DigestItem, ...], code: Secret | None
    ) -> DigestsSigned | Findings:
        """Have digests signed at the server, where the custody is."""
        server = self._server()
        return server.sign_digests(certificate, items, code) if server else (self._unreachable(),)

    def enrolment(self) -> Enrolment | Finding:
        """Return what enrols the own authenticator, which only the server tells."""
        return self.remote.enrolment() if self.remote else blocks(AccessCode.ENROLLED_ALREADY)

    def set_mail(self, settings: MailSettings) -> Findings:
        """Keep another mail server, which only the server can."""
        if self.remote is not None and self.link.state.online:
            return self.remote.set_mail(settings)
        return (self._online_only("set_mail"),)

    def unlock(self, password: Secret) -> Findings:
        """Check the password of who is logged in, without the server on the own key slot."""
        if self.remote is not None and self.link.state.online:
            told = self.remote.unlock(password)
            if not _is_only(told, _UNDONE):
                return told
        folder, user = self.rounds.folder, self.session.operator
        opened = check_own_password(folder, user, password, self.clock.now())
        return (opened,) if isinstance(opened, Finding) else ()

    def warm(self) -> None:
        """Prepare what the first file would wait for, where that is here."""
        if self.remote is None:
            with self.own.engine() as engine:
                engine.warm()

    def run_due(self) -> None:
        """Leave it to the server, where time runs for everybody."""

    def deliver_mail(self) -> None:
        """Leave it to the server, which has the mail."""

    def close(self) -> None:
        """Let the rounds end, log out at the server, close the own copy."""
        self.rounds.stop()
        if self.remote is not None:
            self.remote.close()
        self.own.close()

    def _server(self) -> RemoteEngine | None:
        """Return the server, once it has everything that was recorded here."""
        if self.remote is None or not self.own.ready:
            return self.remote
        reachable = self.link.state.online and not self.own.register.unsent()
        return self.remote if reachable else None

    def _falls_back(self, findings: Findings) -> bool:
        return self.own.ready and _is_only(findings, AWAY)

    def _waits(self, command: Command) -> Receipt:
        with self.own.engine() as engine:
            refused = self._online_only(command.body.kind)
            return unstored_rejection(engine.office, command, refused)

    def _online_only(self, kind: str) -> Finding:
        alone = self.remote is None and self.link.state.online
        return blocks(SyncCode.LOGGED_IN_ALONE if alone else SyncCode.ONLINE_ONLY, kind=kind)

    def _unreachable(self) -> Finding:
        return blocks(RemoteCode.SERVER_UNREACHABLE, server=self.rounds.server)


def _is_only(findings: Findings, codes: frozenset[str]) -> bool:
    return bool(findings) and all(each.code in codes for each in findings)
