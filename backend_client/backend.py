"""What the screens call, always without waiting on the event loop: the same for every backend."""

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol
from uuid import UUID

from backend_client.oidc import WithProviderLogIn
from backend_client.portable import WithPortable
from issuance.findings import Finding

if TYPE_CHECKING:  # Pydantic and the models cost 140 ms; the log-in screen is painted before
    from backend_client.beside_server import BesideServer
    from backend_client.sources.station_sources import StationSources
    from backend_client.station import Station
    from backend_client.token_settings import TokenSettings
    from issuance.access.roles import Session
    from issuance.access.totp import Enrolment
    from issuance.cases.events.evidence import Boxes
    from issuance.certificates.description import CertificateDescription
    from issuance.certificates.token_calls import TokenDescription
    from issuance.commands import Body, Receipt
    from issuance.evidence.blob import BlobRef
    from issuance.evidence.protocol import Turn
    from issuance.evidence.report import Box, CardRead, Preview, Verdict
    from issuance.policies.loader import LoadedPolicy
    from issuance.queries import Answer, Query
    from issuance.secret import Secret
    from issuance.streams import StreamRef
    from issuance.sync.work import WorkTaken


@dataclass(frozen=True, slots=True)
class OfficeSign:
    """What may be known of an office before anybody logs in; `place` names its folder."""

    place: str
    name: str
    province: str
    language: str
    theme: str
    demonstration: bool


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A person of the demonstration, whose credentials are public; `code` is that of the moment."""

    user: str
    name: str
    roles: tuple[str, ...]
    password: str
    code: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is now in the office's store, and what its checks found; a photo has no pages.

    `engines` name the programs that looked, `boxes` where they saw person and card in a photo,
    `read` is what they read on the card of a document.
    """

    blob: "BlobRef"
    name: str
    findings: tuple[Finding, ...]
    pages: int = 0
    engines: tuple[str, ...] = ()
    boxes: "Boxes | None" = None
    read: "CardRead | None" = None

    @property
    def verdict(self) -> "Verdict":
        """Return what the findings come to."""
        from issuance.evidence.report import verdict

        return verdict(self.findings)


ArrivalKind = Literal["photo", "document", "other"]


@dataclass(frozen=True, slots=True)
class Arrival:
    """A complete file that came into the watched folder; its kind by its first bytes."""

    path: Path
    name: str
    kind: ArrivalKind


@dataclass(frozen=True, slots=True)
class Sorted:
    """Files by the slots they are meant for; `left` are those that fit none for certain.

    `competing` are those of them that fit one slot equally well, by that slot.
    """

    slots: Mapping[str, Path]
    left: tuple[Path, ...]
    competing: Mapping[str, tuple[Path, ...]] = field(default_factory=dict[str, tuple[Path, ...]])


@dataclass(frozen=True, slots=True)
class Delivered:
    """The end of an activation: where the file is, and each check of the read-back.

    A certificate that was written into a token has its label instead of a path. `findings` say
    why the contract is not signed yet; none means that it is, by both sides.
    """

    path: Path | None
    may_be_removed_now: bool
    serial: str
    checks: tuple[str, ...]
    certificate: "CertificateDescription"
    findings: tuple[Finding, ...]
    token: str = ""


@dataclass(frozen=True, slots=True)
class PasswordJudgement:
    """How hard a key file's password is to guess (0 to 4), and what forbids it, if anything."""

    strength: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """Whether a server can be reached, and since when it can or cannot.

    `waiting` counts what was recorded here and is not settled there, `oldest` since when; `sending`
    are octets of files, arrived there and altogether; `trouble` is what stopped the last exchange.
    """

    online: bool
    since: datetime
    waiting: int = 0
    oldest: datetime | None = None
    sending: tuple[int, int] | None = None
    trouble: Finding | None = None


class Backend(WithPortable, WithProviderLogIn, Protocol):
    """The engine as a screen sees it."""

    @property
    def link(self) -> Link | None:
        """Return the state of the connection; None where the engine is here."""
        ...

    def watch(
        self,
        link: Callable[[Link], object],
        session_over: Callable[[tuple[Finding, ...]], object],
    ) -> None:
        """Be told on the event loop of each change of the link, and of the session's end."""
        ...

    def now(self) -> datetime:
        """Return the present moment of the clock the engine goes by."""
        ...

    @property
    def station(self) -> "Station":
        """Return the station's own store: drafts and settings."""
        ...

    @property
    def policy(self) -> "LoadedPolicy":
        """Return the office's policy with its words."""
        ...

    @property
    def province(self) -> str:
        """Return the province the office is in."""
        ...

    @property
    def sample_folder(self) -> Path | None:
        """Return where a demonstration keeps its sample files; a real office has none."""
        ...

    async def log_in(
        self, user: str, password: "Secret", code: "Secret"
    ) -> "Session | tuple[Finding, ...]":
        """Open the office for a person, or say what stands in the way."""
        ...

    async def unlock(self, password: "Secret") -> tuple[Finding, ...]:
        """Check the password of the person who is logged in; no finding means it is right."""
        ...

    @property
    def session(self) -> "Session":
        """Return who is logged in; raises RuntimeError before a log-in."""
        ...

    async def enrolment(self) -> "Enrolment | Finding":
        """Return what enrols the own authenticator, as long as the first password stands."""
        ...

    async def log_out(self) -> None:
        """Close the office; its keys leave the memory."""
        ...

    async def close(self) -> None:
        """Log out and end the threads."""
        ...

    async def set_mail(
        self, values: Mapping[str, str], password: "Secret | None"
    ) -> tuple[Finding, ...]:
        """Keep another mail server, as `mail_form.mail_settings` reads it; for administrators."""
        ...

    async def first_password(self, names: "Collection[str]") -> "Secret":
        """Return a new password to be told once and changed at once, without these names in it."""
        ...

    async def station_code(self) -> "Secret":
        """Return a new code for a computer to enrol with, to be shown once."""
        ...

    @property
    def beside_server(self) -> "BesideServer | None":
        """Return what this station does by itself; None where it works only with its engine."""
        ...

    async def take_work(self, source: Path) -> "WorkTaken | Finding":
        """Take in a file with the unsent work of a station, wherever the engine runs."""
        ...

    async def known_people(self) -> tuple[KnownPerson, ...]:
        """Return a demonstration's people with the codes of the moment; nobody elsewhere."""
        ...

    async def execute(self, body: "Body", stream: "StreamRef", base_revision: int) -> "Receipt":
        """Send a command and wait until its outcome is durable."""
        ...

    async def ask(self, query: "Query") -> "Answer | tuple[Finding, ...]":
        """Ask for data."""
        ...

    def new_stream(self, kind: str) -> "StreamRef":
        """Return a reference for a stream that does not exist yet."""
        ...

    def check(
        self, slot: str, source: Path, case: UUID | None = None
    ) -> AsyncIterator[Finding | Kept]:
        """Read a file, check it for a slot of the policy, and keep it when nothing blocks.

        With a case it is compared with the application and with other applicants' photos.
        """
        ...

    async def preview(
        self,
        blob: "BlobRef",
        width: int,
        height: int,
        *,
        crop: "Box | None" = None,
        turn: "Turn" = 0,
        page: int | None = None,
    ) -> "Preview | None":
        """Return a small picture of a kept photo or, with `page` (from 0), of a PDF's page.

        `crop` is in pixels of the upright photo; `turn` are degrees clockwise: 0, 90, 180 or 270.
        """
        ...

    async def read_card(self, slot: str, source: Path) -> "CardRead | tuple[Finding, ...]":
        """Read the card in a document that is not kept, or say why nothing could be read."""
        ...

    async def clean_copy(self, blob: "BlobRef") -> bytes | Finding:
        """Return a kept file drawn anew, without place, scripts or whatever else it carried."""
        ...

    async def sources(self) -> "StationSources":
        """Return the station's drop folder and camera command."""
        ...

    async def set_sources(self, sources: "StationSources") -> tuple[Finding, ...]:
        """Keep drop folder and camera command; for administrators."""
        ...

    def arrivals(self) -> AsyncIterator[Arrival]:
        """Watch the station's drop folder: each complete new file once, none where there is none.

        Runs until the iteration is ended.
        """
        ...

    async def take_photo(self) -> Path | Finding:
        """Run the station's camera command; the photo is removed once it is kept."""
        ...

    async def sort_files(self, paths: Sequence[Path], case: UUID) -> Sorted:
        """Tell by their contents which open slots of a case these files are for."""
        ...

    async def read_file(self, blob: "BlobRef") -> bytes | Finding:
        """Return a kept file as it was brought, or say that it is gone."""
        ...

    async def keep_attachment(self, source: Path) -> "BlobRef | Finding":
        """Keep a PDF or JPEG that belongs to no slot of a case, such as one of a ticket."""
        ...

    async def keep_list(self, source: Path) -> "BlobRef | Finding":
        """Keep a list (CSV); whether it is one is for its reader to say."""
        ...

    async def judge_password(self, case: UUID, password: "Secret") -> PasswordJudgement:
        """Judge a password an applicant chooses, by the policy's rule and the applicant's data."""
        ...

    async def generate_password(self) -> "Secret":
        """Return a password nobody guesses, in groups that can be read aloud."""
        ...

    async def activate(
        self,
        case: UUID,
        password: "Secret",
        target: Path,
        algorithm: str,
        *,
        compatible: bool,
    ) -> Delivered | tuple[Finding, ...]:
        """Make the applicant's key, have it certified, save the PKCS#12, read it back."""
        ...

    @property
    def lacks(self) -> frozenset[str]:
        """Return what this station has not of all that a container may need."""
        ...

    async def token_settings(self) -> "TokenSettings":
        """Return how this station reaches tokens."""
        ...

    async def set_token_settings(self, settings: "TokenSettings") -> tuple[Finding, ...]:
        """Keep how this station reaches tokens, once that was tried; for administrators."""
        ...

    async def tokens(self) -> "tuple[TokenDescription, ...] | Finding":
        """Return the tokens that are in this station's readers, or why none can be seen."""
        ...

    async def set_token_pin(
        self, token: "TokenDescription", current: "Secret | None", new: "Secret"
    ) -> tuple[Finding, ...]:
        """Give a token the PIN its owner chose; without the current one by the station's right."""
        ...

    async def activate_in_token(
        self, case: UUID, token: "TokenDescription", pin: "Secret", algorithm: str
    ) -> Delivered | tuple[Finding, ...]:
        """Make the key in the token, have it certified, write it back, let it sign, read back."""
        ...

    async def has_sealed_key(self, case: UUID) -> bool:
        """Tell whether this station holds a key of the case that only its password opens."""
        ...

    async def sealed_key_finding(self, case: UUID, password: "Secret") -> "Finding | None":
        """Say why a password does not open the key of the case that waits here, if it does not."""
        ...

    async def warm_signing(self) -> None:
        """Import what signs contracts, so that the first signature need not wait for it."""
        ...

    async def prepared_contract(self, case: UUID) -> "BlobRef | tuple[Finding, ...]":
        """Return the contract as it is to be signed, with the issued certificate's data."""
        ...

    async def sign_contract(
        self, case: UUID, source: Path, password: "Secret"
    ) -> tuple[Finding, ...]:
        """Sign the contract with the key file the applicant brought; no finding means signed."""
        ...

    async def sign_contract_in_token(
        self, case: UUID, token: "TokenDescription", pin: "Secret"
    ) -> tuple[Finding, ...]:
        """Sign the contract with the key in the applicant's token; no finding means signed."""
        ...

    async def take_in_contract(self, case: UUID, source: Path) -> tuple[Finding, ...]:
        """Take a contract in that was signed elsewhere; no finding means that it is right."""
        ...
