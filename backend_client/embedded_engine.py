"""The engine in this very process, as a station asks it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

from backend_client.engine_door import Findings, Report
from issuance.access.log_in import check_own_password
from issuance.access.roles import Session
from issuance.access.totp import Enrolment
from issuance.certificates.keys import PrivateKey
from issuance.commands import Command, Receipt
from issuance.engine.authority_file import authority_token_of
from issuance.engine.office import Sources
from issuance.engine.opening import OpenedOffice, open_office
from issuance.evidence.blob import BlobRef
from issuance.evidence.blob_store import BlobDamaged
from issuance.evidence.protocol import Turn
from issuance.evidence.report import Box, Preview, Tell, tell_nobody
from issuance.findings import Finding, blocks
from issuance.findings.cases import CaseFinding
from issuance.notices.smtp import MailSettings
from issuance.policies.loader import LoadedPolicy
from issuance.queries import Answer, Query
from issuance.secret import Secret
from issuance.signing.queries import DigestItem, DigestsSigned
from issuance.sources import Clock
from issuance.sync.work import WorkTaken

_MOST_ANSWERS: Final = 500
"""Status answers signed in one round, so that mail and forgotten keys have their turn too."""


@dataclass(frozen=True, slots=True)
class EmbeddedEngine:
    """An office that this process has open; see `EngineDoor`."""

    opened: OpenedOffice

    @classmethod
    def open(
        cls,
        folder: Path,
        user: str,
        password: Secret,
        code: Secret,
        sources: Sources,
        make_key: Callable[[str], PrivateKey],
    ) -> "EmbeddedEngine | Findings":
        """Log a person in to the office of a folder."""
        opened = open_office(folder, user, password, code, sources, make_key)
        return cls(opened) if isinstance(opened, OpenedOffice) else opened

    @property
    def session(self) -> Session:
        """Return who is logged in."""
        return self.opened.session

    @property
    def policy(self) -> LoadedPolicy:
        """Return the office's policy."""
        return self.opened.engine.office.policy

    @property
    def province(self) -> str:
        """Return the province the office is in."""
        return self.opened.engine.office.sign.province

    @property
    def clock(self) -> Clock:
        """Return the clock of this computer."""
        return self.opened.engine.office.sources.clock

    @property
    def authority_token(self) -> str:
        """Return the serial of the token with the authority's key, empty without one."""
        token = authority_token_of(self.opened.engine.office.folder)
        return token.address.serial if token else ""

    def execute(self, command: Command) -> Receipt:
        """Carry out a command."""
        return self.opened.engine.execute(command, self.session)

    def ask(self, query: Query) -> Answer | Findings:
        """Answer a query."""
        return self.opened.engine.ask(query, self.session)

    def keep(self, content: bytes, media_type: str) -> BlobRef | Finding:
        """Keep a file."""
        return self.opened.engine.keep(content, media_type)

    def take_work(
        self, content: bytes, report: Callable[[BaseException], object]
    ) -> WorkTaken | Finding:
        """Take in a file with a station's unsent work."""
        return self.opened.engine.take_work(content, report)

    def read(self, blob: BlobRef) -> bytes | Finding:
        """Return a kept file."""
        try:
            return self.opened.engine.office.blobs.read(blob)
        except BlobDamaged:
            return blocks(CaseFinding.FILE_NOT_KEPT)

    def check(
        self, slot: str, blob: BlobRef, case: UUID | None = None, tell: Tell = tell_nobody
    ) -> Report:
        """Check a kept file."""
        return self.opened.engine.check(slot, blob, case, tell)

    def look_at(
        self, slot: str, content: bytes, media_type: str, case: UUID | None = None
    ) -> Report:
        """Check a file that is not kept."""
        return self.opened.engine.look_at(slot, content, media_type, case)

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
        preview = self.opened.engine.preview
        return preview(blob, width, height, crop=crop, turn=turn, page=page)

    def clean_copy(self, blob: BlobRef) -> bytes | Finding:
        """Return a kept file drawn anew."""
        return self.opened.engine.clean_copy(blob)

    def sign_digests(
        self, certificate: UUID, items: tuple[DigestItem, ...], code: Secret | None
    ) -> DigestsSigned | Findings:
        """Sign digests with the own certificate in custody."""
        return self.opened.engine.sign_digests(certificate, items, code, self.session)

    def enrolment(self) -> Enrolment | Finding:
        """Return what enrols the own authenticator."""
        return self.opened.engine.enrolment()

    def set_mail(self, settings: MailSettings) -> Findings:
        """Keep another mail server; mail leaves through it at once."""
        return self.opened.engine.set_mail(settings, self.session)

    def unlock(self, password: Secret) -> Findings:
        """Try the password on the own key slot; attempts count as in a log-in."""
        folder, now = self.opened.engine.office.folder, self.clock.now()
        opened = check_own_password(folder, self.session.operator, password, now)
        return (opened,) if isinstance(opened, Finding) else ()

    def warm(self) -> None:
        """Start the child process that looks at files."""
        self.opened.engine.warm()

    def run_due(self) -> None:
        """Finish open intents, let clocks run, sign list and status answers."""
        self.opened.engine.run_due(self.session, _MOST_ANSWERS)

    def deliver_mail(self) -> None:
        """Hand due mails to the office's mail server."""
        self.opened.engine.deliver_mail()

    def close(self) -> None:
        """Close the office; its keys leave the memory."""
        self.opened.close()
