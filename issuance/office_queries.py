"""What the screens ask about the office itself: its people, its policy, its stations."""

from typing import Literal

from pydantic import Field

from issuance.access.oidc_settings import ProviderSettings
from issuance.certificates.unregistered import UnregisteredRevocation as UnregisteredRevocation
from issuance.model import Count, Frozen, Identifier, Instant, Text
from issuance.stations.stream import StationStatus


class OperatorsQuery(Frozen):
    """Ask who works in this office."""

    kind: Literal["operators"] = "operators"


class OperatorEntry(Frozen):
    """A person who logs in."""

    user: str
    name: str
    roles: tuple[str, ...]
    active: bool
    must_change_password: bool
    revision: int


class OperatorsAnswer(Frozen):
    """The people of this office."""

    entries: tuple[OperatorEntry, ...]


class PolicyQuery(Frozen):
    """Ask which version of the policy is in force, and which is installed."""

    kind: Literal["policy"] = "policy"


class PolicyAnswer(Frozen):
    """The policy in force; `current` is false while the installed one is another.

    `changed` names the files that differ, as far as those in force were recorded.
    """

    id: str
    in_force: str
    in_force_digest: str
    installed: str
    installed_digest: str
    current: bool
    changed: tuple[str, ...]
    proposed_by: str
    revision: int


class IdentityProviderQuery(Frozen):
    """Ask how people log in by an identity provider; for administrators."""

    kind: Literal["identity_provider"] = "identity_provider"


class IdentityProviderAnswer(Frozen):
    """The provider's settings, without the secret; None where none is set up."""

    settings: ProviderSettings | None


class StationsQuery(Frozen):
    """Ask which stations may work beside the server; for administrators."""

    kind: Literal["stations"] = "stations"


class StationEntry(Frozen):
    """A station, until when a code enrols it, and how many of its commands are not settled.

    `last_seen` is when it was heard of last; `waiting` commands (with files of `octets`) it had not
    sent then, the oldest of `oldest`. A lost one is to `erase` what it keeps.
    """

    station: Identifier
    name: str
    status: StationStatus
    invited_until: Instant | None
    enrolled_at: Instant | None
    unsettled: int
    revision: int
    last_seen: Instant | None = None
    waiting: Count = 0
    octets: Count = 0
    oldest: Instant | None = None
    erase: bool = False


class StationsAnswer(Frozen):
    """The stations, by name."""

    entries: tuple[StationEntry, ...]


class CaptureReceiptQuery(Frozen):
    """Ask whether a station gave this receipt, and what became of what it recorded."""

    kind: Literal["capture_receipt"] = "capture_receipt"
    code: Text


class CaptureReceiptAnswer(Frozen):
    """A receipt that a station of this office signed.

    `outcome` is that of the newest command it is about, empty where that has not arrived; `case`
    is the case as it is here, with its number now.
    """

    station: str
    number: str
    at: Instant
    outcome: str
    case: Identifier | None
    number_now: str


class UnregisteredKey(Frozen):
    """Where a page of such revocations ends and the next begins."""

    waits: bool
    at: Instant
    serial: str


class UnregisteredQuery(Frozen):
    """Ask for a page of the revocations asked for of certificates this register does not know."""

    kind: Literal["unregistered"] = "unregistered"
    after: UnregisteredKey | None = None
    limit: int = Field(default=50, ge=1, le=200)


class UnregisteredAnswer(Frozen):
    """A page of them: the ones that wait first, and the newest before the others."""

    entries: tuple[UnregisteredRevocation, ...]
    next: UnregisteredKey | None = None


class BroughtCertificateQuery(Frozen):
    """Ask whose certificate a file holds (PEM or DER, in base64) that is to be revoked here."""

    kind: Literal["brought_certificate"] = "brought_certificate"
    file: str = Field(max_length=100_000)


class BroughtCertificateAnswer(Frozen):
    """A certificate of this authority that the register does not know; the serial is hexadecimal.

    `identification` is the serialNumber of its subject; an office of an earlier version tells no
    `not_before`.
    """

    serial: str
    holder: str
    identification: str
    not_before: Instant | None = None
    not_after: Instant
