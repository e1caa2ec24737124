from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from issuance.cases.events.base import CaseEvent
from issuance.model import PERSONAL, Identifier, Text


class CaseHeld(CaseEvent):
    """The case stands still for a reason."""

    KIND: ClassVar[str] = "case_held"
    ACT: ClassVar[str] = "hold_case"
    PURGED: ClassVar[Mapping[str, Any]] = {"note": ""}
    reason: str
    note: Annotated[Text, PERSONAL]


class CaseResumed(CaseEvent):
    """The case goes on."""

    KIND: ClassVar[str] = "case_resumed"
    ACT: ClassVar[str] = "resume_case"


class CaseCancelled(CaseEvent):
    """The case ended before a certificate was issued."""

    KIND: ClassVar[str] = "case_cancelled"
    ACT: ClassVar[str] = "cancel_case"
    PURGED: ClassVar[Mapping[str, Any]] = {"note": ""}
    reason: str
    note: Annotated[Text, PERSONAL]


class NoticeResent(CaseEvent):
    """A mail was queued again."""

    KIND: ClassVar[str] = "notice_resent"
    ACT: ClassVar[str] = "resend_notice"
    notice: Identifier
    template: str


class ActDenied(CaseEvent):
    """Somebody tried what their role, or an earlier act of theirs, does not let them do."""

    KIND: ClassVar[str] = "act_denied"
    act: str
    cause: str
