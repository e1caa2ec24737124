"""An open office: everything the engine's parts work on, handed from one to the other."""

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from email.headerregistry import Address
from pathlib import Path
from threading import Lock
from typing import Final
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from issuance.access.key_ring import KeyRing, Purpose
from issuance.access.office import OfficeFile
from issuance.access.sealing import Sealing
from issuance.engine.authority import Authority
from issuance.engine.custody import Custody
from issuance.engine.group_commit import GroupCommit
from issuance.engine.mail import mail_route, read_mail_settings
from issuance.engine.seal_keys import SealKeys
from issuance.evidence.blob_store import BlobStore
from issuance.evidence.checker import LimitedChecker
from issuance.evidence.recent_reports import RecentReports
from issuance.findings import Finding, blocks, warns
from issuance.findings.certificates import CertificateFinding
from issuance.model import format_instant
from issuance.notices.delivery import Transport
from issuance.policies.loader import LoadedPolicy
from issuance.register.register import Register
from issuance.secret import Secret
from issuance.sources import Clock, Identifiers, NoSteadyClock, Randomness, SteadyClock
from issuance.streams import StreamRef

_TIME_TO_RENEW: Final = timedelta(days=90)
"""Before an authority's end; what is sold by then for longer is told at each case."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Time, identifiers and randomness, as `ventanilla.compose` hands them in."""

    clock: Clock
    identifiers: Identifiers
    randomness: Randomness
    steady: SteadyClock = field(default_factory=NoSteadyClock)


@dataclass(frozen=True, slots=True)
class Office:
    """One office while somebody is logged in."""

    folder: Path
    sign: OfficeFile
    keys: KeyRing
    register: Register
    blobs: BlobStore
    checker: LimitedChecker
    policy: LoadedPolicy
    authority: Authority
    seal_keys: SealKeys
    custody: Custody
    sources: Sources
    recent_reports: RecentReports = field(default_factory=RecentReports)
    publishing: Lock = field(default_factory=Lock)
    hindrances: list[Finding] = field(default_factory=list[Finding], compare=False)
    """What kept the last round of what is due from its end."""
    commits: GroupCommit = field(init=False)

    def __post_init__(self) -> None:
        """Let those who write at the same time share a commit."""
        object.__setattr__(self, "commits", GroupCommit(self.register))

    @property
    def id(self) -> UUID:
        """Return the office's identifier."""
        return self.sign.office

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        return self.sources.clock.now()

    def today(self) -> date:
        """Return today's date where the office is."""
        return self.now().astimezone(ZoneInfo(self.policy.policy.zone)).date()

    @property
    def troubles(self) -> tuple[Finding, ...]:
        """Return what everybody must hear who works on: of the register, and of the last round."""
        of_authority = (self.authority.warning, self._authority_finding())
        troubles = (self.register.checkpoint_finding, *self.hindrances, *of_authority)
        return tuple(each for each in troubles if each is not None)

    def _authority_finding(self) -> Finding | None:
        """Tell that the authority has ended, or will within months."""
        ends, now = self.authority.issuing.not_valid_after_utc, self.now()
        if now >= ends:
            return blocks(CertificateFinding.AUTHORITY_EXPIRED, ended=format_instant(ends))
        if now >= ends - _TIME_TO_RENEW:
            return warns(CertificateFinding.AUTHORITY_ENDS_SOON, ends=format_instant(ends))
        return None

    @property
    def mail_way(self) -> tuple[Transport, Address]:
        """Return the way out for mail and the sender, as an administrator last set them.

        Raises OSError when what they name cannot be read.
        """
        return mail_route(self.folder, self.sign, self.keys, self.sources.randomness)

    @property
    def sender(self) -> Address:
        """Return the sender of the office's mail."""
        return self.mail_way[1]

    @property
    def help_desk(self) -> str:
        """Return where mails for the help desk of institutions go."""
        settings = None if self.sign.demonstration else read_mail_settings(self.folder, self.keys)
        return (settings and settings.help_desk) or self.sender.addr_spec

    @property
    def notice_sealing(self) -> Sealing:
        """Return what seals the codes that wait in outgoing mail."""
        return Sealing(self.keys.key(Purpose.NOTICES))

    def code_verifier(self, case: UUID, purpose: str, code: Secret) -> str:
        """Return the HMAC under which a one-time code of a case is kept."""
        message = f"{case}:{purpose}:".encode() + code.reveal().encode("utf-8", "replace")
        return hmac.new(self.keys.key(Purpose.CODES), message, hashlib.sha256).hexdigest()

    def person_id(self, kind: str, value: str) -> UUID:
        """Return the stream of the person an identity document belongs to.

        An HMAC, so that the id tells nothing about the document to who reads it elsewhere.
        """
        message = f"{kind}:{value}".encode()
        digest = hmac.new(self.keys.key(Purpose.PERSONS), message, hashlib.sha256).digest()
        return uuid5(self.id, digest.hex())


def named_stream(office: UUID, kind: str, name: str = "") -> StreamRef:
    """Return the reference of a stream that an office has once under a name."""
    return StreamRef(kind=kind, id=uuid5(office, f"{kind}:{name}"))
