from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from issuance.cases.events.base import CaseEvent
from issuance.events import Parts
from issuance.model import PERSONAL, Identifier, Text


class CaseHeld(CaseEvent):
    """The case stands still for a reason."""

    KIND: ClassVar[str] = "case_held"
    ACT: ClassVar[str] = "hold_case"
    PURGED: ClassVar[Mapping[str, Any]] = {"note": ""}
    reason: str
    note: Annotated[Text, PERSONAL]


class CaseResumed(CaseEvent):
    """The case goes on for a reason; version 1 recorded none."""

    KIND: ClassVar[str] = "case_resumed"
    SCHEMA: ClassVar[int] = 2
    ACT: ClassVar[str] = "resume_case"
    PURGED: ClassVar[Mapping[str, Any]] = {"note": ""}
    reason: str
    note: Annotated[Text, PERSONAL]

    @classmethod
    def upgraded(cls, schema: int, public: Parts, personal: Parts | None) -> Parts:
        """Read what version 1 recorded: no reason."""
        parts = super().upgraded(schema, public, personal)
        return parts if schema > 1 else {"reason": "", "note": "", **parts}


class CaseCancelled(CaseEvent):
    """The case ended before a certificate was issued."""

    KIND: ClassVar[str] = "case_cancelled"
    ACT: ClassVar[str] = "cancel_case"
    PURGED: ClassVar[Mapping[str, Any]] = {"note": ""}
    reason: str
    note: Annotated[Text, PERSONAL]


class NoticeResent(CaseEvent):
    """A mail was queued again for a reason; version 1 recorded none."""

    KIND: ClassVar[str] = "notice_resent"
    SCHEMA: ClassVar[int] = 2
    ACT: ClassVar[str] = "resend_notice"
    PURGED: ClassVar[Mapping[str, Any]] = {"note": ""}
    notice: Identifier
    template: str
    reason: str
    note: Annotated[Text, PERSONAL]

    @classmethod
    def upgraded(cls, schema: int, public: Parts, personal: Parts | None) -> Parts:
        """Read what version 1 recorded: no reason."""
        parts = super().upgraded(schema, public, personal)
        return parts if schema > 1 else {"reason": "", "note": "", **parts}


class ActDenied(CaseEvent):
    """Somebody tried what their role, or an earlier act of theirs, does not let them do."""

    KIND: ClassVar[str] = "act_denied"
    act: str
    cause: str
