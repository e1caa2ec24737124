"""What the station line says on every screen."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Station:
    """Where one is, who works, and how the link is.

    Attributes:
        office: the office's name.
        demonstration: whether nothing done here is real.
        operator: the name of who is logged in, empty before.
        role: the role in words, empty before log-in.
        link: the state of the link in words, such as "no connection since 10:42".
    """

    office: str = ""
    demonstration: bool = False
    operator: str = ""
    role: str = ""
    link: str = ""
