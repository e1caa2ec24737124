"""How a log-in by an identity provider travels between a terminal and its server."""

from typing import Literal

from issuance.findings import Finding
from issuance.model import Count, Frozen, Identifier, Instant
from issuance.wire_secrets import Sent, WireSecret


class ProviderSign(Frozen):
    """What people call the provider they may log in by; empty where there is none."""

    name: str = ""


class ProviderLogInBegun(Frozen):
    """A log-in that a terminal began: where the browser goes, and the sign both show.

    `token` speaks for the log-in until the session begins; `seconds` are until it ends.
    """

    token: WireSecret
    address: str
    sign: str
    ends: Instant
    seconds: Count
    digits: Count


class ProviderLogInStage(Frozen):
    """How far a log-in has come; `findings` say why it was refused."""

    stage: Literal["begun", "opened", "checking", "proved", "refused"]
    findings: tuple[Finding, ...] = ()


class ReturnCode(Sent):
    """The code of the page, typed at the terminal; `station` as in a log-in by password."""

    class Secrets(Frozen):
        """What is typed."""

        code: WireSecret

    secrets: Secrets
    station: Identifier | None = None
