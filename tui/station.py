"""What the station line says on every screen."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backend_client.backend import Link


@dataclass(frozen=True, slots=True)
class Station:
    """Where one is, who works, and how the link is.

    Attributes:
        office: the office's name.
        demonstration: whether nothing done here is real.
        operator: the name of who is logged in, empty before.
        roles: the codes of what they may do here, none before log-in.
        link: the state of the connection with a server; None where there is no server.
    """

    office: str = ""
    demonstration: bool = False
    operator: str = ""
    roles: tuple[str, ...] = ()
    link: "Link | None" = None
