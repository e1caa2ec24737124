"""Roles of the people who log in, and the session a log-in gives."""

from typing import Annotated
from uuid import UUID

from issuance.model import PERSONAL, Frozen, Instant, Text
from issuance.policies.roles import Role as Role


class Session(Frozen):
    """Somebody who is logged in: actor, office and roles of every command come from here."""

    id: UUID
    office: UUID
    operator: str
    """The user name."""
    name: Annotated[Text, PERSONAL]
    roles: tuple[Role, ...]
    started_at: Instant
    demonstration: bool
    enrolling: bool = False
    """Whether it began with a first password: own password and authenticator come first."""
