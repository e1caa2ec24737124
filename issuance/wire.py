"""What travels between a station and a server: envelopes, answers, and the secrets beside them.

Secrets are outside canonical form, so they travel next to what they belong to and are put back
before anything is validated: `{"command": {...}, "secrets": {"code": "..."}}`.
"""

import base64
import json
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    Base64Bytes,
    Field,
    TypeAdapter,
    model_validator,
)

from issuance.access.roles import Session
from issuance.commands import Command, Receipt
from issuance.evidence.blob import BlobRef
from issuance.evidence.protocol import Turn
from issuance.evidence.report import Box, DocumentReport, PhotoReport, Preview
from issuance.findings import Finding
from issuance.model import Count, Frozen, Identifier, Instant, plain
from issuance.notices.smtp import MailSettings
from issuance.queries import (
    Answer,
    BroughtCertificateAnswer,
    CaptureReceiptAnswer,
    CaseAnswer,
    CertificateAnswer,
    CertificateLife,
    CertificatesAnswer,
    ContractAnswer,
    CountsAnswer,
    HistoryAnswer,
    IdentityProviderAnswer,
    MailboxAnswer,
    NoticesAnswer,
    OperatorsAnswer,
    PolicyAnswer,
    Query,
    StationsAnswer,
    UnregisteredAnswer,
    WorklistAnswer,
)
from issuance.secret import Secret
from issuance.wire_answers import Answered
from issuance.wire_institutions import InstitutionalAnswered
from issuance.wire_secrets import Sent, WireSecret, put_back
from issuance.wire_signing import SigningAnswered

Findings = tuple[Finding, ...]


BRING_CASE: Final = "return=representation"
"""What a client prefers (RFC 7240) that wants the case with the receipt of its command."""


class CommandEnvelope(Sent):
    """A command and the secrets of its body, by the names of their fields there."""

    command: Command
    secrets: dict[str, WireSecret] = {}

    @model_validator(mode="before")
    @classmethod
    def _complete(cls, data: Any) -> Any:
        return put_back(data, "command", "body")


class SettledOnCase(Frozen):
    """A receipt with the case as it is now; None where it cannot be told to who asks."""

    receipt: Receipt
    case: CaseAnswer | None


class MailServer(Sent):
    """A mail server's settings and its password."""

    settings: MailSettings
    secrets: dict[Literal["password"], WireSecret] = {}

    @model_validator(mode="before")
    @classmethod
    def _complete(cls, data: Any) -> Any:
        return put_back(data, "settings")

    @model_validator(mode="after")
    def _names_no_file(self) -> Self:
        if self.settings.authority_file is not None:
            raise ValueError("a file of the server is not named from afar")
        return self


class Password(Sent):
    """The own password, asked for again."""

    class Secrets(Frozen):
        """What is typed."""

        password: WireSecret

    secrets: Secrets


class LogIn(Sent):
    """Who wants to begin a session; `station` asks for the key of that station's own store."""

    class Secrets(Frozen):
        """What is typed; a first password has no code yet."""

        password: WireSecret
        code: WireSecret | None = None

    user: str = Field(max_length=200)
    secrets: Secrets
    station: Identifier | None = None


class OfficeSign(Frozen):
    """An office before anybody has logged in; `policy` is its reference (id, version, hash)."""

    id: Identifier
    name: str
    province: str
    language: str
    theme: str
    demonstration: bool
    policy: str


class EnrolmentSecrets(Frozen):
    """What enrols the own authenticator; only with a first password."""

    secret: WireSecret
    address: WireSecret


class SessionStarted(Frozen):
    """A session, and all that a station needs to work in it.

    `authority_token` is the serial of the token that holds the authority's key, empty where none
    does. `station_key` (base64, 32 octets) is that of the station named in the log-in; an enrolled
    one also gets the person's `totp_secret`, so that it can check codes without the server.
    `former_keys` are the station's before this one, the newest first: what still lies under one of
    them is to be encrypted anew.
    """

    token: WireSecret
    session: Session
    ends: Instant
    office: OfficeSign
    now: Instant
    authority_token: str = ""
    enrolment: EnrolmentSecrets | None = None
    station_key: WireSecret | None = None
    former_keys: tuple[WireSecret, ...] = ()
    totp_secret: WireSecret | None = None


class Told(Frozen):
    """Findings alone; none means that all is well."""

    findings: tuple[Finding, ...] = ()


class Problem(Frozen):
    """Why a request was not carried out (RFC 9457), with findings where there are any.

    `where` names the fields of a body that does not fit, never what stood in them.
    """

    type: str = "about:blank"
    title: str
    status: int
    findings: tuple[Finding, ...] = ()
    where: tuple[str, ...] = ()


class Refused(Frozen):
    """Findings instead of an answer."""

    kind: Literal["findings"] = "findings"
    findings: tuple[Finding, ...]


AnyQuery = Annotated[Query, Field(discriminator="kind")]
AnyAnswer = Annotated[
    Answered[Literal["worklist"], WorklistAnswer]
    | Answered[Literal["counts"], CountsAnswer]
    | Answered[Literal["case"], CaseAnswer]
    | Answered[Literal["history"], HistoryAnswer]
    | Answered[Literal["notices"], NoticesAnswer]
    | Answered[Literal["mailbox"], MailboxAnswer]
    | Answered[Literal["contract"], ContractAnswer]
    | Answered[Literal["certificate"], CertificateAnswer]
    | Answered[Literal["certificates"], CertificatesAnswer]
    | Answered[Literal["certificate_life"], CertificateLife]
    | Answered[Literal["unregistered"], UnregisteredAnswer]
    | Answered[Literal["brought_certificate"], BroughtCertificateAnswer]
    | Answered[Literal["operators"], OperatorsAnswer]
    | Answered[Literal["policy"], PolicyAnswer]
    | Answered[Literal["stations"], StationsAnswer]
    | Answered[Literal["capture_receipt"], CaptureReceiptAnswer]
    | Answered[Literal["identity_provider"], IdentityProviderAnswer]
    | InstitutionalAnswered
    | SigningAnswered
    | Refused,
    Field(discriminator="kind"),
]
"""A query has its answer here under its own kind."""


class Asked(Sent):
    """A query."""

    query: AnyQuery


class Check(Sent):
    """A kept file to be checked for a slot of the policy; with a case it is compared with it."""

    slot: str = Field(max_length=100)
    blob: BlobRef
    case: Identifier | None = None


class FindingLine(Frozen):
    """A finding, the moment it was made."""

    kind: Literal["finding"] = "finding"
    finding: Finding


class PhotoLine(Frozen):
    """The end of a photo's check."""

    kind: Literal["photo"] = "photo"
    report: PhotoReport


class DocumentLine(Frozen):
    """The end of a document's check, or of a file's that is neither."""

    kind: Literal["document"] = "document"
    report: DocumentReport


Report = Annotated[PhotoLine | DocumentLine, Field(discriminator="kind")]
CheckLine = Annotated[FindingLine | PhotoLine | DocumentLine, Field(discriminator="kind")]
"""One line of a check's answer (newline-delimited JSON); the last one is the report."""

_Cells = Annotated[int, Field(ge=1, le=2000)]


class PreviewWish(Sent):
    """A small picture of a kept photo, or of a PDF's page (from 0)."""

    blob: BlobRef
    width: _Cells
    height: _Cells
    crop: Box | None = None
    turn: Turn = 0
    page: Annotated[int, Field(ge=0, le=10_000)] | None = None


class PreviewAnswer(Frozen):
    """A small upright picture: three bytes (red, green, blue) a pixel, in base64."""

    width: int
    height: int
    rgb: Base64Bytes

    @classmethod
    def of(cls, preview: Preview) -> Self:
        """Return a picture as it travels."""
        octets = base64.b64encode(preview.rgb)
        return cls(width=preview.width, height=preview.height, rgb=octets)

    def preview(self) -> Preview:
        """Return the picture that travelled."""
        return Preview(self.width, self.height, self.rgb)


class CopyWish(Sent):
    """A kept file that is wanted drawn anew."""

    blob: BlobRef


class BlobKept(Frozen):
    """The file is whole and durable."""

    kind: Literal["kept"] = "kept"
    blob: BlobRef


class BlobPart(Frozen):
    """So many octets from the beginning are there."""

    kind: Literal["part"] = "part"
    received: Count


BlobAnswer = Annotated[BlobKept | BlobPart | Refused, Field(discriminator="kind")]

_AnyAnswer: Final = TypeAdapter[Any](AnyAnswer)
_CheckLine: Final = TypeAdapter[FindingLine | PhotoLine | DocumentLine](CheckLine)
_BlobAnswer: Final = TypeAdapter[BlobKept | BlobPart | Refused](BlobAnswer)


def command_json(command: Command) -> bytes:
    """Return a command as it travels, with the secrets of its body."""
    body = command.body
    held = {name: getattr(body, name) for name in type(body).model_fields}
    secrets = {name: each.reveal() for name, each in held.items() if isinstance(each, Secret)}
    return json.dumps({"command": plain(command), "secrets": secrets}).encode()


def mail_server_json(settings: MailSettings) -> bytes:
    """Return a mail server's settings as they travel."""
    secrets = {"password": settings.password.reveal()} if settings.password else {}
    return json.dumps({"settings": plain(settings), "secrets": secrets}).encode()


def query_json(query: Query) -> bytes:
    """Return a query as it travels."""
    return json.dumps({"query": plain(query)}).encode()


def answer_json(query: Query, answer: Answer | Findings) -> bytes:
    """Return the answer to a query as it travels."""
    if isinstance(answer, tuple):
        return Refused(findings=answer).model_dump_json().encode()
    return f'{{"kind":"{query.kind}","answer":{answer.model_dump_json()}}}'.encode()


def read_answer(query: Query, octets: bytes) -> Answer | Findings:
    """Return what a server answered to a query.

    Raises ValueError where it is no answer to this one.
    """
    read = _AnyAnswer.validate_json(octets)
    if isinstance(read, Refused):
        return read.findings
    if read.kind != query.kind:
        raise ValueError("an answer to another query")
    return read.answer


def read_check_line(octets: bytes) -> Finding | PhotoReport | DocumentReport:
    """Return what one line of a check's answer says; raises ValueError for anything else."""
    read = _CheckLine.validate_json(octets)
    return read.finding if isinstance(read, FindingLine) else read.report


def report_line(report: PhotoReport | DocumentReport) -> bytes:
    """Return the last line of a check's answer."""
    photo = isinstance(report, PhotoReport)
    line = PhotoLine(report=report) if photo else DocumentLine(report=report)
    return line.model_dump_json().encode()


def read_blob_answer(octets: bytes) -> BlobRef | int | Findings:
    """Return the kept file, how many octets are there, or why it is not kept."""
    read = _BlobAnswer.validate_json(octets)
    match read:
        case BlobKept():
            return read.blob
        case BlobPart():
            return read.received
        case Refused():
            return read.findings
