"""The sandbox: the published identities for tests, switched on and off, and what they sign with.

Their certificates stand under a root of their own, worth nothing outside.
"""

from typing import ClassVar, Final

from issuance.events import Event
from issuance.model import Frozen, Text
from issuance.secret import Secret
from issuance.signing.ticket_token import ATTENDED, UNATTENDED

FOLD_VERSION = 1
STREAM_KIND: Final = "sandbox"

ENTITY: Final = "Subsecretaría General de la Presidencia"
API_KEY: Final = "sandbox"
SECRET: Final = Secret("27a216342c744f89b7b82fa290519ba0")
"""Published by the platform for its certification environment."""
RUNS: Final = {UNATTENDED: "22222222", ATTENDED: "11111111"}
OTP_SECRET: Final = Secret("SANDBOXSANDBOXSANDBOXSANDBOX2345")
"""Ours, since none is published: the codes of a certificate that nobody relies on."""


class SandboxEvent(Event):
    """Something that happened to the sandbox."""


class SandboxMade(SandboxEvent):
    """The test identities got a root of their own (DER in base64)."""

    KIND: ClassVar[str] = "sandbox_made"
    root: str


class SandboxSwitched(SandboxEvent):
    """The test identities sign from now on, or do not."""

    KIND: ClassVar[str] = "sandbox_switched"
    on: bool
    by: Text


class SandboxState(Frozen):
    """The sandbox; without a root it was never on."""

    root: str = ""
    on: bool = False


def evolve_sandbox(state: SandboxState | None, event: SandboxEvent) -> SandboxState:
    """Return the sandbox after an event."""
    known = state or SandboxState()
    match event:
        case SandboxMade():
            return known.model_copy(update={"root": event.root})
        case SandboxSwitched():
            return known.model_copy(update={"on": event.on})
        case _:
            raise TypeError(f"no rule for {event.KIND}")
