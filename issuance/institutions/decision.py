"""What every decision about institutions answers."""

from dataclasses import dataclass

from issuance.events import Event
from issuance.findings import Finding, FindingCode, blocks


@dataclass(frozen=True, slots=True)
class Decision:
    """What happens, and what is said; a refusal has no events."""

    events: tuple[Event, ...] = ()
    findings: tuple[Finding, ...] = ()


def happened(*events: Event) -> Decision:
    """Return an accepted decision."""
    return Decision(events)


def refused(*findings: Finding) -> Decision:
    """Return a refusal with its findings."""
    return Decision(findings=findings)


def refusal(code: FindingCode, field_name: str | None = None, **parameters: str | int) -> Decision:
    """Return a refusal for one reason."""
    return refused(blocks(code, field_name, **parameters))
