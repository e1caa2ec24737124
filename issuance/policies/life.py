"""A policy's rules for the life of a certificate after its issue, and for telling of it."""

from collections.abc import Mapping
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from issuance.certificates.revocation_reasons import RevocationReason
from issuance.model import Frozen

AskedBy = Literal["holder", "representative", "authority"]
ROOT_LIST_NAME: Final = "root.crl"
"""What the root's revocation list is called wherever it is published."""
OwnCause = Literal["contract_unsigned", "renewed"]


class LifeRule(Frozen):
    """What may happen to a certificate, who must agree, and when a clock runs out.

    `asks` names who may ask for a revocation and how each is identified or the order proven;
    `never_by_holder` are causes the holder cannot ask for. `second_person_for` are those whose
    revocations a second person confirms, `effective_date_for` the causes that need the day since
    when nothing signed should be relied on. `own_causes` are those nobody picks: a contract left
    unsigned, a renewal that replaces (causes to reasons of RFC 5280). Hours count from the issue.
    """

    suspension: bool = True
    asks: Mapping[AskedBy, tuple[str, ...]]
    second_person_for: tuple[AskedBy, ...] = ()
    effective_date_for: tuple[str, ...] = ()
    never_by_holder: tuple[str, ...] = ()
    own_causes: Mapping[OwnCause, RevocationReason]
    renewal_revokes: bool = False
    renewal_days: int = Field(default=90, gt=0, le=100_000)
    expiry_notice_days: tuple[Annotated[int, Field(gt=0)], ...] = (90, 60, 30)
    contract_reminder_hours: int = Field(default=72, gt=0, le=100_000)
    contract_hours: int = Field(default=120, gt=0, le=100_000)

    @model_validator(mode="after")
    def _clocks_in_order(self) -> Self:
        if self.contract_reminder_hours >= self.contract_hours:
            raise ValueError("the reminder comes before the end")
        if list(self.expiry_notice_days) != sorted(set(self.expiry_notice_days), reverse=True):
            raise ValueError("expiry notices from the earliest to the last")
        return self


class PublicationRule(Frozen):
    """Where and how often is told which certificates hold.

    `folder` lies in the office's own. A list or an answer is renewed after `..._every_hours` and
    holds for `..._hours`; the responder's certificate holds for `responder_days` and is followed by
    another when a third of that is left.
    """

    folder: str = Field(default="published", pattern=r"^[a-z0-9-]+$")
    list_name: str = Field(default="issuing.crl", pattern=r"^[a-z0-9-]+\.crl$")
    list_hours: int = Field(default=168, gt=0, le=100_000)
    list_every_hours: int = Field(default=24, gt=0, le=100_000)
    answer_hours: int = Field(default=96, gt=0, le=100_000)
    answer_every_hours: int = Field(default=24, gt=0, le=100_000)
    responder_days: int = Field(default=90, gt=0, le=100_000)
    responder_name: str = Field(min_length=1, max_length=64)

    @model_validator(mode="after")
    def _in_time_and_apart(self) -> Self:
        if self.list_every_hours >= self.list_hours or self.answer_every_hours >= self.answer_hours:
            raise ValueError("what is published must be renewed before it ends")
        if not self.responder_name.isprintable():
            raise ValueError("responder_name: a name has no hidden characters")
        if self.list_name == ROOT_LIST_NAME:
            raise ValueError(f"{ROOT_LIST_NAME} is the root's list")
        return self
