"""What a station recorded by itself and the server has not applied, as its screen tells it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from issuance.findings import Finding
from issuance.policies.model import Policy
from issuance.sync.push import MENDABLE, Mending, Outcome, PushReceipt, StationCommand


@dataclass(frozen=True, slots=True)
class Unsettled:
    """A command by its number; `findings` say why the server did not apply it.

    `octets` are those of its files.

    Only what is `mendable` can be tried again or given up: the rest is on its way.
    """

    seq: int
    kind: str
    case: UUID
    person: str
    operator: str
    at: datetime
    outcome: Outcome
    findings: tuple[Finding, ...]
    octets: int

    @property
    def mendable(self) -> bool:
        """Tell whether the server waits for a person to say what becomes of it."""
        return self.outcome in MENDABLE and self.outcome is not Outcome.WAITING


def told(sent: StationCommand, receipt: PushReceipt | None, policy: Policy, name: str) -> Unsettled:
    """Return a command of the outbox as it is told; `name` is that of its case's applicant."""
    command, body = sent.command, sent.command.body
    typed: dict[str, str] = getattr(body, "values", {})
    own = " ".join(typed[each] for each in policy.name_fields if typed.get(each))
    return Unsettled(
        seq=command.seq or 0,
        kind="" if sent.how is Mending.CANCEL else body.kind,
        case=command.stream.id,
        person=name or own,
        operator=command.operator,
        at=command.at,
        outcome=receipt.outcome if receipt else Outcome.PENDING,
        findings=receipt.findings if receipt else (),
        octets=sum(blob.length for blob in sent.files()),
    )
