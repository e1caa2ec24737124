"""What the log-in and the settings call where people may log in by an identity provider."""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from issuance.findings import Finding

if TYPE_CHECKING:
    from issuance.access.roles import Session
    from issuance.secret import Secret

Stage = Literal["begun", "opened", "checking", "proved"]


@dataclass(frozen=True, slots=True)
class PendingLogIn:
    """A log-in that was begun: the address for a browser, the sign its page shows, how long."""

    address: str
    sign: str
    seconds: int
    digits: int


class ProviderLogIn(Protocol):
    """A log-in by the provider, one at a time; the engine must be a server's for that."""

    def name(self) -> Awaitable[str]:
        """Return what people call the provider; empty where none is set up or reached."""
        ...

    def begin(self) -> Awaitable[PendingLogIn | tuple[Finding, ...]]:
        """Begin a log-in; the one begun before is left."""
        ...

    def look(self) -> Awaitable[Stage | tuple[Finding, ...]]:
        """Tell how far it has come, or why it came to nothing."""
        ...

    def enter(self, code: "Secret") -> "Awaitable[Session | tuple[Finding, ...]]":
        """Begin the session with the code of the page; a wrong one may be typed again."""
        ...

    def leave(self) -> Awaitable[None]:
        """Leave the log-in: what comes back from the provider is for nobody."""
        ...

    def trial(self) -> Awaitable[tuple[Finding, ...]]:
        """Have the server try the provider; for the administrator who is logged in."""
        ...


class WithProviderLogIn(Protocol):
    """What may have a log-in by an identity provider."""

    @property
    def provider_log_in(self) -> ProviderLogIn | None:
        """Return the log-in by a provider; None where a password opens the office here."""
        ...
