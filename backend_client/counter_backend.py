"""A counter on any engine: its work goes to threads, so that the screen never waits."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from pathlib import Path
from typing import Final
from uuid import UUID

from backend_client.activation import CaseDoor, Wish, activate
from backend_client.backend import (
    Arrival,
    Delivered,
    Kept,
    PasswordJudgement,
    Sorted,
)
from backend_client.beside_server import BesideServer
from backend_client.choosing import first_password, station_code
from backend_client.contract import ContractDesk, warm_signing
from backend_client.counter_office import CounterOffice
from backend_client.engine_door import Findings
from backend_client.intake import kept, read_evidence_file
from backend_client.mail_form import mail_settings
from backend_client.portable_desk import StationPortableDesk
from backend_client.sources.drop_folder import DropFolder
from backend_client.sources.station_sources import StationSources, keep_sources, read_sources
from backend_client.telling import as_told
from backend_client.token_activation import TokenWish, activate_in_token
from backend_client.token_desk import TokenDesk
from backend_client.token_settings import (
    TokenSettings,
    keep_token_settings,
    lacking,
    read_token_settings,
)
from issuance.access.roles import Role
from issuance.access.totp import Enrolment
from issuance.cases.profile import resolved_profile
from issuance.certificates.passwords import check_password, generate_password, strength
from issuance.certificates.profile import ResolvedProfile
from issuance.certificates.token_calls import TokenDescription
from issuance.commands import Body, Receipt
from issuance.evidence.blob import BlobRef
from issuance.evidence.protocol import Turn
from issuance.evidence.report import Box, CardRead, Preview
from issuance.findings import Finding, any_blocks, blocks
from issuance.findings.access import AccessCode
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
from issuance.sync.work import LARGEST_WORK, WorkTaken

_BETWEEN_LOOKS: Final = 1.0
"""Seconds between two looks into a watched folder."""


class CounterBackend(CounterOffice):
    """A station's side of the work, which is the same wherever the engine runs."""

    async def enrolment(self) -> Enrolment | Finding:
        """Return what enrols the own authenticator, as long as the first password stands."""
        return await self._in_thread(self._door.enrolment)

    async def set_mail(self, values: Mapping[str, str], password: Secret | None) -> Findings:
        """Keep another mail server; mail leaves through it at once."""
        settings = mail_settings(values, password)
        if isinstance(settings, Finding):
            return (settings,)
        return await self._in_thread(self._door.set_mail, settings)

    @property
    def portable(self) -> StationPortableDesk:
        """Return what there is to do with certificates in custody, beside commands."""
        return StationPortableDesk(self._door, self._in_thread, self._sources)

    async def first_password(self, names: Collection[str]) -> Secret:
        """Return a new password to be told once and changed at once, without these names in it."""
        return await self._in_thread(first_password, self._sources.randomness, names)

    async def station_code(self) -> Secret:
        """Return a new code for a computer to enrol with, to be shown once."""
        return station_code(self._sources.randomness)

    @property
    def beside_server(self) -> BesideServer | None:
        """Return nothing: this computer works only while its engine can be reached."""
        return None

    async def take_work(self, source: Path) -> WorkTaken | Finding:
        """Take in a file with the unsent work of a station."""

        def take() -> WorkTaken | Finding:
            file = read_evidence_file(source, LARGEST_WORK)
            if isinstance(file, Finding):
                return file
            return self._door.take_work(file.octets, self._report)

        return await self._in_thread(take)

    async def execute(self, body: Body, stream: StreamRef, base_revision: int) -> Receipt:
        """Send a command and wait until its outcome is durable; its mails leave after that."""
        door, command = self._door, self.command(body, stream, base_revision)
        receipt = await self._in_thread(door.execute, command)
        if receipt.applied:
            self._threads.submit(door.deliver_mail)
            if body.kind == "give_up_key":
                await self._in_thread(self._sealed_keys().destroy, stream.id)
        return receipt

    async def ask(self, query: Query) -> Answer | Findings:
        """Ask for data."""
        return await self._in_thread(self._door.ask, query)

    def new_stream(self, kind: str) -> StreamRef:
        """Return a reference for a stream that does not exist yet."""
        return StreamRef(kind=kind, id=self._sources.identifiers.new())

    async def check(
        self, slot: str, source: Path, case: UUID | None = None
    ) -> AsyncIterator[Finding | Kept]:
        """Read a file, keep it, and check it for a slot; findings come before the kept file."""
        blob = await self._in_thread(self._files.take_in, slot, source)
        if isinstance(blob, Finding):
            yield blob
            return
        door = self._door
        async for each in as_told(lambda tell: self._in_thread(door.check, slot, blob, case, tell)):
            if isinstance(each, Finding):
                yield each
            elif not any_blocks(each.findings):
                yield kept(blob, source.name, each)

    async def preview(
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
        preview = self._door.preview
        return await self._in_thread(preview, blob, width, height, crop=crop, turn=turn, page=page)

    async def sources(self) -> StationSources:
        """Return the station's drop folder and camera command."""
        return await self._in_thread(read_sources, self.station)

    async def set_sources(self, sources: StationSources) -> Findings:
        """Keep drop folder and camera command; for administrators: a command runs programs."""
        if Role.ADMINISTRATOR not in self.session.roles:
            return (blocks(AccessCode.ADMINISTRATOR_ONLY),)
        return await self._in_thread(keep_sources, self.station, sources)

    async def arrivals(self) -> AsyncIterator[Arrival]:
        """Watch the station's drop folder, as long as somebody listens."""
        watched = await self._in_thread(self._files.sources.watch)
        while isinstance(watched, DropFolder):
            for arrival in await self._in_thread(watched.look):
                yield arrival
            await asyncio.sleep(_BETWEEN_LOOKS)

    async def take_photo(self) -> Path | Finding:
        """Run the station's camera command; the photo is removed once it is kept."""
        return await self._in_thread(self._files.sources.take_photo)

    async def sort_files(self, paths: Sequence[Path], case: UUID) -> Sorted:
        """Tell by their contents which open slots of a case these files are for."""
        known = await self._in_thread(self._case, case)
        if not isinstance(known, CaseAnswer):
            return Sorted({}, tuple(paths))
        return await self._in_thread(self._files.sort, tuple(paths), case, known.state)

    async def read_card(self, slot: str, source: Path) -> CardRead | Findings:
        """Read the card in a document that is not kept, or say why nothing could be read."""
        return await self._in_thread(self._files.read_card, slot, source)

    async def clean_copy(self, blob: BlobRef) -> bytes | Finding:
        """Return a kept file drawn anew, without whatever else it carried."""
        return await self._in_thread(self._door.clean_copy, blob)

    async def read_file(self, blob: BlobRef) -> bytes | Finding:
        """Return a kept file as it was brought, or say that it is gone."""
        return await self._in_thread(self._door.read, blob)

    async def keep_attachment(self, source: Path) -> BlobRef | Finding:
        """Keep a PDF or JPEG that belongs to no slot of a case, such as one of a ticket."""
        return await self._in_thread(self._files.keep_attachment, source)

    async def keep_list(self, source: Path) -> BlobRef | Finding:
        """Keep a list (CSV); whether it is one is for its reader to say."""
        return await self._in_thread(self._files.keep_list, source)

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

    async def token_settings(self) -> TokenSettings:
        """Return how this station reaches tokens."""
        return await self._in_thread(read_token_settings, self.station)

    async def set_token_settings(self, settings: TokenSettings) -> Findings:
        """Keep how this station reaches tokens; for administrators: a module runs in here."""
        if Role.ADMINISTRATOR not in self.session.roles:
            return (blocks(AccessCode.ADMINISTRATOR_ONLY),)
        findings = await self._in_thread(keep_token_settings, self.station, settings)
        self._lacks = await self._in_thread(lacking, self.station)
        return findings

    async def tokens(self) -> tuple[TokenDescription, ...] | Finding:
        """Return the tokens that are in this station's readers, or why none can be seen."""
        return await self._in_thread(lambda: self._token_desk.present())

    async def set_token_pin(
        self, token: TokenDescription, current: Secret | None, new: Secret
    ) -> Findings:
        """Give a token the PIN its owner chose; without the current one by the station's right."""
        return await self._in_thread(lambda: self._token_desk.set_pin(token, current, new))

    async def activate_in_token(
        self, case: UUID, token: TokenDescription, pin: Secret, algorithm: str
    ) -> Delivered | Findings:
        """Make the key in the token, have it certified, write it back, let it sign, read back."""
        return await self._in_thread(self._activate_in_token, case, token, pin, algorithm)

    async def has_sealed_key(self, case: UUID) -> bool:
        """Tell whether this station holds a key of the case that only its password opens."""
        return await self._in_thread(self._sealed_keys().exists, case)

    async def sealed_key_finding(self, case: UUID, password: Secret) -> Finding | None:
        """Say why a password does not open the key of the case that waits here, if it does not."""
        opened = await self._in_thread(self._sealed_keys().open, case, password)
        return opened if isinstance(opened, Finding) else None

    async def warm_signing(self) -> None:
        """Import what signs contracts, so that the first signature need not wait for it."""
        await self._in_thread(warm_signing)

    async def prepared_contract(self, case: UUID) -> BlobRef | Findings:
        """Return the contract as it is to be signed, with the issued certificate's data."""
        return await self._in_thread(self._contracts.prepare, case)

    async def sign_contract(self, case: UUID, source: Path, password: Secret) -> Findings:
        """Sign the contract with the key file the applicant brought; no finding means signed."""
        return await self._in_thread(self._contracts.sign_with_file, case, source, password)

    async def sign_contract_in_token(
        self, case: UUID, token: TokenDescription, pin: Secret
    ) -> Findings:
        """Sign the contract with the key in the applicant's token; no finding means signed."""

        def sign() -> Findings:
            return self._contracts.sign_with_token(case, self._token_desk.address(token), pin)

        return await self._in_thread(sign)

    async def take_in_contract(self, case: UUID, source: Path) -> Findings:
        """Take a contract in that was signed elsewhere; no finding means that it is right."""
        return await self._in_thread(self._contracts.take_in, case, source)

    @property
    def _contracts(self) -> ContractDesk:
        return ContractDesk(self._door, self._execute_now, self._case, self._certificate)

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
        door, pool = self._door, self._pool
        if pool is None:
            raise RuntimeError("nobody is logged in")
        known = self._case(case)
        if not isinstance(known, CaseAnswer):
            return known
        policy = self.policy.policy
        wish = Wish(
            password=password,
            target=target,
            algorithm=algorithm,
            compatible=compatible,
            friendly_name=self._name_in(known),
            hints=tuple(known.state.values.values()),
            rule=policy.activation.password,
        )
        sealed = self._sealed_keys()
        delivered = activate(case, wish, self._case_door, pool, sealed, door.clock)
        if isinstance(delivered, Delivered):
            self._threads.submit(door.deliver_mail)
        return delivered

    def _activate_in_token(
        self, case: UUID, token: TokenDescription, pin: Secret, algorithm: str
    ) -> Delivered | Findings:
        door, known = self._door, self._case(case)
        if not isinstance(known, CaseAnswer):
            return known
        address = self._token_desk.address(token)
        wish = TokenWish(address, pin, algorithm, label=self._name_in(known))
        delivered = activate_in_token(case, wish, self._case_door, door.clock)
        if isinstance(delivered, Delivered):
            self._threads.submit(door.deliver_mail)
        return delivered

    @property
    def _case_door(self) -> CaseDoor:
        return CaseDoor(
            self._execute_now, self._case, self._certificate, self._resolved, self._contracts.sign
        )

    @property
    def _token_desk(self) -> TokenDesk:
        return TokenDesk(read_token_settings(self.station), self._door.authority_token)

    def _name_in(self, known: CaseAnswer) -> str:
        """Return the holder's name, as key file or token call the certificate."""
        values = known.state.values
        return " ".join(values[name] for name in self.policy.policy.name_fields if values.get(name))

    def _execute_now(self, body: Body, case: UUID, revision: int) -> Receipt:
        command = self.command(body, StreamRef(kind="case", id=case), revision)
        return self._door.execute(command)

    def _case(self, case: UUID) -> CaseAnswer | Findings:
        answer = self._door.ask(CaseQuery(case=case))
        if isinstance(answer, CaseAnswer | tuple):
            return answer
        raise TypeError("a case query is answered with a case")

    def _certificate(self, case: UUID) -> CertificateAnswer | Findings:
        answer = self._door.ask(CertificateQuery(case=case))
        if isinstance(answer, CertificateAnswer | tuple):
            return answer
        raise TypeError("a certificate query is answered with a certificate")

    def _resolved(self, case: UUID) -> ResolvedProfile | Findings:
        known = self._case(case)
        if not isinstance(known, CaseAnswer):
            return known
        resolved = resolved_profile(self.policy.policy, known.state)
        return tuple(resolved) if isinstance(resolved, list) else resolved
