"""What screens call about certificates in custody, beside commands and queries."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from issuance.findings import Finding

if TYPE_CHECKING:
    from backend_client.at_the_station.portable_signing import PreparedFile
    from issuance.access.totp import Enrolment
    from issuance.secret import Secret
    from issuance.signing.preparation import Place


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """What became of a file that was to be signed: where it is now, or why it is not."""

    source: Path
    target: Path | None = None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class PreparedFiles:
    """Files that wait for one code, made ready at a moment; `refused` are the others."""

    certificate: UUID
    files: "tuple[PreparedFile, ...]"
    refused: tuple[FileOutcome, ...]
    at: datetime


class PortableDesk(Protocol):
    """Secrets made here and shown once, and PDFs signed with a certificate in custody."""

    def new_codes(self, holder: str) -> "Enrolment":
        """Return a new secret of one-time codes, with the address of its QR."""
        ...

    def new_application(self) -> "tuple[str, Secret]":
        """Return the key of a new application and its secret, to be shown once."""
        ...

    def prepare(
        self, certificate: UUID, sources: Sequence[Path], place: "Place | None"
    ) -> "AsyncIterator[Path | PreparedFiles | Finding]":
        """Make PDFs ready: yield each file when its turn comes, and last all of them.

        A finding, which is the last, says why none can be signed with this certificate.
        """
        ...

    def sign(
        self, files: PreparedFiles, code: "Secret | None", ending: str
    ) -> AsyncIterator[FileOutcome | tuple[Finding, ...]]:
        """Have the files signed with one code and write each beside its original.

        Yields every file's outcome; findings, which then are all there is, say why nothing was
        signed.
        """
        ...


class WithPortable(Protocol):
    """What has a desk for certificates in custody."""

    @property
    def portable(self) -> PortableDesk:
        """Return what there is to do with certificates in custody, beside commands."""
        ...
