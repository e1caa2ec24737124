"""What a check found: a code, how grave it is, and the figures a sentence needs.

The engine never writes sentences. Each code is a member of a topic's enumeration; `tui.sentences`
holds the words for it in every language. Only the standard library is imported here, because the
log-in screen shows findings before anything heavier is loaded.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How a finding weighs: it blocks the act, it warns, or it only informs."""

    BLOCKS = "blocks"
    WARNS = "warns"
    INFORMS = "informs"


class FindingCode(StrEnum):
    """Base of every topic's codes; has no members of its own."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of one check.

    `field` names the form field or item it belongs to, if any. `parameters` are the figures the
    sentence shows: strings and integers only, never a secret.
    """

    code: str
    severity: Severity = Severity.BLOCKS
    field: str | None = None
    parameters: Mapping[str, str | int] = dataclasses.field(
        default_factory=dict[str, str | int], hash=False
    )


def blocks(code: FindingCode, field_name: str | None = None, **parameters: str | int) -> Finding:
    """Return a finding that refuses the act."""
    return Finding(code.value, Severity.BLOCKS, field_name, parameters)


def warns(code: FindingCode, field_name: str | None = None, **parameters: str | int) -> Finding:
    """Return a finding that asks for attention and lets the act pass."""
    return Finding(code.value, Severity.WARNS, field_name, parameters)


def informs(code: FindingCode, field_name: str | None = None, **parameters: str | int) -> Finding:
    """Return a finding that is only told."""
    return Finding(code.value, Severity.INFORMS, field_name, parameters)


def any_blocks(findings: "list[Finding] | tuple[Finding, ...]") -> bool:
    """Tell whether one of the findings refuses the act."""
    return any(finding.severity is Severity.BLOCKS for finding in findings)
