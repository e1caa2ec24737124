"""Roles of the people who log in, and the session a log-in gives."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from issuance.model import PERSONAL, Frozen, Instant, Text


class Role(StrEnum):
    """What somebody may do; a policy says which role may give which command."""

    OPERATOR = "operator"
    APPROVER = "approver"
    CASHIER = "cashier"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
    SERVICE = "service"
    """No person: a timer that lets clocks run and publishes who may be trusted."""
    MEMBER = "member"
    """Somebody of an institution: may do what their seats there give at this moment, no more."""


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
