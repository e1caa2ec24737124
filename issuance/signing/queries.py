"""What is asked about keys in custody, applications and what was signed; lists are keyset pages."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from issuance.findings import Finding
from issuance.model import Count, Frozen, Identifier, Instant
from issuance.signing.application_stream import Grant
from issuance.signing.signature_log import LoggedItem
from issuance.signing.time_stamp_settings import TimeStampSettings

CodesState = Literal["none", "offered", "set_up", "not_wanted"]
"""How the one-time codes of a certificate stand; `offered` ones wait for two codes in a row."""


class SigningKeyQuery(Frozen):
    """Ask how the key of a certificate stands: for its holder, operator and certifiers."""

    kind: Literal["signing_key"] = "signing_key"
    certificate: Identifier


class SigningKeyAnswer(Frozen):
    """A key in custody: `certificate` and `chain`, from issuer to root, are DER in base64.

    `name` is the holder's, as a signature shows it.
    """

    revision: int
    purpose: str
    name: str
    codes: CodesState
    locked_until: Instant | None = None
    certificate: str = ""
    chain: tuple[str, ...] = ()


class ApplicationsQuery(Frozen):
    """Ask for an institution's applications, in the order they were registered."""

    kind: Literal["applications"] = "applications"
    institution: Identifier
    after: Identifier | None = None
    limit: int = Field(default=50, ge=1, le=200)


class ApplicationLine(Frozen):
    """An application; `secrets` are the ends of its secrets, the newest last, which has none."""

    application: Identifier
    revision: int
    name: str
    key: str
    entity: str
    grants: tuple[Grant, ...]
    ended: bool
    secrets: tuple[Instant | None, ...]


class ApplicationsAnswer(Frozen):
    """A page of applications and where the next one begins."""

    entries: tuple[ApplicationLine, ...]
    next: Identifier | None


class PermissionsQuery(Frozen):
    """Ask which applications may be enabled to sign unattended with a certificate."""

    kind: Literal["permissions"] = "permissions"
    certificate: Identifier


class PermissionLine(Frozen):
    """An application that asks for this certificate; `revision` is the permission's."""

    application: Identifier
    revision: int
    name: str
    key: str
    enabled: bool


class PermissionsAnswer(Frozen):
    """The applications registered for the certificate's RUN and purpose."""

    entries: tuple[PermissionLine, ...]


class SignatureKey(Frozen):
    """Where a page of the signature log ends and the next, of what is older, begins."""

    at: Instant
    number: Count


class SignatureLogQuery(Frozen):
    """Ask for what was signed, newest first.

    Without an institution it is all that the asker may see; `run` is digits alone, `application`
    the key or the name of one, empty for all. `failed` is what failed in whole or in part.
    """

    kind: Literal["signature_log"] = "signature_log"
    institution: Identifier | None = None
    certificate: Identifier | None = None
    since: Instant | None = None
    until: Instant | None = None
    run: str = ""
    application: str = ""
    result: Literal["signed", "failed"] | None = None
    after: SignatureKey | None = None
    limit: int = Field(default=50, ge=1, le=200)


class SignatureLine(Frozen):
    """A request that was answered: for which application, for whom, what became of each item.

    `application` is the application's key, as the request named it.
    """

    number: Count
    certificate: Identifier
    at: Instant
    interface: str
    entity: str
    application: str
    application_name: str = ""
    purpose: str
    run: str
    items: tuple[LoggedItem, ...]
    signed: Count
    failed: Count
    address: str


class SignatureLogAnswer(Frozen):
    """A page of the signature log and where the next one begins."""

    entries: tuple[SignatureLine, ...]
    next: SignatureKey | None


class RefusedRequestsQuery(Frozen):
    """Ask for the last requests that were refused as a whole.

    Without an institution it is all that the asker may see; whose nobody knows, the centre alone.
    """

    kind: Literal["refused_requests"] = "refused_requests"
    institution: Identifier | None = None
    application: str = ""
    limit: int = Field(default=50, ge=1, le=200)


class RefusedRequest(Frozen):
    """A refused request: the finding names the field that differed, and no secret.

    `run` and `purpose` are what a token that was genuine said, empty for any other. `whose` is the
    name of the application's institution, empty where no institution is known; `application` is
    the key of one that is known.
    """

    at: Instant
    interface: str
    whose: str = ""
    application: str
    application_name: str = ""
    run: str
    purpose: str
    finding: Finding


class RefusedRequestsAnswer(Frozen):
    """The last refused requests, newest first."""

    entries: tuple[RefusedRequest, ...]


class SandboxQuery(Frozen):
    """Ask whether the published test identities sign; for the centre."""

    kind: Literal["sandbox"] = "sandbox"


class SandboxAnswer(Frozen):
    """Whether they sign; `id` is that of the stream.

    `entity`, `key`, `secret` and `runs` (by purpose) are what a test system sends, and `codes` the
    secret of its one-time codes: everybody may know them.
    """

    on: bool
    id: Identifier
    revision: int
    entity: str
    key: str
    secret: str
    runs: Mapping[str, str]
    codes: str


class TimeStampingQuery(Frozen):
    """Ask where signed PDFs get their time stamps; for administrators."""

    kind: Literal["time_stamping"] = "time_stamping"


class TimeStampingAnswer(Frozen):
    """The settings, without the password; None where no PDF is stamped."""

    settings: TimeStampSettings | None


class TimeStampTrialQuery(Frozen):
    """Ask the time-stamp authority for one stamp, to try the settings; for administrators."""

    kind: Literal["time_stamp_trial"] = "time_stamp_trial"


class TimeStampTrialAnswer(Frozen):
    """What came of it."""

    finding: Finding


class DigestItem(Frozen):
    """A document that stays where it is: its name, size and SHA-256 (hexadecimal) for the log.

    `digest` is the SHA-256 that the key signs, in base64.
    """

    name: str = Field(max_length=400)
    size: Count
    original: str = Field(pattern=r"^[0-9a-f]{64}$")
    digest: str = Field(max_length=64)


class DigestsSigned(Frozen):
    """The raw signatures of digests in their order, in base64; the number is the log's.

    `stamps` are the time stamps of the signatures, none or as many; an empty one is missing.
    """

    number: Count
    signatures: tuple[str, ...]
    stamps: tuple[str, ...] = ()


SigningQuery = (
    SigningKeyQuery
    | ApplicationsQuery
    | PermissionsQuery
    | SignatureLogQuery
    | RefusedRequestsQuery
    | SandboxQuery
    | TimeStampingQuery
    | TimeStampTrialQuery
)
SigningAnswer = (
    SigningKeyAnswer
    | ApplicationsAnswer
    | PermissionsAnswer
    | SignatureLogAnswer
    | RefusedRequestsAnswer
    | SandboxAnswer
    | TimeStampingAnswer
    | TimeStampTrialAnswer
)
