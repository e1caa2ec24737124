"""The engine in this very process: its work goes to threads, so that the screen never waits."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Final, ParamSpec, TypeVar
from uuid import UUID

from backend_client.activation import EngineDoor, Wish, activate
from backend_client.at_the_station.key_pool import KeyPool
from backend_client.at_the_station.sealed_keys import SealedKeyStore
from backend_client.backend import Delivered, Kept, KnownPerson, Link, PasswordJudgement
from backend_client.choosing import first_password
from backend_client.demonstration import known_people
from backend_client.intake import read_evidence_file
from backend_client.mail_form import mail_settings
from backend_client.station import Station
from issuance.access.key_ring import Purpose
from issuance.access.roles import Session
from issuance.access.totp import Enrolment
from issuance.certificates.keys import PrivateKey
from issuance.certificates.passwords import check_password, generate_password, strength
from issuance.certificates.profile import ResolvedProfile
from issuance.commands import Body, Command, Receipt
from issuance.engine.contract import resolved_profile
from issuance.engine.office import Sources
from issuance.engine.opening import OpenedOffice, check_own_password, open_office
from issuance.evidence.blob import BlobRef
from issuance.evidence.blob_store import BlobDamaged
from issuance.evidence.report import DocumentReport, Preview
from issuance.findings import Finding, any_blocks, blocks
from issuance.findings.cases import CaseFinding
from issuance.policies.loader import LoadedPolicy
from issuance.queries import (
    Answer,
    CaseAnswer,
    CaseQuery,
    CertificateAnswer,
    CertificateQuery,
    Query,
)
from issuance.secret import Secret
from issuance.streams import StreamRef

Findings = tuple[Finding, ...]
P = ParamSpec("P")
R = TypeVar("R")


_FIRST_PAUSE: Final = 2.0
"""Seconds after a log-in in which the screens come first."""
_PAUSE: Final = 20.0


def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(4, thread_name_prefix="engine")


class EmbeddedBackend:
    """An office of this computer, opened by one person at a time."""

    def __init__(
        self,
        folder: Path,
        sources: Sources,
        make_key: Callable[[str], PrivateKey],
        report: Callable[[BaseException], object],
    ) -> None:
        """Work on the office in `folder`; `report` is told of what fails with nobody waiting."""
        self._folder = folder
        self._report = report
        self._sources = sources
        self._make_key = make_key
        self._threads = _threads()
        self._opened: OpenedOffice | None = None
        self._station: Station | None = None
        self._pool: KeyPool | None = None
        self._ticking: asyncio.Task[None] | None = None

    @property
    def link(self) -> Link:
        """Return the state of the connection: the engine is here."""
        return Link(online=True, since="", waiting=0)

    def now(self) -> datetime:
        """Return the present moment of the clock the engine goes by."""
        return self._sources.clock.now()

    @property
    def station(self) -> Station:
        """Return the station's own store; raises RuntimeError before a log-in."""
        if self._station is None:
            raise RuntimeError("nobody is logged in")
        return self._station

    @property
    def policy(self) -> LoadedPolicy:
        """Return the office's policy; raises RuntimeError before a log-in."""
        return self._office.engine.office.policy

    @property
    def session(self) -> Session:
        """Return who is logged in; raises RuntimeError before a log-in."""
        return self._office.session

    @property
    def province(self) -> str:
        """Return the province the office is in."""
        return self._office.engine.office.sign.province

    @property
    def sample_folder(self) -> Path | None:
        """Return where a demonstration keeps its sample files; a real office has none."""
        return self._folder / "samples" if self.session.demonstration else None

    async def log_in(self, user: str, password: Secret, code: Secret) -> Session | Findings:
        """Open the office for a person; whoever was logged in is logged out first."""
        await self.log_out()
        opened = await self._in_thread(
            open_office, self._folder, user, password, code, self._sources, self._make_key
        )
        if not isinstance(opened, OpenedOffice):
            return opened
        self._opened = opened
        self._station = Station(
            self._folder / "station.db",
            opened.keys.key(Purpose.STATION),
            self._sources.clock,
            self._sources.randomness,
        )
        self._pool = KeyPool(self._make_key)
        self._ticking = asyncio.create_task(self._tick())
        return opened.session

    async def unlock(self, password: Secret) -> Findings:
        """Check the password of the person who is logged in."""
        now = self._sources.clock.now()
        refusal = await self._in_thread(
            check_own_password, self._folder, self.session, password, now
        )
        return (refusal,) if refusal else ()

    async def enrolment(self) -> Enrolment | Finding:
        """Return what enrols the own authenticator, as long as the first password stands."""
        return await self._in_thread(self._office.engine.enrolment)

    async def log_out(self) -> None:
        """Close the office; its keys leave the memory."""
        opened, self._opened, self._station = self._opened, None, None
        pool, self._pool = self._pool, None
        threads, self._threads = self._threads, _threads()
        if self._ticking is not None:
            self._ticking.cancel()
            self._ticking = None

        def close() -> None:
            # What is still at work in the old threads must end before the register is closed.
            threads.shutdown()
            if pool is not None:
                pool.close()
            if opened is not None:
                opened.close()

        # Whoever waits here may be cancelled when the program ends; the closing must not be.
        await asyncio.shield(self._in_thread(close))

    async def set_mail(self, values: Mapping[str, str], password: Secret | None) -> Findings:
        """Keep another mail server; mail leaves through it from the next log-in."""
        settings = mail_settings(values, password)
        if isinstance(settings, Finding):
            return (settings,)
        return await self._in_thread(self._office.engine.set_mail, settings, self.session)

    async def first_password(self) -> Secret:
        """Return a new password to be told once and changed at once."""
        return first_password(self._sources.randomness)

    async def known_people(self) -> tuple[KnownPerson, ...]:
        """Return a demonstration's people with the codes of the moment; nobody elsewhere."""
        return await self._in_thread(known_people, self._folder, self._sources.clock.now())

    async def execute(self, body: Body, stream: StreamRef, base_revision: int) -> Receipt:
        """Send a command and wait until its outcome is durable; its mails leave after that."""
        command = self.command(body, stream, base_revision)
        receipt = await self._in_thread(self._office.engine.execute, command, self.session)
        if receipt.applied:
            self._threads.submit(self._office.engine.deliver_mail)
            if body.kind == "give_up_key":
                await self._in_thread(self._sealed_keys().destroy, stream.id)
        return receipt

    def command(self, body: Body, stream: StreamRef, base_revision: int) -> Command:
        """Put a body into its envelope, under a new id."""
        session = self.session
        return Command(
            id=self._sources.identifiers.new(),
            office=session.office,
            stream=stream,
            base_revision=base_revision,
            operator=session.operator,
            session=session.id,
            at=self._sources.clock.now(),
            body=body,
        )

    async def ask(self, query: Query) -> Answer | Findings:
        """Ask for data."""
        return await self._in_thread(self._office.engine.ask, query, self.session)

    def new_stream(self, kind: str) -> StreamRef:
        """Return a reference for a stream that does not exist yet."""
        return StreamRef(kind=kind, id=self._sources.identifiers.new())

    async def check(self, slot: str, source: Path) -> AsyncIterator[Finding | Kept]:
        """Read a file, keep it, and check it for a slot; findings come before the kept file."""
        content = await self._in_thread(read_evidence_file, source, self._largest(slot))
        if isinstance(content, Finding):
            yield content
            return
        engine = self._office.engine
        blob = await self._in_thread(engine.keep, content.octets, content.media_type)
        if isinstance(blob, Finding):
            yield blob
            return
        report = await self._in_thread(engine.check, slot, blob)
        for finding in report.findings:
            yield finding
        if not any_blocks(report.findings):
            pages = report.pages if isinstance(report, DocumentReport) else 0
            yield Kept(blob, source.name, report.findings, pages)

    async def preview(self, blob: BlobRef, width: int, height: int) -> Preview | None:
        """Return a small picture of a kept photo."""
        return await self._in_thread(self._office.engine.preview, blob, width, height)

    async def read_file(self, blob: BlobRef) -> bytes | Finding:
        """Return a kept file as it was brought, or say that it is gone."""
        try:
            return await self._in_thread(self._office.engine.office.blobs.read, blob)
        except BlobDamaged:
            return blocks(CaseFinding.FILE_NOT_KEPT)

    async def judge_password(self, case: UUID, password: Secret) -> PasswordJudgement:
        """Judge a password an applicant chooses, by the policy's rule and the applicant's data."""
        return await self._in_thread(self._judge_password, case, password)

    async def generate_password(self) -> Secret:
        """Return a password nobody guesses, in groups that can be read aloud."""
        return await self._in_thread(generate_password, self._sources.randomness)

    async def activate(
        self, case: UUID, password: Secret, target: Path, algorithm: str, *, compatible: bool
    ) -> Delivered | Findings:
        """Make the applicant's key, have it certified, save the PKCS#12, read it back."""
        return await self._in_thread(self._activate, case, password, target, algorithm, compatible)

    async def has_sealed_key(self, case: UUID) -> bool:
        """Tell whether this station holds a key of the case that only its password opens."""
        return await self._in_thread(self._sealed_keys().exists, case)

    async def close(self) -> None:
        """Log out and end the threads."""
        await self.log_out()
        self._threads.shutdown(wait=False)

    @property
    def _office(self) -> OpenedOffice:
        if self._opened is None:
            raise RuntimeError("nobody is logged in")
        return self._opened

    def _sealed_keys(self) -> SealedKeyStore:
        folder = self._folder / "sealed-keys"
        return SealedKeyStore(folder, self._sources.randomness, self._sources.clock)

    def _largest(self, slot: str) -> int:
        policy = self.policy.policy
        rule = policy.evidence_rule(slot)
        file_rule = (rule.photo or rule.document) if rule else None
        return (file_rule or policy.payment_proof).maximum_bytes

    def _judge_password(self, case: UUID, password: Secret) -> PasswordJudgement:
        known = self._case(case)
        if not isinstance(known, CaseAnswer):
            return PasswordJudgement(0, known)
        rule = self.policy.policy.activation.password
        hints = tuple(known.state.values.values())
        findings = check_password(password, rule.minimum_length, rule.minimum_strength, hints)
        return PasswordJudgement(strength(password, hints), tuple(findings))

    def _activate(
        self, case: UUID, password: Secret, target: Path, algorithm: str, compatible: bool
    ) -> Delivered | Findings:
        opened, pool = self._office, self._pool
        if pool is None:
            raise RuntimeError("nobody is logged in")
        known = self._case(case)
        if not isinstance(known, CaseAnswer):
            return known
        values = known.state.values
        policy = self.policy.policy
        wish = Wish(
            password=password,
            target=target,
            algorithm=algorithm,
            compatible=compatible,
            friendly_name=" ".join(values[name] for name in policy.name_fields if values.get(name)),
            hints=tuple(values.values()),
            rule=policy.activation.password,
        )
        door = EngineDoor(self._execute_now, self._case, self._certificate, self._resolved)
        delivered = activate(case, wish, door, pool, self._sealed_keys(), self._sources.clock)
        if isinstance(delivered, Delivered):
            self._threads.submit(opened.engine.deliver_mail)
        return delivered

    def _execute_now(self, body: Body, case: UUID, revision: int) -> Receipt:
        command = self.command(body, StreamRef(kind="case", id=case), revision)
        return self._office.engine.execute(command, self.session)

    def _case(self, case: UUID) -> CaseAnswer | Findings:
        answer = self._office.engine.ask(CaseQuery(case=case), self.session)
        if isinstance(answer, CaseAnswer | tuple):
            return answer
        raise TypeError("a case query is answered with a case")

    def _certificate(self, case: UUID) -> CertificateAnswer | Findings:
        answer = self._office.engine.ask(CertificateQuery(case=case), self.session)
        if isinstance(answer, CertificateAnswer | tuple):
            return answer
        raise TypeError("a certificate query is answered with a certificate")

    def _resolved(self, case: UUID) -> ResolvedProfile | Findings:
        known = self._case(case)
        if not isinstance(known, CaseAnswer):
            return known
        resolved = resolved_profile(self._office.engine.office, known.state)
        return tuple(resolved) if isinstance(resolved, list) else resolved

    async def _tick(self) -> None:
        """Do what is due every now and then: open intents, waiting mail, forgotten keys."""
        opened = self._office
        rule = self.policy.policy.activation
        await asyncio.sleep(_FIRST_PAUSE)
        await self._attempt(opened.engine.warm)
        while True:
            await self._attempt(opened.engine.finish_intents, opened.session)
            await self._attempt(opened.engine.deliver_mail)
            await self._attempt(self._sealed_keys().destroy_older_than, rule.sealed_key_hours)
            await asyncio.sleep(_PAUSE)

    async def _attempt(
        self, work: Callable[P, object], *arguments: P.args, **named: P.kwargs
    ) -> None:
        """Do one thing that is due; a failure is reported, and the next round tries again."""
        try:
            await self._in_thread(work, *arguments, **named)
        except Exception as error:  # noqa: BLE001 -- whatever it is, it must not end the rounds
            self._report(error)

    async def _in_thread(self, work: Callable[P, R], *arguments: P.args, **named: P.kwargs) -> R:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, lambda: work(*arguments, **named))
