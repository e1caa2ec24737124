"""What became of a typed text: how certain it is, its normal form and what was found."""

from dataclasses import dataclass
from enum import StrEnum

from issuance.findings import Finding


class Certainty(StrEnum):
    """How far a typed value can be trusted by looking at it alone."""

    VALID = "valid"
    #: Cannot be right, whatever is typed next.
    IMPOSSIBLE = "impossible"
    #: Complete, and no algorithm can confirm it: it passes with a warning that asks for evidence.
    UNVERIFIABLE = "unverifiable"
    #: Nothing wrong so far, and more must be typed.
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of one field.

    `value` is the normal form; only that of a VALID or UNVERIFIABLE reading may be kept. A text
    that is not empty and INCOMPLETE carries what is missing as a blocking finding, to be told when
    the field is left; an IMPOSSIBLE one is told at once. Empty text is INCOMPLETE without findings:
    whether the field is required is for the policy to say.
    """

    certainty: Certainty
    value: str
    findings: tuple[Finding, ...] = ()

    @property
    def acceptable(self) -> bool:
        """Tell whether the value may be kept."""
        return self.certainty in (Certainty.VALID, Certainty.UNVERIFIABLE)


def valid(value: str, *findings: Finding) -> Reading:
    """Return the reading of a right value; findings may still warn."""
    return Reading(Certainty.VALID, value, findings)


def incomplete(value: str, *findings: Finding) -> Reading:
    """Return the reading of a value that is not finished."""
    return Reading(Certainty.INCOMPLETE, value, findings)


def impossible(value: str, *findings: Finding) -> Reading:
    """Return the reading of a value that cannot be right."""
    return Reading(Certainty.IMPOSSIBLE, value, findings)
