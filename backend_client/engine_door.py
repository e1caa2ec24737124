"""What a station asks of an office's engine, wherever that runs; every call blocks."""

from collections.abc import Callable
from typing import Protocol
from uuid import UUID

from issuance.access.roles import Session
from issuance.access.totp import Enrolment
from issuance.commands import Command, Receipt
from issuance.evidence.blob import BlobRef
from issuance.evidence.protocol import Turn
from issuance.evidence.report import Box, DocumentReport, PhotoReport, Preview, Tell, tell_nobody
from issuance.findings import Finding
from issuance.notices.smtp import MailSettings
from issuance.policies.loader import LoadedPolicy
from issuance.queries import Answer, Query
from issuance.secret import Secret
from issuance.signing.queries import DigestItem, DigestsSigned
from issuance.sources import Clock
from issuance.sync.work import WorkTaken

Findings = tuple[Finding, ...]
Report = PhotoReport | DocumentReport


class EngineDoor(Protocol):
    """The engine of an office in the session of one person, from log-in to log-out."""

    @property
    def session(self) -> Session:
        """Return who is logged in."""
        ...

    @property
    def policy(self) -> LoadedPolicy:
        """Return the office's policy with its words."""
        ...

    @property
    def province(self) -> str:
        """Return the province the office is in."""
        ...

    @property
    def clock(self) -> Clock:
        """Return the clock the engine goes by."""
        ...

    @property
    def authority_token(self) -> str:
        """Return the serial of the token with the authority's key, empty without one."""
        ...

    def execute(self, command: Command) -> Receipt:
        """Carry out a command; its outcome is durable when this returns."""
        ...

    def ask(self, query: Query) -> Answer | Findings:
        """Answer a query, or say why there is no answer."""
        ...

    def keep(self, content: bytes, media_type: str) -> BlobRef | Finding:
        """Keep a file in the office's store, or say why it cannot be."""
        ...

    def take_work(
        self, content: bytes, report: Callable[[BaseException], object]
    ) -> WorkTaken | Finding:
        """Take in a file with a station's unsent work; `report` is told of program errors."""
        ...

    def read(self, blob: BlobRef) -> bytes | Finding:
        """Return a kept file as it was brought, or say that it is gone."""
        ...

    def check(
        self, slot: str, blob: BlobRef, case: UUID | None = None, tell: Tell = tell_nobody
    ) -> Report:
        """Check a kept file for a slot; `tell` is called with each finding as it is made."""
        ...

    def look_at(
        self, slot: str, content: bytes, media_type: str, case: UUID | None = None
    ) -> Report:
        """Check a file that is not kept."""
        ...

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
        """Return a small picture of a kept photo or of a PDF's page."""
        ...

    def clean_copy(self, blob: BlobRef) -> bytes | Finding:
        """Return a kept file drawn anew."""
        ...

    def sign_digests(
        self, certificate: UUID, items: tuple[DigestItem, ...], code: Secret | None
    ) -> DigestsSigned | Findings:
        """Sign digests with the own certificate in custody, or say why none is signed."""
        ...

    def enrolment(self) -> Enrolment | Finding:
        """Return what enrols the own authenticator, as long as the first password stands."""
        ...

    def set_mail(self, settings: MailSettings) -> Findings:
        """Keep another mail server."""
        ...

    def unlock(self, password: Secret) -> Findings:
        """Check the password of who is logged in; no finding means it is right."""
        ...

    def warm(self) -> None:
        """Prepare what the first file would wait for."""
        ...

    def run_due(self) -> None:
        """Do what time asks for, as far as that falls to this end."""
        ...

    def deliver_mail(self) -> None:
        """Hand due mails over, as far as that falls to this end."""
        ...

    def close(self) -> None:
        """Log out."""
        ...
