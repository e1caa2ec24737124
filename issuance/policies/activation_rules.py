"""A policy's rules for one-time codes, passwords and activation."""

from pydantic import Field

from issuance.model import Frozen


class CodeRule(Frozen):
    """How one-time codes behave."""

    digits: int = Field(default=8, ge=8, le=12)
    minutes: int = Field(default=10, gt=0, le=100_000)
    tries: int = Field(default=5, gt=0, le=100_000)
    a_day: int = Field(default=5, gt=0, le=100_000)


class LinkRule(Frozen):
    """Where an activation link leads; an empty address means that no link is sent."""

    address: str = ""
    hours: int = Field(default=24, gt=0, le=100_000)


class PasswordRule(Frozen):
    """What the password of a PKCS#12 must be."""

    minimum_length: int = Field(default=8, ge=8)
    minimum_strength: int = Field(default=2, ge=0, le=4)


class ActivationRule(Frozen):
    """How long an accepted activation code lets the applicant go on, and what they may choose.

    Whatever is activated at a counter has a contract; only keys in custody go without its version.
    """

    minutes_to_finish: int = Field(default=60, gt=0, le=100_000)
    sealed_key_hours: int = Field(default=24, gt=0, le=100_000)
    password: PasswordRule = PasswordRule()
    link: LinkRule = LinkRule()
    contract_version: str = ""
    person_checklist: tuple[str, ...] = ()
    data_checklist: tuple[str, ...] = ()
