"""Signing with a certificate in custody from a station: its own secrets, and its own PDFs."""

import base64
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol, TypeVar
from uuid import UUID

from cryptography import x509

from backend_client.at_the_station.portable_signing import (
    PreparedFile,
    Signatory,
    finish_file,
    prepare_file,
    write_beside,
)
from backend_client.choosing import new_enrolment
from backend_client.engine_door import EngineDoor, Findings
from backend_client.portable import FileOutcome, PreparedFiles
from issuance.access.totp import Enrolment
from issuance.engine.office import Sources
from issuance.evidence.checker import LimitedChecker
from issuance.findings import Finding, blocks
from issuance.findings.portable import PortableCode
from issuance.secret import Secret
from issuance.signing.application_stream import new_application_secret
from issuance.signing.preparation import Place
from issuance.signing.queries import (
    DigestItem,
    SigningKeyAnswer,
    SigningKeyQuery,
)

MOST_FILES: Final = 200
MOST_OCTETS: Final = 200 * 1024 * 1024
"""Of all originals together: they wait for the code in memory."""
_LONGEST_NAME: Final = 400

ResultT = TypeVar("ResultT")


class InThread(Protocol):
    """Runs what blocks where no screen waits for it."""

    def __call__(self, work: Callable[..., ResultT], *arguments: object) -> Awaitable[ResultT]:
        """Return what the work returns."""
        ...


class StationPortableDesk:
    """See `PortableDesk`; one is made for every use, in the session of who is logged in."""

    def __init__(self, door: EngineDoor, in_thread: InThread, sources: Sources) -> None:
        self._door = door
        self._in_thread = in_thread
        self._sources = sources

    def new_codes(self, holder: str) -> Enrolment:
        """Return a new secret of one-time codes, with the address of its QR."""
        return new_enrolment(holder, self._sources.randomness)

    def new_application(self) -> tuple[str, Secret]:
        """Return the key of a new application and its secret, to be shown once."""
        key = str(self._sources.identifiers.new())
        return key, new_application_secret(self._sources.randomness)

    async def prepare(
        self, certificate: UUID, sources: Sequence[Path], place: Place | None
    ) -> AsyncIterator[Path | PreparedFiles | Finding]:
        """Make PDFs ready: yield each file when its turn comes, and last all of them."""
        if len(sources) > MOST_FILES:
            yield blocks(PortableCode.FILES_TOO_MANY, maximum=MOST_FILES)
            return
        known = await self._in_thread(self._door.ask, SigningKeyQuery(certificate=certificate))
        if not isinstance(known, SigningKeyAnswer):
            yield _first(known)
            return
        at = self._door.clock.now()
        # A process of its own looks at the files: they may come from anywhere.
        checker = LimitedChecker()
        prepared: list[PreparedFile] = []
        refused: list[FileOutcome] = []
        try:
            for source in sources:
                yield source
                room = MOST_OCTETS - sum(len(each.document.content) for each in prepared)
                file = await self._in_thread(
                    self._prepare, source, _signatory(known), place, at, checker, room
                )
                if isinstance(file, Finding):
                    refused.append(FileOutcome(source, findings=(file,)))
                else:
                    prepared.append(file)
        finally:
            await self._in_thread(checker.close)
        yield PreparedFiles(certificate, tuple(prepared), tuple(refused), at)

    async def sign(
        self, files: PreparedFiles, code: Secret | None, ending: str
    ) -> AsyncIterator[FileOutcome | Findings]:
        """Have the files signed with one code and write each beside its original."""
        items = tuple(map(_item, files.files))
        signed = await self._in_thread(self._door.sign_digests, files.certificate, items, code)
        if isinstance(signed, tuple):
            yield signed
            return
        stamps = signed.stamps or ("",) * len(signed.signatures)
        for file, *parts in zip(files.files, signed.signatures, stamps, strict=True):
            signature, stamp = map(base64.b64decode, parts)
            yield await self._in_thread(_write, file, signature, stamp, ending)

    def _prepare(
        self,
        source: Path,
        signatory: Signatory,
        place: Place | None,
        at: datetime,
        checker: LimitedChecker,
        room: int,
    ) -> PreparedFile | Finding:
        field = f"Ventanilla-{self._sources.identifiers.new()}"
        prepared = prepare_file(source, signatory, place, field, at, checker)
        if isinstance(prepared, PreparedFile) and len(prepared.document.content) > room:
            return blocks(PortableCode.FILES_TOO_LARGE, maximum_mb=MOST_OCTETS // 1024**2)
        return prepared


def _signatory(known: SigningKeyAnswer) -> Signatory:
    certificate, *chain = (
        x509.load_der_x509_certificate(base64.b64decode(each))
        for each in (known.certificate, *known.chain)
    )
    return Signatory(certificate, chain, known.name)


def _item(file: PreparedFile) -> DigestItem:
    return DigestItem(
        name=file.source.name.encode("utf-8", "replace").decode()[:_LONGEST_NAME],
        size=len(file.document.content),
        original=file.original,
        digest=base64.b64encode(file.digest).decode("ascii"),
    )


def _write(file: PreparedFile, signature: bytes, stamp: bytes, ending: str) -> FileOutcome:
    content = finish_file(file, signature, stamp)
    target = content if isinstance(content, Finding) else write_beside(file.source, ending, content)
    if isinstance(target, Finding):
        return FileOutcome(file.source, findings=(target,))
    return FileOutcome(file.source, target)


def _first(answer: object) -> Finding:
    if isinstance(answer, tuple) and answer and isinstance(answer[0], Finding):
        return answer[0]
    raise TypeError("a signing key query is answered with a signing key")
